"""Long calls: ten minutes beside other work, half an hour with a clock that is not the network's.

The same as ``benchmarks.sound`` has for a minute; all of it takes 85 minutes.
"""

from pathlib import Path

from benchmarks.result import Result
from benchmarks.sound import drift, load

LONG_S = 600
HALF_HOUR_S = 1_800


def measure(folder: Path) -> list[Result]:
    """One after the other."""
    return [
        *load.busy(folder / "busy", LONG_S),
        *load.window(folder / "window", LONG_S),
        *drift.card(folder / "fast", drift.OFFSET, HALF_HOUR_S),
        *drift.card(folder / "slow", -drift.OFFSET, HALF_HOUR_S),
    ]
