"""From the microphone to the calls: resampled, processed, measured, and kept for the bridge.

``take`` runs in the sound device's thread, ``read`` in the bridge's. The work is done in the
bridge's, for all that came since the last time: it needs it no sooner, and two blocks one after
the other take little more than one, because each begins with a cold processor cache. While nobody
reads (a trial, a meter), it is done in the device's.
"""

import threading
import time
from collections import deque
from collections.abc import Callable

import numpy as np

from softphone.engine.sound.clocks import Elastic
from softphone.engine.sound.levels import Meter
from softphone.engine.sound.processing import Processing
from softphone.engine.sound.samples import BLOCK, RATE, Blocks, Resampler, Samples

_NOBODY_S = 0.1
"""So long without reading, and nobody does."""
_WAITING = 25
"""Blocks of the device that may wait for the bridge."""


class Microphone:
    """Can be read whether a device is open or not: then it is silent."""

    def __init__(self, processing: Processing) -> None:
        self._processing = processing
        self._ratio = 1.0
        self._resampler = Resampler()
        self._blocks = Blocks(BLOCK)
        self._came: deque[tuple[float, Samples]] = deque(maxlen=_WAITING)
        self._at_work = threading.Lock()
        self._read_at = 0.0
        self.sound = Elastic()
        self.raw = Meter()
        """Of what the device heard."""
        self.meter = Meter()
        """Of what is sent."""
        self.taps: tuple[Callable[[Samples], None], ...] = ()
        """They get every block as well."""

    def open(self, rate: int) -> None:
        """A device with this rate will speak; before it does."""
        with self._at_work:
            self._came.clear()
            self._ratio = RATE / rate
            self._resampler, self._blocks = Resampler(), Blocks(BLOCK)

    def take(self, sound: Samples) -> None:
        """What the device heard."""
        now = time.monotonic()
        self._came.append((now, sound))
        if now - self._read_at > _NOBODY_S:
            self._work()

    def read(self, count: int) -> Samples:
        """The next samples for the calls."""
        self._read_at = time.monotonic()
        self._work()
        return self.sound.read(count)

    def _work(self) -> None:
        with self._at_work:
            while self._came:
                at, sound = self._came.popleft()
                if self._ratio != 1:
                    sound = self._resampler.feed(sound, self._ratio)
                for block in self._blocks.feed(sound):
                    self.raw.add(block)
                    said = self._processing.said(block)
                    self.meter.add(said)
                    for tap in self.taps:
                        tap(said)
                    self.sound.write(said, at)


def mono(sound: Samples, channels: int) -> Samples:
    """The mean of interleaved channels."""
    if channels == 1:
        return sound
    return np.asarray(sound.reshape(-1, channels).mean(axis=1), np.int16)
