"""Where sound goes to, besides the speaker."""

import threading
import wave
from pathlib import Path
from typing import Protocol

from softphone.engine.sound.samples import RATE, Samples


class Sink(Protocol):
    """Anything that can be written like a speaker."""

    def write(self, sound: Samples) -> None:
        """One frame; must not block."""


class WavWriter:
    """A WAV file of what was heard (16-bit mono, 16 kHz); complete after ``close``."""

    def __init__(self, path: Path) -> None:
        """Overwrites the file; OSError when it cannot be written."""
        self._lock = threading.Lock()
        self._file: wave.Wave_write | None = wave.open(str(path), "wb")  # noqa: SIM115 - closed by close()
        self._file.setparams((1, 2, RATE, 0, "NONE", ""))

    def write(self, sound: Samples) -> None:
        """Append a frame, unless it is closed; the length in the header is set at the end."""
        with self._lock:
            if self._file:
                self._file.writeframesraw(sound.astype("<i2").tobytes())

    def close(self) -> None:
        """Complete the file."""
        with self._lock:
            if self._file:
                self._file.close()
            self._file = None
