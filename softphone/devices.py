"""What people want to know of the list of sound devices. Pure.

How a device is called, which one stands in for the system's choice, which newcomer is worth a word.
"""

import re

import msgspec

from softphone import device_names
from softphone.protocol import Device, Devices
from softphone.sound_settings import SoundSettings

_NAME = re.compile(
    r"(?P<device>.+?)(?P<card> \(hw:\d+,\d+\))?, (?P<system>[^,]+?)(?P<twin> \(\d+\))?"
)


def label(name: str, known: Devices | None) -> str:
    """``name`` without its sound system and the kernel's number, where that is enough."""
    short = _short(name)
    others = known.devices if known is not None else ()
    return name if any(_short(x.name) == short and x.name != name for x in others) else short


def microphones(known: Devices | None) -> list[str]:
    """Names of the devices that hear."""
    return [device.name for device in known.devices if device.inputs] if known else []


def speakers(known: Devices | None) -> list[str]:
    """Names of the devices that sound."""
    return [device.name for device in known.devices if device.outputs] if known else []


def newcomer(
    before: Devices | None, after: Devices | None, settings: SoundSettings
) -> Device | None:
    """The device that appeared and is not in use; a headset before a part of one.

    None while nothing was known before: what is there at the start has not appeared.
    """
    if before is None or after is None:
        return None
    old = {device.name for device in before.devices}
    fresh = [
        device
        for device in after.devices
        if device.name not in old and not in_use(device, after, settings)
    ]
    return max(fresh, key=lambda device: bool(device.inputs) + bool(device.outputs), default=None)


def in_use(device: Device, known: Devices, settings: SoundSettings) -> bool:
    """For all that it can do, by choice or because the system says so."""
    microphone = device_names.today(settings.microphone, microphones(known)) or known.input
    speaker = device_names.today(settings.speaker, speakers(known)) or known.output
    hears = not device.inputs or device.name == microphone
    sounds = not device.outputs or device.name == speaker
    return hears and sounds


def chosen(device: Device, settings: SoundSettings) -> SoundSettings:
    """``settings`` with ``device`` for microphone and speaker, as far as it is one."""
    changes = {"microphone": device.name} if device.inputs else {}
    if device.outputs:
        changes["speaker"] = device.name
    return msgspec.structs.replace(settings, **changes)


def _short(name: str) -> str:
    found = _NAME.fullmatch(name)
    return found["device"] + (found["twin"] or "") if found else name
