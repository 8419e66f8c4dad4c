"""How long to wait before trying again. Owns the arithmetic only."""

import random
from collections.abc import Iterator


def delays(first: float = 0.2, longest: float = 10.0, factor: float = 2.0) -> Iterator[float]:
    """Endless waits in seconds: exponential up to ``longest``, each spread over 50 % to 100 %.

    The spread keeps several servers from knocking at a restarted PBX in step.
    """
    delay = first
    while True:
        yield delay * random.uniform(0.5, 1.0)  # noqa: S311 - not for secrets
        delay = min(delay * factor, longest)
