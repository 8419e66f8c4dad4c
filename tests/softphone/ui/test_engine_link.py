"""The engine's process from the window's side: real engines, killed; false ones, babbling."""

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from softphone.facts import EngineChanged
from softphone.protocol import (
    Account,
    AnyFact,
    Fault,
    Levels,
    Processing,
    Quit,
    Ready,
    Registration,
    Sound,
)
from softphone.ui.engine_link import EngineLink

ACCOUNT = Account(host="127.0.0.1", port=9, user="u14-1", secret="geheim", transport="udp")
QUIET = Sound(source="silence", sink="nothing")
Told = list[AnyFact | EngineChanged]


def count(told: Told, kind: type) -> int:
    return sum(isinstance(fact, kind) for fact in told)


def test_a_killed_engine_is_back_within_three_seconds_with_its_account(qtbot: QtBot) -> None:
    told: Told = []
    link = EngineLink(told.append, (QUIET,))
    link.start()
    link.use(ACCOUNT)
    qtbot.waitUntil(lambda: count(told, Registration) > 0, timeout=10_000)
    assert told[0] == EngineChanged("starting", 0)
    assert EngineChanged("running", 0) in told

    first, registrations = link.pid, count(told, Registration)
    killed = time.monotonic()
    os.kill(first, signal.SIGKILL)
    qtbot.waitUntil(lambda: count(told, Registration) > registrations, timeout=5_000)
    assert time.monotonic() - killed < 3.0
    assert link.pid not in (0, first)
    assert EngineChanged("restarting", 1) in told
    assert EngineChanged("running", 1) in told

    second = link.pid
    link.close()
    with pytest.raises(ProcessLookupError):
        os.kill(second, 0)
    assert "geheim" not in "".join(map(str, told))


def script(folder: Path, text: str) -> list[str]:
    """A false engine."""
    file = folder / "engine.py"
    file.write_text("import json, sys, os, time\n" + text)
    return [sys.executable, "-u", str(file)]


@pytest.fixture
def say() -> str:
    return "def say(**fact): print(json.dumps(fact), flush=True)\n"


def test_garbage_and_endless_lines_do_not_stop_the_conversation(
    qtbot: QtBot, tmp_path: Path, say: str, caplog: pytest.LogCaptureFixture
) -> None:
    text = say + (
        "print('not json'); print('{\"fact\": \"dance\"}'); print('x' * 200_000)\n"
        "say(fact='ready', pid=os.getpid())\n"
        "say(fact='fault', where='test', message='à bientôt')\n"
        "sys.stdin.read()\n"
    )
    told: Told = []
    link = EngineLink(told.append, command=script(tmp_path, text))
    link.start()
    qtbot.waitUntil(lambda: count(told, Fault) == 1, timeout=5_000)
    assert count(told, Ready) == 1
    assert caplog.text.count("not understood") == 2
    assert "longer than" in caplog.text
    link.close()


def test_an_engine_that_keeps_dying_is_started_less_and_less_often(
    qtbot: QtBot, tmp_path: Path
) -> None:
    told: Told = []
    link = EngineLink(told.append, command=script(tmp_path, "sys.exit(3)"))
    link.start()

    def restarts() -> int:
        return link.restarts

    qtbot.waitUntil(lambda: restarts() >= 3, timeout=5_000)
    qtbot.wait(1_500)
    assert restarts() <= 5, "not in a tight circle"
    link.close()
    after = restarts()
    qtbot.wait(2_200)
    assert restarts() == after, "closed is closed"


def test_a_command_that_does_not_exist_is_a_restart_not_a_crash(qtbot: QtBot) -> None:
    told: Told = []
    link = EngineLink(told.append, command=["/nowhere/engine"])
    link.start()
    qtbot.waitUntil(lambda: EngineChanged("restarting", 1) in told, timeout=5_000)
    link.send(QUIET)
    link.close()


def test_the_account_reaches_every_new_engine_on_stdin_and_nowhere_else(
    qtbot: QtBot, tmp_path: Path, say: str
) -> None:
    text = say + (
        "say(fact='ready', pid=os.getpid())\n"
        "line = json.loads(sys.stdin.readline())\n"
        "argv = open(f'/proc/{os.getpid()}/cmdline').read()\n"
        "hidden = line['secret'] not in argv + str(os.environ)\n"
        "say(fact='fault', where=line['do'], message=f'{line[\"secret\"]} {hidden}')\n"
        "sys.stdin.readline()\n"
        "os._exit(1)\n"
    )
    told: Told = []
    link = EngineLink(told.append, command=script(tmp_path, text))
    link.use(ACCOUNT)
    link.start()
    faults: Callable[[], list[Fault]] = lambda: [f for f in told if isinstance(f, Fault)]  # noqa: E731
    qtbot.waitUntil(lambda: len(faults()) == 1, timeout=5_000)
    link.register_again()  # the second line: it dies of it
    qtbot.waitUntil(lambda: len(faults()) == 2, timeout=5_000)
    assert [(f.where, f.message) for f in faults()] == [("account", "geheim True")] * 2
    link.close()


def test_levels_take_their_own_way(qtbot: QtBot, tmp_path: Path, say: str) -> None:
    text = say + (
        "say(fact='ready', pid=os.getpid())\n"
        "say(fact='levels', input=-20.5, output=-120.0)\n"
        "say(fact='fault', where='test', message='after them')\n"
        "sys.stdin.read()\n"
    )
    told: Told = []
    levels: list[Levels] = []
    link = EngineLink(told.append, command=script(tmp_path, text))
    link.levels.connect(levels.append)
    link.start()
    qtbot.waitUntil(lambda: count(told, Fault) == 1, timeout=5_000)
    assert levels == [Levels(input=-20.5, output=-120.0)]
    assert count(told, Levels) == 0
    link.close()


def test_what_people_prefer_is_said_at_once_and_to_every_engine_to_come(
    qtbot: QtBot, tmp_path: Path, say: str
) -> None:
    text = say + (
        "say(fact='ready', pid=os.getpid())\n"
        "for line in sys.stdin:\n"
        "    say(fact='fault', where='heard', message=line)\n"
        "    'quit' in line and os._exit(1)\n"
    )
    told: Told = []
    link = EngineLink(told.append, (QUIET,), command=script(tmp_path, text))
    heard: Callable[[], list[str]] = lambda: [  # noqa: E731
        json.loads(fact.message)["do"] for fact in told if isinstance(fact, Fault)
    ]
    link.start()
    qtbot.waitUntil(lambda: heard() == ["sound"], timeout=5_000)
    link.prefer(Sound(input_device="Casque"), Processing(noise=False))
    qtbot.waitUntil(lambda: heard() == ["sound", "sound", "processing"], timeout=5_000)
    told.clear()
    link.send(Quit())  # it dies of it
    qtbot.waitUntil(lambda: heard() == ["quit", "sound", "processing"], timeout=5_000)
    again = [fact.message for fact in told if isinstance(fact, Fault)]
    assert '"input_device":"Casque"' in again[1]
    assert '"noise":false' in again[2]
    link.close()
