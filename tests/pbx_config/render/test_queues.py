"""Waiting in a service's queue, on a real Asterisk: who is rung, what is said, where it ends."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pbx_config.model import Exchange, Target
from tests.support import sip
from tests.support.console import wait_for
from tests.support.exchange import small_exchange
from tests.support.pbx import Pbx, running

NUMBER = "071000200"


@pytest.fixture(scope="module")
def hall(short_folder: Path) -> Iterator[Pbx]:
    with running(small_exchange(short_folder), short_folder / "q") as pbx:
        yield pbx


@pytest.fixture
def line(hall: Pbx) -> Iterator[sip.Peer]:
    peer = hall.line()
    yield peer
    hall.asterisk.command("channel request hangup all")
    wait_for(hall.asterisk, "core show channels count", "0 active channels")
    peer.close()


@pytest.fixture
def phones(hall: Pbx) -> Iterator[dict[str, sip.Peer]]:
    found = {name: hall.registered(f"{name}-1") for name in ("u1", "u2")}
    yield found
    for phone in found.values():
        phone.register(expires=0)
        phone.close()


def with_queue(hall: Pbx, **changed: object) -> Exchange:
    """Apply another queue; before the phones come, for they are asked whether they are there."""
    exchange = small_exchange(hall.layout.root, certificates=hall.exchange.certificates)
    queue = replace(exchange.queues[0], **changed)  # type: ignore[arg-type]
    new = replace(hall.exchange, queues=(queue,))
    hall.apply(new)
    return new


def test_who_waited_too_long_goes_on_to_a_person(hall: Pbx, line: sip.Peer) -> None:
    with_queue(hall, members=("u2",), max_wait=1, after_wait=Target("inside", "2001"))
    marie = hall.registered("u1-1")
    line.call(NUMBER, caller="0471999999")
    assert marie.invited().caller == "+32471999999"
    marie.register(expires=0)


def test_who_waited_too_long_goes_on_outside(hall: Pbx, line: sip.Peer) -> None:
    with_queue(hall, members=("u2",), max_wait=1, after_wait=Target("outside", "+32470112233"))
    line.call(NUMBER, caller="0471999999")
    assert line.invited().target == "+32470112233"


def test_who_waited_too_long_is_let_go(hall: Pbx, line: sip.Peer) -> None:
    with_queue(hall, members=("u2",), max_wait=1, after_wait=Target("goodbye"))
    line.response(line.call(NUMBER, caller="0471999999"))
    line.hung_up()


def test_helpers_are_rung_where_no_member_can_be(
    hall: Pbx, phones: dict[str, sip.Peer], line: sip.Peer
) -> None:
    with_queue(hall, members=("u2",), helpers=("u1",), strategy="ringall")
    first = line.call(NUMBER, caller="0471999991")
    invite = phones["u2"].invited()
    assert phones["u1"].quiet(1.0)
    phones["u2"].answer(invite)
    line.response(first)
    wait_for(hall.asterisk, "queue show population", "in call")
    line.call(NUMBER, caller="0471999992")
    assert phones["u1"].invited().caller == "+32471999992"


def test_after_a_call_a_member_has_peace(
    hall: Pbx, phones: dict[str, sip.Peer], line: sip.Peer
) -> None:
    with_queue(hall, members=("u2",), wrapup=4)
    first = line.call(NUMBER, caller="0471999991")
    talking = phones["u2"].answer(phones["u2"].invited())
    line.response(first)
    wait_for(hall.asterisk, "queue show population", "in call")
    line.call(NUMBER, caller="0471999992")
    phones["u2"].hang_up(talking)
    assert phones["u2"].quiet(2.5)
    assert phones["u2"].invited().caller == "+32471999992"
