"""Names and choice of sound devices.

The narrowest seam: the dictionaries that sounddevice answers with, because no machine has all of
Windows', Linux' and sixty other devices. A real PortAudio is asked in test_watch_devices.py.
"""

from collections.abc import Sequence
from typing import Any

import pytest

from softphone import protocol
from softphone.engine.sound.devices import Choice, DeviceList, choose, find, listing

ALSA, JACK = "ALSA", "JACK Audio Connection Kit"
MME, DIRECT, WASAPI, KS = "MME", "Windows DirectSound", "Windows WASAPI", "Windows WDM-KS"


def listed(
    *devices: tuple[str, str, int, int], default: Sequence[int] = (-1, -1), apis: Sequence[str] = ()
) -> DeviceList:
    """As PortAudio would say it: devices are (host API, name, inputs, outputs)."""
    names = list(dict.fromkeys([*apis, *(api for api, *_ in devices)]))
    found = [
        {
            "name": name,
            "index": index,
            "hostapi": names.index(api),
            "max_input_channels": inputs,
            "max_output_channels": outputs,
            "default_samplerate": 48000.0,
        }
        for index, (api, name, inputs, outputs) in enumerate(devices)
    ]
    return listing(found, [_host_api(i, name, found) for i, name in enumerate(names)], default)


def _host_api(index: int, name: str, devices: list[dict[str, Any]]) -> dict[str, Any]:
    mine = [d for d in devices if d["hostapi"] == index]
    first = {
        side: next((d["index"] for d in mine if d[f"max_{side}_channels"]), -1)
        for side in ("input", "output")
    }
    return {
        "name": name,
        "devices": [d["index"] for d in mine],
        "default_input_device": first["input"],
        "default_output_device": first["output"],
    }


def names(known: DeviceList) -> list[str]:
    return [device.name for device in known.devices.devices]


def test_a_device_is_told_with_all_that_is_known() -> None:
    known = listed((JACK, "system", 2, 0), (JACK, "Casque Jabra é", 1, 2), default=(0, 1))
    assert known.devices == protocol.Devices(
        devices=(
            protocol.Device(name=f"system, {JACK}", inputs=2, outputs=0, rate=48000),
            protocol.Device(name=f"Casque Jabra é, {JACK}", inputs=1, outputs=2, rate=48000),
        ),
        input=f"system, {JACK}",
        output=f"Casque Jabra é, {JACK}",
    )


def test_without_devices_the_list_is_empty() -> None:
    assert listed(apis=(ALSA, JACK)).devices == protocol.Devices(devices=())
    assert listed().devices == protocol.Devices(devices=())


def test_sixty_devices_are_told_apart() -> None:
    # Three kinds of headset, twenty of each.
    known = listed(*[(WASAPI, f"Casque {i % 3} – salle n° 5", 1, 2) for i in range(60)])
    assert len(set(names(known))) == 60
    assert names(known)[:4] == [
        f"Casque 0 – salle n° 5, {WASAPI}",
        f"Casque 1 – salle n° 5, {WASAPI}",
        f"Casque 2 – salle n° 5, {WASAPI}",
        f"Casque 0 – salle n° 5, {WASAPI} (2)",
    ]
    for index, name in enumerate(names(known)):
        assert find(known, "input", name) == (index, Choice(name)), "each is found where it is"
    told = protocol.encode(known.devices)
    assert len(told) < protocol.MAX_LINE
    assert protocol.decode_fact(told) == known.devices


def test_the_same_name_in_another_host_api_or_direction() -> None:
    known = listed((ALSA, "USB", 1, 0), ("OSS", "USB", 1, 0), (ALSA, "USB", 0, 2))
    assert names(known) == ["USB, ALSA", "USB, OSS", "USB, ALSA (2)"]
    assert find(known, "output", "USB, ALSA (2)") == (2, Choice("USB, ALSA (2)"))


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Headset\r\n(2- Jabra)", "Headset (2- Jabra)"),
        ("  Micro\tinterne\0 ", "Micro interne"),
        ("Casque caf\N{REPLACEMENT CHARACTER}", "Casque caf"),
        ("Écouteurs d’Hélène 🎧", "Écouteurs d’Hélène 🎧"),
        ("麦克风", "麦克风"),
        ("x" * 5000, "x" * 100),
        ("\n", "?"),
        ("", "?"),
    ],
)
def test_names_are_fit_to_be_shown(said: str, shown: str) -> None:
    known = listed((ALSA, said, 1, 1))
    assert names(known) == [f"{shown}, ALSA"]
    assert find(known, "input", f"{shown}, ALSA")[0] == 0


def test_on_windows_each_device_is_shown_once() -> None:
    known = listed(
        (MME, "Microsoft Sound Mapper - Input", 2, 0),
        (MME, "Microphone (2- Jabra Evolve2 6", 1, 0),
        (DIRECT, "Primary Sound Capture Driver", 2, 0),
        (DIRECT, "Microphone (2- Jabra Evolve2 65)", 1, 0),
        (WASAPI, "Haut-parleurs (2- Jabra Evolve2 65)", 0, 2),
        (WASAPI, "Microphone (2- Jabra Evolve2 65)", 1, 0),
        (WASAPI, "Haut-parleurs (2- Jabra Evolve2 65) [Loopback]", 2, 0),
        (KS, "Microphone (Jabra Evolve2 65)", 1, 0),
        default=(0, -1),
    )
    assert names(known) == [
        f"Haut-parleurs (2- Jabra Evolve2 65), {WASAPI}",
        f"Microphone (2- Jabra Evolve2 65), {WASAPI}",
    ]
    # PortAudio's default is MME's, which is not shown: WASAPI's own is meant.
    assert known.devices.input == f"Microphone (2- Jabra Evolve2 65), {WASAPI}"
    assert known.devices.output == f"Haut-parleurs (2- Jabra Evolve2 65), {WASAPI}"


