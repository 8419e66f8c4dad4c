"""``python -m benchmarks.sound [--only SUBJECT]``: one subject of the sound at a time."""

from benchmarks.run import run
from benchmarks.sound import SUBJECTS

if __name__ == "__main__":
    run("benchmarks.sound", __doc__, SUBJECTS, "sound.json")
