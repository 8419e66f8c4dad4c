"""What sound is called: levels, tests, melodies, the quality of a call. Pure text, no widget.

Everything goes through Qt Linguist (context ``SoundWords``).
"""

from typing import Literal, get_args

from PySide6.QtCore import QCoreApplication

from softphone.protocol import Quality, RingMelody, Tested

translate = QCoreApplication.translate

Loudness = Literal["silent", "faint", "low", "good", "high"]
Grade = Literal["good", "medium", "bad"]

MELODIES: tuple[RingMelody, ...] = get_args(RingMelody)

_FROM: tuple[tuple[float, Loudness], ...] = (
    (-9.0, "high"), (-38.0, "good"), (-55.0, "low"), (-90.0, "faint"),
)  # fmt: skip
"""dBFS (RMS of 100 ms) from which a voice is called so."""
_GOOD, _MEDIUM = 3.8, 3.1
"""MOS from which a call is called so."""


def loudness(dbfs: float) -> Loudness:
    """What the loudest moment of the last seconds means."""
    return next((word for least, word in _FROM if dbfs >= least), "silent")


def microphone(level: Loudness) -> str:
    """Beside the microphone's meter: what it is and what to do."""
    match level:
        case "silent":
            return translate("SoundWords", "No sound: is the microphone switched off?")
        case "faint":
            return translate("SoundWords", "Speak to see the level")
        case "low":
            return translate("SoundWords", "Too low: move closer")
        case "good":
            return translate("SoundWords", "Level good")
        case "high":
            return translate("SoundWords", "Too loud: move away")


def speaker(level: Loudness) -> str:
    """Beside the speaker's meter."""
    if level in ("silent", "faint"):
        return translate("SoundWords", "Silence")
    return translate("SoundWords", "Sound is playing")


def recorded(dbfs: float) -> str:
    """What five seconds of speaking came to."""
    match loudness(dbfs):
        case "silent":
            return translate(
                "SoundWords",
                "The microphone gives no sound. Look at its switch, or choose another one.",
            )
        case "faint" | "low":
            return translate(
                "SoundWords", "Too low: the others hardly hear you. Bring the microphone closer."
            )
        case "good":
            return translate("SoundWords", "Level good: the others hear you well.")
        case "high":
            return translate(
                "SoundWords", "Too loud: your voice crackles. Move the microphone away."
            )


def test(tested: Tested) -> str:
    """How a test goes on, as a sentence."""
    match tested.state, tested.what:
        case "failed", _:
            return translate("SoundWords", "This did not work. Choose another device.")
        case "recording", _:
            return translate("SoundWords", "Speak now, for 5 seconds.")
        case "playing", "microphone":
            return translate("SoundWords", "This is how the others hear you.")
        case "playing", "speaker":
            return translate("SoundWords", "Three notes are playing.")
        case "playing", _:
            return translate("SoundWords", "It rings.")
        case _, "microphone":
            return recorded(tested.level)
    return translate("SoundWords", "Nothing heard? Turn the volume up, or choose another device.")


def melody(name: RingMelody) -> str:
    """After how it goes, so that people find it again by its name."""
    match name:
        case "external":
            return translate("SoundWords", "Chord (default)")
        case "internal":
            return translate("SoundWords", "Ding-dong")
        case "queue":
            return translate("SoundWords", "Three knocks")
        case "queue-2":
            return translate("SoundWords", "Skipping")
        case "queue-3":
            return translate("SoundWords", "Desk telephone")
        case "queue-4":
            return translate("SoundWords", "Chord, downwards")


def grade(mos: float) -> Grade:
    return "good" if mos >= _GOOD else "medium" if mos >= _MEDIUM else "bad"


def quality(mos: float) -> str:
    match grade(mos):
        case "good":
            return translate("SoundWords", "Good quality")
        case "medium":
            return translate("SoundWords", "Medium quality")
        case "bad":
            return translate("SoundWords", "Bad quality")


def figures(found: Quality) -> str:
    """For those who want numbers: one line each."""
    lines = [
        translate("SoundWords", "Quality {mos} (MOS)").format(mos=_decimal(found.mos)),
        translate("SoundWords", "Lost here {here} %, there {there} %").format(
            here=_decimal(found.loss), there=_decimal(found.loss_there)
        ),
        translate("SoundWords", "Jitter {ms} ms, held back {buffer} ms").format(
            ms=f"{found.jitter_ms:.0f}", buffer=f"{found.buffer_ms:.0f}"
        ),
    ]
    if found.rtt_ms:  # the other side has said
        lines.append(
            translate("SoundWords", "There and back {ms} ms").format(ms=f"{found.rtt_ms:.0f}")
        )
    lines.append(translate("SoundWords", "Codec {name}").format(name=found.codec))
    return "\n".join(lines)


def _decimal(value: float) -> str:
    mark = translate("SoundWords", ".")  # between units and tenths
    return f"{value:.1f}".replace(".", mark)
