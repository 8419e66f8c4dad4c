"""Numbers to URIs and back; what comes from the network is cleaned."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softphone.engine.addresses import caller, clean, dial_uri, header, identity, server_uri


@pytest.mark.parametrize(
    ("to", "user"),
    [
        ("2014", "2014"),
        (" 071/12.34.56 ", "071123456"),
        ("+32 71 12-34-56", "071123456"),
        ("(071) 12 34 56", "071123456"),
        ("Tél. : 071/12.34.56 (bureau)", "071123456"),
        ("0033 1 23 45 67 89", "+33123456789"),
        ("*43", "*43"),
        ("#31#", "%2331%23"),
        ("a;b?c", "a%3Bb%3Fc"),
        ("a@b", "a%40b"),
        ("é", "%C3%A9"),
        ("a>b", "a%3Eb"),
    ],
)
def test_dialled(to: str, user: str) -> None:
    assert dial_uri(to, "pbx", 5061, "tls12") == f"sip:{user}@pbx:5061;transport=tls"


def test_through_our_tunnel_the_library_speaks_tcp() -> None:
    assert dial_uri("2014", "pbx", 5061, "tls") == "sip:2014@pbx:5061;transport=tcp"
    assert server_uri("pbx", 5061, "tls") == "sip:pbx:5061;transport=tcp"


def test_a_full_address_is_kept() -> None:
    assert dial_uri("sip:a@b.example;transport=tcp", "pbx", 1, "tls").startswith("sip:a@b.example")


@pytest.mark.parametrize(
    ("to", "why"),
    [
        ("", "no number"),
        ("  ", "no number"),
        ("1\r\n2", "control"),
        ("1\x002", "control"),
        ("1" * 300, "longer"),
        ("sips:a@b", "sips"),
        ("sip:a", "expected sip:user@host"),
        ("sip:a@b>\t", "control"),
        ("sip:a@b>;x", "expected sip:user@host"),
        ("./-", "no digit"),
    ],
)
def test_not_dialled(to: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        dial_uri(to, "pbx", 5061, "tls")


@given(st.text())
def test_no_text_escapes_the_user_part(to: str) -> None:
    try:
        uri = dial_uri(f"x{to}", "pbx", 5061, "tls")
    except ValueError:
        return
    assert uri.count("@") == 1
    assert uri.isascii()
    assert not set(uri) & set(' \r\n\t<>"')


@pytest.mark.parametrize(
    ("name_addr", "number", "name"),
    [
        ('"Dupont Marie" <sip:2001@pbx>;tag=1', "2001", "Dupont Marie"),
        ("Marie <sip:2001@pbx>", "2001", "Marie"),
        ("<sip:+32471@pbx;user=phone>", "+32471", ""),
        ("sip:2001@pbx", "2001", ""),
        ('"a \\"b\\" \\\\c" <sip:x@y>', "x", 'a "b" \\c'),
        ("<sip:pbx>", "", ""),
        ("<sip:%2331@pbx>", "#31", ""),
        ("", "", ""),
        ("nonsense", "", ""),
    ],
)
def test_caller(name_addr: str, number: str, name: str) -> None:
    assert caller(name_addr) == (number, name)


def test_bytes_that_are_not_utf8_become_question_marks() -> None:
    latin1 = b'"Andr\xe9" <sip:1@b>'.decode("utf-8", "surrogateescape")
    assert caller(latin1) == ("1", "Andr\ufffd")
    assert clean("a\x00b\x1b[31m") == "ab[31m"


def test_header() -> None:
    message = (
        "INVITE sip:a@b SIP/2.0\r\nX-Allo-Queue: etat-civil\r\nx-allo-call:node1-1.2\r\n"
        "Subject: two\r\n lines\r\n\r\nX-Body: no\r\n"
    )
    assert header(message, "X-Allo-Queue") == "etat-civil"
    assert header(message, "X-Allo-Call") == "node1-1.2"
    assert header(message, "Subject") == "two lines"
    assert header(message, "X-Body") == ""
    assert header(message, "INVITE sip") == ""


def test_identity() -> None:
    assert identity('Jo "x" \\', "u1-1", "pbx") == '"Jo \\"x\\" \\\\" <sip:u1-1@pbx>'
    assert identity("", "u1-1", "pbx") == "<sip:u1-1@pbx>"
    with pytest.raises(ValueError, match="control"):
        identity("a\r\nVia: x", "u", "h")
