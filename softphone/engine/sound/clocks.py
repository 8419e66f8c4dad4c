"""A buffer between two clocks: the sound card's and the network's.

Both sides work in blocks, neither is punctual, and their clocks differ by up to some hundred ppm.
So the buffer resamples a little: it keeps what it holds just above what lateness of the last
seconds needed. All samples are 16-bit mono at 16 kHz, as numpy arrays.
"""

import threading
import time
from collections import deque
from collections.abc import Callable

import numpy as np

from softphone.engine.sound.samples import BLOCK, NOTHING, RATE, Resampler, Samples

_MS = RATE // 1000

_SPARE = 2.0 * _MS
"""Samples that should be left over at the worst moment of the last seconds."""
_FIRST_LATENESS = 3.0 * _MS
"""How late the two sides are taken to be, until it is known."""
_TOO_MUCH = 60 * _MS
"""Above what is needed, for two windows: drop it at once, one jump is better than a conversation
out of step."""
_HOLDS = 250 * _MS
"""Nobody reads: older sound is thrown away."""
_NOBODY_S = 0.1
"""So long without reading, and what waits is old."""
_WINDOW_S = 1.0
_WINDOWS = 15
"""How long lateness is remembered."""
_REACH_S = 3.0
"""In this time the control closes a difference (but for the limit)."""
_LEARN_S = 60.0
"""In about this time it learns how much the clocks differ."""
_MOST = 0.005
"""Largest change of speed and pitch: 9 cents, which nobody hears; 5 ms a second."""
_MISSES = 3
"""So many reads in a row without sound: the other side stopped, so begin anew when it is back."""


class Elastic:
    """One writer thread, one reader thread; neither ever waits for the other."""

    def __init__(self, written: int = BLOCK, now: Callable[[], float] = time.monotonic) -> None:
        """``written``: samples that come at a time, about."""
        self._now = now
        self._least = written
        """So much of what is held is only due to the moment at which one looks: the two sides'
        blocks drift past each other, and every order of them must do."""
        self._lock = threading.Lock()
        self._waiting: deque[Samples] = deque()
        self._held = 0
        """Samples in ``_waiting``."""
        self._ready = NOTHING
        """Resampled, not yet read."""
        self._last = NOTHING
        self._written_at = self._read_at = now()
        self._filling = True
        self._missed = 0
        self._speed = 0.0
        """How much faster than written it is read."""
        self._learnt = 0.0
        self._lateness: deque[float] = deque([_FIRST_LATENESS], _WINDOWS)
        """By how much the lowest spare of each of the last windows was below its mean, samples."""
        self._window = _Window()
        self._far_too_much = False
        self._window_ends = now() + _WINDOW_S
        self._resampler = Resampler()
        self.underruns = 0
        """Times that the reader found too little, since the start."""
        self.jumps = 0
        """Times that sound was dropped because far too much waited."""

    @property
    def delay_ms(self) -> float:
        """What this buffer adds now."""
        return (self._held + len(self._ready)) / _MS

    def write(self, samples: Samples, at: float | None = None) -> None:
        """Add sound; ``at``: when it came, if that was before."""
        with self._lock:
            self._waiting.append(samples)
            self._held += len(samples)
            self._written_at = self._now() if at is None else at
            while self._held > _HOLDS:
                self._held -= len(self._waiting.popleft())

    def read(self, count: int) -> Samples:
        """Exactly ``count`` samples; what there is not fades into silence."""
        now = self._now()
        nobody = now - self._read_at > _NOBODY_S
        self._read_at = now
        if nobody:
            self._begin()
        if self._filling and not self._full(count):
            return np.zeros(count, np.int16)
        parts, have = [self._ready], len(self._ready)
        while have < count and (part := self._next(count - have)) is not None:
            parts.append(part)
            have += len(part)
        sound = np.concatenate(parts) if len(parts) > 1 else parts[0]
        self._ready = sound[count:]
        if have < count:
            return self._missing(sound, count)
        self._missed = 0
        sound = sound[:count]
        self._last = sound
        with self._lock:
            spare = self._held + len(self._ready) + (now - self._written_at) * RATE - self._least
        self._steer(spare, now)
        return sound

    def _full(self, count: int) -> bool:
        """Whether enough waits to begin; if so, what is too much is dropped."""
        with self._lock:
            wanted = count + self._least + int(max(self._lateness) + _SPARE)
            late = int((self._now() - self._written_at) * RATE)
            if self._held + min(late, BLOCK) < wanted:
                return False
            self._drop(self._held - wanted)
        self._filling = False
        return True

    def _next(self, wanted: int) -> Samples | None:
        with self._lock:
            if not self._held:
                return None
            block = self._take(min(self._held, wanted + 1))
        return self._resampler.feed(block, 1 / (1 + self._speed))

    def _take(self, count: int) -> Samples:
        parts, missing = [], count
        while missing:
            first = self._waiting.popleft()
            if len(first) > missing:
                self._waiting.appendleft(first[missing:])
                first = first[:missing]
            parts.append(first)
            missing -= len(first)
        self._held -= count
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def _drop(self, count: int) -> None:
        if count > 0:
            self._take(count)

    def _missing(self, sound: Samples, count: int) -> Samples:
        """The reader is too early: what there is, and then what was last, fading."""
        lack = count - len(sound)
        self._missed += 1
        if self._missed == 1:
            self.underruns += 1
            self._window.add(-float(lack))
        if self._missed >= _MISSES:
            self._begin()
        before = np.concatenate((self._last, sound))[-lack:]
        self._last = NOTHING
        filled = np.zeros(count, np.int16)
        filled[: len(sound)] = sound
        if len(before):
            # Backwards, so that it goes on where it was without a step.
            faded = before[::-1] * np.linspace(1, 0, len(before))
            filled[len(sound) : len(sound) + len(before)] = faded.astype(np.int16)
        return filled

    def _begin(self) -> None:
        """Wait anew until enough is there."""
        self._filling = True
        self._missed = 0
        self._ready = NOTHING

    def _steer(self, spare: float, now: float) -> None:
        self._window.add(spare)
        if now < self._window_ends:
            return
        self._window_ends = now + _WINDOW_S
        mean = self._window.mean
        self._lateness.append(mean - self._window.lowest)
        self._window = _Window()
        excess = mean - max(self._lateness) - _SPARE
        again, self._far_too_much = self._far_too_much, excess > _TOO_MUCH
        if again and self._far_too_much:
            self.jumps += 1
            self._far_too_much = False
            with self._lock:
                self._drop(min(int(excess), self._held))
        else:
            correction = excess / RATE / _REACH_S
            self._learnt = _limited(self._learnt + correction * _WINDOW_S / _LEARN_S)
            self._speed = _limited(self._learnt + correction)


class _Window:
    """What was left over at the moments of one window."""

    def __init__(self) -> None:
        self._sum = 0.0
        self._count = 0
        self.lowest = float("inf")

    @property
    def mean(self) -> float:
        return self._sum / self._count

    def add(self, spare: float) -> None:
        self._sum += spare
        self._count += 1
        self.lowest = min(self.lowest, spare)


def _limited(speed: float) -> float:
    return max(-_MOST, min(_MOST, speed))
