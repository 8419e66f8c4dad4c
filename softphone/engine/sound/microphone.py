"""From the microphone to the calls: resampled, processed, measured.

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
from softphone.engine.sound.samples import BLOCK, RATE, Samples, blocks

_NOBODY_S = 0.1
"""So long without reading, and nobody does."""


class Microphone:
    """Can be read whether a device is open or not: then it is silent."""

    def __init__(self, processing: Processing) -> None:
        self._processing = processing
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
        self.sound.begin(rate, RATE)

    def take(self, sound: Samples) -> None:
        """What the device heard."""
        self.sound.write(sound)
        if time.monotonic() - self._read_at > _NOBODY_S:
            self._work(BLOCK)

    def read(self, count: int) -> Samples:
        """The next samples for the calls, whole blocks."""
        self._read_at = time.monotonic()
        return self._work(count)

    def _work(self, count: int) -> Samples:
        with self._at_work:
            sound = self.sound.read(count)
            self.raw.add(sound)
            sound = np.concatenate([self._processing.said(block) for block in blocks(sound)])
            self.meter.add(sound)
            for tap in self.taps:
                tap(sound)
        return sound


def mono(sound: Samples, channels: int) -> Samples:
    """The mean of interleaved channels."""
    if channels == 1:
        return sound
    return np.asarray(sound.reshape(-1, channels).mean(axis=1), np.int16)
