"""What is told of the sound, as one fact made of what the others know."""

import contextlib
from dataclasses import dataclass
from pathlib import Path

from softphone import protocol
from softphone.engine.sound.device import DeviceReport, Role
from softphone.engine.sound.devices import Direction, channels

_NO_SYSTEM = "PortAudio is not usable"
"""How the device thread's problem begins then."""
_HANGS = "the sound system does not answer"
_CARDS = Path("/proc/asound")


@dataclass(frozen=True, slots=True)
class Inside:
    """What fails in the engine itself and not at a device: why, in words; empty where nothing."""

    source: str = ""
    """Of what is said into calls."""
    sink: str = ""
    """Of what is heard from them."""
    processing: str = ""


def sound_state(
    chosen: protocol.Sound,
    report: DeviceReport,
    known: protocol.Devices | None,
    inside: Inside,
) -> protocol.SoundState:
    """With what the device thread reported last, and the watcher's list of devices."""
    words = [report.problem]
    if inside.source:
        words.append(f"sound into calls: {inside.source}")
    if inside.sink:
        words.append(f"sound from calls: {inside.sink}")
    problem = "; ".join(filter(None, words))
    here, there = _why("microphone", report, known), _why("speaker", report, known)
    return protocol.SoundState(
        device=not problem and "device" in (chosen.source, chosen.sink),
        input=report.microphone if chosen.source == "device" else chosen.source,
        output=report.speaker if chosen.sink == "device" else chosen.sink,
        ring=report.ring,
        missing=report.missing,
        problem=problem,
        input_problem=here or ("fault" if inside.source else ""),
        output_problem=there or ("fault" if inside.sink else ""),
        ring_problem=_why("ring", report, known),
        processing=inside.processing,
    )


def hanging(inside: Inside) -> protocol.SoundState:
    """While a driver does not answer nothing is known of any device."""
    return protocol.SoundState(
        device=False,
        problem=_HANGS,
        input_problem="hangs",
        output_problem="hangs",
        ring_problem="hangs",
        processing=inside.processing,
    )


def _why(role: Role, report: DeviceReport, known: protocol.Devices | None) -> protocol.SoundProblem:
    """Why there is no device for it.

    Of a card that another program holds PortAudio may say "no device" as well as "cannot be
    opened", so what it says decides nothing: the watcher's list knows the card all the same, and
    the kernel one that was held before the watcher could see it.
    """
    if role not in report.problems:
        return ""
    if report.problems[role].startswith(_NO_SYSTEM):
        return "no_system"
    direction: Direction = "input" if role == "microphone" else "output"
    there = known is not None and any(channels(each, direction) for each in known.devices)
    return "refuses" if there or held(direction) else "absent"


def held(direction: Direction, cards: Path = _CARDS) -> bool:
    """Linux: whether some card is open in this direction. Who asks has none open there."""
    side = "c" if direction == "input" else "p"
    for status in cards.glob(f"card*/pcm*{side}/sub*/status"):
        with contextlib.suppress(OSError):  # unplugged while we looked
            if status.read_text().strip() != "closed":
                return True
    return False
