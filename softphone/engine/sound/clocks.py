"""A buffer between two clocks: the sound card's and the network's.

Both sides work in blocks, neither is punctual, and their clocks differ by up to some hundred ppm.
So the buffer resamples a little more or less than the two rates ask for: it keeps what it holds
just above what lateness of the last seconds needed. All samples are 16-bit mono, as numpy arrays.

What the sound card's own side does with the sound (its rate, and the echo of what it plays) happens
by the card's clock, between the card and the resampling: then whatever the buffer makes up for
moves no echo. WebRTC's canceller loses it, for a second, for a path that changes by 0.02 %.
"""

import math
import threading
import time
from collections import deque
from collections.abc import Callable

import numpy as np

from softphone.engine.sound.samples import NOTHING, RATE, Resampler, Samples

_SPARE_S = 0.002
"""What should be left over at the worst moment of the last seconds."""
_FIRST_LATENESS_S = 0.003
"""How late the two sides are taken to be, until it is known."""
_TOO_MUCH_S = 0.060
"""Above what is needed, for two windows: drop it at once, one jump is better than a conversation
out of step."""
_HOLDS_S = 0.250
"""Nobody reads: older sound is thrown away."""
_NOBODY_S = 0.1
"""So long without reading, and what waits is old."""
_WINDOW_S = 1.0
_WINDOWS = 15
"""How long lateness is remembered."""
_REACH_S = 3.0
"""In this time the control closes a difference (but for the limit)."""
_NEAR_S = 0.0015
"""As near as this is near enough: the pitch stays as it is."""
_LEARN_S = 60.0
"""In about this time it learns how much the clocks differ."""
_MOST = 0.005
"""Largest change of speed and pitch: 9 cents, which nobody hears; 5 ms a second."""
_MISSES = 3
"""So many reads in a row without sound: the other side stopped, so begin anew when it is back."""


class Elastic:
    """One writer thread, one reader thread; neither ever waits for the other."""

    def __init__(
        self,
        step_s: float = 0.01,
        *,
        early: bool = False,
        card: Callable[[Samples], Samples] | None = None,
        now: Callable[[], float] = time.perf_counter,
    ) -> None:
        """``step_s``: the writer comes about that often; ``early``: resample when it is written,
        in the writer's thread, not when it is read. So the reader is the card then, else the
        writer is.

        ``now``: seconds; on Windows ``time.monotonic`` goes in steps of 16 ms.

        ``card``: brings what comes from the card to ``target``, or what goes there (``early``) from
        ``source``; may give less or more at a time, and runs in the thread that resamples.
        """
        self._now = now
        self._card = card
        self._step_s = step_s
        """So much of what is held is only due to the moment at which one looks: the two sides'
        blocks drift past each other, and every order of them must do."""
        self._early = early
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
        self._lateness: deque[float] = deque([_FIRST_LATENESS_S], _WINDOWS)
        """By how much the lowest spare of each of the last windows was below its mean, s."""
        self._window = _Window()
        self._far_too_much = False
        self._window_ends = now() + _WINDOW_S
        self.underruns = 0
        """Times that the reader found too little, since the start."""
        self.jumps = 0
        """Times that sound was dropped because far too much waited."""
        self._skew = 0
        """What ``skew`` answers next."""
        self.begin(RATE, RATE)

    @property
    def delay_ms(self) -> float:
        """What this buffer adds now."""
        return 1000 * self._delay_s()

    def begin(self, source: int, target: int) -> None:
        """Another device: what was held is gone, the rates (Hz) are others."""
        with self._lock:
            self._ratio = 1.0 if self._card else target / source
            self._target = target
            self._rate = target if self._early else source
            """Of what waits."""
            self._waiting.clear()
            self._held = self._skew = 0
            self._resampler = Resampler()
            self._read_at = -math.inf  # so the reader begins anew as well

    def write(self, samples: Samples) -> None:
        """Add sound."""
        if self._early:
            samples = self._resample(samples)
        with self._lock:
            self._waiting.append(samples)
            self._held += len(samples)
            self._written_at = self._now()
            while self._held > _HOLDS_S * self._rate:
                old = len(self._waiting.popleft())
                self._held -= old
                self._skew -= old

    def skew(self) -> int:
        """By how many samples what the card played, or heard, differs from what went through
        ``card`` since the last time: those made up for it, less those that were dropped.

        At the card's rate. An echo canceller must be told, or the echo seems to come at another
        time from then on.
        """
        with self._lock:
            skew, self._skew = self._skew, 0
        return skew

    def read(self, count: int) -> Samples:
        """Exactly ``count`` samples; what there is not fades into silence."""
        now = self._now()
        nobody = now - self._read_at > _NOBODY_S
        self._read_at = now
        if nobody:
            self._begin()
        if self._filling and not self._full(count, now):
            self._made_up(count)
            return np.zeros(count, np.int16)
        parts, have = [self._ready], len(self._ready)
        while have < count and (part := self._next()) is not None:
            parts.append(part)
            have += len(part)
        sound = np.concatenate(parts) if len(parts) > 1 else parts[0]
        self._ready = sound[count:]
        if have < count:
            return self._missing(sound, count)
        self._missed = 0
        sound = sound[:count]
        self._last = sound
        self._steer(self._delay_s() + now - self._written_at - self._step_s, now)
        return sound

    def _delay_s(self) -> float:
        return self._held / self._rate + len(self._ready) / self._target

    def _full(self, count: int, now: float) -> bool:
        """Whether enough waits to begin; if so, what is too much is dropped."""
        wanted = count / self._target + self._step_s + max(self._lateness) + _SPARE_S
        with self._lock:
            held = self._held / self._rate + min(now - self._written_at, self._step_s)
            if held < wanted:
                return False
            self._drop(held - wanted)
        self._filling = False
        return True

    def _next(self) -> Samples | None:
        with self._lock:
            if not self._held:
                return None
            block = self._waiting.popleft()
            self._held -= len(block)
        return block if self._early else self._resample(block)

    def _resample(self, samples: Samples) -> Samples:
        if self._card and not self._early:
            samples = self._card(samples)
        samples = self._resampler.feed(samples, self._ratio / (1 + self._speed))
        return self._card(samples) if self._card and self._early else samples

    def _drop(self, seconds: float) -> None:
        count = min(int(seconds * self._rate), self._held)
        self._held -= max(0, count)
        self._skew -= max(0, count)
        while count > 0:
            first = self._waiting.popleft()
            if len(first) > count:
                self._waiting.appendleft(first[count:])
            count -= len(first)

    def _missing(self, sound: Samples, count: int) -> Samples:
        """The reader is too early: what there is, and then what was last, fading."""
        lack = count - len(sound)
        self._made_up(lack)
        self._missed += 1
        if self._missed == 1:
            self.underruns += 1
            self._window.add(-lack / self._target)
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

    def _made_up(self, count: int) -> None:
        if self._early:
            with self._lock:
                self._skew += count

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
        excess = mean - max(self._lateness) - _SPARE_S
        again, self._far_too_much = self._far_too_much, excess > _TOO_MUCH_S
        if again and self._far_too_much:
            self.jumps += 1
            self._far_too_much = False
            with self._lock:
                self._drop(excess)
        else:
            correction = (excess - max(-_NEAR_S, min(_NEAR_S, excess))) / _REACH_S
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
