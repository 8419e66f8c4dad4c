"""Names from outside: nothing that Asterisk understands survives; what is left is shown."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pbx_config import escape
from pbx_config.asterisk import Runtime
from pbx_config.layout import Layout
from pbx_config.model import Certificates, Exchange
from pbx_config.render import render
from tests.support.exchange import make_user, small_exchange
from tests.support.pbx import Pbx, running

NASTY = (
    'Zoé; D\'Åß-Noël "la grande"\\ <9999>,|x\n[u9-1](!)\n#exec /bin/false\n'
    "#include x.conf\r\nexten => 112,1,Hangup() ${SHELL(id)} $[1+1] ;-- {a} =`b`\t\x00\u2028\u202e"
)
NO_FILES = Certificates(Path("/tls/server.pem"), Path("/tls/server.key"), Path("/tls/ca.pem"))
LAYOUT = Layout(Path("/srv/allo/pbx"))
RUNTIME = Runtime(
    ("asterisk",), (22, 10, 1), Path("/nonexistent/modules"), Path("/usr/share/asterisk")
)


def exchange_with(folder: Path, name: str, title: str, email: str) -> Exchange:
    user = replace(make_user(1, name), email=email)
    exchange = small_exchange(folder, (user,), certificates=NO_FILES)
    return replace(exchange, queues=(replace(exchange.queues[0], title=title),))


anything = st.text(st.characters(codec=None), max_size=200) | st.text(
    st.sampled_from(";,|\"\\<>[]{}$`=#\n\r\t ()!'éß-%@&"), max_size=80
)


@given(anything)
def test_a_cleaned_name_is_one_plain_line(name: str) -> None:
    cleaned = escape.clean(name)
    assert len(cleaned) <= escape.MAX_NAME
    assert not set(cleaned) & set(';,|"\\<>[]{}$`=#')
    assert all(unicodedata.category(c)[0] != "C" for c in cleaned)
    assert cleaned == " ".join(cleaned.split())
    assert escape.clean(cleaned) == cleaned
    cleaned.encode()


@given(st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyzéèêëçàùïôÉÀŞøß '-."), max_size=60))
def test_ordinary_names_stay_as_they_are(name: str) -> None:
    name = " ".join(name.split())
    assert escape.clean(name) == unicodedata.normalize("NFC", name)


@given(name=anything, title=anything, email=anything)
def test_no_name_changes_the_structure_of_any_file(name: str, title: str, email: str) -> None:
    plain = render(exchange, LAYOUT, RUNTIME)
    queues = (replace(exchange.queues[0], title=title),)
    users = (replace(exchange.users[0], name=name, email=email),)
    nasty = render(replace(exchange, users=users, queues=queues), LAYOUT, RUNTIME)
    for file, text in nasty.items():
        assert skeleton(text) == skeleton(plain[file])


exchange = exchange_with(
    Path("/nonexistent"), "Marie Dupont", "Population", "marie@commune.example"
)


def skeleton(text: str) -> list[str]:
    """Everything of a file but names: line by line, section heads whole, keys of the rest."""
    lines = text.split("\n")
    return [
        line if line.startswith(("[", "#", ";", "exten", " same", "include")) else key(line)
        for line in lines
    ]


def key(line: str) -> str:
    found = re.match(r"[^=]*=>?\s*", line)
    commas = line.count(",") if found and "callerid" not in line else 0
    return f"{found[0] if found else line}{commas}"


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        (escape.identifier, "u14-1", "u14]"),
        (escape.identifier, "population", "Population"),
        (escape.word, "u14", "u-14"),
        (escape.digits, "2014", "2014,1"),
        (escape.digits, "2014", "2014\n"),
        (escape.e164, "+3271000014", "071000014"),
        (escape.path, "/srv/al lo/x", "/srv/a;b"),
        (escape.hexadecimal, "a" * 64, "a" * 63),
        (escape.secret, "x" * 32, "x" * 8),
    ],
)
def test_identifiers_are_refused_not_repaired(
    check: Callable[[str, str], str], good: str, bad: str
) -> None:
    assert check(good, "thing") == good
    with pytest.raises(escape.RenderError) as refused:
        check(bad, "thing")
    assert "thing" in refused.value.fr
    if check in {escape.hexadecimal, escape.secret}:
        assert bad not in refused.value.fr + refused.value.en


@pytest.mark.parametrize("address", ["a@b.be", "marie.d'hondt+x@commune.example"])
def test_addresses(address: str) -> None:
    assert escape.email(address) == address


@pytest.mark.parametrize(
    "address", ["a@b.be,1234", "a@b.be\nx", "a b@c.d", "a@b|c.d", "a@b;c.d", "x"]
)
def test_addresses_that_asterisk_would_take_apart_are_left_out(address: str) -> None:
    assert escape.email(address) == ""


@pytest.fixture(scope="module")
def nasty_town(short_folder: Path) -> Iterator[Pbx]:
    user = replace(make_user(1, NASTY), email="a@b.be|delete=yes")
    base = small_exchange(short_folder, (user, make_user(2, "Julien Marchal")))
    queues = (replace(base.queues[0], title=NASTY),)
    with running(replace(base, queues=queues), short_folder / "nasty") as pbx:
        yield pbx


def test_asterisk_shows_the_cleaned_name_and_nothing_was_injected(nasty_town: Pbx) -> None:
    ask, cleaned = nasty_town.asterisk.command, escape.clean(NASTY)
    log = nasty_town.asterisk.log_since(0)
    assert [line for line in log.splitlines() if "ERROR" in line or "WARNING" in line] == []
    endpoint = ask("pjsip show endpoint u1-1")
    assert f'callerid                           : "{cleaned}" <2001>' in endpoint
    assert "u9-1" not in ask("pjsip list endpoints")
    assert "2001 (Local/u1@queue-member/n from hint:2001@internal)" in ask("queue show population")
    boxes = ask("voicemail show users")
    assert cleaned[:20] in boxes
    assert "3 voicemail users configured" in boxes
    assert "9999" not in ask("dialplan show internal")
    emergency = ask("dialplan show 112@phones")
    assert "Hangup" not in emergency
    assert "to-emergency" in emergency


def test_the_colleagues_phone_shows_the_cleaned_name(nasty_town: Pbx) -> None:
    caller, called = nasty_town.registered("u1-1"), nasty_town.registered("u2-1")
    call = caller.call("2002")
    invite = called.invited()
    assert f'"{escape.clean(NASTY)}" <sip:2001@' in invite["From"]
    caller.cancel(call)
