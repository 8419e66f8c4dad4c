"""What goes over AMI's line, and what is read from it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pbx_config.ami.wire import Happening, Reply, decode, encode

texts = st.text(st.characters(codec="utf-8"), max_size=80)


@given(texts, st.sampled_from(["\r", "\n", "\0", "\r\n", "\r\n\r\n"]), texts)
def test_a_value_never_becomes_a_second_action(before: str, breaker: str, after: str) -> None:
    with pytest.raises(ValueError, match="line break"):
        encode("QueueWithdrawCaller", "1", {"Caller": before + breaker + after})


@given(texts, texts)
def test_an_action_has_one_line_per_field_and_one_end(first: str, second: str) -> None:
    try:
        packet = encode("Ping", "1", {"First": first, "Second": second})
    except ValueError:
        assert any(c in first + second for c in "\r\n\0")
        return
    assert packet.endswith(b"\r\n\r\n")
    assert packet.count(b"\r\n") == 5
    assert packet.count(b"\r\n\r\n") == 1 or not second


@pytest.mark.parametrize("field", ["Evil: x\r\nAction", "", "a b", "é:"])
def test_a_field_name_is_a_name(field: str) -> None:
    with pytest.raises(ValueError, match="AMI action"):
        encode("Ping", "1", {field: "x"})


def test_a_line_longer_than_asterisk_reads_is_refused_before_it_is_sent() -> None:
    encode("Ping", "1", {"A": "x" * 900})
    with pytest.raises(ValueError, match="longer"):
        encode("Ping", "1", {"A": "é" * 600})


def test_a_refusal_does_not_quote_the_secret() -> None:
    with pytest.raises(ValueError, match="Secret") as refused:
        encode("Login", "1", {"Secret": "hunter2\r\n"})
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85", "\v", "\f", "\x1c", "\n", "\r"])
def test_a_callers_name_adds_no_header(separator: str) -> None:
    packet = f"Event: QueueCallerJoin\r\nCallerIDName: x{separator}Uniqueid: evil\r\nUniqueid: good"
    happening = decode(packet.encode())
    assert isinstance(happening, Happening)
    assert happening.headers["Uniqueid"] == "good"
    assert set(happening.headers) == {"CallerIDName", "Uniqueid"}


def test_replies_and_events_are_told_apart() -> None:
    assert decode(b"Response: Error\r\nActionID: 7\r\nMessage: No such caller") == Reply(
        "Error", {"ActionID": "7", "Message": "No such caller"}
    )
    assert decode(b"Event: FullyBooted\r\nStatus: Fully Booted") == Happening(
        "FullyBooted", {"Status": "Fully Booted"}
    )
    assert decode(b"Something: else") is None


@given(st.binary(max_size=300))
def test_garbage_is_survived(packet: bytes) -> None:
    decode(packet)
    decode(b"Event: " + packet)
    decode(b"Response: " + packet)
