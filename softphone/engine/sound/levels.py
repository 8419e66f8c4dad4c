"""How loud sound is."""

import math
from dataclasses import dataclass

import numpy as np

from softphone.engine.sound.samples import Samples

SILENCE_DB = -120.0


class Meter:
    """RMS of what was added since it was last asked. One thread adds, another asks."""

    def __init__(self) -> None:
        self._sums = (0.0, 0)

    def add(self, block: Samples) -> None:
        """Some more sound."""
        energy, count = self._sums
        loud = block.astype(np.float32)
        self._sums = energy + float(np.dot(loud, loud)), count + len(block)

    def take(self) -> float:
        """dBFS; −120 for silence, or when nothing was added."""
        (energy, count), self._sums = self._sums, (0.0, 0)
        return decibels(energy / count / 32768**2) if count else SILENCE_DB


@dataclass(frozen=True, slots=True)
class Second:
    """What a second sounded like here."""

    input: float | None
    """dBFS of the microphone; None: another source speaks."""
    output: float
    underruns: int


def decibels(power: float) -> float:
    """Of a power relative to full scale."""
    return max(SILENCE_DB, 10 * math.log10(power + 1e-12))
