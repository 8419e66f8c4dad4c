"""Whatever breaks inside becomes a fact, and the phone goes on."""

import sys
from collections.abc import Callable

import pytest

from softphone import protocol
from softphone.engine_process import EngineProcess
from tests.softphone.engine.conftest import NewEngine, Pbx
from tests.softphone.engine.dialogue import await_packets, ended, talk

Phone = Callable[..., EngineProcess]

BROKEN = """
import sys
from softphone.engine import calls, line, sip
from softphone.main import main

def once(owner, name):
    right = getattr(owner, name)
    def wrong(*arguments, **named):
        setattr(owner, name, right)
        right(*arguments, **named)
        raise RuntimeError("made to fail: " + name)
    setattr(owner, name, wrong)

once({owner}, {name!r})
sys.exit(main(["--headless"]))
"""


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        ("line.Line", "on_registration"),
        ("calls.Calls", "incoming"),
        ("calls.Calls", "on_call_state"),
        ("calls.Calls", "on_call_media"),
        ("calls.Calls", "tick"),
        ("line.Line", "tick"),
    ],
)
def test_a_mistake_in_a_callback_is_told_and_survived(
    engine: NewEngine, pbx: Pbx, phone: Phone, owner: str, name: str
) -> None:
    code = BROKEN.format(owner=owner, name=name)
    marie = engine("marie", command=[sys.executable, "-c", code])
    marie.send(pbx.account(1))
    marie.wait(protocol.Registration, lambda fact: fact.state == "registered")
    julien = phone(2)
    for attempt in ("first", "second"):
        key = talk(julien, marie, to="2001", call=attempt)
        await_packets(julien, attempt, 10)
        julien.send(protocol.Hangup(call=attempt))
        ended(marie, key)
    told = [fact.message for fact in marie.facts if isinstance(fact, protocol.Fault)]
    assert told == [f"RuntimeError: made to fail: {name}"]
