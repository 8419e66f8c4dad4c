"""What the window and the plan compute by themselves: a slip to quadratic time would show here."""

import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from benchmarks.result import Result
from pbx_config.difference import unified
from softphone.live import Colleague, ColleagueChanged, Snapshot
from softphone.profile import Agent
from softphone.state import apply, initial
from softphone.ui.search import find

EVENTS = 2_000


def measure(folder: Path) -> list[Result]:
    """Each the best of three: other programs only ever add."""
    return [
        Result("pure", "one presence event, 500 colleagues", _best(_events) / EVENTS * 1e6, "µs",
               target=500),
        Result("pure", "search among 10,000 people", 1000 * _best(_search), "ms", target=100),
        Result("pure", "diff of 100,000 lines, half of them changed", 1000 * _best(_diff), "ms",
               target=1000),
    ]  # fmt: skip


def _best(work: Callable[[], Callable[[], object]]) -> float:
    """Seconds of processor time that the prepared work takes."""
    times = []
    for _ in range(3):
        run = work()
        began = time.thread_time()
        run()
        times.append(time.thread_time() - began)
    return min(times)


def _events() -> Callable[[], object]:
    me = Agent(extension="2014", name="Marie", function="", service="", site="", roles=())
    people = tuple(
        Colleague(extension=str(2000 + n), name=f"Agent {n}", presence="free") for n in range(500)
    )
    changes = [
        ColleagueChanged(
            seq=n,
            colleague=msgspec.structs.replace(people[n % 500], presence="busy", since=float(n)),
        )
        for n in range(EVENTS)
    ]
    start = apply(
        initial(me),
        Snapshot(seq=1, pbx="up", me=me, colleagues=people, queues=(), messages=()),
        0.0,
    )

    def run() -> None:
        state = start
        for now, change in enumerate(changes):
            state = apply(state, change, float(now))

    return run


def _search() -> Callable[[], object]:
    many = [
        Colleague(extension=str(n), name=f"Prénom{n % 97} Nom{n}", service=f"Service {n % 40}")
        for n in range(10_000)
    ]
    return lambda: find("nom99 service", many)


def _diff() -> Callable[[], object]:
    old = "\n".join(f"line {n}" for n in range(100_000))
    new = "\n".join(f"line {n + n % 2}" for n in range(100_000))
    return lambda: unified("f", old, new)
