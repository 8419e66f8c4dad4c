"""What a program takes together with the processes that it started.

Processor time and proportional sizes add up; resident sizes do not, as what several share would
count more than once.
"""

import time
from collections.abc import Callable

import psutil

MIB = 1024 * 1024


class Family:
    """A program and its children, as they are now."""

    def __init__(self, pid: int) -> None:
        self.program = psutil.Process(pid)
        self.children: list[psutil.Process] = self.program.children(recursive=True)

    def cpu(self, seconds: float) -> tuple[float, float]:
        """Percent of a core over the next ``seconds``: of all together, of the children alone."""
        everyone = [self.program, *self.children]
        for process in everyone:
            process.cpu_percent()
        time.sleep(seconds)
        program, *children = (float(process.cpu_percent()) for process in everyone)
        return program + sum(children), sum(children)

    def rss(self, counts: Callable[[str], bool] = lambda path: True) -> float:
        """Resident set size of the program alone, MiB; only of mappings whose path counts."""
        return _size(self.program, "rss", counts)

    def pss(self, counts: Callable[[str], bool] = lambda path: True) -> tuple[float, float]:
        """Proportional set size, MiB, so too: of all together, of the children alone."""
        program = _size(self.program, "pss", counts)
        children = sum(_size(process, "pss", counts) for process in self.children)
        return program + children, children


def _size(process: psutil.Process, what: str, counts: Callable[[str], bool]) -> float:
    maps = (each for each in process.memory_maps() if counts(each.path))
    return float(sum(getattr(each, what) for each in maps)) / MIB
