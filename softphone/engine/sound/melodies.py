"""Ring melodies: which notes, and who gets which.

They differ in rhythm first and in pitch second, and every fundamental lies between 440 and 988 Hz,
so that somebody who hears little above 1 kHz knows them apart too.
"""

import zlib
from typing import Final

from softphone.engine.sound.tones import Note, Tone, struck
from softphone.protocol import RingMelody

_PEAK_DBFS = -7.0
"""One dB below the loudest we allow: resampling for the device may overshoot a little."""
_EXTENSION_DIGITS = 5
"""Longest number of a colleague."""
_QUEUES: tuple[RingMelody, ...] = ("queue", "queue-2", "queue-3", "queue-4")

# Hz, equal temperament, A4 = 440 Hz (ISO 16).
_A4, _D5, _E5, _F5, _FS5, _G5, _A5, _B5 = 440.0, 587.3, 659.3, 698.5, 740.0, 784.0, 880.0, 987.8


def melody(kind: RingMelody) -> Tone:
    """Endless and rising; peak −7 dBFS."""
    return _MELODIES[kind]


def melody_of(queue: str, number: str) -> RingMelody:
    """How a call rings: by its queue's title (empty: none), otherwise by who calls.

    A title has the same melody on every phone and every day. Two titles may share one.
    """
    if queue:
        return _QUEUES[zlib.crc32(queue.encode(errors="replace")) % len(_QUEUES)]
    colleague = number.isascii() and number.isdigit() and len(number) <= _EXTENSION_DIGITS
    return "internal" if colleague else "external"


def _ring(*notes: tuple[float, int], pause_ms: int) -> Tone:
    period = (*(Note(hz, ms) for hz, ms in notes), Note(0, pause_ms))
    return Tone(period, _PEAK_DBFS, voice=struck, rising=True)


_ROLL = ((_D5, 150), (_G5, 150), (_B5, 150), (_G5, 450))
_KNOCK = ((_A4, 130), (_A4, 130), (_A4, 130), (_D5, 610))
_SKIP = ((_E5, 320), (_A5, 110))
_WARBLE = ((_F5, 80), (_A5, 80)) * 4

_MELODIES: Final[dict[RingMelody, Tone]] = {
    # A chord of G rolled up and back, twice.
    "external": _ring(*_ROLL, *_ROLL, pause_ms=2000),
    # Ding-dong.
    "internal": _ring((_A5, 500), (_F5, 500), pause_ms=2000),
    # Short, short, short, long and higher; twice.
    "queue": _ring(*_KNOCK, *_KNOCK, pause_ms=1600),
    # Long, short, three times, and a long one on top: skipping.
    "queue-2": _ring(*_SKIP, *_SKIP, *_SKIP, (_B5, 500), pause_ms=1800),
    # The warble of a desk telephone, twice.
    "queue-3": _ring(*_WARBLE, (0, 400), *_WARBLE, pause_ms=2000),
    # A chord of D stepping down, evenly.
    "queue-4": _ring((_A5, 270), (_FS5, 270), (_D5, 270), (_A4, 270), pause_ms=1800),
}
