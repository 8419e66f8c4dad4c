"""Ours beside other makers' softphones, through a real Asterisk, with everything as in the field:
ours on TLS 1.3 and SHA-256, theirs on the port for other makers with what they know, all sound
encrypted. What is asked of one is asked of all, and in both directions.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Literal

import pytest

from pbx_config.layout import Layout
from softphone import protocol
from softphone.engine_process import EngineProcess
from tests.softphone.engine.conftest import Pbx, running, tone_into
from tests.softphone.engine.dialogue import await_packets, ended, reached, stats
from tests.support.exchange import make_user, password_of, small_exchange
from tests.support.peers import Baresip, Linphone, OtherPhone, SipAccount
from tests.support.sound import (
    dominant_frequency,
    heard_seconds,
    level,
    read_wav,
    tone_seconds,
    write_wav,
)

Phone = Callable[..., EngineProcess]
Other = Callable[..., OtherPhone]

OURS_HZ, THEIRS_HZ = 500.0, 700.0
MODELS: dict[str, type[OtherPhone]] = {"2003": Baresip, "2004": Linphone}

number = pytest.mark.parametrize("number", MODELS, ids=[model.name for model in MODELS.values()])
by = pytest.mark.parametrize("by", ["us", "it"])
By = Literal["us", "it"]


@pytest.fixture(scope="module")
def pbx() -> Iterator[Pbx]:
    """Marie (2001) and Julien (2002) have ours; the others are third-party phones."""
    with tempfile.TemporaryDirectory(prefix="allo-") as folder:
        layout = Layout(Path(folder))
        users = (
            make_user(1, "Marie Dupont"),
            make_user(2, "Julien Marchal"),
            make_user(3, "Amélie Noël", kind="sip"),
            make_user(4, "Şirin Öztürk", kind="sip"),
        )
        with running(small_exchange(layout.root, users), layout) as pbx:
            yield pbx


@pytest.fixture
def other(pbx: Pbx, tmp_path: Path) -> Iterator[Other]:
    """Start the phone of an extension, and wait until it is registered."""
    with ExitStack() as stack:

        def start(number: str, hz: float = THEIRS_HZ) -> OtherPhone:
            user, model = f"u{int(number) - 2000}-1", MODELS[number]
            network = pbx.exchange.network
            account = SipAccount(
                # baresip does not read the hosts file; linphonec compares names only.
                host="127.0.0.1" if model is Baresip else network.host,
                port=network.sip_tls_port,
                user=user,
                secret=password_of(user),
                ca_file=pbx.exchange.certificates.ca,
            )
            phone = stack.enter_context(model(tmp_path / model.name, account, hz))
            phone.await_registered()
            return phone

        yield start


def talk(ours: EngineProcess, its: OtherPhone, number: str, by: By) -> str:
    """Dial, ring, answer, both ways secure and wideband; returns our key."""
    if by == "us":
        key = "c"
        ours.send(protocol.Dial(call=key, to=number))
        assert "2001" in its.await_ringing()
        its.answer()
    else:
        its.dial("2001")
        incoming = ours.wait(protocol.Incoming)
        assert incoming.number == number
        key = incoming.call
        ours.send(protocol.Answer(call=key))
    its.await_talking()
    reached(ours, key, "connected")
    now = await_packets(ours, key, 25)
    assert (now.codec, now.srtp) == ("G722/16000", "AES_CM_128_HMAC_SHA1_80")
    its.await_sound()
    return key


def hear(ours: EngineProcess, key: str, file: Path) -> str:
    """What half a second sounds like."""
    ours.send(tone_into(file, OURS_HZ))
    await_packets(ours, key, 25)
    ours.send(protocol.Sound(source="tone", tone_hz=OURS_HZ, sink="nothing"))
    stats(ours, key)  # it does one thing after the other, so the file is complete
    heard, rate = read_wav(file)
    its = heard_seconds(heard, rate, THEIRS_HZ)
    if its:
        return "its tone" if its > 0.2 else "a change"
    return "music" if level(heard) > -50 else "silence"


def await_hearing(ours: EngineProcess, key: str, file: Path, what: str) -> None:
    """Listen until that is heard."""
    deadline = time.monotonic() + 10
    while (heard := hear(ours, key, file)) != what:
        assert time.monotonic() < deadline, f"{heard} instead of {what}"


@number
@by
def test_call(phone: Phone, other: Other, number: str, by: By, tmp_path: Path) -> None:
    ours, its = phone(1, hz=OURS_HZ), other(number)
    key = talk(ours, its, number, by)
    if by == "us":
        ours.send(protocol.Hangup(call=key))
    else:
        its.hang_up()
    its.await_ended()
    assert ended(ours, key).why == "normal"
    assert ours.close() == 0
    assert tone_seconds(tmp_path / "heard-1.wav", THEIRS_HZ) > 0.2
    assert tone_seconds(its.heard(), OURS_HZ) > 0.2


@number
@by
def test_hold(phone: Phone, other: Other, number: str, by: By, tmp_path: Path) -> None:
    """``by``: who lets the other wait."""
    ours, its = phone(1, hz=OURS_HZ), other(number)
    key = talk(ours, its, number, "it" if by == "us" else "us")
    file = tmp_path / "now.wav"
    if by == "us":
        ours.send(protocol.Hold(call=key, on=True))
        assert ours.wait(protocol.Held).here
        its.await_sound()  # the PBX's: we send nothing
        ours.send(protocol.Hold(call=key, on=False))
        assert not ours.wait(protocol.Held).here
    else:
        its.hold(True)
        await_hearing(ours, key, file, "music")
        its.hold(False)
    await_hearing(ours, key, file, "its tone")
    its.await_sound()
    ours.send(protocol.Hangup(call=key))
    its.await_ended()
    if number != "2003":  # baresip counts what comes after a re-INVITE, and no longer records it
        heard, rate = read_wav(its.heard())
        end = write_wav(tmp_path / "end.wav", heard[-rate // 2 :], rate)
        # Not pure: after the PBX's music linphonec corrects its delay in jumps, for some seconds.
        assert abs(dominant_frequency(end) - OURS_HZ) < 15


@number
def test_keys(phone: Phone, other: Other, number: str) -> None:
    ours, its = phone(1), other(number)
    key = talk(ours, its, number, "us")
    for digit in "1#":
        ours.send(protocol.Dtmf(call=key, digits=digit))
        assert its.await_pressed() == digit
        its.press(digit)
        assert ours.wait(protocol.Pressed).digit == digit
    assert len([fact for fact in ours.facts if isinstance(fact, protocol.Pressed)]) == 2


@number
@by
def test_blind_transfer(phone: Phone, other: Other, number: str, by: By) -> None:
    """``by``: who hands the other on, to Julien."""
    ours, julien, its = phone(1), phone(2), other(number)
    key = talk(ours, its, number, "it" if by == "us" else "us")
    if by == "us":
        ours.send(protocol.Transfer(call=key, to="2002"))
    else:
        its.transfer("2002")
    call = julien.wait(protocol.Incoming)
    assert call.number == (number if by == "us" else "2001")
    julien.send(protocol.Answer(call=call.call))
    reached(julien, call.call, "connected")
    await_packets(julien, call.call, 25)
    if by == "us":
        ours.wait(protocol.Transferred, lambda fact: fact.state == "done")
        assert ended(ours, key).why == "normal"
        its.await_sound()
        its.hang_up()
        its.await_ended()
    else:
        its.await_ended()
        await_packets(ours, key, 25)
        ours.send(protocol.Hangup(call=key))
    ended(julien, call.call)


@pytest.mark.parametrize(
    ("caller", "callee"), [("2003", "2004"), ("2004", "2003")], ids=["baresip", "linphonec"]
)
def test_the_others_with_each_other(phone: Phone, other: Other, caller: str, callee: str) -> None:
    marie = phone(1)
    one, two = other(caller, hz=700.0), other(callee, hz=900.0)
    one.dial(callee)
    assert caller in two.await_ringing()
    two.answer()
    for its in (one, two):
        its.await_talking()
        its.await_sound()
    for its, far in ((one, two), (two, one)):
        its.press("5")
        assert far.await_pressed() == "5"
        its.hold(True)
        its.hold(False)
    for its in (one, two):
        its.await_sound()
    one.transfer("2001")
    call = marie.wait(protocol.Incoming)
    assert call.number == callee
    marie.send(protocol.Answer(call=call.call))
    one.await_ended()
    await_packets(marie, call.call, 25)
    two.hang_up()
    ended(marie, call.call)
    assert tone_seconds(one.heard(), 900.0) > 0.2
