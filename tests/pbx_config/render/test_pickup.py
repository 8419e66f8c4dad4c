"""Taking a call that rings at a colleague's: who may, and who everybody then sees."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pbx_config.model import Queue
from tests.pbx_config.render.conftest import Phone
from tests.support import sip
from tests.support.console import ringing, wait_until
from tests.support.exchange import make_user, small_exchange
from tests.support.pbx import Pbx, running

PEOPLE = ("Marie Dupont", "Julien Marchal", "Amélie Noël", "Şirin Öztürk")


@pytest.fixture(scope="module")
def town(short_folder: Path) -> Iterator[Pbx]:
    """Marie, Julien and Amélie answer for Population, Şirin for Travaux."""
    users = tuple(make_user(number + 1, name) for number, name in enumerate(PEOPLE))
    exchange = small_exchange(short_folder, users)
    population = replace(exchange.queues[0], members=("u1", "u2", "u3"))
    works = Queue("travaux", "Travaux", "2901", None, "ringall", ("u4",))
    with running(replace(exchange, queues=(population, works)), short_folder / "house") as pbx:
        yield pbx


def rings(town: Pbx, line: sip.Peer, julien: sip.Peer) -> tuple[sip.Dialog, sip.Message]:
    """A citizen calls Julien's number."""
    dialog = line.call("071000002", caller="0471999999")
    invite = julien.invited()
    ringing(town.asterisk, "u2-1")
    return dialog, invite


@pytest.mark.parametrize("code", ["*8", "*82002"])
def test_a_colleague_of_the_service_takes_the_call(
    town: Pbx, marie: sip.Peer, julien: sip.Peer, line: sip.Peer, code: str
) -> None:
    dialog, his = rings(town, line, julien)
    taking = marie.call(code)
    answer = marie.response(taking)
    assert answer.code == 200
    assert "cause=200" in julien.cancelled(his)["Reason"], "he sees that it was answered elsewhere"
    assert line.response(dialog).code == 200
    told = marie.expect(lambda m: m.start.startswith("UPDATE"))
    marie.reply(told, "200 OK")
    assert "+32471999999" in told["P-Asserted-Identity"], "she sees who called"
    marie.hang_up(taking)
    line.hung_up()


@pytest.mark.parametrize("code", ["*8", "*82002"])
def test_somebody_of_another_service_does_not(
    town: Pbx, phone: Phone, julien: sip.Peer, line: sip.Peer, code: str
) -> None:
    dialog, his = rings(town, line, julien)
    sirin = phone("u4-1")
    trying = sirin.call(code)
    assert sirin.response(trying).code == 200, "is told so, not refused"
    sirin.hung_up()
    ringing(town.asterisk, "u2-1")
    line.cancel(dialog)
    julien.cancelled(his)


@pytest.mark.parametrize("code", ["*8", "*82002", "*82999", "*82900"])
def test_where_nothing_rings_there_is_nothing_to_take(marie: sip.Peer, code: str) -> None:
    trying = marie.call(code)
    assert marie.response(trying).code == 200
    marie.hung_up()


def test_a_call_of_the_queue_is_taken_too(
    town: Pbx, phone: Phone, julien: sip.Peer, line: sip.Peer
) -> None:
    wait_until(town.asterisk, "queue show population", r"2002 \(.*\(Not in use\)")
    dialog = line.call("+3271000200", caller="+32471999999")
    assert line.response(dialog).code == 200
    his = julien.invited()
    ringing(town.asterisk, "u2-1")
    amelie = phone("u3-1")
    taking = amelie.call("*82002")
    assert amelie.response(taking).code == 200
    assert "cause=200" in julien.cancelled(his)["Reason"]
    wait_until(town.asterisk, "queue show population", "No Callers")
    amelie.hang_up(taking)
    line.hung_up()
