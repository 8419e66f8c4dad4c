import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softphone.enrol_link import BadLink, find_link

CA = "A" * 42 + "E"
LINK = f"allo://pbx.commune.example:8443/enrol/tok_en-123456?ca={CA}"


def test_a_link_is_host_port_token_and_fingerprint() -> None:
    link = find_link(LINK)
    assert (link.host, link.port, link.token) == ("pbx.commune.example", 8443, "tok_en-123456")
    assert link.fingerprint == base64.urlsafe_b64decode(CA + "=")
    assert link.url == "https://pbx.commune.example:8443"


@pytest.mark.parametrize(
    "pasted",
    [
        LINK.replace("allo:", "https:"),
        LINK.replace("allo:", "ALLO:"),
        f"  {LINK}\r\n",
        f"Bonjour Marie,\nvoici votre lien : <{LINK}>. Bonne journée",
        f'"{LINK}"',
        f"« {LINK} »",
        f"({LINK})",
        f"{LINK[:30]}\n{LINK[30:]}",
        f"{LINK[:-20]}\r\n {LINK[-20:]}\nBien à vous",
        f"{LINK}.",
    ],
)
def test_what_people_paste(pasted: str) -> None:
    link = find_link(pasted)
    assert (link.host, link.port, link.token) == ("pbx.commune.example", 8443, "tok_en-123456")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no allo://"),
        ("2014", "no allo://"),
        ("http://pbx/enrol/tok_en-123456?ca=" + CA, "no allo://"),
        ("allo:///enrol/tok_en-123456?ca=" + CA, "no server name"),
        ("allo://pbx:99999/enrol/tok_en-123456?ca=" + CA, "port"),
        ("allo://pbx:abc/enrol/tok_en-123456?ca=" + CA, "port"),
        ("allo://[::1/enrol/tok_en-123456?ca=" + CA, "name"),
        ("allo://pbx/help", "/enrol/TOKEN"),
        ("allo://pbx/enrol/a%20b%20cdefgh?ca=" + CA, "/enrol/TOKEN"),
        ("allo://pbx/enrol/tok_en-123456", r"\?ca="),
        (LINK[:-1], "fingerprint"),
    ],
)
def test_wrong_links_say_what_is_wrong(text: str, says: str) -> None:
    with pytest.raises(BadLink, match=says):
        find_link(text)


def test_the_token_is_never_shown() -> None:
    assert "tok_en" not in repr(find_link(LINK))
    with pytest.raises(BadLink) as refused:
        find_link(LINK[:-1])
    assert "tok_en" not in str(refused.value)


@given(st.text())
def test_any_text_is_a_link_or_not(text: str) -> None:
    for tried in (text, "allo://" + text, LINK[:40] + text):
        try:
            find_link(tried)
        except BadLink:
            continue
