"""The sound devices there are: their names, the system's default, and who stands in for whom.

A device is known by its label, ``name, host API``; PortAudio's index of it is good only until the
next initialisation. Pure but for ``load`` and ``look``, which ask PortAudio. The watcher and the
device thread name devices here alike, each in its own process.
"""

import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from softphone import device_names, protocol

Direction = Literal["input", "output"]

_LONGEST = 100
"""Characters of a name; a driver may say anything."""
_WASAPI = "Windows WASAPI"
_OLDER_ON_WINDOWS = frozenset({"MME", "Windows DirectSound", "Windows WDM-KS"})
"""The same devices once more each; names cut to 31 characters, slower, or held for one program."""
_ALSA = "ALSA"
_NO_DEVICES_OF_ALSA = re.compile(
    r"sysdefault|front|rear|center_lfe|side|surround\d+|iec958|spdif|hdmi|modem|phoneline"
    r"|dmix|dsnoop|dshare|lavrate|samplerate|speexrate|speex|upmix|vdownmix|usbstream|null"
)
"""Names of ALSA's configuration: the first card in another arrangement, mixers, converters. What
people choose stays: ``default``, ``pulse``, ``pipewire``, and each card by its own name."""
_JACK = "JACK Audio Connection Kit"
_PROGRAM_OF_JACK = re.compile(r"PortAudio(-\d+)?")
"""To JACK a program is a device too. This one is we ourselves, while a stream is open."""
_LOOPBACK = "[Loopback]"
"""WASAPI: what a loudspeaker plays, as if it were a microphone."""


@dataclass(frozen=True, slots=True)
class DeviceList:
    """One listing."""

    devices: protocol.Devices
    """What the others are told."""
    indices: Mapping[str, int]
    """PortAudio's index by label."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The device to use."""

    name: str
    missing: str = ""
    """The device that was wanted, when another one stands in."""


@cache
def load() -> Any:
    """The module sounddevice. ``ImportError`` or ``OSError``: this machine has no PortAudio."""
    import sounddevice

    if os.name == "posix":
        # The kernel cuts a name after so many bytes, perhaps within an é, and sounddevice then
        # could list no device at all, nor open this one.
        raw: Callable[[Any], bytes] = sounddevice._ffi_string
        sounddevice._ffi_string = lambda text: raw(text).decode(errors="replace").encode()
    return sounddevice


def look(sounddevice: Any) -> DeviceList:
    """The devices as PortAudio listed them when it was initialised. Raises PortAudio's errors."""
    return listing(
        sounddevice.query_devices(), sounddevice.query_hostapis(), sounddevice.default.device
    )


def listing(
    devices: Iterable[Mapping[str, Any]],
    host_apis: Iterable[Mapping[str, Any]],
    default: Any,
) -> DeviceList:
    """From what sounddevice answers: ``query_devices``, ``query_hostapis``, ``default.device``."""
    apis = list(host_apis)
    shown = [
        (found, api)
        for found in devices
        if not _hidden(found, api := apis[found["hostapi"]]["name"], apis)
    ]
    labels: dict[int, str] = {}
    seen: dict[str, int] = {}
    for found, api in shown:
        label = f"{_clean(found['name'])}, {_clean(api)}"
        seen[label] = seen.get(label, 0) + 1
        labels[found["index"]] = label if seen[label] == 1 else f"{label} ({seen[label]})"
    told = tuple(
        protocol.Device(
            name=labels[found["index"]],
            inputs=found["max_input_channels"],
            outputs=found["max_output_channels"],
            rate=round(found["default_samplerate"]),
        )
        for found, _ in shown
    )
    defaults: dict[Direction, str] = {}
    for direction in ("input", "output"):
        candidates = (
            default[direction == "output"],
            *(api[f"default_{direction}_device"] for api in apis),
            *(found["index"] for found, _ in shown if found[f"max_{direction}_channels"]),
        )
        # The system's default may be one of those not shown, as MME's always is.
        defaults[direction] = next((labels[i] for i in candidates if i in labels), "")
    return DeviceList(
        devices=protocol.Devices(devices=told, input=defaults["input"], output=defaults["output"]),
        indices={label: index for index, label in labels.items()},
    )


def choose(devices: protocol.Devices, wanted: str, direction: Direction) -> Choice:
    """The wanted device, or the system's default. LookupError in words when there is none."""
    usable = [d.name for d in devices.devices if channels(d, direction)]
    name = device_names.today(wanted, usable)
    if name in usable:
        return Choice(name)
    default = devices.input if direction == "input" else devices.output
    if not default:
        raise LookupError(f"no sound {direction} device")
    return Choice(default, missing=wanted)


def find(listed: DeviceList, direction: Direction, wanted: str) -> tuple[int, Choice]:
    """PortAudio's index of the device to use, until it is initialised again. LookupError."""
    choice = choose(listed.devices, wanted, direction)
    return listed.indices[choice.name], choice


def channels(device: protocol.Device, direction: Direction) -> int:
    """How many it has in this direction; 0: it is of no use there."""
    return device.inputs if direction == "input" else device.outputs


def _hidden(found: Mapping[str, Any], api: str, apis: Iterable[Mapping[str, Any]]) -> bool:
    name = found["name"]
    if not (found["max_input_channels"] or found["max_output_channels"]):
        return True
    if api in _OLDER_ON_WINDOWS:
        return any(other["name"] == _WASAPI and other["devices"] for other in apis)
    if api == _WASAPI:
        return bool(name.endswith(_LOOPBACK))
    if api == _ALSA:
        return bool(_NO_DEVICES_OF_ALSA.fullmatch(name))
    return api == _JACK and bool(_PROGRAM_OF_JACK.fullmatch(name))


def _clean(name: str) -> str:
    """On one line, without what cannot be shown, not too long."""
    shown = (c if c.isprintable() and c != "\N{REPLACEMENT CHARACTER}" else " " for c in name)
    return " ".join("".join(shown).split())[:_LONGEST].rstrip() or "?"
