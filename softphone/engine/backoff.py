"""When to ask again who said no, or nothing: later and later, never all phones at once."""

import random
import time

_FIRST_S = 10.0
_LONGEST_S = 600.0
_SOON_S = (0.3, 1.6)
_FIRST_ANSWER_S = 2.5
_LONGEST_ANSWER_S = 5.0


class Backoff:
    """10 s after the first refusal, then twice as long each time, up to ten minutes; ± 20 %.

    After a lost connection soon, at random: 500 phones do not come back in the same instant. (The
    library by itself takes 1 s ± 1, which with the registration may exceed 2 s.)
    """

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

    def lost(self) -> None:
        """The connection is gone, or a try did not begin: try soon."""
        self._at = time.monotonic() + random.uniform(*_SOON_S)  # noqa: S311

    def accepted(self) -> None:
        """The next refusal is a first one."""
        self._pause, self._at = _FIRST_S, None

    def due(self) -> bool:
        """True once, when it is time."""
        if self._at is None or time.monotonic() < self._at:
            return False
        self._at = None
        return True


class Impatience:
    """A question that stays unanswered: ask anew after 2.5 s, then after 5 s each time.

    SIP alone would wait for 32 s (RFC 3261 timer F). An exchange that has only just started takes
    connections before it listens to what they say, and never answers what it heard too early.
    """

    def __init__(self) -> None:
        self._wait = _FIRST_ANSWER_S
        self._until: float | None = None

    def asked(self) -> None:
        """The question leaves now."""
        self._until = time.monotonic() + self._wait

    def answered(self) -> None:
        """By somebody there."""
        self._wait, self._until = _FIRST_ANSWER_S, None

    def failed(self) -> None:
        """There is no way, so nothing to wait for."""
        self._until = None

    def lost(self) -> bool:
        """True once, when it is time to ask anew."""
        if self._until is None or time.monotonic() < self._until:
            return False
        self._wait, self._until = _LONGEST_ANSWER_S, None
        return True
