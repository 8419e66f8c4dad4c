"""The port plugged into pjsua2's conference bridge: it reads a source and writes a sink.

Its callbacks run in pjmedia's clock thread, 50 times a second each, at the bridge's own rate. A
port lives as long as the library: the bridge removes ports some time later, in its clock thread,
which may by then be inside a callback; so the source or sink of a port changes, never the port.
"""

import contextlib
import ctypes
import time
from typing import Any

import numpy as np
import pjsua2 as pj

from softphone.engine.faults import describe, report
from softphone.engine.outbox import Outbox
from softphone.engine.sound.clock_thread import ClockThread
from softphone.engine.sound.samples import RATE, Samples
from softphone.engine.sound.sinks import Sink
from softphone.engine.sound.sources import Source
from softphone.engine.stack import FRAME_MS

_LASTS_S = 1.0
"""So long without one good frame in between, and it is no hiccup."""
_QUIET_S = 5.0
"""Faults of one direction are told at most so often."""


class Trouble:
    """How one direction of a port fares. The clock's thread writes, the SIP thread reads.

    A frame that fails is silent and the next one is tried again: what failed once (memory, a full
    disk, a device that just changed) seldom fails for the rest of a call.
    """

    def __init__(self, outbox: Outbox, where: str) -> None:
        self._outbox = outbox
        self._where = where
        self._since: float | None = None
        """Since when no frame worked."""
        self._told_at = -_QUIET_S
        self.problem = ""
        """Why it does not work, once that lasts."""

    def worked(self) -> None:
        """A frame went well."""
        if self._since is not None:
            self._since, self.problem = None, ""

    def failed(self, problem: Exception) -> None:
        """A frame did not. Raises nothing: it is called where nothing may be raised."""
        now = time.monotonic()
        with contextlib.suppress(Exception):  # of stderr, which nobody may read any more
            if self._since is None:
                self._since = now
                if now >= self._told_at + _QUIET_S:
                    self._told_at = now
                    report(self._outbox, self._where, problem)
            elif not self.problem and now >= self._since + _LASTS_S:
                self.problem = describe(problem)


class Port(pj.AudioMediaPort):  # type: ignore[misc]
    """Speaks into calls what its source gives, and writes to its sink what they say.

    One port for both: each callback costs, and a port that only speaks is told in each frame that
    nobody speaks to it.
    """

    def __init__(self, outbox: Outbox, thread: ClockThread) -> None:
        super().__init__()
        self.source: Source | None = None
        """What is read from; None gives silence."""
        self.sink: Sink | None = None
        """What is written to; None for nothing."""
        self._outbox = outbox
        self._thread = thread
        self.plug(None, None)
        self.createPort("allo", _format())

    def plug(self, source: Source | None, sink: Sink | None) -> None:
        """Read and write these from now on; what failed before is forgotten."""
        self.source_trouble = Trouble(self._outbox, "Port.onFrameRequested")
        self.sink_trouble = Trouble(self._outbox, "Port.onFrameReceived")
        self.source, self.sink = source, sink

    def onFrameRequested(self, frame: Any) -> None:  # noqa: N802
        """Fill the next frame."""
        self._thread.keep()
        source = self.source
        if source is None:
            return
        try:
            write_vector(frame.buf, source.read(frame.size // 2).tobytes())
            frame.type = pj.PJMEDIA_FRAME_TYPE_AUDIO  # until then it is none: silence
        except Exception as problem:
            self.source_trouble.failed(problem)
        else:
            self.source_trouble.worked()

    def onFrameReceived(self, frame: Any) -> None:  # noqa: N802
        """Take a frame; the bridge sends an empty one when nobody speaks."""
        self._thread.keep()
        sink = self.sink
        if sink is None:
            return
        try:
            audio = frame.type == pj.PJMEDIA_FRAME_TYPE_AUDIO and frame.size
            sink.write(np.frombuffer(read_vector(frame.buf), np.int16) if audio else _SILENCE)
        except Exception as problem:
            self.sink_trouble.failed(problem)
        else:
            self.sink_trouble.worked()


_SILENCE: Samples = np.zeros(RATE * FRAME_MS // 1000, np.int16)


def _format() -> pj.MediaFormatAudio:
    shape = pj.MediaFormatAudio()
    shape.init(pj.PJMEDIA_FORMAT_PCM, RATE, 1, FRAME_MS * 1000, 16)
    return shape


# A ByteVector is a C++ std::vector<unsigned char>. Python's own way through its iterator takes
# 1.2 ms for a 20 ms frame at 48 kHz, with the interpreter lock held; a copy by address takes 3 µs.
# In the C++ libraries of all three systems a vector begins with two pointers, to its first byte and
# past its last; this is checked once, below, and Python's way remains where it is not so.
_Bounds = ctypes.c_void_p * 2


def _bounds(vector: Any) -> tuple[int, int]:
    begin, end = _Bounds.from_address(int(vector.this))
    return begin or 0, end or 0


def _layout_is_known() -> bool:
    sample = bytes(range(1, 200))
    vector = pj.ByteVector(sample)
    begin, end = _bounds(vector)
    return end - begin == len(sample) and ctypes.string_at(begin, len(sample)) == sample


def read_vector(vector: Any) -> bytes:
    """A copy of the vector's bytes."""
    if not _LAYOUT_KNOWN:
        return bytes(vector)
    begin, end = _bounds(vector)
    return ctypes.string_at(begin, end - begin) if begin else b""


def write_vector(vector: Any, data: bytes) -> None:
    """Make the vector hold ``data``."""
    if _LAYOUT_KNOWN and data:
        vector.resize(len(data))
        ctypes.memmove(_bounds(vector)[0], data, len(data))
    else:
        vector.assign(0, 0)
        for byte in data:
            vector.append(byte)


_LAYOUT_KNOWN = _layout_is_known()
