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
_FIRST_SPARE = 5.0 * _MS
"""The same as long as nothing is known of the two sides' lateness."""
_TOO_MUCH = 60 * _MS
"""Above what is needed: drop it at once, one jump is better than a conversation out of step."""
_HOLDS = 250 * _MS
"""Nobody reads: older sound is thrown away."""
_NOBODY_S = 0.1
"""So long without reading, and what waits is old."""
_WINDOW_S = 1.0
_WINDOWS = 15
"""Seconds that lateness is remembered."""
_RECENT = 3
"""Windows after which too much is known to be too much."""
_REACH_S = 4.0
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
        self._spares: deque[float] = deque([_FIRST_SPARE - _SPARE], _WINDOWS)
        """Lowest spare of each of the last windows, samples."""
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

    def write(self, samples: Samples) -> None:
        """Add sound."""
        with self._lock:
            self._waiting.append(samples)
            self._held += len(samples)
            self._written_at = self._now()
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
            wanted = count + self._least + int(min(self._spares) + _SPARE)
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
            # What is made up instead stays as a reserve, and the worst was that nothing was left.
            self._shift(lack)
            self._spares[-1] = min(self._spares[-1], 0.0)
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
        self._spares[-1] = min(self._spares[-1], spare)
        if now < self._window_ends:
            return
        self._window_ends = now + _WINDOW_S
        too_much = min(list(self._spares)[-_RECENT:]) - _SPARE
        if len(self._spares) >= _RECENT and too_much > _TOO_MUCH:
            self.jumps += 1
            with self._lock:
                self._drop(min(int(too_much), self._held))
            # As it was before.
            self._spares = deque((min(s, _SPARE) for s in self._spares), _WINDOWS)
        else:
            self._shift(-(self._speed - self._learnt) * RATE * _WINDOW_S)
            difference = (min(self._spares) - _SPARE) / RATE / _REACH_S
            self._learnt = _limited(self._learnt + difference * _WINDOW_S / _LEARN_S)
            self._speed = _limited(self._learnt + difference)
        self._spares.append(float("inf"))

    def _shift(self, samples: float) -> None:
        """So much more is held than in the windows remembered."""
        self._spares = deque((spare + samples for spare in self._spares), _WINDOWS)


def _limited(speed: float) -> float:
    return max(-_MOST, min(_MOST, speed))
