"""How a call sounds, what that takes, and the same of baresip and linphonec in the same run."""

from pathlib import Path

from benchmarks.result import Result
from benchmarks.sound import cost, delay, drift, echo, load, network, noise, quality
from softphone.engine_process import EngineError

SUBJECTS = {
    "delay": delay.measure,
    "cost": cost.measure,
    "echo": echo.measure,
    "noise": noise.measure,
    "drift": drift.measure,
    "network": network.measure,
    "load": load.measure,
    "quality": quality.measure,
}


def measure(folder: Path) -> list[Result]:
    """All subjects, each in a folder of its own; one that cannot be measured does not stop them."""
    results: list[Result] = []
    for name, subject in SUBJECTS.items():
        (folder / name).mkdir()
        try:
            results += subject(folder / name)
        except (AssertionError, EngineError, TimeoutError) as problem:
            print(f"{name}: {problem}")
            results.append(Result("sound", f"{name}: could not be measured", 1, "", target=0))
    return results
