"""``python -m benchmarks [--only GROUP …]``: measure, print a table, write results/latest.json.

Status 1 when something could not be measured; a missed target is only said. Subjects of the sound
can be asked for by their own names.
"""

import sys

from benchmarks import directory, engine, flows, phone, pure, queue, sound
from benchmarks.run import Parts, run

GROUPS: Parts = {
    "directory": directory.measure,
    "engine": engine.measure,
    "flows": flows.measure,
    "phone": phone.measure,
    "pure": pure.measure,
    "queue": queue.measure,
    "sound": sound.SUBJECTS,
}

if __name__ == "__main__":
    sys.exit(run("benchmarks", __doc__, GROUPS, "latest.json"))
