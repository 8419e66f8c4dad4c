"""A phone whose way to the PBX breaks, with its calls."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from softphone import protocol
from softphone.engine_process import EngineProcess
from tests.softphone.engine.conftest import NewEngine, Pbx, tone_into
from tests.softphone.engine.dialogue import await_packets, ended, talk
from tests.support.relay import Relay

Phone = Callable[..., EngineProcess]

pytestmark = pytest.mark.parametrize("wire", ["tls", "tls12"])


@pytest.fixture
def cable(pbx: Pbx, wire: str) -> Iterator[Relay]:
    with Relay(pbx.account(1, transport=wire).port) as relay:
        yield relay


@pytest.fixture
def marie(engine: NewEngine, pbx: Pbx, cable: Relay, wire: str, tmp_path: Path) -> EngineProcess:
    """Phone 1, on the cable."""
    phone = engine("marie")
    phone.send(tone_into(tmp_path / "heard-1.wav", 440))
    phone.send(pbx.account(1, transport=wire, port=cable.port))
    phone.wait(protocol.Registration, registered)
    return phone


def registered(fact: protocol.Registration) -> bool:
    return fact.state == "registered"


def lost(fact: protocol.Registration) -> bool:
    return fact.state == "offline"


def back_on(phone: EngineProcess, cable: Relay) -> None:
    cable.cut()
    phone.wait(protocol.Registration, lost)
    phone.wait(protocol.Registration, registered)


def test_it_registers_again(marie: EngineProcess, cable: Relay) -> None:
    for _ in range(3):
        back_on(marie, cable)


def test_it_registers_again_once_there_is_a_way(marie: EngineProcess, cable: Relay) -> None:
    cable.unplug()
    marie.wait(protocol.Registration, lost)
    cable.plug()
    marie.wait(protocol.Registration, registered)


def test_sound_goes_on_and_the_far_hang_up_arrives(
    marie: EngineProcess, phone: Phone, cable: Relay
) -> None:
    julien = phone(2)
    key = talk(marie, julien, to="2002")
    back_on(marie, cable)
    await_packets(marie, "c", 25)
    await_packets(julien, key, 25)
    julien.send(protocol.Hangup(call=key))
    assert ended(marie, "c").why == "normal"


def test_our_own_hang_up_arrives(marie: EngineProcess, phone: Phone, cable: Relay) -> None:
    julien = phone(2)
    key = talk(marie, julien, to="2002")
    back_on(marie, cable)
    marie.send(protocol.Hangup(call="c"))
    assert ended(julien, key).why == "normal"


def test_the_called_one_comes_back_too(marie: EngineProcess, phone: Phone, cable: Relay) -> None:
    julien = phone(2)
    key = talk(julien, marie, to="2001")
    back_on(marie, cable)
    julien.send(protocol.Hangup(call="c"))
    ended(marie, key)


def test_calls_work_as_before_afterwards(marie: EngineProcess, phone: Phone, cable: Relay) -> None:
    julien = phone(2)
    back_on(marie, cable)
    key = talk(julien, marie, to="2001", call="after")
    marie.send(protocol.Hangup(call=key))
    ended(julien, "after")
