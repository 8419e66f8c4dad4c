"""Calls over a real-time virtual sound card, and without any."""

import signal
import time
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


RAW = protocol.Processing(echo=False, noise=False, gain=False, high_pass=False)


def test_microphone_of_one_to_speaker_of_the_other(phone: Phone, card: sound.SoundCard) -> None:
    marie = phone(1, environment=card.environment)
    julien = phone(2, environment=card.environment)
    key = talk(marie, julien, to="2002")
    with card.patch() as patch:
        microphones, speakers = {}, {}
        for each in (marie, julien):
            before = patch.ports("out"), patch.ports("in")
            each.send(RAW)
            each.send(protocol.Sound())
            state = each.wait(protocol.SoundState)
            assert state.device, state.problem
            assert state.input == state.output == state.ring == f"system, {JACK}"
            # A program's input port is what its microphone hears.
            (microphones[each],) = patch.await_ports("in", before[1])
            (speakers[each],) = patch.await_ports("out", before[0])
        patch.play(sound.tone(440, 1.0, card.rate), into=microphones[marie])
        await_packets(julien, key, 20)
        at_julien = patch.record(speakers[julien], 4.0)
        patch.play(sound.tone(1000, 1.0, card.rate), into=microphones[julien])
        await_packets(marie, "c", 20)
        at_marie = patch.record(speakers[marie], 4.0)
    assert sound.heard_seconds(at_julien, card.rate, 440) >= 2.5
    assert sound.heard_seconds(at_marie, card.rate, 1000) >= 2.5
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
        rung = patch.record(speaker, 6.0)
        assert not patch.ports("in"), "nobody listens to the room yet"
        levels = [sound.level(part) for part in np.array_split(rung, 60)]
        assert max(levels[:10]) + 6 < max(levels[30:]), "it rises"
        assert max(levels) > -25
        assert min(levels) < -60, "with pauses"
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
    assert state.device
    assert state.missing == ("Casque, ALSA",)
    assert state.input == state.output == f"system, {JACK}", "the system's stands in"


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


HEADSET = "Casque é"
BESIDE = f"{HEADSET}, {JACK}"
SYSTEM = f"system, {JACK}"


def test_a_headset_pulled_out_and_plugged_in_again_during_a_call(
    phone: Phone, card: sound.SoundCard
) -> None:
    marie = phone(1, environment=card.environment)
    julien = phone(2, hz=500)
    key = talk(marie, julien, to="2002")
    with card.patch() as patch:
        with patch.plugged(HEADSET) as headset:
            marie.wait(protocol.Devices, lambda f: any(d.name == BESIDE for d in f.devices))
            marie.send(protocol.Sound(input_device=BESIDE, output_device=BESIDE))
            marie.wait(protocol.SoundState, lambda f: f.input == f.output == BESIDE)
            headset.await_use((True, True))
            await_packets(julien, key, 20)
        pulled = time.monotonic()
        state = marie.wait(protocol.SoundState, lambda f: f.output == SYSTEM, timeout=3)
        assert time.monotonic() - pulled < 1.5, "within a second, and a slow machine's rest"
        assert (state.device, state.missing, state.input) == (True, (BESIDE,), SYSTEM)
        (speaker,) = patch.await_ports("out", set())
        heard = patch.record(speaker, 2.0)
        assert sound.heard_seconds(heard, card.rate, 500) >= 1.7, "julien goes on"
        with patch.plugged(HEADSET) as headset:
            assert headset.await_use((True, True), timeout=3) < 1.5
            state = marie.wait(protocol.SoundState, lambda f: f.output == BESIDE)
            assert (state.input, state.missing) == (BESIDE, ())
    assert not [f for f in marie.facts if isinstance(f, protocol.Fault)]


def test_another_headset_that_nobody_chose_is_told_and_changes_nothing(
    phone: Phone, card: sound.SoundCard
) -> None:
    marie = phone(1, environment=card.environment)
    julien = phone(2, hz=500)
    marie.send(protocol.Sound())
    talk(marie, julien, to="2002")
    with card.patch() as patch:
        (speaker,) = patch.await_ports("out", set())
        with patch.plugged(HEADSET) as headset:
            marie.wait(protocol.Devices, lambda f: any(d.name == BESIDE for d in f.devices))
            heard = patch.record(speaker, 2.0)
            assert headset.used == (False, False)
    assert sound.heard_seconds(heard, card.rate, 500) >= 1.9, "not even a gap"


