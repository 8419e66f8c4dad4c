"""``python -m benchmarks.sound [--only SUBJECT …]``: one subject of the sound at a time."""

import sys

from benchmarks.run import run
from benchmarks.sound import SUBJECTS

if __name__ == "__main__":
    sys.exit(run("benchmarks.sound", __doc__, {"sound": SUBJECTS}, "sound.json"))
