"""The watcher on a real Asterisk that is cut off, restarted, reloaded, or says nothing any more."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from pbx_config.ami.client import AmiDown, AmiError
from pbx_config.live.changes import Change, Rebuilt, WentDown
from pbx_config.live.exchange_watch import ExchangeWatch, merge
from pbx_config.live.state import Extension, LiveState, Presence, Queue
from pbx_config.live.watcher import CallerIsGone
from tests.pbx_config.live.citizen import citizens
from tests.pbx_config.live.playing import soon, watching
from tests.pbx_config.live.private_asterisk import PrivateAsterisk, private_asterisk
from tests.pbx_config.live.scenarios import waiting
from tests.pbx_config.live.tap import Tap

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def asterisk() -> Iterator[PrivateAsterisk]:
    with private_asterisk() as running:
        yield running


async def test_after_a_restart_the_state_is_emptied_and_rebuilt(asterisk: PrivateAsterisk) -> None:
    watch = ExchangeWatch([asterisk.endpoint], waits=soon)
    told: list[Change] = []
    watch.subscribe(told.append)
    async with watching(watch):
        async with citizens(asterisk.citizen) as people:
            await people.call("2901", "+32470000001", "Zoé", "restart-1")
            await watch.until(lambda s: waiting(s, "travaux") == ["restart-1"], 10)
            asterisk.stop()
            await watch.until(lambda s: not s.up, 5)
            assert watch.state == LiveState()
            with pytest.raises(AmiDown):
                await watch.withdraw("travaux", "restart-1", "2015")
        await asyncio.to_thread(asterisk.start)
        state = await watch.until(lambda s: s.up, 10)
        assert waiting(state, "travaux") == [], "no ghosts"
        assert set(state.extensions) == {"2014", "2015", "2016"}
        assert told.count(WentDown()) == 1
        assert told.count(Rebuilt()) == 2


async def test_after_a_cut_a_waiting_caller_is_found_again(asterisk: PrivateAsterisk) -> None:
    async with Tap(asterisk.port) as tap, citizens(asterisk.citizen) as people:
        watch = ExchangeWatch([replace(asterisk.endpoint, port=tap.port)], waits=soon)
        async with watching(watch):
            before = time.time()
            await people.call("2901", "+32470000001", "Zoé", "cut-1")
            await watch.until(lambda s: waiting(s, "travaux") == ["cut-1"], 10)
            tap.cut()
            await watch.until(lambda s: not s.up, 5)
            state = await watch.until(lambda s: waiting(s, "travaux") == ["cut-1"], 10)
            caller = state.queues["travaux"].callers[0]
            assert (caller.number, caller.name) == ("+32470000001", "Zoé")
            assert before - 2 < caller.since <= time.time()
            await people.hang_up(caller.channel)
            await watch.until(lambda s: waiting(s, "travaux") == [], 10)


async def test_a_reload_reads_new_queues(asterisk: PrivateAsterisk) -> None:
    watch = ExchangeWatch([asterisk.endpoint], waits=soon)
    async with watching(watch):
        queues = asterisk.home / "queues.conf"
        before = queues.read_text()
        try:
            queues.write_text(before + "\n[etat-civil]\nstrategy = ringall\n")
            await asyncio.to_thread(asterisk.console, "queue reload all")
            await asyncio.to_thread(asterisk.console, "module reload app_queue.so")
            state = await watch.until(lambda s: "etat-civil" in s.queues, 10)
            assert set(state.queues) == {"etat-civil", "population", "travaux"}
        finally:
            queues.write_text(before)
            await asyncio.to_thread(asterisk.console, "module reload app_queue.so")


async def test_nobody_is_taken_who_is_not_there(asterisk: PrivateAsterisk) -> None:
    watch = ExchangeWatch([asterisk.endpoint], waits=soon)
    async with watching(watch):
        with pytest.raises(CallerIsGone):
            await watch.withdraw("travaux", "nobody", "2015")
        with pytest.raises(CallerIsGone):
            await watch.withdraw("no-such-queue", "nobody", "2015")


@pytest.mark.parametrize("target", ["", "2015,1", "2015\r\nAction: Originate", "${EVIL}", "²"])
async def test_a_caller_is_handed_to_digits_only(asterisk: PrivateAsterisk, target: str) -> None:
    watch = ExchangeWatch([asterisk.endpoint], waits=soon)
    async with watching(watch):
        with pytest.raises(ValueError, match="digits"):
            await watch.withdraw("travaux", "anybody", target)


async def test_of_two_who_take_the_same_caller_one_succeeds(asterisk: PrivateAsterisk) -> None:
    watch = ExchangeWatch([asterisk.endpoint], waits=soon)
    async with watching(watch), citizens(asterisk.citizen) as people:
        await people.call("2901", "+32470000001", "Zoé", "twice-1")
        await watch.until(lambda s: waiting(s, "travaux") == ["twice-1"], 10)
        results = await asyncio.gather(
            watch.withdraw("travaux", "twice-1", "2015"),
            watch.withdraw("travaux", "twice-1", "2016"),
            return_exceptions=True,
        )
        assert [type(r).__name__ for r in results] == ["NoneType", "CallerIsGone"]


async def test_a_failing_subscriber_does_not_stop_the_others(
    asterisk: PrivateAsterisk, caplog: pytest.LogCaptureFixture
) -> None:
    watch = ExchangeWatch([asterisk.endpoint], waits=soon)
    told: list[Change] = []

    def broken(_: Change) -> None:
        raise RuntimeError("oops")

    watch.subscribe(broken)
    watch.subscribe(told.append)
    async with watching(watch):
        assert told == [Rebuilt()]
    assert "a subscriber failed" in caplog.text


async def test_a_frozen_pbx_is_an_error_not_a_hang(asterisk: PrivateAsterisk) -> None:
    async with Tap(asterisk.port) as tap, citizens(asterisk.citizen) as people:
        watch = ExchangeWatch([replace(asterisk.endpoint, port=tap.port)], waits=soon)
        async with watching(watch):
            await people.call("2901", "+32470000001", "Zoé", "frozen-1")
            state = await watch.until(lambda s: waiting(s, "travaux") == ["frozen-1"], 10)
            tap.freeze()
            with pytest.raises(AmiError):
                await watch.withdraw("travaux", "frozen-1", "2015")
            tap.thaw()
            await people.hang_up(state.queues["travaux"].callers[0].channel)


def test_two_nodes_make_one_exchange() -> None:
    one = LiveState(True, {"2014": Extension(Presence.FREE)}, {"a": Queue("a")})
    two = LiveState(True, {"3014": Extension(Presence.BUSY)}, {"b": Queue("b")})
    merged = merge([one, two])
    assert (merged.up, set(merged.extensions), set(merged.queues)) == (
        True,
        {"2014", "3014"},
        {"a", "b"},
    )
    assert not merge([one, LiveState()]).up
