"""How devices are called, and which newcomer is worth a word."""

from softphone.devices import chosen, label, microphones, newcomer, speakers
from softphone.protocol import Device, Devices
from softphone.sound_settings import SoundSettings

HEADSET = Device(name="Casque Orion 30 (USB), ALSA", inputs=1, outputs=2)
SPEAKERS = Device(name="Haut-parleurs, ALSA", outputs=2)
CAMERA = Device(name="Caméra, ALSA", inputs=1)
INSIDE = Devices(devices=(SPEAKERS, CAMERA), input=CAMERA.name, output=SPEAKERS.name)
PLUGGED = Devices(devices=(SPEAKERS, CAMERA, HEADSET), input=CAMERA.name, output=SPEAKERS.name)
AUTO = SoundSettings()


def test_a_device_is_called_by_its_name_alone_while_that_is_enough() -> None:
    assert label("Casque Orion 30 (USB), ALSA", PLUGGED) == "Casque Orion 30 (USB)"
    assert label("Micro, avant, ALSA (2)", None) == "Micro, avant (2)"
    assert label("nameless", None) == "nameless"
    assert label("Jabra: USB Audio (hw:1,0), ALSA", None) == "Jabra: USB Audio"
    cards = Devices(
        devices=(Device(name="Jabra (hw:1,0), ALSA"), Device(name="Jabra (hw:2,0), ALSA"))
    )
    assert label("Jabra (hw:1,0), ALSA", cards) == "Jabra (hw:1,0), ALSA"
    twice = Devices(devices=(Device(name="Casque, MME"), Device(name="Casque, Windows WASAPI")))
    assert label("Casque, MME", twice) == "Casque, MME"


def test_who_hears_and_who_sounds() -> None:
    assert microphones(PLUGGED) == [CAMERA.name, HEADSET.name]
    assert speakers(PLUGGED) == [SPEAKERS.name, HEADSET.name]
    assert microphones(None) == speakers(None) == []


def test_a_headset_that_is_plugged_in_is_new() -> None:
    assert newcomer(INSIDE, PLUGGED, AUTO) == HEADSET
    assert newcomer(None, PLUGGED, AUTO) is None, "it was there at the start"
    assert newcomer(PLUGGED, PLUGGED, AUTO) is None
    assert newcomer(PLUGGED, INSIDE, AUTO) is None, "one that goes is no newcomer"
    assert newcomer(PLUGGED, None, AUTO) is None


def test_what_is_used_already_needs_no_offer() -> None:
    mine = chosen(HEADSET, AUTO)
    assert (mine.microphone, mine.speaker, mine.ring) == (HEADSET.name, HEADSET.name, "")
    assert newcomer(INSIDE, PLUGGED, mine) is None, "the chosen one came back"
    followed = Devices(devices=PLUGGED.devices, input=HEADSET.name, output=HEADSET.name)
    assert newcomer(INSIDE, followed, AUTO) is None, "the system took it by itself"
    half = Devices(devices=PLUGGED.devices, input=CAMERA.name, output=HEADSET.name)
    assert newcomer(INSIDE, half, AUTO) == HEADSET, "its microphone is not used"


def test_the_chosen_one_with_another_number_is_no_newcomer() -> None:
    mine = SoundSettings(microphone="Jabra (hw:1,0), ALSA", speaker="Jabra (hw:1,0), ALSA")
    jabra = Device(name="Jabra (hw:2,0), ALSA", inputs=1, outputs=2)
    back = Devices(devices=(*INSIDE.devices, jabra), input=CAMERA.name, output=SPEAKERS.name)
    assert newcomer(INSIDE, back, mine) is None
    assert newcomer(INSIDE, back, AUTO) == jabra


def test_a_headset_is_offered_before_a_part_of_one() -> None:
    nothing = Devices(devices=())
    assert newcomer(nothing, PLUGGED, SoundSettings(speaker="x", microphone="x")) == HEADSET


def test_a_microphone_alone_leaves_the_speaker() -> None:
    mine = chosen(CAMERA, SoundSettings(speaker=HEADSET.name))
    assert (mine.microphone, mine.speaker) == (CAMERA.name, HEADSET.name)
