"""``python -m benchmarks.soak [--only GROUP]``: soak, print a table, write results/soak.json.

Status 1 when a limit is broken. Each group stops by itself: sound takes 85 minutes, all others
together less than 20.
"""

import sys

from benchmarks.run import run
from benchmarks.soak import calls, comeback, link, sound, storm

GROUPS = {
    "calls": calls.measure,
    "comeback": comeback.measure,
    "link": link.measure,
    "sound": sound.measure,
    "storm": storm.measure,
}

if __name__ == "__main__":
    results = run("benchmarks.soak", __doc__, GROUPS, "soak.json")
    sys.exit(any(result.met is False for result in results))
