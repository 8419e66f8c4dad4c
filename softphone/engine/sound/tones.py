"""The sounds the phone makes itself: what a tone is, how it is computed and played.

A ``Tone`` is a value (notes, level, voice) and costs nothing until a ``Player`` wants its samples;
they are computed once and kept. Signals of a call are here, ring melodies in ``melodies``.
Everything is 16-bit mono at ``RATE``.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from softphone.engine.sound.samples import RATE, Samples

RISE_MS = 3_000
RISE_DB = 20.0
"""A rising tone starts that much softer and is at its level after ``RISE_MS``."""

Voice = Callable[[float, int], NDArray[np.float64]]
"""Plays a frequency in Hz for some ms; the result may ring longer than that."""

_RING_MS = 700
_DECAY_MS = 180.0
"""A struck note loses 8.7 dB in that time."""
_HARMONICS = ((1, 1.0), (2, 0.5), (3, 0.2))
"""Number and share. Small loudspeakers play the second and third well, and ears add the first."""


def steady(hz: float, ms: int) -> NDArray[np.float64]:
    """A sine, as networks play it."""
    turns = 2 * np.pi * hz / RATE * np.arange(ms * RATE // 1000)
    return _with_edges(np.sin(turns), attack_ms=5, release_ms=5)


def struck(hz: float, ms: int) -> NDArray[np.float64]:
    """A bar of a marimba: harmonics that fade, the higher the sooner. Rings 700 ms."""
    frames = np.arange(_RING_MS * RATE // 1000)
    turns = 2 * np.pi * hz / RATE * frames
    fade = np.exp(-1000 / RATE / _DECAY_MS * frames)
    sound = np.zeros_like(turns)
    for number, share in _HARMONICS:
        sound += share * np.sin(number * turns) * fade**number
    return _with_edges(sound, attack_ms=4, release_ms=60)


class Note(NamedTuple):
    """One step of a tone."""

    hz: float
    """0: a pause."""
    ms: int
    """Until the next note begins."""


@dataclass(frozen=True)
class Tone:
    """A sound, before it is computed."""

    notes: tuple[Note, ...]
    """One period. An endless tone of struck notes ends in a pause in which the last one fades."""
    dbfs: float
    """Its peak, relative to the largest sample."""
    voice: Voice = steady
    endless: bool = True
    """Repeat the period until nobody reads any more."""
    rising: bool = False
    """Begin ``RISE_DB`` softer, and take ``RISE_MS`` to get to its level."""

    @cached_property
    def sound(self) -> Samples:
        """One period without the pause at its end; some ms of work the first time."""
        begin, parts = 0, []
        for note in self.notes:
            if note.hz:
                parts.append((begin, self.voice(note.hz, note.ms)))
            begin += note.ms * RATE // 1000
        sound = np.zeros(max(begin + len(part) for begin, part in parts))
        for begin, part in parts:
            sound[begin : begin + len(part)] += part
        peak = 32767 * 10 ** (self.dbfs / 20)
        return np.asarray(np.rint(sound * (peak / np.abs(sound).max())), dtype=np.int16)

    @property
    def frames(self) -> int:
        """Samples until it begins anew or is over."""
        if self.endless:
            return sum(note.ms * RATE // 1000 for note in self.notes)
        return len(self.sound)

    def once(self) -> "Tone":
        """A single period at full level: to try how it sounds."""
        return replace(self, endless=False, rising=False)


class Player:
    """Plays a tone, block by block. Made outside the audio callback, read inside."""

    def __init__(self, tone: Tone) -> None:
        self._sound = tone.sound
        self._period = tone.frames
        self._end = None if tone.endless else self._period
        self._rise = RISE_MS * RATE // 1000 if tone.rising else 0
        self.played = 0

    @property
    def done(self) -> bool:
        """Only silence comes from now on."""
        return self._end is not None and self.played >= self._end

    def read(self, count: int) -> Samples:
        """Exactly that many samples, a new array; the tone goes on where it stopped."""
        block = np.zeros(count, dtype=np.int16)
        start = at = self.played
        self.played = stop = start + count
        if self._end is not None:
            stop = min(stop, self._end)
        while at < stop:
            place = at % self._period
            part = self._sound[place : place + stop - at]  # nothing, in the pause
            block[at - start : at - start + len(part)] = part
            at += self._period - place
        if start < self._rise:
            # Evenly in dB, as ears count.
            share = np.arange(start, start + count) / self._rise
            gain = 10 ** (RISE_DB / 20 * np.minimum(share - 1, 0))
            np.multiply(block, gain, out=block, casting="unsafe")
        return block


def mix(one: Samples, two: Samples) -> Samples:
    """Both at once; what is too loud for 16 bits is clipped, never wrapped."""
    both = one.astype(np.int32) + two
    return np.asarray(np.clip(both, -32768, 32767), dtype=np.int16)


def _with_edges(sound: NDArray[np.float64], attack_ms: int, release_ms: int) -> NDArray[np.float64]:
    """Begins and ends in silence: an edge would be a click."""
    up, down = attack_ms * RATE // 1000, release_ms * RATE // 1000
    sound[:up] *= _slope(up)
    sound[-down:] *= _slope(down)[::-1]
    return sound


def _slope(frames: int) -> NDArray[np.float64]:
    """From 0 to 1 in half a cosine."""
    return np.asarray(0.5 - 0.5 * np.cos(np.pi * np.arange(frames) / frames))


_NETWORK_DBFS = -13.1
"""−10 dBm0, the nominal level of tones (ITU-T E.180); a sine of 0 dBFS is 3.14 dBm0 (G.711)."""
_SOFT_DBFS = -24.0
"""Beside a voice."""

# Frequencies and cadences of Belgium: ITU-T E.180 Supplement 2; what each one means: E.182.
RINGBACK = Tone((Note(425, 1000), Note(0, 3000)), _NETWORK_DBFS)
"""The other side rings: 425 Hz, 1 s in 4 s."""
BUSY = Tone((Note(425, 500), Note(0, 500)), _NETWORK_DBFS)
"""The other side talks: 425 Hz, 500 ms in 1 s."""
CONGESTION = Tone((Note(425, 167), Note(0, 167)), _NETWORK_DBFS)
"""The network cannot: 425 Hz, 167 ms in 334 ms."""
CALL_WAITING = Tone((Note(1400, 175), Note(0, 175), Note(1400, 175), Note(0, 3500)), _SOFT_DBFS)
"""Somebody calls during a call: 1400 Hz, two beeps of 175 ms, again after 3.5 s."""

# Our own.
HOLD_REMINDER = Tone(
    (Note(659.3, 250), Note(523.3, 250), Note(0, 29_500)), dbfs=-18.0, voice=struck
)
"""Somebody waits since long: a falling chime (E5 C5) every 30 s."""
TEST = Tone(
    (Note(523.3, 450), Note(659.3, 450), Note(784.0, 450)),
    dbfs=-12.0,
    voice=struck,
    endless=False,
)
"""Does this loudspeaker work: three calm notes (C5 E5 G5), once."""
