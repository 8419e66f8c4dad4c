"""``python -m benchmarks.soak [--only GROUP]``: soak, print a table, write results/soak.json.

Status 1 when a limit is broken. Each group stops by itself: all of them take less than 20 minutes.
"""

import sys

from benchmarks.run import run
from benchmarks.soak import calls, comeback, link, storm

GROUPS = {
    "calls": calls.measure,
    "comeback": comeback.measure,
    "link": link.measure,
    "storm": storm.measure,
}

if __name__ == "__main__":
    results = run("benchmarks.soak", __doc__, GROUPS, "soak.json")
    sys.exit(any(result.met is False for result in results))
