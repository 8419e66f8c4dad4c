"""SIP messages in a stream: cut where they end, however they arrive."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softphone.engine.link.framing import (
    MAX_MESSAGE,
    BadStream,
    Framer,
    hide_route,
    route_through,
)

OURS = b"sip:127.0.0.1:5071;transport=tcp;lr"
INVITE = (
    b"INVITE sip:2001@pbx SIP/2.0\r\n"
    b"CSeq: 1 INVITE\r\n"
    b"Contact: <sip:asterisk@10.0.0.1:5061;transport=TLS>\r\n"
    b"Content-Length: 4\r\n\r\nv=0\n"
)
COMPACT = b"SIP/2.0 200 OK\r\nCSeq: 1 INVITE\r\nm: <sip:10.0.0.1>\r\nl: 0\r\n\r\n"
REGISTERED = (
    b"SIP/2.0 200 OK\r\nCSeq: 7 REGISTER\r\nContact: <sip:u1@10.0.0.9>\r\nContent-Length: 0\r\n\r\n"
)
PING = b"\r\n\r\n"


@given(st.lists(st.sampled_from([INVITE, COMPACT, REGISTERED]), max_size=6), st.data())
def test_however_it_is_cut_the_messages_come_out_whole(
    messages: list[bytes], data: st.DataObject
) -> None:
    stream = PING.join([b"", *messages])
    framer, pieces = Framer(), []
    while stream:
        size = data.draw(st.integers(1, len(stream)))
        pieces += framer.feed(stream[:size])
        stream = stream[size:]
    assert [piece for piece in pieces if piece.strip()] == messages
    assert b"".join(pieces) == PING.join([b"", *messages])


def test_a_body_that_looks_like_a_header_is_a_body() -> None:
    message = b"MESSAGE sip:a SIP/2.0\r\nContent-Length: 21\r\n\r\nContent-Length: 9\r\n\r\n"
    assert Framer().feed(message) == [message]


@pytest.mark.parametrize(
    "stream",
    [
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"INVITE sip:a SIP/2.0\r\nContent-Length: -1\r\n\r\n",
        b"INVITE sip:a SIP/2.0\r\nContent-Length: 99999999\r\n\r\n",
        b"x" * (MAX_MESSAGE + 1),
    ],
    ids=["no length", "negative", "enormous", "endless"],
)
def test_what_is_not_sip_ends_the_connection(stream: bytes) -> None:
    with pytest.raises(BadStream):
        Framer().feed(stream)


@given(st.binary(max_size=300))
def test_noise_is_passed_on_as_it_is_or_refused(noise: bytes) -> None:
    framer = Framer()
    try:
        pieces = framer.feed(noise)
    except BadStream:
        return
    assert noise.startswith(b"".join(pieces))


@pytest.mark.parametrize("message", [INVITE, COMPACT])
def test_a_dialog_is_routed_through_us(message: bytes) -> None:
    routed = route_through(message, OURS)
    assert routed.split(b"\r\n")[1] == b"Record-Route: <" + OURS + b">"
    assert hide_route(routed, OURS) == message


@pytest.mark.parametrize(
    "message",
    [REGISTERED, b"SIP/2.0 404 Not Found\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n"],
    ids=["register", "no contact"],
)
def test_what_starts_no_dialog_is_left_alone(message: bytes) -> None:
    assert route_through(message, OURS) == message


def test_routes_of_others_stay() -> None:
    message = (
        b"BYE sip:a SIP/2.0\r\nRoute: <" + OURS + b">\r\nRoute: <sip:proxy.example;lr>\r\n"
        b"Content-Length: 0\r\n\r\n"
    )
    hidden = hide_route(message, OURS)
    assert b"proxy.example" in hidden
    assert OURS not in hidden


def test_a_body_may_name_us() -> None:
    message = b"MESSAGE sip:a SIP/2.0\r\nl: 45\r\n\r\nRoute: <" + OURS + b">"
    assert hide_route(message, OURS) == message
