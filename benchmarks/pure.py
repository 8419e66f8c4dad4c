"""What the window and the plan compute by themselves: a slip to quadratic time would show here."""

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import msgspec

from benchmarks.result import Result
from pbx_config.difference import unified
from pbx_config.hours import Hours, Span
from pbx_config.layout import Layout
from pbx_config.model import Closed, Prompt, Queue, Recording, Target
from pbx_config.render import render
from softphone.live import Colleague, ColleagueChanged, Snapshot
from softphone.profile import Agent
from softphone.state import apply, initial
from softphone.ui.search import find
from tests.support.exchange import make_user, small_exchange
from tests.support.pbx import runtime

EVENTS = 2_000


AGENTS = (100, 1_000, 10_000)
SERVICES = 50


def measure(folder: Path) -> list[Result]:
    """Each the best of three: other programs only ever add."""
    rendering = [
        Result("pure", f"render {agents} agents, {SERVICES} services",
               _best(partial(_render, folder / str(agents), agents)), "s",
               target=2.0 if agents == AGENTS[-1] else None)
        for agents in AGENTS
    ]  # fmt: skip
    return [
        *rendering,
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


def _render(folder: Path, agents: int) -> Callable[[], object]:
    """All files of an exchange; every service has hours and an overflow, an agent one service."""
    users = tuple(make_user(n, f"Prénom Nom{n}") for n in range(1, agents + 1))
    hours = Hours("bureau", "Bureau", "Europe/Brussels", ((Span(510, 720),),) * 7)
    queues = tuple(
        Queue(
            f"service-{n}",
            f"Service {n}",
            str(30_000 + n),
            None,
            "rrmemory",
            tuple(user.id for user in users[n::SERVICES]),
            hours=hours.name,
            closed=Closed("ferme", Target("goodbye")),
            after_wait=Target("inside", str(30_000 + (n + 1) % SERVICES)),
        )
        for n in range(SERVICES)
    )
    prompt = Prompt("ferme", "Fermé", (Recording("fr", "ferme-fr-0"),))
    exchange = replace(
        small_exchange(folder, users), queues=queues, hours=(hours,), prompts=(prompt,)
    )
    return lambda: render(exchange, Layout(folder), runtime())


def _diff() -> Callable[[], object]:
    old = "\n".join(f"line {n}" for n in range(100_000))
    new = "\n".join(f"line {n + n % 2}" for n in range(100_000))
    return lambda: unified("f", old, new)
