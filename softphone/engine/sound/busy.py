"""Linux: sound cards that somebody uses, which PortAudio therefore leaves out of its list.

To describe an ALSA card PortAudio opens it; one that is open already (by this phone's call, by the
desktop's mixer) refuses, and would seem to be unplugged. The kernel knows better.
"""

import re
from collections.abc import Callable
from pathlib import Path

from softphone import protocol

_CARD = re.compile(r"\(hw:(\d+),(\d+)\), ALSA(?: \(\d+\))?$")
"""End of a card's label: its number, and that of the device on it."""
_CARDS = Path("/proc/asound")

InUse = Callable[[str, str], bool]
"""Whether a direction (``inputs``, ``outputs``) of the device with this label is in use."""


def in_use(label: str, side: str, cards: Path = _CARDS) -> bool:
    """Whether every way into this card (or out of it) is taken. False: it is gone, or free."""
    if not (numbers := _CARD.search(label)):
        return False
    card, device = numbers.groups()
    folder = cards / f"card{card}" / f"pcm{device}{'c' if side == 'inputs' else 'p'}"
    try:
        states = [file.read_text().strip() for file in folder.glob("sub*/status")]
    except OSError:  # unplugged while we looked
        return False
    return bool(states) and "closed" not in states


def with_busy(
    now: protocol.Devices, before: protocol.Devices, in_use: InUse = in_use
) -> protocol.Devices:
    """``now``, and what it lacks of ``before`` only because it is in use."""
    listed = {device.name: device for device in now.devices}
    busy = []
    for old in before.devices:
        new = listed.get(old.name, protocol.Device(name=old.name, rate=old.rate))
        inputs = new.inputs or (old.inputs if in_use(old.name, "inputs") else 0)
        outputs = new.outputs or (old.outputs if in_use(old.name, "outputs") else 0)
        if (inputs, outputs) != (new.inputs, new.outputs):
            busy.append(old.name)
        if inputs or outputs:
            listed[old.name] = protocol.Device(
                name=old.name, inputs=inputs, outputs=outputs, rate=new.rate
            )
    kept_in = before.input in listed and in_use(before.input, "inputs")
    kept_out = before.output in listed and in_use(before.output, "outputs")
    return protocol.Devices(
        devices=tuple(sorted(listed.values(), key=_place(before))),
        input=before.input if kept_in else now.input,
        output=before.output if kept_out else now.output,
        busy=tuple(sorted(busy)),
    )


def _place(before: protocol.Devices) -> Callable[[protocol.Device], int]:
    """Where it stood before; new ones at the end, in PortAudio's order (the sort is stable)."""
    places = {device.name: place for place, device in enumerate(before.devices)}
    return lambda device: places.get(device.name, len(places))
