"""Where sound comes from, besides the microphone."""

import wave
from pathlib import Path
from typing import Protocol

import numpy as np

from softphone.engine.sound.samples import RATE, Samples

_TONE_PEAK = 32767 * 10 ** (-12 / 20)
"""−12 dBFS."""


class Source(Protocol):
    """Anything that can be read like a microphone."""

    def read(self, count: int) -> Samples:
        """Exactly ``count`` samples; must not block."""


class Silence:
    """Zeros."""

    def read(self, count: int) -> Samples:
        """Zeros."""
        return np.zeros(count, np.int16)


class Loop:
    """The same samples over and over."""

    def __init__(self, samples: Samples) -> None:
        self._samples = samples
        self._at = 0

    def read(self, count: int) -> Samples:
        """It goes on where it stopped."""
        index = np.arange(self._at, self._at + count)
        self._at = (self._at + count) % len(self._samples)
        return np.take(self._samples, index, mode="wrap")


def tone(hz: float) -> Loop:
    """A sine of a whole number of Hz, −12 dBFS.

    ValueError unless it fits below half the sampling rate.
    """
    if not 1 <= hz < RATE / 2:
        raise ValueError(f"tone_hz is {hz:g}, expected 1 to {RATE // 2 - 1}")
    # One second holds whole periods, so it repeats without a click.
    turns = 2 * np.pi * round(hz) * np.arange(RATE) / RATE
    return Loop(np.rint(_TONE_PEAK * np.sin(turns)).astype(np.int16))


def wav_file(path: Path) -> Loop:
    """A WAV file (16-bit mono, 16 kHz). ValueError says what is wrong with it."""
    try:
        with wave.open(str(path), "rb") as file:
            shape = file.getsampwidth(), file.getnchannels(), file.getframerate()
            samples = file.readframes(file.getnframes())
    except (OSError, EOFError, wave.Error) as problem:
        raise ValueError(f"source_file {path}: {problem}") from None
    if shape != (2, 1, RATE):
        raise ValueError(f"source_file {path}: expected 16-bit mono {RATE} Hz")
    if not samples:
        raise ValueError(f"source_file {path}: no samples")
    return Loop(np.frombuffer(samples, "<i2").astype(np.int16))
