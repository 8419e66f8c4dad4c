"""A thousand calls between two engines, one after the other: what stays behind of them.

Every call rings, is answered, has sound and is hung up, by each side in turn.
"""

import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np
import psutil

from benchmarks.result import Result
from benchmarks.soak.rig import exchange, register
from softphone import protocol
from softphone.engine_process import EngineError, EngineProcess
from tests.softphone.engine.dialogue import ended, talk

CALLS = 1_000
WARM_UP = 100
BUDGET_S = 240.0
SETTLED_S = 10.0
"""So long after the last call sockets may still be in the library's hands (it keeps a call's half
a second) and its clock running."""


class Held(NamedTuple):
    """What a process has in hand."""

    threads: int
    descriptors: int


@dataclass
class Watch:
    """One engine's process from outside."""

    phone: EngineProcess
    process: psutil.Process
    sizes: list[tuple[int, int]] = field(default_factory=list)
    """Calls so far, resident set size in bytes."""

    def weigh(self, calls: int) -> None:
        """Note its size after so many calls."""
        self.sizes.append((calls, self.process.memory_info().rss))

    def slope(self) -> float:
        """KB a call after the warm-up, by least squares."""
        calls, sizes = np.array([size for size in self.sizes if size[0] >= WARM_UP]).T
        return float(np.polyfit(calls, sizes, 1)[0]) / 1_000

    def held(self) -> Held:
        """Threads and descriptors now."""
        return Held(self.process.num_threads(), self.process.num_fds())


def measure(folder: Path) -> list[Result]:
    """Memory, threads, descriptors; calls that failed or stuck."""
    with ExitStack() as stack:
        pbx = stack.enter_context(exchange(folder))
        phones = [stack.enter_context(EngineProcess(name=f"phone {n}")) for n in (1, 2)]
        for number, phone in enumerate(phones, 1):
            register(phone, pbx.account(number))
        watches = [Watch(phone, psutil.Process(phone.pid)) for phone in phones]
        before = [_after_silence(watch, None) for watch in watches]
        done, failed, began = 0, 0, time.monotonic()
        while done < CALLS and time.monotonic() < began + BUDGET_S:
            try:
                _call(*phones, number=done)
            except EngineError as problem:
                print(problem)
                failed += 1
                break  # what is left of this call would be in the way of the next
            done += 1
            if done % 10 == 0:
                for watch in watches:
                    watch.weigh(done)
        seconds = time.monotonic() - began
        aborted = sum(phone.process.poll() is not None for phone in phones)
        faults = [f for phone in phones for f in phone.facts if isinstance(f, protocol.Fault)]
        results = [
            Result("calls", "calls one after the other", done, "", "higher", target=CALLS),
            Result("calls", "calls a second", done / seconds, "", "higher"),
            Result("calls", "calls that failed or stuck", failed, "", target=0),
            Result("calls", "faults the engines told of", len(faults), "", target=0),
            Result("calls", "engines that ended by themselves", aborted, "", target=0),
        ]
        if failed or aborted:
            return results
        after = [_after_silence(watch, held) for watch, held in zip(watches, before, strict=True)]
        stuck = pbx.ask("core show channels concise").count("PJSIP/")
    threads, descriptors = (sum(left) for left in np.subtract(after, before).T)
    return [
        *results,
        Result("calls", "calls still there at the PBX", stuck, "", target=0),
        *(
            Result("calls", f"RSS a call, the {who}'s engine", watch.slope(), "KB", target=10)
            for who, watch in zip(("caller", "callee"), watches, strict=True)
        ),
        Result("calls", "RSS of the caller's engine at the end",
               watches[0].sizes[-1][1] / 1_000_000, "MB"),
        Result("calls", "threads left", int(threads), "", target=0),
        Result("calls", "descriptors left", int(descriptors), "", target=0),
    ]  # fmt: skip


def _call(caller: EngineProcess, callee: EngineProcess, *, number: int) -> None:
    key = f"call-{number}"
    theirs = talk(caller, callee, to="2002", call=key)
    one, other = ((caller, key), (callee, theirs))[:: 1 if number % 2 else -1]
    one[0].send(protocol.Hangup(call=one[1]))
    for phone, call in (one, other):
        ended(phone, call)


def _after_silence(watch: Watch, before: Held | None) -> Held:
    """What it has in hand with no call: at most ``before``, or whatever after ``SETTLED_S``."""
    deadline = time.monotonic() + SETTLED_S
    while (now := watch.held()) and before and time.monotonic() < deadline:
        if now.threads <= before.threads and now.descriptors <= before.descriptors:
            break
        time.sleep(0.1)
    return now
