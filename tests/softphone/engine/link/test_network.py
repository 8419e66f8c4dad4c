"""A phone on a laptop of its own: the cable is out, the network another, the lid was closed."""

import os
import signal
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pbx_config.layout import Layout
from softphone import protocol
from softphone.engine_process import EngineProcess
from tests.softphone.engine.conftest import NewEngine, Pbx, running, tone_into
from tests.softphone.engine.dialogue import await_packets, ended, talk
from tests.support.exchange import make_ca, small_exchange
from tests.support.hosts import Laptop

pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="network namespaces need root"),
    pytest.mark.parametrize("wire", ["tls", "tls12"]),
]


@pytest.fixture(scope="module")
def laptop() -> Iterator[Laptop]:
    with Laptop() as laptop:
        yield laptop


@pytest.fixture(autouse=True)
def cable(laptop: Laptop) -> Iterator[None]:
    """Whatever a test did with it, the next one finds it plugged in."""
    yield
    laptop.plug()


@pytest.fixture(scope="module")
def office(laptop: Laptop) -> Iterator[Pbx]:
    """A PBX that the laptop reaches by its cable."""
    with tempfile.TemporaryDirectory(prefix="allo-") as folder:
        layout = Layout(Path(folder))
        certificates = make_ca(layout.root / "tls", addresses=(laptop.server,))
        exchange = small_exchange(layout.root, users=3, certificates=certificates)
        network = replace(exchange.network, host=laptop.server, bind="0.0.0.0")
        with running(replace(exchange, network=network, trunks=()), layout) as pbx:
            yield pbx


@pytest.fixture
def marie(
    engine: NewEngine, laptop: Laptop, office: Pbx, tmp_path: Path, wire: str
) -> EngineProcess:
    """Phone 1, on the laptop."""
    return registered(engine("marie", command=laptop.engine), office, 1, tmp_path, wire)


@pytest.fixture
def julien(engine: NewEngine, office: Pbx, tmp_path: Path) -> EngineProcess:
    """Phone 2, beside the PBX."""
    return registered(engine("julien"), office, 2, tmp_path, "tls")


def registered(
    phone: EngineProcess, office: Pbx, number: int, folder: Path, wire: str
) -> EngineProcess:
    phone.send(tone_into(folder / f"heard-{number}.wav", 440))
    phone.send(office.account(number, transport=wire))
    becomes(phone, "registered")
    return phone


def becomes(phone: EngineProcess, state: str) -> None:
    phone.wait(protocol.Registration, lambda fact: fact.state == state, timeout=15)


def test_the_cable_is_pulled_and_put_back(marie: EngineProcess, laptop: Laptop) -> None:
    laptop.unplug()
    becomes(marie, "offline")
    laptop.plug()
    becomes(marie, "registered")


def test_the_cable_is_pulled_in_the_middle_of_a_word(marie: EngineProcess, laptop: Laptop) -> None:
    laptop.unplug()
    marie.send(protocol.Dial(call="c", to="2002"))
    becomes(marie, "offline")
    laptop.plug()
    becomes(marie, "registered")


def test_another_network_keeps_the_call(
    marie: EngineProcess, julien: EngineProcess, laptop: Laptop
) -> None:
    key = talk(marie, julien, to="2002")
    await_packets(julien, key, 10)
    laptop.move()
    becomes(marie, "offline")
    becomes(marie, "registered")
    await_packets(julien, key, 50)
    await_packets(marie, "c", 50)
    julien.send(protocol.Hangup(call=key))
    assert ended(marie, "c").why == "normal"


def test_a_call_arrives_after_another_network(
    marie: EngineProcess, julien: EngineProcess, laptop: Laptop
) -> None:
    laptop.move()
    becomes(marie, "offline")
    becomes(marie, "registered")
    key = talk(julien, marie, to="2001")
    await_packets(marie, key, 10)
    marie.send(protocol.Hangup(call=key))
    ended(julien, "c")


def test_the_lid_was_closed_meanwhile_the_address_changed(
    marie: EngineProcess, julien: EngineProcess, laptop: Laptop
) -> None:
    engine = marie.pid
    os.kill(engine, signal.SIGSTOP)
    try:
        laptop.move()
    finally:
        os.kill(engine, signal.SIGCONT)
    becomes(marie, "offline")
    becomes(marie, "registered")


def test_what_does_not_concern_the_way_to_the_pbx_changes_nothing(
    marie: EngineProcess, laptop: Laptop
) -> None:
    said = len(marie.facts)
    laptop.other_card()
    marie.send(protocol.Network())
    marie.send(protocol.Stats(call="none"))
    marie.wait(protocol.Error)
    assert not any(isinstance(fact, protocol.Registration) for fact in marie.facts[said:])
