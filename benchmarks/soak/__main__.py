"""``python -m benchmarks.soak [--only GROUP …]``: soak, print a table, write results/soak.json.

Status 1 when a limit is broken or something could not be measured. Each group stops by itself:
sound takes 85 minutes (of it ``busy`` and ``window`` 10 each, ``drift`` 60: ``fast``, then
``slow``), all others together less than 20.
"""

import sys

from benchmarks.run import Parts, run
from benchmarks.soak import applies, calls, comeback, link, sound, storm

GROUPS: Parts = {
    "applies": applies.measure,
    "calls": calls.measure,
    "comeback": comeback.measure,
    "link": link.measure,
    "sound": sound.PARTS,
    "storm": storm.measure,
}

if __name__ == "__main__":
    sys.exit(run("benchmarks.soak", __doc__, GROUPS, "soak.json", limits=True))
