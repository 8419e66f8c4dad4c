"""Running an engine as a child."""

import sys
import time

import pytest

from softphone import protocol
from softphone.engine_process import EngineError, EngineProcess


def fake(script: str) -> tuple[str, ...]:
    """A child that says ready and then does something else."""
    return (sys.executable, "-c", f'print(\'{{"fact":"ready","pid":1}}\', flush=True)\n{script}')


def test_a_dialogue() -> None:
    with EngineProcess() as engine:
        engine.send(protocol.Answer(call="a"))
        engine.send(protocol.Answer(call="b"))
        assert engine.wait(protocol.Error, lambda f: f.call == "b").call == "b"
        with pytest.raises(EngineError, match="no such thing"):
            engine.wait(protocol.Error, timeout=0.1)
        engine.rewind()
        assert engine.wait(protocol.Error).call == "a"
        assert isinstance(engine.facts[0], protocol.Ready)
    assert engine.process.returncode == 0


def test_facts_are_seen_as_they_come() -> None:
    seen: list[protocol.AnyFact] = []
    with EngineProcess(on_fact=seen.append) as engine:
        engine.send(protocol.Answer(call="a"))
        engine.wait(protocol.Error)
    assert seen == engine.facts


def test_a_killed_engine_cannot_be_told_anything() -> None:
    engine = EngineProcess()
    engine.kill()
    assert engine.process.returncode == -9
    with pytest.raises(EngineError):
        engine.send(protocol.Quit())
    with pytest.raises(EngineError, match="ended, awaiting Error"):
        engine.wait(protocol.Error, timeout=60)
    engine.close()


def test_an_engine_that_never_gets_ready_shows_its_last_words() -> None:
    command = (sys.executable, "-c", "import sys; sys.exit('no pjsua2 here')")
    with pytest.raises(EngineError, match="no pjsua2 here"):
        EngineProcess(name="broken", command=command)


def test_one_that_does_not_leave_is_killed() -> None:
    engine = EngineProcess(command=fake("import time; time.sleep(60)"))
    started = time.monotonic()
    assert engine.close(timeout=0.2) == -9
    assert time.monotonic() - started < 5


def test_rubbish_on_stdout_is_kept_for_diagnosis() -> None:
    with EngineProcess(command=fake("print('hello'); input()")) as engine:
        engine.send_line(b"\n")
    assert "unreadable fact" in engine.stderr


def test_two_engines_at_once() -> None:
    with EngineProcess(name="a") as first, EngineProcess(name="b") as second:
        assert first.pid != second.pid
