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

STEREO_44100 = """
pcm."Table" {
    type share
    slave { pcm "silence" rate 44100 channels 2 }
    bindings.0 0
    bindings.1 1
}
pcm.silence { type null }
"""
"""Opens in this shape alone, asks for two blocks and then stands still."""
MONO = """
pcm."Barre" {
    type multi
    slaves.a { pcm { type null } channels 1 }
    bindings.0 { slave a channel 0 }
}
"""
"""Opens with one channel alone, and never begins."""


@pytest.fixture
def alsa(tmp_path: Path) -> AlsaDevices:
    return AlsaDevices(tmp_path)


def use(phone: EngineProcess, **devices: str) -> protocol.SoundState:
    """Choose, and listen to the microphone; what is in use then."""
    phone.send(protocol.Sound(**devices))
    phone.wait(protocol.SoundState)
    phone.send(protocol.Meter(on=True))
    return phone.wait(protocol.SoundState)


def test_a_card_with_one_shape_alone_that_stalls(engine: NewEngine, alsa: AlsaDevices) -> None:
    alsa.plug("default", more=STEREO_44100)
    phone = engine(environment=alsa.environment)
    state = use(phone, input_device="Table, ALSA")
    assert (state.device, state.input, state.missing) == (True, "Table, ALSA", ())
    began = time.monotonic()
    fault = phone.wait(protocol.Fault, timeout=4)
    assert fault.message == "Table, ALSA: no sound for a second, opened again"
    assert time.monotonic() - began < 2.5
    again = phone.wait(protocol.SoundState, timeout=4)
    assert again.problem == "Table, ALSA: no sound for a second", "and again: it is given time"


def test_a_loudspeaker_with_one_channel_that_never_begins(
    engine: NewEngine, alsa: AlsaDevices
) -> None:
    alsa.plug("default", more=MONO)
    phone = engine(environment=alsa.environment)
    phone.send(protocol.Sound(output_device="Barre, ALSA"))
    assert phone.wait(protocol.SoundState).output == "Barre, ALSA"
    phone.send(protocol.SoundTest(what="speaker"))
    assert phone.wait(protocol.Tested).state == "playing"
    assert phone.wait(protocol.Fault).message.startswith("Barre, ALSA: no sound for a second")
    assert phone.wait(protocol.Tested).state == "failed"


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
    assert use(phone, output_device="Casque, ALSA").input == "Casque, ALSA"
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
    state = use(phone, input_device=chosen)
    assert (state.device, state.input, state.missing) == (True, chosen, ())
