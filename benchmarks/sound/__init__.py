"""How a call sounds, what that takes, and the same of baresip and linphonec in the same run."""

from pathlib import Path

from benchmarks.result import Result
from benchmarks.sound import delay

SUBJECTS = {
    "delay": delay.measure,
}


def measure(folder: Path) -> list[Result]:
    """All subjects, each in a folder of its own."""
    results: list[Result] = []
    for name, subject in SUBJECTS.items():
        (folder / name).mkdir()
        results += subject(folder / name)
    return results
