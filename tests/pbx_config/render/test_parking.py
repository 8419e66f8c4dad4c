"""Shared hold: a caller is left where any colleague takes them back; and if nobody does."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pbx_config.render import parking
from tests.pbx_config.render.conftest import Phone
from tests.support import sip
from tests.support.console import wait_until
from tests.support.exchange import small_exchange
from tests.support.pbx import Pbx, running


@pytest.fixture(scope="module")
def town(short_folder: Path) -> Iterator[Pbx]:
    """Two seconds of patience instead of two minutes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parking, "SECONDS", 2)
        with running(small_exchange(short_folder), short_folder / "house") as pbx:
            yield pbx


@pytest.fixture
def parked(town: Pbx, marie: sip.Peer, line: sip.Peer) -> sip.Dialog:
    """Marie talked to a citizen, and left them in the shared hold."""
    dialog = line.call("071000001", caller="0471999999")
    talking = marie.answer(marie.invited())
    assert line.response(dialog).code == 200
    wait_until(town.asterisk, "bridge show all", r"\s2\s+basic\s")
    assert marie.refer(talking, "sip:*7@localhost").code == 202
    wait_until(town.asterisk, "parking show default", r"(?s)Space\s+:\s+71\b.*trunk-operator")
    marie.hang_up(talking)
    return dialog


def test_a_colleague_takes_them_back(
    town: Pbx, julien: sip.Peer, line: sip.Peer, parked: sip.Dialog
) -> None:
    taking = julien.call("*771")
    assert julien.response(taking).code == 200
    wait_until(town.asterisk, "bridge show all", r"\s2\s+basic\s")
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
    phone: Phone, marie: sip.Peer, parked: sip.Dialog
) -> None:
    marie.register(expires=0)
    assert phone("u2-1").invited()["X-Allo-Queue"] == "population"


def test_who_calls_it_is_given_a_place(town: Pbx, marie: sip.Peer) -> None:
    """As other makers' phones do: call first, then connect."""
    talking = marie.call("*7")
    assert marie.response(talking).code == 200
    wait_until(town.asterisk, "parking show default", r"(?s)Space\s+:\s+71\b.*u1-1")
    marie.hang_up(talking)