def test_each_role_has_its_own_device(
    engine: NewEngine, phone: Phone, pbx: Pbx, card: sound.SoundCard
) -> None:
    with card.patch() as patch, patch.plugged("Casque") as headset, patch.plugged("Boîte") as box:
        marie = engine("marie", environment=card.environment)
        marie.send(
            protocol.Sound(
                input_device=f"Casque, {JACK}", output_device=SYSTEM, ring_device=f"Boîte, {JACK}"
            )
        )
        state = marie.wait(protocol.SoundState)
        assert (state.input, state.output, state.ring, state.missing) == (
            f"Casque, {JACK}",
            SYSTEM,
            f"Boîte, {JACK}",
            (),
        )
        marie.send(pbx.account(1))
        marie.wait(protocol.Registration, lambda f: f.state == "registered")
        julien = phone(2)
        julien.send(protocol.Dial(call="c", to="2001"))
        key = marie.wait(protocol.Incoming).call
        box.await_use((False, True))
        assert headset.used == (False, False)
        marie.send(protocol.Answer(call=key))
        headset.await_use((True, False))
        box.await_use((False, False))
        julien.send(protocol.Hangup(call="c"))
        ended(marie, key)
        headset.await_use((False, False))


def test_a_card_that_stands_still_is_opened_again(phone: Phone, card: sound.SoundCard) -> None:
    marie = phone(1, environment=card.environment)
    julien = phone(2, hz=500)
    marie.send(protocol.Sound())
    talk(marie, julien, to="2002")
    with card.patch() as patch:
        (speaker,) = patch.await_ports("out", set())
        heard = patch.record(speaker, 1.0)
        assert sound.heard_seconds(heard, card.rate, 500) >= 0.5
    with card.still():
        time.sleep(2.5)  # the standstill itself
    fault = marie.wait(protocol.Fault, timeout=15)
    assert "no sound for a second" in fault.message
    with card.patch() as patch:
        (speaker,) = patch.await_ports("out", set())
        heard = patch.record(speaker, 2.0)
    assert sound.heard_seconds(heard, card.rate, 500) >= 1.7
    assert stats(marie, "c").received > 100


def test_a_driver_that_hangs_is_told_of_and_the_call_goes_on(
    phone: Phone, card: sound.SoundCard
) -> None:
    """A real one: PortAudio waits for JACK's answer, in closing and in opening."""
    marie = phone(1, environment=card.environment)
    julien = phone(2, hz=500)
    marie.send(protocol.Sound())
    key = talk(marie, julien, to="2002")
    with card.patch() as patch:
        (speaker,) = patch.await_ports("out", set())
        heard = patch.record(speaker, 1.0)
        assert sound.heard_seconds(heard, card.rate, 500) >= 0.5
    with card.still():
        began = time.monotonic()
        hangs = marie.wait(protocol.SoundState, lambda f: not f.device, timeout=9)
        assert hangs.problem == "the sound system does not answer"
        assert 5 < time.monotonic() - began < 8
        await_packets(marie, "c", 50)
        await_packets(julien, key, 50)
    # That it is heard again shows a shorter standstill: after this one jackd itself takes its time.
    assert marie.wait(protocol.SoundState, lambda f: f.device, timeout=15).output == SYSTEM


def test_a_card_that_dies_in_a_call(phone: Phone) -> None:
    """PortAudio waits for the dead server's last word when it is to close a stream: for minutes."""
    with sound.sound_card() as card:
        marie = phone(1, environment=card.environment)
        julien = phone(2, hz=500)
        marie.send(protocol.Sound())
        key = talk(marie, julien, to="2002")
        with card.patch() as patch:
            (speaker,) = patch.await_ports("out", set())
            heard = patch.record(speaker, 1.0)
            assert sound.heard_seconds(heard, card.rate, 500) >= 0.5
    state = marie.wait(protocol.SoundState, lambda f: not f.device)
    assert state.problem == "the sound system does not answer"
    await_packets(marie, "c", 50)
    await_packets(julien, key, 50)
    began = time.monotonic()
    marie.send(protocol.Quit())
    assert marie.process.wait(5) == 0
    assert time.monotonic() - began < 2


