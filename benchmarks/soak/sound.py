"""Long calls: ten minutes beside other work, half an hour with a clock that is not the network's.

The same as ``benchmarks.sound`` has for a minute. Parts of their own: one that fails after an hour
takes nothing of the others with it.
"""

from functools import partial

from benchmarks.run import Parts
from benchmarks.sound import drift, load

LONG_S = 600
HALF_HOUR_S = 1_800

PARTS: Parts = {
    "busy": partial(load.busy, seconds=LONG_S),
    "window": partial(load.window, seconds=LONG_S),
    "drift": {
        "fast": partial(drift.card, offset=drift.OFFSET, seconds=HALF_HOUR_S),
        "slow": partial(drift.card, offset=-drift.OFFSET, seconds=HALF_HOUR_S),
    },
}
