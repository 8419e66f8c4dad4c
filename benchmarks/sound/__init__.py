"""How a call sounds, what that takes, and the same of baresip and linphonec in the same run.

Our microphone's processing is all on, as the phone is shipped, wherever the probe's sound survives
it. Where it does not, a module says so and so do the names of its figures.
"""

from functools import partial

from benchmarks.run import Parts
from benchmarks.sound import cost, delay, drift, echo, load, network, noise, quality

SUBJECTS: Parts = {
    "delay": delay.measure,
    "cost": cost.measure,
    "echo": echo.measure,
    "noise": noise.measure,
    "drift": {
        "fast": partial(drift.card, offset=drift.OFFSET, seconds=drift.SECONDS),
        "slow": partial(drift.card, offset=-drift.OFFSET, seconds=drift.SECONDS),
    },
    "network": network.measure,
    "load": {
        "busy": partial(load.busy, seconds=load.SECONDS),
        "window": partial(load.window, seconds=load.SECONDS),
    },
    "quality": quality.measure,
}