def test_an_engine_whose_driver_hangs_ends_in_time(phone: Phone, card: sound.SoundCard) -> None:
    marie = phone(1, environment=card.environment)
    julien = phone(2, hz=500)
    key = talk(marie, julien, to="2002")
    with card.still():
        marie.send(protocol.Sound())
        marie.wait(protocol.SoundState, lambda f: "does not answer" in f.problem, timeout=9)
        began = time.monotonic()
        marie.send(protocol.Quit())
        assert marie.process.wait(5) == 0
        assert time.monotonic() - began < 2
        assert ended(julien, key).why == "normal"


def test_a_call_goes_on_when_the_machine_slept(phone: Phone, card: sound.SoundCard) -> None:
    """SIGSTOP and SIGCONT: to the process a suspend looks the same."""
    marie = phone(1, environment=card.environment)
    julien = phone(2, hz=500)
    marie.send(protocol.Sound())
    key = talk(marie, julien, to="2002")
    with card.patch() as patch:
        patch.await_ports("out", set())
        marie.process.send_signal(signal.SIGSTOP)
        time.sleep(4)  # the sleep itself
        before = patch.opened
        marie.process.send_signal(signal.SIGCONT)
        patch.await_opened(before + 2)
        await_packets(marie, "c", 50)
        await_packets(julien, key, 50)
        (speaker,) = patch.await_ports("out", set())
        heard = patch.record(speaker, 3.0)
    assert sound.heard_seconds(heard, card.rate, 500) >= 2.5
    assert not [f for f in marie.facts if isinstance(f, protocol.Fault)], "nothing is broken"


