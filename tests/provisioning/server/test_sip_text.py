"""Texts cut for SIP phones, and read from them."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from pbx_config.live.watcher import TEXT_LIMIT
from provisioning.server import sip_text
from provisioning.server.bodies import MESSAGE_LIMIT, MessageRequest

FAMILY = "👩‍👩‍👧‍👦"
SIGNS = st.sampled_from(
    ["é", "e\u0301", "👍🏽", FAMILY, "x", " ", "\n", "mot ", "漢", "ÿ" * 40, " " * 50]
)


@given(st.lists(SIGNS, max_size=1500).map("".join).map(lambda t: t[:MESSAGE_LIMIT]))
@example("é" * MESSAGE_LIMIT)
@example(" " * (MESSAGE_LIMIT - 1) + "x")
@example("👍🏽" * (MESSAGE_LIMIT // 2))
def test_parts_are_the_text(text: str) -> None:
    bodies = sip_text.parts(text)
    shown = [body.decode() for body in bodies]
    assert max(map(len, bodies)) <= TEXT_LIMIT <= 900
    if len(bodies) > 1:
        for number, part in enumerate(shown, 1):
            assert part.startswith(f"({number}/{len(shown)}) ")
        shown = [part.split(") ", 1)[1] for part in shown]
        assert all(part.strip() == part != "" for part in shown)
        for part in shown[1:]:
            assert part[0] not in "\u0301🏽\u200d", "no sign is cut in two"
    assert re.sub(r"\s", "", "".join(shown)) == re.sub(r"\s", "", text)


def test_words_stay_whole() -> None:
    text = "mairie " * 400
    for part in sip_text.parts(text):
        assert set(part.decode().split()[1:]) == {"mairie"}


@pytest.mark.parametrize(
    ("content_type", "body", "text"),
    [
        ("text/plain", "Été\r\nà deux".encode(), "Été\nà deux"),
        ("text/plain;charset=UTF-8", "Été 👍".encode(), "Été 👍"),
        ("text/plain; charset=iso-8859-1", "Été".encode("latin-1"), "Été"),
        ("text/plain", "Été".encode("latin-1"), "Été"),
        ("text/plain;charset=unicode_escape", b"\\x41", "\\x41"),
        ("text/plain", b"a\x07\x1bb\tc", "ab\tc"),
        ("text/plain", b" \r\n\t\x00", ""),
        ("", b"", ""),
    ],
)
def test_what_phones_send_is_read(content_type: str, body: bytes, text: str) -> None:
    assert sip_text.read(content_type, body) == text


@given(st.text(max_size=60), st.binary(min_size=1, max_size=1023))
@example("text/plain;charset=\r\nX: y", b"x")
@example("text/plain;charset*=utf-8''%ff;charset=\"", b"x")
def test_whatever_comes_can_be_kept_or_is_empty(content_type: str, body: bytes) -> None:
    text = sip_text.read(content_type, body)
    if text:
        try:
            MessageRequest(to="2014", text=text, client_id="x")
        except ValidationError as why:
            pytest.fail(str(why))
