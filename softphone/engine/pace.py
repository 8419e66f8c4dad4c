"""How many calls may start in a short time, and how long a command waits for room.

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


class Patience:
    """How long to go on trying something that did not work."""

    def __init__(self) -> None:
        self._since: float | None = None

    def worked(self) -> None:
        """It did; the next time it does not starts anew."""
        self._since = None

    def left(self) -> bool:
        """It did not work: whether to try again."""
        now = time.monotonic()
        if self._since is None:
            self._since = now
        if now - self._since < _PATIENCE_S:
            return True
        self._since = None
        return False


class Pace:
    """Counts the calls that started a moment ago."""

    def __init__(self) -> None:
        self._starts: deque[float] = deque()

    def count(self) -> None:
        """A call starts."""
        self._starts.append(time.monotonic())

    def has_room(self) -> bool:
        """Whether another call may start."""
        now = time.monotonic()
        while self._starts and self._starts[0] < now - _WINDOW_S:
            self._starts.popleft()
        return len(self._starts) < _CALLS