@pytest.mark.parametrize("rate", [44_100, 48_010])
def test_a_card_with_another_rate_alone(phone: Phone, rate: int, tmp_path: Path) -> None:
    with sound.sound_card(rate, rate // 100) as card, card.patch() as patch:
        marie = phone(1, environment=card.environment)
        julien = phone(2, hz=500)
        marie.send(RAW)
        marie.send(protocol.Sound())
        key = talk(marie, julien, to="2002")
        (microphone,) = patch.await_ports("in", set())
        (speaker,) = patch.await_ports("out", set())
        patch.play(sound.tone(1000, 1.0, card.rate), into=microphone)
        await_packets(julien, key, 50)
        heard = patch.record(speaker, 3.0)
        assert sound.heard_seconds(heard, card.rate, 500) >= 2.8
        marie.send(protocol.Hangup(call="c"))
        ended(julien, key)
    assert sound.tone_seconds(tmp_path / "heard-2.wav", 1000) >= 3


def test_ringback_and_the_tone_of_a_call_that_came_to_nothing(
    phone: Phone, card: sound.SoundCard
) -> None:
    marie = phone(1, environment=card.environment)
    julien = phone(2, hz=700)
    marie.send(protocol.Sound())
    marie.send(protocol.Dial(call="c", to="2002"))
    key = julien.wait(protocol.Incoming).call
    with card.patch() as patch:
        (speaker,) = patch.await_ports("out", set())
        assert not patch.ports("in"), "nobody listens to the room yet"
        heard = patch.record(speaker, 4.0)
        assert 0.8 <= sound.heard_seconds(heard, card.rate, 425) <= 1.2, "one second in four"
        marie.send(protocol.Hangup(call="c"))
        ended(julien, key)
        patch.await_none()
        marie.send(protocol.Dial(call="d", to="2999"))
        assert ended(marie, "d").why == "not_found"
        (speaker,) = patch.await_ports("out", set())
        heard = patch.record(speaker, 2.0)
        assert -22 < sound.narrow(heard, card.rate, 425) < -15, "half the time: congestion"
        patch.await_none(timeout=8)


def test_a_second_call_beeps_softly(phone: Phone, card: sound.SoundCard) -> None:
    marie = phone(1, environment=card.environment)
    julien, chloe = phone(2, hz=500), phone(3)
    marie.send(protocol.Sound())
    talk(marie, julien, to="2002")
    with card.patch() as patch:
        (speaker,) = patch.await_ports("out", set())
        chloe.send(protocol.Dial(call="c", to="2001"))
        second = marie.wait(protocol.Incoming).call
        heard = patch.record(speaker, 4.1)
        beeps = sound.narrow(heard, card.rate, 1400)
        assert -40 < beeps < -35, "0.35 s of −27 dBFS in 4.1 s, beside julien"
        marie.send(protocol.Reject(call=second))
        ended(marie, second)  # chloe goes on to the voicemail
        after = patch.record(speaker, 4.6)[card.rate // 2 :]  # a beep may just have been under way
        assert sound.narrow(after, card.rate, 1400) < -50


def test_trying_the_devices(engine: NewEngine, card: sound.SoundCard) -> None:
    marie = engine("marie", environment=card.environment)
    marie.send(RAW)
    marie.send(protocol.SoundTest(what="speaker"))
    with card.patch() as patch:
        assert marie.wait(protocol.Tested).state == "playing"
        (speaker,) = patch.await_ports("out", set())
        assert sound.level(patch.record(speaker, 1.0)) > -35
        assert marie.wait(protocol.Tested).state == "done"
        patch.await_none()
        marie.send(protocol.SoundTest(what="ring"))
        assert marie.wait(protocol.Tested, lambda f: f.what == "ring").state == "playing"
        (speaker,) = patch.await_ports("out", set())
        assert sound.level(patch.record(speaker, 1.0)) > -35
        assert marie.wait(protocol.Tested).state == "done"
        patch.await_none()
        marie.send(protocol.SoundTest(what="microphone"))
        assert marie.wait(protocol.Tested).state == "recording"
        (microphone,) = patch.await_ports("in", set())
        patch.play(sound.tone(600, 1.0, card.rate), into=microphone)
        marie.wait(protocol.Tested, lambda f: f.state == "playing")
        (speaker,) = patch.await_ports("out", set())
        back = patch.record(speaker, 4.0)
        assert sound.heard_seconds(back, card.rate, 600) >= 3, "what it heard, played back"
        done = marie.wait(protocol.Tested)
        assert (done.state, round(done.level)) == ("done", -15)
        patch.await_none()


def test_meters_move_while_somebody_looks(engine: NewEngine, card: sound.SoundCard) -> None:
    marie = engine("marie", environment=card.environment)
    marie.send(RAW)
    marie.send(protocol.Meter(on=True))
    with card.patch() as patch:
        (microphone,) = patch.await_ports("in", set())
        patch.play(sound.tone(600, 1.0, card.rate, db=-20), into=microphone)
        marie.wait(protocol.Levels, lambda f: f.input == pytest.approx(-23, abs=0.5))
        marie.send(protocol.Meter(on=False))
        patch.await_none()


def test_a_microphone_that_gives_nothing_or_hardly_anything_is_told(
    phone: Phone, card: sound.SoundCard
) -> None:
    marie, julien = phone(1, environment=card.environment), phone(2)
    marie.send(RAW)
    marie.send(protocol.Sound())
    talk(marie, julien, to="2002")

    def trouble() -> tuple[str, bool]:
        fact = marie.wait(protocol.Trouble, timeout=60)
        return fact.what, fact.on

    assert trouble() == ("microphone_silent", True)
    room = sound.speech(1.0, card.rate, db=-80)  # between the sentences
    with card.patch() as patch:
        (microphone,) = patch.await_ports("in", set())
        patch.play(np.concatenate((sound.speech(1.0, card.rate, db=-58), room)), into=microphone)
        assert trouble() == ("microphone_silent", False)
        assert trouble() == ("microphone_quiet", True)
        patch.play(np.concatenate((sound.speech(1.0, card.rate), room)), into=microphone)
        assert trouble() == ("microphone_quiet", False)


def test_no_trial_during_a_call(phone: Phone) -> None:
    marie, julien = phone(1), phone(2)
    talk(marie, julien, to="2002")
    marie.send(protocol.SoundTest(what="speaker"))
    assert "call" in marie.wait(protocol.Error).message


def test_a_trial_without_a_device_fails_in_words(engine: NewEngine) -> None:
    phone = engine("silent", environment=NO_JACK)
    phone.send(protocol.SoundTest(what="speaker"))
    assert phone.wait(protocol.Tested).state == "playing"
    failed = phone.wait(protocol.Tested)
    assert (failed.state, failed.problem) == ("failed", "no sound output device")
