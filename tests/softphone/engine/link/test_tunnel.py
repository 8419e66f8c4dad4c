"""A phone whose way to the PBX breaks, with its calls."""

import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
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


def listening(phone: EngineProcess) -> set[int]:
    """TCP ports of this machine alone on which the engine waits for its own library and itself."""
    return {
        connection.laddr.port
        for connection in psutil.Process(phone.pid).net_connections("tcp4")
        if connection.status == psutil.CONN_LISTEN
    }


def test_strangers_on_this_machine_get_nothing(
    marie: EngineProcess, phone: Phone, cable: Relay, wire: str
) -> None:
    """Neither through the tunnel to the PBX, nor past it to the phone."""
    invite = (
        "INVITE sip:u1-1@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1:9;branch=z9hG4bKx\r\n"
        "Max-Forwards: 9\r\nFrom: <sip:112@pbx>;tag=x\r\nTo: <sip:u1-1@127.0.0.1>\r\n"
        "Call-ID: x\r\nCSeq: 1 INVITE\r\nContact: <sip:x@127.0.0.1:9;transport=tcp>\r\n"
        "Content-Length: 0\r\n\r\n"
    )
    ports = listening(marie)
    assert ports, "the tunnel at least"
    for port in ports:
        with socket.create_connection(("127.0.0.1", port), 5) as stranger:
            stranger.settimeout(5)
            try:
                stranger.sendall(invite.encode())
                answer = stranger.recv(4096)
            except ConnectionError:
                answer = b""
        assert b"180" not in answer
        assert b"200 OK" not in answer
    julien = phone(2)
    key = talk(marie, julien, to="2002")
    marie.send(protocol.Hangup(call="c"))
    ended(julien, key)
    assert not [fact for fact in marie.facts if isinstance(fact, protocol.Incoming)]
    assert not [
        fact for fact in marie.facts if isinstance(fact, protocol.Registration) and lost(fact)
    ]
