"""Calls over a real-time virtual sound card, and without any."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from softphone import protocol
from softphone.engine_process import EngineProcess
from tests.softphone.engine.conftest import NewEngine, Pbx, tone_into
from tests.softphone.engine.dialogue import await_packets, ended, reached, stats, talk
from tests.support import sound

Phone = Callable[..., EngineProcess]

pytestmark = pytest.mark.alone

JACK = "JACK Audio Connection Kit"
NO_JACK = {"JACK_DEFAULT_SERVER": "allo-no-such-server", "JACK_NO_START_SERVER": "1"}


@pytest.fixture
def card() -> Iterator[sound.SoundCard]:
    with sound.sound_card() as card:
        yield card


def test_microphone_of_one_to_speaker_of_the_other(phone: Phone, card: sound.SoundCard) -> None:
    marie = phone(1, environment=card.environment)
    julien = phone(2, environment=card.environment)
    key = talk(marie, julien, to="2002")
    with card.patch() as patch:
        microphones, speakers = {}, {}
        for each in (marie, julien):
            before = patch.ports("out"), patch.ports("in")
            each.send(protocol.Sound())
            state = each.wait(protocol.SoundState)
            assert state.device, state.problem
            assert state.input == state.output == f"system, {JACK}"
            # A program's input port is what its microphone hears.
            (microphones[each],) = patch.await_ports("in", before[1])
            (speakers[each],) = patch.await_ports("out", before[0])
        patch.play(sound.tone(440, 1.0, card.rate), into=microphones[marie])
        await_packets(julien, key, 20)
        at_julien = patch.record(speakers[julien], 4.0)
        patch.play(sound.tone(1000, 1.0, card.rate), into=microphones[julien])
        await_packets(marie, "c", 20)
        at_marie = patch.record(speakers[marie], 4.0)
    assert sound.heard_seconds(at_julien, card.rate, 440) >= 3
    assert sound.heard_seconds(at_marie, card.rate, 1000) >= 3
    assert sound.level(at_marie) == pytest.approx(-15, abs=1.5), "−12 dBFS sine, unchanged"
    marie.send(protocol.Hangup(call="c"))
    ended(julien, key)
    with card.patch() as patch:
        patch.await_none()  # no stream without a call


def test_an_incoming_call_rings_aloud_until_somebody_answers(
    engine: NewEngine, phone: Phone, pbx: Pbx, card: sound.SoundCard
) -> None:
    marie = engine("marie", environment=card.environment)
    marie.send(pbx.account(1))
    marie.wait(protocol.Registration, lambda f: f.state == "registered")
    julien = phone(2)
    julien.send(protocol.Dial(call="c", to="2001"))
    key = marie.wait(protocol.Incoming).call
    with card.patch() as patch:
        (speaker,) = patch.await_ports("out", set())
        rung = patch.record(speaker, 4.0)
        assert not patch.ports("in"), "nobody listens to the room yet"
        loud = [sound.level(part) > -30 for part in np.array_split(rung, 40)]
        assert 8 <= sum(loud) <= 11, "one second in four"
        marie.send(protocol.Answer(call=key))
        reached(marie, key, "connected")
        assert marie.wait(protocol.SoundState).device, "the ring made room for the call"
        (speaker,) = patch.ports("out")
        await_packets(marie, key, 20)
        heard = patch.record(speaker, 2.0)
        assert sound.heard_seconds(heard, card.rate, 500) >= 1.8, "julien, and no ring"
        julien.send(protocol.Hangup(call="c"))
        ended(marie, key)
        patch.await_none()


def test_a_ring_stops_when_the_caller_gives_up(
    engine: NewEngine, phone: Phone, pbx: Pbx, card: sound.SoundCard
) -> None:
    marie = engine("marie", environment=card.environment)
    marie.send(pbx.account(1))
    marie.wait(protocol.Registration, lambda f: f.state == "registered")
    julien = phone(2)
    julien.send(protocol.Dial(call="c", to="2001"))
    key = marie.wait(protocol.Incoming).call
    with card.patch() as patch:
        patch.await_ports("out", set())
        julien.send(protocol.Hangup(call="c"))
        ended(marie, key)
        patch.await_none()


def test_a_device_is_chosen_by_name(engine: NewEngine, card: sound.SoundCard) -> None:
    phone = engine(environment=card.environment)
    phone.send(protocol.Sound(input_device=f"system, {JACK}", output_device=f"system, {JACK}"))
    assert phone.wait(protocol.SoundState).device
    phone.send(protocol.Sound(input_device="Casque, ALSA", output_device=f"system, {JACK}"))
    state = phone.wait(protocol.SoundState)
    assert not state.device
    assert "'Casque, ALSA' is not there" in state.problem
    assert state.output == f"system, {JACK}", "the other side is usable"


def test_without_a_sound_device_calls_go_on(
    engine: NewEngine, phone: Phone, pbx: Pbx, tmp_path: Path
) -> None:
    marie = engine("silent", environment=NO_JACK)
    marie.send(pbx.account(1))
    state = marie.wait(protocol.SoundState)
    assert not state.device
    assert "no sound input device" in state.problem
    marie.rewind()
    marie.wait(protocol.Registration, lambda f: f.state == "registered")
    julien = phone(2, hz=1000)
    key = talk(marie, julien, to="2002")
    assert not marie.wait(protocol.SoundState).device
    now = await_packets(julien, key, 50)
    assert now.received > 40, "silence is sent all the same"
    assert stats(marie, "c").received > 40
    assert "ALSA" not in marie.stderr
    marie.send(protocol.Hangup(call="c"))
    ended(julien, key)


def test_without_portaudio_calls_go_on(engine: NewEngine, pbx: Pbx, tmp_path: Path) -> None:
    # The narrowest seam: a sounddevice that cannot load its library, as on a bare machine.
    (tmp_path / "sounddevice.py").write_text("raise OSError('PortAudio library not found')\n")
    marie = engine("bare", environment={"PYTHONPATH": str(tmp_path)})
    marie.send(protocol.Sound())
    state = marie.wait(protocol.SoundState)
    assert (state.device, state.problem) == (
        False,
        "PortAudio is not usable: PortAudio library not found",
    )
    marie.send(pbx.account(1))
    marie.wait(protocol.Registration, lambda f: f.state == "registered")
    marie.send(protocol.Dial(call="c", to="*43"))
    reached(marie, "c", "connected")


@pytest.mark.parametrize(
    ("choice", "word"),
    [
        (protocol.Sound(source="tone", tone_hz=99999), "tone_hz"),
        (protocol.Sound(source="file", source_file="/nowhere.wav"), "/nowhere.wav"),
        (protocol.Sound(sink="file", sink_file="/no/such/folder/a.wav"), "/no/such/folder"),
        (protocol.Sound(sink="file"), "sink_file"),
    ],
)
def test_impossible_choices_are_refused(
    engine: NewEngine, choice: protocol.Sound, word: str
) -> None:
    phone = engine()
    phone.send(choice)
    error = phone.wait(protocol.Error)
    assert error.command == "sound"
    assert word in error.message


def test_a_file_is_heard_at_the_other_end(phone: Phone, tmp_path: Path) -> None:
    marie, julien = phone(1), phone(2)
    said = sound.write_wav(tmp_path / "said.wav", sound.speech(2.0))
    marie.send(protocol.Sound(source="file", source_file=str(said), sink="nothing"))
    julien.send(tone_into(tmp_path / "heard.wav", 300))
    key = talk(marie, julien, to="2002")
    await_packets(julien, key, 150)
    marie.send(protocol.Hangup(call="c"))
    ended(julien, key)
    heard, rate = sound.read_wav(tmp_path / "heard.wav")
    assert sound.level(heard[rate:]) == pytest.approx(-20, abs=3)
