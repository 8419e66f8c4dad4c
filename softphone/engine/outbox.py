"""The one writer of facts: any thread puts a fact, one thread writes lines.

A reader of stdout that stalls (a window busy repainting) must never hold up the SIP thread, so the
queue in between is unbounded and the writing happens in a thread of its own.
"""

import contextlib
import queue
import threading
from typing import BinaryIO

from softphone import protocol


class Outbox:
    """Facts in, JSON lines out, in the order of ``put``."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._writer = threading.Thread(target=self._write, name="facts", daemon=True)
        self._writer.start()

    def put(self, fact: protocol.Fact) -> None:
        """Publish a fact; never blocks."""
        self._lines.put(protocol.encode(fact))

    def close(self, timeout: float) -> None:
        """Write what is left; gives up after ``timeout`` seconds when nobody reads."""
        self._lines.put(None)
        self._writer.join(timeout)

    def _write(self) -> None:
        # A closed pipe means the parent is gone: stdin says the same and ends the engine.
        with contextlib.suppress(OSError, ValueError):
            while (line := self._lines.get()) is not None:
                self._stream.write(line)
                if self._lines.empty():
                    self._stream.flush()
            self._stream.flush()
