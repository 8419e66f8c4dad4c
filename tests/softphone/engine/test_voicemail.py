"""Voicemail as people meet it, with sound: a service's is everybody's of it, one's own greeting is
heard, limits hold."""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pbx_config.layout import Layout
from pbx_config.model import Queue, Voicemail
from softphone import protocol
from softphone.engine_process import EngineProcess
from tests.softphone.engine.conftest import Pbx, running
from tests.softphone.engine.dialogue import await_packets, ended, reached
from tests.support.exchange import small_exchange
from tests.support.sound import read_wav, tone_seconds

Phone = Callable[..., EngineProcess]

LONGEST, MOST = 6, 2


@pytest.fixture(scope="module")
def pbx() -> Iterator[Pbx]:
    """Marie and Julien answer for Population 2900, Amélie for Travaux; messages are short."""
    with tempfile.TemporaryDirectory(prefix="allo-") as folder:
        layout = Layout(Path(folder))
        exchange = small_exchange(layout.root, users=3)
        queues = (
            replace(exchange.queues[0], members=("u1", "u2")),
            Queue("travaux", "Travaux", "2901", None, "ringall", ("u3",)),
        )
        limits = Voicemail(max_seconds=LONGEST, max_messages=MOST)
        with running(replace(exchange, queues=queues, voicemail=limits), layout) as pbx:
            yield pbx


def box(pbx: Pbx, number: str) -> Path:
    return pbx.asterisk.layout.spool / "voicemail" / "default" / number


def waits(phone: EngineProcess, new: int) -> None:
    """So many new messages, says the phone's lamp."""
    phone.wait(protocol.Voicemail, lambda fact: fact.new == new)


def leave(phone: EngineProcess, number: str, seconds: float = 4) -> None:
    """Skip the greeting, say one's tone, hang up."""
    phone.send(protocol.Dial(call="leave", to=f"*98{number}"))
    reached(phone, "leave", "connected")
    await_packets(phone, "leave", 50)
    phone.send(protocol.Dtmf(call="leave", digits="#"))
    await_packets(phone, "leave", int(seconds * 50) + 50)
    phone.send(protocol.Hangup(call="leave"))
    ended(phone, "leave")


def press(phone: EngineProcess, call: str, digits: str, seconds: float = 1) -> None:
    """A key, and time to hear what it does."""
    phone.send(protocol.Dtmf(call=call, digits=digits))
    await_packets(phone, call, int(seconds * 50))


def test_a_services_message_is_every_members_until_one_has_dealt_with_it(
    phone: Phone, pbx: Pbx, tmp_path: Path
) -> None:
    marie, julien, sophie = phone(1), phone(2), phone(3, hz=700)
    for member in (marie, julien):
        member.rewind()
        waits(member, 0)
    leave(sophie, "2900")
    waits(marie, 1)
    waits(julien, 1)
    marie.send(protocol.Dial(call="c", to="*972900"))
    reached(marie, "c", "connected")
    await_packets(marie, "c", 100)
    press(marie, "c", "1", seconds=16)  # new messages: when it came, then itself
    press(marie, "c", "7", seconds=2)  # delete
    marie.send(protocol.Hangup(call="c"))
    ended(marie, "c")
    waits(marie, 0)
    waits(julien, 0)
    sophies = [fact for fact in sophie.facts if isinstance(fact, protocol.Voicemail)]
    assert all(fact.new == 0 for fact in sophies), "it is no affair of hers"
    marie.close()
    assert tone_seconds(tmp_path / "heard-1.wav", 700) > 2
    assert list(box(pbx, "2900").glob("INBOX/msg*")) == []


def test_a_greeting_is_recorded_and_the_next_caller_hears_it(
    phone: Phone, pbx: Pbx, tmp_path: Path
) -> None:
    marie = phone(1, hz=900)
    marie.send(protocol.Dial(call="c", to="*98"))
    reached(marie, "c", "connected")
    await_packets(marie, "c", 100)
    press(marie, "c", "0", seconds=2)  # options
    press(marie, "c", "1", seconds=2)  # the greeting
    greeting = box(pbx, "2001") / "unavail.wav"
    for _ in range(30):  # what to do is said first
        await_packets(marie, "c", 25)
        if list(greeting.parent.glob("unavail*")):
            break
    await_packets(marie, "c", 200)
    press(marie, "c", "#", seconds=2)
    press(marie, "c", "1", seconds=4)  # keep it
    marie.send(protocol.Hangup(call="c"))
    ended(marie, "c")
    assert tone_seconds(greeting, 900) > 2
    marie.close()

    julien = phone(2)
    julien.send(protocol.Dial(call="call", to="2001"))
    reached(julien, "call", "connected")
    await_packets(julien, "call", 150)
    julien.send(protocol.Hangup(call="call"))
    ended(julien, "call")
    julien.close()
    assert tone_seconds(tmp_path / "heard-2.wav", 900) > 1.5


def test_a_message_has_an_end_and_so_has_a_box(phone: Phone, pbx: Pbx) -> None:
    sophie = phone(3)
    for _ in range(MOST):
        leave(sophie, "2002", seconds=LONGEST + 3)
    sophie.send(protocol.Dial(call="full", to="*982002"))
    ended(sophie, "full", timeout=30)  # is told so, and that is all
    sounds = sorted(box(pbx, "2002").glob("INBOX/msg*.wav"))
    assert len(sounds) == MOST
    for sound in sounds:
        samples, rate = read_wav(sound)
        assert LONGEST - 1 < len(samples) / rate < LONGEST + 1
