"""A recording on the disk: a WAV file of two channels (16-bit, 16 kHz), playable at any moment.

Frames come from the bridge's clock, which must never wait for a disk: they are queued, and a thread
writes them. Once a second the header learns the new length, so that what was written until then can
be played even when the engine dies.
"""

import contextlib
import errno
import os
import queue
import struct
import sys
import threading
from array import array
from collections.abc import Callable
from pathlib import Path

from softphone.engine.sound.samples import RATE

_SAMPLE = 4
"""Bytes of one sample, left and right."""
_BLOCK = RATE * _SAMPLE
"""Bytes written at a time: one second."""
_HEADER = 44
_LONGEST = 0xFFFF_FFFF - _HEADER - _BLOCK
"""Bytes of sound that a WAV file can tell the length of: 18 hours."""
_WAITING = 1_500
"""Frames that may wait for the disk: 30 seconds."""


class Tape:
    """Records into a new file until it is closed or cannot go on."""

    def __init__(self, file: Path, on_end: Callable[[str], None]) -> None:
        """OSError, ValueError: the file cannot be made, or exists.

        ``on_end`` is called in the writing thread when the file is complete, with the reason if it
        ended by itself.
        """
        self._file = open(file, "xb", buffering=0, opener=_private)  # noqa: SIM115 - closed by _write
        self._size = 0
        try:
            self._write_header()
        except OSError:
            self._file.close()
            file.unlink()
            raise
        self._on_end = on_end
        self._problem = ""
        self._frames: queue.SimpleQueue[tuple[bytes, bytes] | None] = queue.SimpleQueue()
        self._writer = threading.Thread(target=self._write, name="recording", daemon=True)
        self.running = True
        """Takes frames; it may end by itself."""
        self._writer.start()

    def put(self, left: bytes, right: bytes) -> None:
        """One frame of each channel, in the machine's byte order; never blocks."""
        if not self.running:
            return
        if self._frames.qsize() < _WAITING:
            self._frames.put((left, right))
        else:
            self.close("the disk is too slow")

    def close(self, problem: str = "") -> None:
        """No more frames; what waits is written. ``problem``: why, if nobody wanted it."""
        if self.running:
            self.running = False
            self._problem = problem
            self._frames.put(None)

    def join(self, timeout: float) -> None:
        """Wait until the file is complete."""
        self._writer.join(timeout)

    def _write(self) -> None:
        try:
            block = bytearray()
            while frame := self._frames.get():
                block += _interleaved(*frame)
                if len(block) >= _BLOCK:
                    self._append(block)
                    block.clear()
            self._append(block)
        except OSError as problem:
            self.running = False
            self._problem = problem.strerror or str(problem)
            # A full disk has room for this: it was written before.
            with contextlib.suppress(OSError):
                self._file.truncate(_HEADER + self._size - self._size % _SAMPLE)
                self._write_header()
        with contextlib.suppress(OSError):
            self._file.close()
        self._on_end(self._problem)

    def _append(self, data: bytearray) -> None:
        if self._size + len(data) > _LONGEST:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
        left = bytes(data)
        while left:
            written = self._file.write(left)  # less than all of it when the disk gets full
            self._size += written
            left = left[written:]
        self._write_header()

    def _write_header(self) -> None:
        length = self._size - self._size % _SAMPLE
        self._file.seek(0)
        self._file.write(
            struct.pack(
                "<4sI4s4sIHHIIHH4sI",
                *(b"RIFF", _HEADER - 8 + length, b"WAVE"),
                *(b"fmt ", 16, 1, 2, RATE, RATE * _SAMPLE, _SAMPLE, 16),
                *(b"data", length),
            )
        )
        self._file.seek(0, os.SEEK_END)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _interleaved(left: bytes, right: bytes) -> bytes:
    both = array("h", right + right)
    both[0::2], both[1::2] = array("h", left), array("h", right)
    if sys.byteorder == "big":
        both.byteswap()
    return both.tobytes()
