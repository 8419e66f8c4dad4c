"""The engine as a process: what it does with nonsense, and how it ends."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import psutil
import pytest

from pbx_config.render.pjsip import SILENCE_SECONDS
from softphone import protocol
from softphone.engine_process import EngineProcess
from tests.softphone.engine.conftest import NewEngine, Pbx
from tests.softphone.engine.dialogue import ended, reached, talk

Phone = Callable[..., EngineProcess]

NONSENSE = [
    (b"hello", "", "malformed"),
    (b"[1, 2]", "", "object"),
    (b"{}", "", "do"),
    (b'{"do":"sing"}', "sing", "sing"),
    (b'{"do":"dial","call":"c"}', "dial", "to"),
    (b'{"do":"dial","call":"c","too":"2002"}', "dial", "too"),
    (b'{"do":"dial","call":7,"to":"2002"}', "dial", "call"),
    (b'{"do":"reject","call":"c","why":"rude"}', "reject", "rude"),
    (b'{"do":"dial","call":"c","to":"\xff\xfe"}', "", "utf-8"),
    (b"\x00\x01\x02", "", "malformed"),
    (b"[" * 5000, "", "object"),
    (b'{"do":"dial","call":"' + b"x" * 70_000 + b'"}', "", "longer than 65536"),
]


@pytest.mark.parametrize(("line", "command", "word"), NONSENSE, ids=lambda v: str(v)[:30])
def test_nonsense_is_named_and_survived(
    engine: NewEngine, line: bytes, command: str, word: str
) -> None:
    phone = engine()
    phone.send_line(line + b"\n")
    error = phone.wait(protocol.Error)
    assert error.command == command
    assert word.lower() in error.message.lower()
    phone.send_line(b"\n")  # an empty line is nothing
    phone.send(protocol.Answer(call="nobody"))
    assert phone.wait(protocol.Error).message == "no such call"


def test_what_is_impossible_now_is_said(engine: NewEngine, pbx: Pbx) -> None:
    phone = engine()
    phone.send(protocol.Dial(call="c", to="2002"))
    error = phone.wait(protocol.Error)
    assert (error.command, error.call) == ("dial", "c")
    assert "account" in error.message

    phone.send(pbx.account(1))
    phone.wait(protocol.Registration, lambda f: f.state == "registered")
    for to, why in (
        ("", "no number"),
        ("12\n34", "control"),
        ("sips:a@b", "sips"),
        (".-/", "digit"),
    ):
        phone.send(protocol.Dial(call="c", to=to))
        assert why in phone.wait(protocol.Error).message
    for command in (
        protocol.Hangup(call="x"),
        protocol.Reject(call="x"),
        protocol.Mute(call="x", on=True),
        protocol.Stats(call="x"),
    ):
        phone.send(command)
        error = phone.wait(protocol.Error)
        assert (error.command, error.call, error.message) == (
            str(command.__struct_config__.tag),
            "x",
            "no such call",
        )


def test_out_of_order_commands_in_a_call_are_refused(phone: Phone, pbx: Pbx) -> None:
    marie, julien = phone(1), phone(2)
    key = talk(marie, julien, to="2002")
    julien.send(protocol.Answer(call=key))
    assert "not ringing" in julien.wait(protocol.Error).message
    marie.send(protocol.Dial(call="c", to="2003"))
    assert "in use" in marie.wait(protocol.Error).message
    marie.send(pbx.account(1))
    assert "hang up" in marie.wait(protocol.Error).message


def test_end_of_input_hangs_up_unregisters_and_leaves(phone: Phone, pbx: Pbx) -> None:
    marie, julien = phone(1), phone(2)
    key = talk(marie, julien, to="2002")
    leaving = time.monotonic()
    assert marie.close() == 0
    assert time.monotonic() - leaving < 2
    assert ended(julien, key).why == "normal"
    assert "u1-1" not in pbx.ask("pjsip show contacts")


def test_quit_and_signals_mean_the_same(engine: NewEngine) -> None:
    polite = engine()
    polite.send(protocol.Quit())
    assert polite.process.wait(2) == 0
    for number in (signal.SIGTERM, signal.SIGINT):
        told = engine()
        told.process.send_signal(number)
        assert told.process.wait(2) == 0


def test_leaves_although_nobody_reads_its_facts(pbx: Pbx) -> None:
    """A parent that died reads nothing; its end of the pipe may even be full."""
    started = subprocess.Popen(
        [sys.executable, "-m", "softphone.main", "--headless"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert started.stdin
    assert started.stdout
    with started:
        assert json.loads(started.stdout.readline())["fact"] == "ready"
        started.stdin.write(b'{"do":"sing"}\n' * 3000)
        started.stdin.close()
        assert started.wait(5) == 0


def test_ends_with_its_parent() -> None:
    """kill -9 of the parent closes our stdin, which is all we need."""
    parent = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import time; from softphone.engine_process import EngineProcess\n"
            "print(EngineProcess().pid, flush=True); time.sleep(60)",
        ],
        stdout=subprocess.PIPE,
    )
    assert parent.stdout
    engine = psutil.Process(int(parent.stdout.readline()))
    parent.kill()
    parent.wait(5)
    parent.stdout.close()
    psutil.wait_procs([engine], timeout=3)
    assert not engine.is_running() or engine.status() == psutil.STATUS_ZOMBIE


def test_secrets_are_in_no_argument_and_no_fact(phone: Phone, pbx: Pbx) -> None:
    marie = phone(1)
    secret = pbx.account(1).secret
    assert all(secret not in word for word in psutil.Process(marie.pid).cmdline())
    assert all(secret not in str(fact) for fact in marie.facts)
    assert secret not in marie.stderr


def test_the_engine_alone_loads_neither_window_nor_web() -> None:
    command = (
        "import sys; from softphone.engine import main;"
        "print(sorted({'PySide6', 'httpx', 'livekit', 'sounddevice'} & set(sys.modules)))"
    )
    output = subprocess.run(
        [sys.executable, "-c", command], capture_output=True, text=True, check=True, timeout=20
    ).stdout
    assert output.strip() == "[]"


def test_stays_quiet(phone: Phone) -> None:
    """Neither stdout nor stderr carries what libraries chatter."""
    marie, julien = phone(1), phone(2)
    key = talk(marie, julien, to="2002")
    marie.send(protocol.Hangup(call="c"))
    ended(julien, key)
    assert marie.close() == 0
    assert marie.stderr == ""
    assert not [fact for fact in marie.facts if isinstance(fact, protocol.Fault)]


def test_the_far_end_vanishing_does_not_hold_up_the_shutdown(phone: Phone) -> None:
    marie, julien = phone(1), phone(2)
    talk(marie, julien, to="2002")
    os.kill(julien.pid, signal.SIGKILL)
    leaving = time.monotonic()
    assert marie.close() == 0
    assert time.monotonic() - leaving < 2


def test_a_storm_of_calls_is_survived(phone: Phone) -> None:
    marie = phone(1)
    for number in range(60):
        marie.send(protocol.Dial(call=f"s{number}", to="2999"))
        assert ended(marie, f"s{number}").why == "not_found"
    for number in range(5):
        marie.send(protocol.Dial(call=f"t{number}", to="2002"))
    assert "no more than 4" in marie.wait(protocol.Error, lambda f: f.call == "t4").message
    for number in range(4):
        marie.send(protocol.Hangup(call=f"t{number}"))
        ended(marie, f"t{number}")
    marie.send(protocol.Dial(call="after", to="*43"))
    reached(marie, "after", "connected")


def test_many_calls_leave_nothing_behind(phone: Phone) -> None:
    marie, julien = phone(1), phone(2)
    before = psutil.Process(marie.pid).num_fds()
    for number in range(8):
        call = f"c{number}"
        key = talk(marie, julien, to="2002", call=call)
        (marie if number % 2 else julien).send(protocol.Hangup(call=call if number % 2 else key))
        ended(marie, call)
        ended(julien, key)
    assert psutil.Process(marie.pid).num_fds() <= before + 2
    marie.send(protocol.Dial(call="last", to="*43"))
    reached(marie, "last", "connected")


def test_a_phone_that_died_does_not_keep_the_other_waiting(phone: Phone, pbx: Pbx) -> None:
    marie, julien = phone(1), phone(2)
    talk(marie, julien, to="2002")
    julien.kill()
    ended(marie, "c", timeout=SILENCE_SECONDS + 10)
    assert "u2-1" not in pbx.ask("core show channels")
