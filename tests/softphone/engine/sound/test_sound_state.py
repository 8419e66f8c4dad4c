"""What one fact tells of all that may be wrong with the sound."""

import queue
import sys
from pathlib import Path

import pytest

from softphone import protocol
from softphone.engine.sound import devices
from softphone.engine.sound import sound_state as module
from softphone.engine.sound.device import DeviceReport, DeviceThread, Role, Wanted
from softphone.engine.sound.loudspeaker import Loudspeaker
from softphone.engine.sound.microphone import Microphone
from softphone.engine.sound.processing import Processing
from softphone.engine.sound.sound_state import Inside, hanging, held, sound_state

DEVICES = protocol.Sound()
HEADSET = protocol.Device(name="Casque, ALSA", inputs=1, outputs=2)
SPEAKERS = protocol.Device(name="Barre, ALSA", outputs=2)


def told(
    problems: dict[Role, str],
    *known: protocol.Device,
    inside: Inside | None = None,
) -> protocol.SoundState:
    report = DeviceReport(problems=problems)
    return sound_state(DEVICES, report, protocol.Devices(devices=known), inside or Inside())


def test_all_is_well() -> None:
    report = DeviceReport(microphone="Casque, ALSA", speaker="Casque, ALSA", ring="Barre, ALSA")
    assert sound_state(DEVICES, report, None, Inside()) == protocol.SoundState(
        device=True, input="Casque, ALSA", output="Casque, ALSA", ring="Barre, ALSA"
    )


@pytest.mark.parametrize(
    "words", ["no sound output device", "Casque, ALSA: Device unavailable", "anything"]
)
def test_a_card_that_is_there_but_held_is_not_absent(words: str) -> None:
    """PortAudio says the one or the other, whether it looked before or after."""
    state = told({"speaker": words}, HEADSET)
    assert (state.device, state.problem) == (False, words)
    assert (state.input_problem, state.output_problem, state.ring_problem) == ("", "refuses", "")


def test_what_nobody_sees_is_absent() -> None:
    state = told({"microphone": "no sound input device"}, SPEAKERS)
    assert (state.input_problem, state.output_problem) == ("absent", "")
    report = DeviceReport(problems={"microphone": "no sound input device"})
    assert sound_state(DEVICES, report, None, Inside()).input_problem == "absent"


def test_a_card_that_was_held_before_anybody_looked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PortAudio leaves such a card out of every list; the kernel does not."""
    for name, status in (("pcm0p", "state: RUNNING\n"), ("pcm0c", "closed\n")):
        folder = tmp_path / "card0" / name / "sub0"
        folder.mkdir(parents=True)
        (folder / "status").write_text(status)
    assert held("output", tmp_path)
    assert not held("input", tmp_path)
    assert not held("output", tmp_path / "gone")
    monkeypatch.setattr(module, "held", lambda direction: direction == "output")
    state = told({"speaker": "no sound output device", "microphone": "no sound input device"})
    assert (state.input_problem, state.output_problem) == ("absent", "refuses")


def test_no_portaudio(monkeypatch: pytest.MonkeyPatch) -> None:
    """With what the device thread itself says."""
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    devices.load.cache_clear()
    reports: queue.SimpleQueue[DeviceReport] = queue.SimpleQueue()
    processing = Processing()
    thread = DeviceThread(
        Microphone(processing), Loudspeaker(), Loudspeaker(), processing, reports.put
    )
    thread.want(Wanted())
    state = sound_state(DEVICES, reports.get(timeout=5), None, Inside())
    thread.close()
    assert {state.input_problem, state.output_problem, state.ring_problem} == {"no_system"}


def test_a_driver_that_hangs() -> None:
    state = hanging(Inside(processing="no wheel"))
    assert {state.input_problem, state.output_problem, state.ring_problem} == {"hangs"}
    assert (state.device, state.processing) == (False, "no wheel")


def test_what_fails_inside_is_told_beside_the_devices() -> None:
    state = told({}, HEADSET, inside=Inside(source="ValueError: a", sink="b", processing="c"))
    assert state.problem == "sound into calls: ValueError: a; sound from calls: b"
    assert (state.device, state.input_problem, state.output_problem) == (False, "fault", "fault")
    assert state.processing == "c"
    state = told({"speaker": "gone"}, inside=Inside(sink="b"))
    assert (state.problem, state.output_problem) == ("gone; sound from calls: b", "absent")
    only = told({}, HEADSET, inside=Inside(processing="c"))
    assert (only.device, only.problem) == (True, ""), "one is heard all the same"
