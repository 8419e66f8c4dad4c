"""Members of queues pause, come back, and stay as they are whatever the PBX goes through."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import pytest

from pbx_config.ami.client import Endpoint
from pbx_config.live.exchange_watch import ExchangeWatch
from pbx_config.live.state import LiveState, MemberState
from pbx_config.model import Queue, Target
from pbx_config.render import pauses
from tests.pbx_config.live.playing import watching
from tests.pbx_config.render.conftest import Phone
from tests.support import sip
from tests.support.console import wait_until
from tests.support.pbx import Pbx

NUMBER = "+3271000200"


@pytest.fixture(autouse=True)
def nobody_pauses(town: Pbx) -> Iterator[None]:
    """Before and after."""
    yield
    town.asterisk.command(f"database deltree {pauses.FAMILY}")
    for user in ("u1", "u2", "u3"):
        town.asterisk.command(f"queue unpause member Local/{user}@queue-member/n")


def dials(phone: sip.Peer, code: str) -> None:
    """Dial a code and listen to its answer until the end."""
    dialog = phone.call(code)
    assert phone.response(dialog).code == 200
    phone.hung_up()


def paused(town: Pbx, reason: str, extension: str = "2001", queue: str = "population") -> str:
    """Wait until the queue says so."""
    return wait_until(
        town.asterisk, f"queue show {queue}", rf"{extension} \(Local[^\n]*\(paused:{reason} was"
    )


def ready(town: Pbx, *extensions: str) -> None:
    """Wait until the queue may ring them."""
    for extension in extensions:
        wait_until(
            town.asterisk,
            "queue show population",
            rf"{extension} \((?:(?!paused)[^\n])*\(Not in use\)",
        )


@pytest.mark.parametrize(
    ("code", "reason"),
    [("*28", "pause"), ("*281", "pause"), ("*282", "repas"), ("*283", "reunion"),
     ("*284", "dossiers"), ("*289", "parti")],
)  # fmt: skip
def test_a_pause_has_a_reason_and_an_end(
    town: Pbx, marie: sip.Peer, code: str, reason: str
) -> None:
    dials(marie, code)
    paused(town, reason)
    wait_until(town.asterisk, "core show hints", r"pause-2001@internal|_pause-X")
    wait_until(town.asterisk, "devstate list", r"Custom:pause-2001'\s+State: 'BUSY'")
    dials(marie, "#28")
    ready(town, "2001")
    wait_until(town.asterisk, "database show pause", "0 results found")


def test_another_reason_replaces_the_first(town: Pbx, marie: sip.Peer) -> None:
    dials(marie, "*282")
    dials(marie, "*283")
    paused(town, "reunion")


def test_the_queue_rings_others_and_colleagues_still_call(
    town: Pbx, marie: sip.Peer, julien: sip.Peer, line: sip.Peer
) -> None:
    dials(marie, "*282")
    ready(town, "2002")
    line.call(NUMBER, caller="0471999999")
    invite = julien.invited()
    assert invite["X-Allo-Queue"] == "population"
    assert marie.quiet(1.0)
    julien.answer(invite)
    line.call("071000001", caller="0471999998")
    assert marie.invited().caller == "+32471999998"


def test_a_restart_does_not_end_it(town: Pbx) -> None:
    marie = town.registered("u1-1")
    dials(marie, "*282")
    paused(town, "repas")
    marie.close()
    town.asterisk.down()
    town.asterisk.up(timeout=30)
    paused(town, "repas")


def test_in_a_queue_that_is_new_one_pauses_too(town: Pbx, marie: sip.Peer) -> None:
    dials(marie, "*282")
    before = town.exchange
    works = Queue("travaux", "Travaux", "2901", None, "ringall", ("u1", "u2"))
    town.apply(replace(before, queues=(*before.queues, works)))
    try:
        paused(town, "repas")
        paused(town, "repas", queue="travaux")
        dials(marie, "#28")
        wait_until(town.asterisk, "queue show travaux", r"2001 \((?:(?!paused)[^\n])*\n")
    finally:
        town.apply(before)


def test_who_is_a_member_of_nothing_is_told(town: Pbx, phone: Phone) -> None:
    before = town.exchange
    queue = replace(before.queues[0], members=("u1", "u2"))
    town.apply(replace(before, queues=(queue,)))
    try:
        amelie = phone("u3-1")
        dialog = amelie.call("*28")
        assert amelie.response(dialog).code == 200
        wait_until(town.asterisk, "core show channels concise", "!Playback!pbx-invalid!")
        amelie.hung_up()
        wait_until(town.asterisk, "database show pause", "0 results found")
    finally:
        town.apply(before)


def test_while_all_pause_helpers_are_rung(town: Pbx, phone: Phone, line: sip.Peer) -> None:
    before = town.exchange
    queue = replace(before.queues[0], members=("u1",), helpers=("u2",))
    town.apply(replace(before, queues=(queue,)))
    try:
        marie, julien = phone("u1-1"), phone("u2-1")
        ready(town, "2001", "2002")
        dials(marie, "*289")
        line.call(NUMBER, caller="0471999999")
        assert julien.invited()["X-Allo-Queue"] == "population"
        assert marie.quiet(0.5)
    finally:
        town.apply(before)


def test_and_without_helpers_the_citizen_goes_on(town: Pbx, phone: Phone, line: sip.Peer) -> None:
    before = town.exchange
    queue = replace(
        before.queues[0], members=("u1",), max_wait=1, after_wait=Target("inside", "2002")
    )
    town.apply(replace(before, queues=(queue,)))
    try:
        marie, julien = phone("u1-1"), phone("u2-1")
        dials(marie, "*28")
        line.call(NUMBER, caller="0471999999")
        assert julien.invited().caller == "+32471999999"
    finally:
        town.apply(before)


def test_the_reception_sees_who_pauses_and_why(town: Pbx, marie: sip.Peer) -> None:
    ready(town, "2001")
    ami = town.exchange.ami
    endpoint = Endpoint(town.exchange.network.ami_port, ami.username, ami.secret)

    def pauses_for(state: LiveState, reason: str) -> bool:
        members = state.queues["population"].members
        return any(
            (m.name, m.state, m.reason) == ("2001", MemberState.PAUSED, reason) for m in members
        )

    async def seen() -> None:
        watch = ExchangeWatch([endpoint])
        async with watching(watch):
            await asyncio.to_thread(dials, marie, "*282")
            await watch.until(lambda state: pauses_for(state, "repas"), 5)
        again = ExchangeWatch([endpoint])
        async with watching(again):
            assert pauses_for(again.state, "repas"), "also to who looks only now"
            await asyncio.to_thread(dials, marie, "#28")
            await again.until(lambda state: not pauses_for(state, "repas"), 5)
            members = again.state.queues["population"].members
            assert {m.reason for m in members} == {""}

    asyncio.run(seen())


def test_nobody_else_does_it_for_one(town: Pbx, marie: sip.Peer, julien: sip.Peer) -> None:
    """Who is handed on to the code by a colleague stays as they are."""
    dialog = julien.call("2001")
    talking = marie.answer(marie.invited())
    julien.response(dialog)
    wait_until(town.asterisk, "bridge show all", r"\s2\s+basic\s")
    assert marie.refer(talking, "sip:*28@localhost").code == 202
    julien.hung_up()
    assert "0 results found" in town.asterisk.command("database show pause")
