"""The phone: how fast a call rings and is answered, how soon the window is ready, what it takes.

Engines and the real window (on a virtual screen) against the example town. What the engine alone
takes is measured by ``benchmarks.engine``.
"""

import statistics
import subprocess
import sys
import time
from pathlib import Path

import psutil

from benchmarks.result import Result
from softphone import protocol
from softphone.state import State
from tests.support.robot import connected
from tests.support.screen import screen
from tests.support.town import Town

CALLS = 20
MB = 1_000_000


def measure(folder: Path) -> list[Result]:
    """Calls, then the window."""
    with Town(folder) as town:
        town.start()
        return [*_calls(town), *_window(town)]


def _calls(town: Town) -> list[Result]:
    caller, callee = town.phone("2002"), town.phone("2003")
    for phone in (caller, callee):
        phone.wait("registration", lambda state: state.ready)
    rings, answers = [], []
    for number in range(CALLS):
        key = f"call-{number}"
        began = time.monotonic()
        caller.dial(key, "2003")
        call = callee.engine.wait(protocol.Incoming).call
        rings.append(time.monotonic() - began)
        callee.engine.send(protocol.Answer(call=call))
        caller.wait("answer", connected(key))
        answers.append(time.monotonic() - began)
        caller.engine.send(protocol.Hangup(call=key))
        callee.engine.wait(protocol.CallState, lambda fact: fact.state == "ended")
    return [
        Result("phone", f"dial → rings there (median of {CALLS})",
               1000 * statistics.median(rings), "ms"),
        Result("phone", f"dial → answered (median of {CALLS})",
               1000 * statistics.median(answers), "ms"),
    ]  # fmt: skip


def _window(town: Town) -> list[Result]:
    """An enrolled window started again: visible, registered, its size with its engine's."""
    home = town.home / "phones" / "2004"
    town.phone("2004").close()
    julien = town.phone("2005")
    # Offline first, or the robot's own registration would be taken for the window's.
    julien.wait("robot gone", lambda state: _presence(state, "2004") == "offline", 20)
    with screen() as desk:
        began = time.monotonic()
        window = subprocess.Popen(
            [sys.executable, "-m", "softphone.main", "--home", str(home)],
            env=desk.environment,
            stderr=subprocess.DEVNULL,
        )
        try:
            shown = desk.window("allo")
            visible = time.monotonic() - began
            julien.wait("registration", lambda state: _presence(state, "2004") == "free", 20)
            registered = time.monotonic() - began
            time.sleep(3)  # settled: what is measured is the rest state
            processes = [psutil.Process(window.pid)]
            processes += processes[0].children(recursive=True)
            idle = sum(map(_memory, processes))
            rss = sum(map(_rss, processes))
            cpu = sum(_cpu(process, 3) for process in processes)
            julien.dial("to-sophie", "2004")
            julien.wait("ring", lambda state: _presence(state, "2004") == "ringing")
            desk.focus(shown)
            desk.press("F3")
            julien.wait("answer", connected("to-sophie"))
            call = sum(map(_memory, processes))
            call_cpu = sum(_cpu(process, 3) for process in processes)
        finally:
            window.terminate()
            window.wait(10)
    return [
        Result("window", "start → window visible", visible, "s", target=0.7),
        Result("window", "start → registered, seen by a colleague", registered, "s", target=1.5),
        Result("window", "PSS of window + engine, idle", idle, "MB", target=180),
        Result("window", "PSS of window + engine, in a call", call, "MB", target=180),
        Result("window", "RSS of window + engine, idle (shared libraries twice)", rss, "MB"),
        Result("window", "CPU of window + engine, idle", cpu, "% of a core"),
        Result("window", "CPU of window + engine, in a call", call_cpu, "% of a core"),
    ]


def _presence(state: State, extension: str) -> str:
    return next((c.presence for c in state.colleagues if c.extension == extension), "unknown")


def _memory(process: psutil.Process) -> float:
    """Proportional set size, MB."""
    return float(process.memory_full_info().pss) / MB


def _rss(process: psutil.Process) -> float:
    """Resident set size, MB."""
    return float(process.memory_info().rss) / MB


def _cpu(process: psutil.Process, seconds: float) -> float:
    """Percent of one core over the next ``seconds``."""
    return float(process.cpu_percent(interval=seconds))
