"""Blocks of sound: what they are, and from one sampling rate to another."""

import numpy as np
import samplerate
from numpy.typing import NDArray

Samples = NDArray[np.int16]
"""16-bit mono."""

RATE = 16_000
"""Hz, everywhere between the device and the network: wideband, as G.722."""
BLOCK = RATE // 100
"""Samples of 10 ms: what is processed at a time."""
_SPARE = 8
NOTHING: Samples = np.zeros(0, np.int16)


class Resampler:
    """Resamples a stream in blocks of any length; keeps its state from block to block.

    libsamplerate's "fastest" converter: 97 dB, 80 % of the bandwidth, and 1.2 ms late where
    others answer in bursts of 20 ms.
    """

    def __init__(self) -> None:
        self._resampler = samplerate.Resampler("sinc_fastest", 1)

    def feed(self, samples: Samples, ratio: float) -> Samples:
        """What comes of these: ``ratio`` times as many, one more or less.

        A new ratio is approached smoothly, within this block.
        """
        if not len(samples):
            return samples
        sound = self._resampler.process(samples.astype(np.float32), ratio)
        # In place and one by one: np.clip costs ten times as much on so little.
        np.rint(sound, out=sound)
        np.minimum(sound, 32767, out=sound)
        np.maximum(sound, -32768, out=sound)
        whole: Samples = sound.astype(np.int16)
        return whole


class Whole:
    """Whole blocks of a stream that comes in about as long pieces, each as soon as it is there."""

    def __init__(self) -> None:
        self._rest: Samples | None = None
        """None: nothing came yet."""

    def feed(self, sound: Samples) -> list[Samples]:
        """The blocks that are complete with this.

        A resampler holds the beginning back, and its pieces differ by a sample. So silence is put
        before the first one, until it is a whole block and ``_SPARE`` more: no block has to wait.
        """
        if not len(sound):
            return []
        if self._rest is None:
            self._rest = np.zeros((_SPARE - len(sound)) % BLOCK, np.int16)
        sound = np.concatenate((self._rest, sound))
        whole = len(sound) // BLOCK * BLOCK
        self._rest = sound[whole:]
        return blocks(sound[:whole])


def blocks(sound: Samples) -> list[Samples]:
    """Whole blocks, one after the other. (``np.split`` takes ten times as long.)"""
    return [sound[at : at + BLOCK] for at in range(0, len(sound), BLOCK)]


def joined(parts: list[Samples]) -> Samples:
    """One after the other."""
    if len(parts) == 1:
        return parts[0]
    return np.concatenate(parts) if parts else NOTHING


def nominal(rate: float) -> int:
    """The rate that a device means: some report what they measured (48,010 Hz for 48,000)."""
    for usual in (48_000, 44_100, 32_000, RATE, 96_000, 192_000, 88_200, 24_000, 22_050, 8_000):
        if abs(rate - usual) <= usual / 1000:
            return usual
    return int(rate)
