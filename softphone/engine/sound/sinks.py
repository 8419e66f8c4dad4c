"""Where sound goes to, besides the speaker."""

import threading
import wave
from pathlib import Path
from typing import Protocol

from softphone.engine.sound.sources import TEST_RATE


class Sink(Protocol):
    """Anything that can be written like a speaker."""

    rate: int
    """Samples per second."""

    def write(self, data: bytes) -> None:
        """One frame; must not block."""


class WavWriter:
    """A WAV file of what was heard (16-bit mono, 16 kHz); complete after ``close``."""

    rate = TEST_RATE

    def __init__(self, path: Path) -> None:
        """Overwrites the file; OSError when it cannot be written."""
        self._lock = threading.Lock()
        self._file: wave.Wave_write | None = wave.open(str(path), "wb")  # noqa: SIM115 - closed by close()
        self._file.setparams((1, 2, self.rate, 0, "NONE", ""))

    def write(self, data: bytes) -> None:
        """Append a frame, unless it is closed; the length in the header is set at the end."""
        with self._lock:
            if self._file:
                self._file.writeframesraw(data)

    def close(self) -> None:
        """Complete the file."""
        with self._lock:
            if self._file:
                self._file.close()
            self._file = None
