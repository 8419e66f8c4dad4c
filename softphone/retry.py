"""When to try again. Values only."""

import random
from collections.abc import Iterator

FIRST = 0.2
LONGEST = 10.0


def delays() -> Iterator[float]:
    """Seconds to wait before each next try: doubling from ``FIRST`` to ``LONGEST``, each halved at
    most by chance, so that 500 phones do not come back in the same instant."""
    delay = FIRST
    while True:
        yield delay * random.uniform(0.5, 1.0)  # noqa: S311 - spreads load, guards nothing
        delay = min(LONGEST, delay * 2)
