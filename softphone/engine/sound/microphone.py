"""From the microphone to the calls: resampled, processed by the device's clock, measured.

``take`` runs in the sound device's thread, ``read`` in the bridge's. The work is done in the
bridge's, for all that it wants at a time: two blocks one after the other take little more than one,
because each begins with a cold processor cache. While nobody reads (a trial, a meter), it is done
in the device's.
"""

import threading
import time
from collections.abc import Callable

import numpy as np

from softphone.engine.sound.clocks import Elastic
from softphone.engine.sound.levels import Meter
from softphone.engine.sound.processing import Processing
from softphone.engine.sound.samples import BLOCK, RATE, Resampler, Samples, Whole, joined

_NOBODY_S = 0.1
"""So long without reading, and nobody does."""
_MOST_DROPPED = 50
"""Blocks; more is another call, or another device."""
_SILENCE: Samples = np.zeros(BLOCK, np.int16)


class Microphone:
    """Can be read whether a device is open or not: then it is silent."""

    def __init__(
        self, processing: Processing, now: Callable[[], float] = time.perf_counter
    ) -> None:
        self._now = now
        self._processing = processing
        self._at_work = threading.Lock()
        self._read_at = 0.0
        self._ratio = 1.0
        self._resampler, self._whole = Resampler(), Whole()
        self.sound = Elastic(card=self._processed, now=now)
        self.raw = Meter()
        """Of what the device heard."""
        self.meter = Meter()
        """Of what is sent."""
        self.taps: tuple[Callable[[Samples], None], ...] = ()
        """They get every block as well."""

    def open(self, rate: int) -> None:
        """A device with this rate will speak; before it does."""
        self._ratio = RATE / rate
        self._resampler, self._whole = Resampler(), Whole()
        self.sound.begin(rate, RATE)

    def take(self, sound: Samples) -> None:
        """What the device heard."""
        self.sound.write(sound)
        if self._now() - self._read_at > _NOBODY_S:
            self._work(BLOCK)

    def read(self, count: int) -> Samples:
        """The next samples for the calls, whole blocks."""
        self._read_at = self._now()
        return self._work(count)

    def _work(self, count: int) -> Samples:
        with self._at_work:
            sound = self.sound.read(count)
            self.meter.add(sound)
            for tap in self.taps:
                tap(sound)
        return sound

    def _processed(self, sound: Samples) -> Samples:
        if self._ratio != 1.0:
            sound = self._resampler.feed(sound, self._ratio)
        self.raw.add(sound)
        # What was dropped was heard all the same, and the echo in it: the processing must not take
        # what comes after it for earlier. (Nobody hears these blocks.)
        for _ in range(min(round(-self.sound.skew() * self._ratio / BLOCK), _MOST_DROPPED)):
            self._processing.said(_SILENCE)
        return joined([self._processing.said(block) for block in self._whole.feed(sound)])


def mono(sound: Samples, channels: int) -> Samples:
    """The mean of interleaved channels."""
    if channels == 1:
        return sound
    return np.asarray(sound.reshape(-1, channels).mean(axis=1), np.int16)
