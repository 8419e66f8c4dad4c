"""A bounded buffer between the sound device's clock and the network's clock.

The two clocks are never quite the same, and both sides work in blocks. Policy: wait for ``prefill``
before the first sound, give silence when empty (and wait again), and when full drop the oldest down
to ``prefill``: one audible jump is better than a delay that stays.
"""

import threading


class Ring:
    """One writer thread, one reader thread; lengths in bytes."""

    def __init__(self, prefill: int, capacity: int) -> None:
        self._prefill = prefill
        self._capacity = capacity
        self._held = bytearray()
        self._filling = True
        self._lock = threading.Lock()
        self.underruns = 0
        """Times the reader found too little."""
        self.dropped = 0
        """Bytes thrown away because the reader was too slow."""

    @property
    def held(self) -> int:
        """Bytes waiting: the delay this buffer adds now."""
        return len(self._held)

    def write(self, data: bytes) -> None:
        """Add ``data``; never blocks."""
        with self._lock:
            self._held += data
            if len(self._held) > self._capacity:
                excess = len(self._held) - self._prefill
                del self._held[:excess]
                self.dropped += excess

    def read(self, length: int) -> bytes:
        """Exactly ``length`` bytes, silence where there is nothing; never blocks."""
        with self._lock:
            if self._filling:
                enough = max(self._prefill, length)
                if len(self._held) < enough:
                    return bytes(length)
                self._filling = False
                # What came before anybody listened is old: it would stay as delay.
                del self._held[: len(self._held) - enough]
            if len(self._held) < length:
                self.underruns += 1
                self._filling = True
                return bytes(length)
            data = bytes(self._held[:length])
            del self._held[:length]
            return data
