"""How a call sounds, what that takes, and the same of baresip and linphonec in the same run."""

from pathlib import Path

from benchmarks.result import Result
from benchmarks.sound import cost, delay, echo, noise

SUBJECTS = {
    "delay": delay.measure,
    "cost": cost.measure,
    "echo": echo.measure,
    "noise": noise.measure,
}


def measure(folder: Path) -> list[Result]:
    """All subjects, each in a folder of its own."""
    results: list[Result] = []
    for name, subject in SUBJECTS.items():
        (folder / name).mkdir()
        results += subject(folder / name)
    return results
