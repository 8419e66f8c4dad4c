"""Where sound comes from, besides the microphone."""

import math
import sys
import wave
from array import array
from pathlib import Path
from typing import Protocol

TEST_RATE = 16_000
"""Sampling rate of tones and files, Hz."""
_TONE_PEAK = 32767 * 10 ** (-12 / 20)
"""−12 dBFS."""


class Source(Protocol):
    """Anything that can be read like a microphone."""

    rate: int
    """Samples per second."""

    def read(self, length: int) -> bytes:
        """Exactly ``length`` bytes; must not block."""


class Silence:
    """Zeros."""

    rate = TEST_RATE

    def read(self, length: int) -> bytes:
        """Zeros."""
        return bytes(length)


class Tone:
    """A sine of a whole number of Hz, −12 dBFS."""

    rate = TEST_RATE

    def __init__(self, hz: float) -> None:
        """ValueError unless the tone fits below half the sampling rate."""
        if not 1 <= hz < self.rate / 2:
            raise ValueError(f"tone_hz is {hz:g}, expected 1 to {self.rate // 2 - 1}")
        step = 2 * math.pi * round(hz) / self.rate
        # One second holds whole periods, so it repeats without a click.
        second = array("h", (round(_TONE_PEAK * math.sin(step * n)) for n in range(self.rate)))
        if sys.byteorder == "big":
            second.byteswap()
        self._second = second.tobytes()
        self._at = 0

    def read(self, length: int) -> bytes:
        """The tone goes on where it stopped."""
        data = self._second[self._at : self._at + length]
        while len(data) < length:
            data += self._second[: length - len(data)]
        self._at = (self._at + length) % len(self._second)
        return data


class RingTone:
    """What calls somebody to their phone: 425 and 450 Hz together, one second in four."""

    def __init__(self, rate: int) -> None:
        """``rate``: samples per second, what the device runs at."""
        self.rate = rate
        step = 2 * math.pi / rate
        # Whole periods in one second, and their beat is silent at both ends: no click.
        second = array(
            "h",
            (
                round(_TONE_PEAK / 2 * (math.sin(425 * step * n) - math.sin(450 * step * n)))
                for n in range(rate)
            ),
        )
        self._samples = second.tobytes()
        self._length = 4 * len(self._samples)
        self._at = 0

    def read(self, length: int) -> bytes:
        """The cadence goes on where it stopped, in the machine's byte order."""
        data = self._samples[self._at : self._at + length].ljust(length, b"\0")
        over = self._at + length - self._length
        self._at = (self._at + length) % self._length
        return data if over <= 0 else data[: length - over] + self._samples[:over]


class WavFile:
    """A WAV file (16-bit mono, 16 kHz) over and over."""

    rate = TEST_RATE

    def __init__(self, path: Path) -> None:
        """ValueError says what is wrong with the file."""
        try:
            with wave.open(str(path), "rb") as file:
                shape = file.getsampwidth(), file.getnchannels(), file.getframerate()
                self._samples = file.readframes(file.getnframes())
        except (OSError, EOFError, wave.Error) as problem:
            raise ValueError(f"source_file {path}: {problem}") from None
        if shape != (2, 1, self.rate):
            raise ValueError(f"source_file {path}: expected 16-bit mono {self.rate} Hz")
        if not self._samples:
            raise ValueError(f"source_file {path}: no samples")
        self._at = 0

    def read(self, length: int) -> bytes:
        """The next part of the file."""
        data = self._samples[self._at : self._at + length]
        while len(data) < length:
            data += self._samples[: length - len(data)]
        self._at = (self._at + length) % len(self._samples)
        return data
