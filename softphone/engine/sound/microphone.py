"""From the microphone to the calls: resampled, processed, measured, and kept for the bridge.

``take`` runs in the sound device's thread, ``read`` in the bridge's.
"""

from collections.abc import Callable

import numpy as np

from softphone.engine.sound.clocks import Elastic
from softphone.engine.sound.levels import Meter
from softphone.engine.sound.processing import Processing
from softphone.engine.sound.samples import BLOCK, RATE, Blocks, Resampler, Samples


class Microphone:
    """Can be read whether a device is open or not: then it is silent."""

    def __init__(self, processing: Processing) -> None:
        self._processing = processing
        self._ratio = 1.0
        self._resampler = Resampler()
        self._blocks = Blocks(BLOCK)
        self.sound = Elastic()
        self.raw = Meter()
        """Of what the device heard."""
        self.meter = Meter()
        """Of what is sent."""
        self.taps: tuple[Callable[[Samples], None], ...] = ()
        """They get every block as well."""

    def open(self, rate: int) -> None:
        """A device with this rate will speak; before it does."""
        self._ratio = RATE / rate
        self._resampler, self._blocks = Resampler(), Blocks(BLOCK)

    def take(self, sound: Samples) -> None:
        """What the device heard."""
        if self._ratio != 1:
            sound = self._resampler.feed(sound, self._ratio)
        for block in self._blocks.feed(sound):
            self.raw.add(block)
            said = self._processing.said(block)
            self.meter.add(said)
            for tap in self.taps:
                tap(said)
            self.sound.write(said)

    def read(self, count: int) -> Samples:
        """The next samples for the calls."""
        return self.sound.read(count)


def mono(sound: Samples, channels: int) -> Samples:
    """The mean of interleaved channels."""
    if channels == 1:
        return sound
    return np.asarray(sound.reshape(-1, channels).mean(axis=1), np.int16)
