"""Bad devices through a real PortAudio: ALSA's own, which a test defines.

They keep no time: some take and give silence faster than any clock, others nothing at all.
"""

import sys
import time
from pathlib import Path

import pytest

from softphone import protocol
from softphone.engine_process import EngineProcess
from tests.softphone.engine.conftest import NewEngine
from tests.support.alsa import AlsaDevices

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="its devices are ALSA's")


def bar(channels: int) -> str:
    """A device that opens with so many channels alone; what plays to it never begins."""
    bindings = (f"bindings.{i} {{ slave a channel {i} }}" for i in range(channels))
    slave = f"slaves.a {{ pcm {{ type null }} channels {channels} }}"
    return f'pcm."Barre" {{ type multi {slave} {" ".join(bindings)} }}'


@pytest.fixture
def alsa(tmp_path: Path) -> AlsaDevices:
    return AlsaDevices(tmp_path)


def use(phone: EngineProcess, sound: protocol.Sound) -> protocol.SoundState:
    """Choose, and listen to the microphone; what is in use then."""
    phone.send(sound)
    phone.wait(protocol.SoundState)
    phone.send(protocol.Meter(on=True))
    return phone.wait(protocol.SoundState)


def test_a_loudspeaker_that_never_begins(engine: NewEngine, alsa: AlsaDevices) -> None:
    alsa.plug("default", more=bar(1))
    phone = engine(environment=alsa.environment)
    phone.send(protocol.Sound(output_device="Barre, ALSA"))
    phone.wait(protocol.SoundState)
    phone.send(protocol.SoundTest(what="speaker"))
    began = time.monotonic()
    assert phone.wait(protocol.SoundState).output == "Barre, ALSA"
    fault = phone.wait(protocol.Fault, timeout=4)
    assert fault.message == "Barre, ALSA: no sound for a second, opened again"
    assert time.monotonic() - began < 3.5
    instead = phone.wait(protocol.SoundState, lambda f: bool(f.missing), timeout=4)
    assert (instead.output, instead.missing) == ("default, ALSA", ("Barre, ALSA",))
    assert phone.wait(protocol.Tested, lambda f: f.state != "playing", timeout=8).state == "done"


@pytest.mark.parametrize("channels", [1, 2, 6])
def test_a_microphone_with_so_many_channels_alone(
    engine: NewEngine, alsa: AlsaDevices, channels: int
) -> None:
    alsa.plug("default", more=bar(channels))
    phone = engine(environment=alsa.environment)
    listed = phone.wait(protocol.Devices)
    assert [d.inputs for d in listed.devices if d.name == "Barre, ALSA"] == [channels]
    state = use(phone, protocol.Sound(input_device="Barre, ALSA"))
    assert (state.device, state.input, state.missing) == (True, "Barre, ALSA", ())
    for _ in range(15):  # a second and a half
        phone.wait(protocol.Levels)
    assert not [f for f in phone.facts if isinstance(f, protocol.Fault)], "it speaks"


def test_a_loudspeaker_is_tried_where_there_is_no_microphone(
    engine: NewEngine, alsa: AlsaDevices
) -> None:
    alsa.plug(more='pcm."Barre" { type asym playback.pcm { type null } }')
    phone = engine(environment=alsa.environment)
    phone.send(protocol.Sound())
    state = phone.wait(protocol.SoundState)
    assert (state.problem, state.output) == ("no sound input device", "Barre, ALSA")
    phone.send(protocol.SoundTest(what="speaker"))
    assert phone.wait(protocol.Tested).state == "playing"
    assert phone.wait(protocol.Tested).state == "done"


def test_a_headset_that_goes_between_looking_and_opening_and_comes_back(
    engine: NewEngine, alsa: AlsaDevices
) -> None:
    alsa.plug("default", "Casque é")
    phone = engine(environment=alsa.environment)
    phone.send(protocol.Sound(input_device="Casque é, ALSA"))
    assert phone.wait(protocol.SoundState).input == "Casque é, ALSA"
    alsa.plug("default")
    phone.send(protocol.Meter(on=True))
    state = phone.wait(protocol.SoundState)
    assert (state.device, state.input) == (True, "default, ALSA")
    assert state.missing == ("Casque é, ALSA",)
    alsa.plug("Casque é", "default")
    state = phone.wait(protocol.SoundState, lambda f: not f.missing, timeout=4)
    assert state.input == "Casque é, ALSA"


def test_the_only_device_goes_while_it_is_chosen(engine: NewEngine, alsa: AlsaDevices) -> None:
    alsa.plug("Casque")
    phone = engine(environment=alsa.environment)
    phone.send(protocol.Sound())
    assert phone.wait(protocol.SoundState).input == "Casque, ALSA"
    alsa.plug()
    phone.send(protocol.Meter(on=True))
    assert not phone.wait(protocol.SoundState, lambda f: bool(f.problem)).device
    alsa.plug("Casque")
    assert phone.wait(protocol.SoundState, lambda f: f.device, timeout=4).input == "Casque, ALSA"


def test_a_new_default_is_followed_within_a_second_and_a_chosen_device_stays(
    engine: NewEngine, alsa: AlsaDevices
) -> None:
    alsa.plug("Casque")
    phone = engine(environment=alsa.environment)
    assert use(phone, protocol.Sound(output_device="Casque, ALSA")).input == "Casque, ALSA"
    phone.wait(protocol.Levels)
    began = time.monotonic()
    alsa.plug("Casque", "default")
    state = phone.wait(protocol.SoundState, lambda f: f.input == "default, ALSA")
    assert time.monotonic() - began < 1.5, "a second, and a slow machine's rest"
    assert (state.output, state.ring) == ("Casque, ALSA", "default, ALSA")


def test_the_right_one_of_sixty_with_long_names(engine: NewEngine, alsa: AlsaDevices) -> None:
    # The phone shows a hundred characters: to it they are all named alike.
    alike = "Écouteurs de la salle n° 5, " * 4
    alsa.plug("default", *(f"{alike}{number}" for number in range(60)))
    phone = engine(environment=alsa.environment)
    listed = phone.wait(protocol.Devices)
    assert len({device.name for device in listed.devices}) == 61
    chosen = listed.devices[42].name
    assert chosen.endswith(", ALSA (43)") or chosen.endswith(", ALSA (42)")
    state = use(phone, protocol.Sound(input_device=chosen))
    assert (state.device, state.input, state.missing) == (True, chosen, ())
