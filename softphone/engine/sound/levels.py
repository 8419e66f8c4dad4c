"""How loud sound is: what a meter tells of the blocks it was given, and the route of a second.

Levels are RMS in dBFS, that is relative to the largest sample there is: a sine that just does not
clip reads −3.0, and the test tone, whose peak is at −12 dBFS, reads −15.0.
"""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # an engine that rests has no use for numpy; whoever brings blocks has loaded it
    import numpy as np
    from numpy.typing import NDArray

SILENCE = -120.0
"""What digital silence reads, dBFS; one step of 16 bits, now and then, is louder."""
_FULL_SCALE = 32768.0


class Meter:
    """Adds up the sound of an audio thread until another thread asks how loud it was."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._energy = 0.0
        self._samples = 0

    def add(self, block: NDArray[np.int16]) -> None:
        """Samples of one channel."""
        samples = block.astype("float32")  # a square does not fit into 16 bits
        energy = float(samples.dot(samples))
        with self._lock:
            self._energy += energy
            self._samples += len(samples)

    def level(self) -> float:
        """RMS in dBFS since the last time; ``SILENCE`` when nothing came either."""
        with self._lock:
            energy, samples = self._energy, self._samples
            self._energy, self._samples = 0.0, 0
        return decibels(energy / samples) if samples else SILENCE


def decibels(energy: float) -> float:
    """dBFS of a mean square of samples."""
    if energy <= 0:
        return SILENCE
    return max(SILENCE, 10 * math.log10(energy / _FULL_SCALE**2))


@dataclass(frozen=True)
class Second:
    """What the sound route says of the last second."""

    input: float
    """Level of what is sent, after all processing, dBFS."""
    output: float
    """Level of what is heard, dBFS."""
    underruns: int
    """Times that the device wanted sound which was not there yet, or gave none in time."""
    microphone: float | None = None
    """Level of the microphone as it comes, before any processing, dBFS; None: a tone, a file or
    nothing speaks in its place, and says nothing about it.

    Before processing, because noise suppression leaves silence of a microphone that works.
    """
