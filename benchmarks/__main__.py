"""``python -m benchmarks [--only GROUP]``: measure, print a table, write results/latest.json."""

from benchmarks import directory, engine, phone, pure, queue, sound
from benchmarks.run import run

GROUPS = {
    "directory": directory.measure,
    "engine": engine.measure,
    "phone": phone.measure,
    "pure": pure.measure,
    "queue": queue.measure,
    "sound": sound.measure,
}

if __name__ == "__main__":
    run("benchmarks", __doc__, GROUPS, "latest.json")