def test_on_a_windows_without_wasapi_the_others_are_shown() -> None:
    known = listed((MME, "Micro", 1, 0), (DIRECT, "Micro", 1, 0), default=(0, -1), apis=[WASAPI])
    assert names(known) == ["Micro, MME", f"Micro, {DIRECT}"]
    assert known.devices.input == "Micro, MME"


def test_on_linux_what_is_no_device_is_not_shown() -> None:
    hidden = ("sysdefault", "front", "surround40", "surround71", "dmix", "lavrate", "samplerate")
    more = ("speexrate", "upmix", "vdownmix", "iec958", "hdmi")
    kept = ("default", "pulse", "pipewire", "HDA Intel PCH: ALC257 Analog (hw:0,0)", "front desk")
    known = listed(*[(ALSA, name, 2, 2) for name in (*hidden, *more, *kept)], default=(0, 12))
    assert names(known) == [f"{name}, ALSA" for name in kept]
    assert known.devices.input == "default, ALSA", "the first, since PortAudio's is not shown"
    assert known.devices.output == "default, ALSA"


def test_to_jack_we_ourselves_are_no_device() -> None:
    known = listed(*[(JACK, name, 1, 1) for name in ("system", "PortAudio", "PortAudio-01")])
    assert names(known) == [f"system, {JACK}"]


def test_what_has_no_channels_is_not_shown() -> None:
    assert names(listed((JACK, "midi", 0, 0), (JACK, "system", 0, 2))) == [f"system, {JACK}"]


@pytest.fixture
def desk() -> DeviceList:
    """A desk's devices: a headset, and a loudspeaker that is the default."""
    return listed((ALSA, "Casque", 1, 2), (ALSA, "default", 2, 2), default=(1, 1))


def test_the_wanted_device_is_used(desk: DeviceList) -> None:
    assert choose(desk.devices, "Casque, ALSA", "input") == Choice("Casque, ALSA")
    assert find(desk, "input", "Casque, ALSA") == (0, Choice("Casque, ALSA"))


def test_nothing_wanted_is_the_default(desk: DeviceList) -> None:
    assert choose(desk.devices, "", "output") == Choice("default, ALSA")
    assert find(desk, "output", "") == (1, Choice("default, ALSA"))


def test_the_default_stands_in_for_what_is_missing(desk: DeviceList) -> None:
    lost = Choice("default, ALSA", missing="Jabra, ALSA")
    assert choose(desk.devices, "Jabra, ALSA", "input") == lost
    assert find(desk, "input", "Jabra, ALSA") == (1, lost)


def test_a_loudspeaker_is_no_microphone() -> None:
    room = listed((ALSA, "Barre", 0, 2), (ALSA, "default", 2, 0), default=(1, 0))
    assert choose(room.devices, "Barre, ALSA", "output") == Choice("Barre, ALSA")
    assert choose(room.devices, "Barre, ALSA", "input").missing == "Barre, ALSA"


@pytest.mark.parametrize("wanted", ["", "Casque, ALSA"])
def test_where_there_is_nothing_it_is_said_in_words(wanted: str) -> None:
    only_out = listed((ALSA, "Barre", 0, 2), default=(-1, 0))
    with pytest.raises(LookupError, match="no sound input device"):
        find(only_out, "input", wanted)
    with pytest.raises(LookupError, match="no sound output device"):
        choose(listed().devices, wanted, "output")


def test_a_card_that_the_kernel_numbers_anew_is_the_same() -> None:
    before = listed((ALSA, "Jabra: USB Audio (hw:1,0)", 1, 2), (ALSA, "PC: Analog (hw:0,0)", 2, 2))
    chosen = names(before)[0]
    now = listed(
        (ALSA, "PC: Analog (hw:0,0)", 2, 2),
        (ALSA, "Webcam: USB Audio (hw:1,0)", 1, 0),
        (ALSA, "Jabra: USB Audio (hw:2,0)", 1, 2),
    )
    assert find(now, "input", chosen) == (2, Choice("Jabra: USB Audio (hw:2,0), ALSA"))
    twins = listed(
        (ALSA, "PC: Analog (hw:0,0)", 2, 2),
        (ALSA, "Jabra: USB Audio (hw:2,0)", 1, 2),
        (ALSA, "Jabra: USB Audio (hw:3,0)", 1, 2),
    )
    _, choice = find(twins, "input", chosen)
    assert choice.missing == chosen, "which of two is not guessed"


def test_the_second_of_two_stays_when_the_first_is_pulled_out() -> None:
    two = listed((ALSA, "PC", 2, 2), (ALSA, "Jabra", 1, 2), (ALSA, "Jabra", 1, 2))
    one = listed((ALSA, "PC", 2, 2), (ALSA, "Jabra", 1, 2))
    assert find(one, "output", names(two)[2]) == (1, Choice("Jabra, ALSA"))
