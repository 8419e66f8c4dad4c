"""When to ask again who said no: later and later, never all phones at once."""

import random
import time

_FIRST_S = 10.0
_LONGEST_S = 600.0


class Backoff:
    """10 s after the first refusal, then twice as long each time, up to ten minutes; ± 20 %."""

    def __init__(self) -> None:
        self._pause = _FIRST_S
        self._at: float | None = None
        """When to try again, on the clock of ``time.monotonic``."""

    def refused(self) -> float:
        """One more no; returns the seconds until the next try."""
        pause = self._pause * random.uniform(0.8, 1.2)  # noqa: S311, no secret
        self._at = time.monotonic() + pause
        self._pause = min(2 * self._pause, _LONGEST_S)
        return pause

    def accepted(self) -> None:
        """The next refusal is a first one."""
        self._pause, self._at = _FIRST_S, None

    def due(self) -> bool:
        """True once, when it is time."""
        if self._at is None or time.monotonic() < self._at:
            return False
        self._at = None
        return True
