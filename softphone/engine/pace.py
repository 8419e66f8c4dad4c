"""How many calls may start in a short time.

The library's event queue has 64 places for sockets, a call takes two, and a place is free again
only half a second after its call. Beyond that the library aborts the process; so we refuse in time.
"""

import time
from collections import deque

_PER_SECOND = 20


class Pace:
    """Counts the calls that started within the last second."""

    def __init__(self) -> None:
        self._starts: deque[float] = deque()

    def allows(self) -> bool:
        """Whether another call may start; counts it if so."""
        now = time.monotonic()
        while self._starts and self._starts[0] < now - 1:
            self._starts.popleft()
        if len(self._starts) >= _PER_SECOND:
            return False
        self._starts.append(now)
        return True

    def count(self) -> None:
        """One more started without being asked."""
        self._starts.append(time.monotonic())
