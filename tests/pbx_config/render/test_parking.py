"""Shared hold: a caller is left where any colleague takes them back; and if nobody does."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pbx_config.render import parking
from tests.support import sip
from tests.support.console import wait_until
from tests.support.exchange import small_exchange
from tests.support.pbx import Pbx, running


@pytest.fixture(scope="module")
def house(short_folder: Path) -> Iterator[Pbx]:
    """Two seconds of patience instead of two minutes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parking, "SECONDS", 2)
        with running(small_exchange(short_folder), short_folder / "house") as pbx:
            yield pbx


@contextmanager
def phone(house: Pbx, device: str) -> Iterator[sip.Peer]:
    peer = house.registered(device)
    yield peer
    peer.register(expires=0)
    peer.close()


@pytest.fixture
def marie(house: Pbx) -> Iterator[sip.Peer]:
    with phone(house, "u1-1") as peer:
        yield peer


@pytest.fixture
def line(house: Pbx) -> Iterator[sip.Peer]:
    peer = house.line()
    yield peer
    peer.close()
    house.asterisk.command("channel request hangup all")
    wait_until(house.asterisk, "core show channels count", "^0 active channels")


@pytest.fixture
def parked(house: Pbx, marie: sip.Peer, line: sip.Peer) -> sip.Dialog:
    """Marie talked to a citizen, and left them in the shared hold."""
    dialog = line.call("071000001", caller="0471999999")
    talking = marie.answer(marie.invited())
    assert line.response(dialog).code == 200
    wait_until(house.asterisk, "bridge show all", r"\s2\s+basic\s")
    assert marie.refer(talking, "sip:*7@localhost").code == 202
    wait_until(house.asterisk, "parking show default", r"(?s)Space\s+:\s+71\b.*trunk-operator")
    marie.hang_up(talking)
    return dialog


def test_a_colleague_takes_them_back(house: Pbx, line: sip.Peer, parked: sip.Dialog) -> None:
    with phone(house, "u2-1") as julien:
        taking = julien.call("*771")
        assert julien.response(taking).code == 200
        wait_until(house.asterisk, "bridge show all", r"\s2\s+basic\s")
        julien.hang_up(taking)
        line.hung_up()


def test_an_empty_place_is_said_to_be_one(marie: sip.Peer) -> None:
    taking = marie.call("*789")
    assert marie.response(taking).code == 200
    marie.hung_up()


def test_they_come_back_to_who_left_them(
    marie: sip.Peer, line: sip.Peer, parked: sip.Dialog
) -> None:
    back = marie.invited()
    assert (back.caller, back["X-Allo-Returned"]) == ("+32471999999", "71")
    marie.answer(back)
    line.hang_up(parked)
    marie.hung_up()


def test_and_if_nobody_is_there_to_the_reception(
    house: Pbx, marie: sip.Peer, parked: sip.Dialog
) -> None:
    marie.register(expires=0)
    with phone(house, "u2-1") as julien:
        assert julien.invited()["X-Allo-Queue"] == "population"


def test_who_parks_by_calling_hears_the_place(house: Pbx, marie: sip.Peer) -> None:
    """As other makers' phones do: call first, then connect."""
    talking = marie.call("*7")
    assert marie.response(talking).code == 200
    wait_until(house.asterisk, "parking show default", r"(?s)Space\s+:\s+71\b.*u1-1")
    marie.hang_up(talking)
