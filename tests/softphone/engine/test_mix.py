"""A conference of three on one phone: who hears whom, before, in it and after."""

from collections.abc import Callable
from pathlib import Path

import pytest

from softphone import protocol
from softphone.engine_process import EngineProcess
from tests.softphone.engine.dialogue import await_packets, ended, talk
from tests.support.sound import heard_seconds, read_wav, tone_seconds

Phone = Callable[..., EngineProcess]

pytestmark = pytest.mark.parametrize("wire", ["tls", "tls12"])


def last_second(file: Path, hz: float) -> float:
    """Seconds of a tone in the last second of a finished recording."""
    heard, rate = read_wav(file)
    return heard_seconds(heard[-rate:], rate, hz)


@pytest.fixture
def three(phone: Phone) -> tuple[EngineProcess, EngineProcess, EngineProcess, str, str]:
    """Marie, silent, holds Julien (440 Hz) and talks with Sophie (1000 Hz); their keys."""
    marie, julien, sophie = phone(1), phone(2, hz=440), phone(3, hz=1000)
    marie.send(protocol.Sound(source="silence", sink="nothing"))
    his = talk(marie, julien, to="2002", call="julien")
    marie.send(protocol.Hold(call="julien", on=True))
    marie.wait(protocol.Held, lambda fact: fact.here)
    hers = talk(marie, sophie, to="2003", call="sophie")
    return marie, julien, sophie, his, hers


def test_all_three_hear_each_other(
    three: tuple[EngineProcess, EngineProcess, EngineProcess, str, str], tmp_path: Path
) -> None:
    marie, julien, sophie, his, hers = three
    marie.send(protocol.Mix(calls=("julien", "sophie")))
    assert marie.wait(protocol.Mixed).calls == ("julien", "sophie")
    marie.wait(protocol.Held, lambda fact: not fact.here)
    for phone, key in ((julien, his), (sophie, hers)):
        await_packets(phone, key, 150)
    for phone, key in ((julien, his), (sophie, hers)):
        phone.send(protocol.Hangup(call=key))
        ended(phone, key)
        assert phone.close() == 0
    assert marie.wait(protocol.Mixed).calls == ()
    assert tone_seconds(tmp_path / "heard-2.wav", 1000) >= 2.0
    assert tone_seconds(tmp_path / "heard-3.wav", 440) >= 2.0


def test_split_again_one_goes_on_and_the_other_waits(
    three: tuple[EngineProcess, EngineProcess, EngineProcess, str, str], tmp_path: Path
) -> None:
    marie, julien, sophie, his, hers = three
    marie.send(protocol.Mix(calls=("julien", "sophie")))
    marie.wait(protocol.Held, lambda fact: not fact.here)
    marie.send(protocol.Split(keep="sophie"))
    assert marie.wait(protocol.Mixed, lambda fact: not fact.calls)
    marie.wait(protocol.Held, lambda fact: fact.here and fact.call == "julien")
    await_packets(sophie, hers, 75)
    sophie.send(protocol.Hangup(call=hers))
    ended(marie, "sophie")
    assert sophie.close() == 0
    assert last_second(tmp_path / "heard-3.wav", 440) == 0, "Julien is heard no more"
    marie.send(protocol.Hold(call="julien", on=False))
    marie.wait(protocol.Held, lambda fact: not fact.here)
    await_packets(julien, his, 10)


def test_only_calls_that_talk_can_be_mixed(phone: Phone) -> None:
    marie, julien = phone(1), phone(2)
    talk(marie, julien, to="2002")
    marie.send(protocol.Mix(calls=("c", "d")))
    assert "no such call" in marie.wait(protocol.Error).message
    marie.send(protocol.Split(keep="c"))
    assert "no conference" in marie.wait(protocol.Error).message
