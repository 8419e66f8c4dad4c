"""How many calls may start in a short time.

The library's event queue has 64 places for sockets, a call takes two, and a place is free again
only half a second after its call. Beyond that the library aborts the process. So in a storm our own
calls wait a moment, and are refused when the storm (of incoming calls) does not end.
"""

import time
from collections import deque

_WINDOW_S = 0.6
_CALLS = 22
"""Leaves room for the connections to the server and for the calls that are going on."""
_PATIENCE_S = 1.0


class Pace:
    """Counts the calls that started a moment ago."""

    def __init__(self) -> None:
        self._starts: deque[float] = deque()
        self._full_since: float | None = None

    def count(self) -> None:
        """A call starts."""
        self._starts.append(time.monotonic())

    def has_room(self) -> bool:
        """Whether another call may start."""
        now = time.monotonic()
        while self._starts and self._starts[0] < now - _WINDOW_S:
            self._starts.popleft()
        if len(self._starts) < _CALLS:
            self._full_since = None
            return True
        if self._full_since is None:
            self._full_since = now
        return False

    def worth_waiting(self) -> bool:
        """There is no room, but there may be soon."""
        if self.has_room() or self._full_since is None:
            return False
        return time.monotonic() - self._full_since < _PATIENCE_S
