"""Plays a scenario on a real Asterisk through a wire-tap, or replays a transcript without one."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from pbx_config.ami import events
from pbx_config.ami.wire import Happening, Reply, decode
from pbx_config.live import reducer, snapshot
from pbx_config.live.changes import Change, Rebuilt
from pbx_config.live.exchange_watch import ExchangeWatch
from pbx_config.live.state import LiveState
from tests.pbx_config.live.citizen import citizens
from tests.pbx_config.live.private_asterisk import PrivateAsterisk
from tests.pbx_config.live.scenarios import History, Scenario, Stage
from tests.pbx_config.live.tap import Tap

TRANSCRIPTS = Path(__file__).with_name("transcripts")


def soon() -> Iterator[float]:
    """Reconnect at once: a test has no patience."""
    while True:
        yield 0.05


@asynccontextmanager
async def watching(watch: ExchangeWatch) -> AsyncIterator[ExchangeWatch]:
    """The watch running, its first snapshot read."""
    running = asyncio.create_task(watch.run())
    try:
        await watch.until(lambda state: state.up, 10)
        yield watch
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def play(scenario: Scenario, asterisk: PrivateAsterisk, save: bool = False) -> History:
    """Play it for real; with ``save`` the transcript replaces the one in the repository."""
    history: History = []
    async with Tap(asterisk.port) as tap, citizens(asterisk.citizen) as people:
        watch = ExchangeWatch([replace(asterisk.endpoint, port=tap.port)], waits=soon)
        unsubscribe = watch.subscribe(lambda change: history.append((change, watch.state)))
        async with watching(watch):
            await scenario.play(Stage(asterisk, people, watch))
            unsubscribe()
        if save:
            tap.save(TRANSCRIPTS / f"{scenario.name}.txt")
    return history


def replay(scenario: Scenario, clock: Callable[[], float] = time.time) -> History:
    """What the recorded packets make of the state."""
    state, history = LiveState(), History()
    lists: list[events.Event] = []
    missing = {"QueueStatusComplete", "ExtensionStateListComplete"}
    opened: set[str] = set()

    def advance(event: reducer.Input) -> None:
        nonlocal state
        state, changes = reducer.apply(state, event, clock())
        history.extend((change, state) for change in changes)

    for side, packet in _packets(TRANSCRIPTS / f"{scenario.name}.txt"):
        if side == "client":
            _withdrawal(packet, state, advance)
            continue
        match decode(packet):
            case Reply() as reply if reply.opens_list:
                opened.add(reply.action_id)
            case Happening() as happening if happening.closes_list:
                missing.discard(happening.name)
                if not missing:
                    state = snapshot.rebuild(lists, state, clock())
                    rebuilt: Change = Rebuilt()
                    history.append((rebuilt, state))
            case Happening() as happening:
                event = events.parse(happening)
                if event is not None and happening.action_id in opened:
                    lists.append(event)
                elif event is not None and not missing:
                    advance(event)
    return history


def _packets(path: Path) -> Iterator[tuple[str, bytes]]:
    for block in path.read_text(encoding="utf-8").split("--- ")[1:]:
        side, _, packet = block.partition("\n")
        yield side, packet.strip("\n").replace("\n", "\r\n").encode()


def _withdrawal(packet: bytes, state: LiveState, advance: Callable[[reducer.Input], None]) -> None:
    fields = dict(line.split(": ", 1) for line in packet.decode().split("\r\n") if ": " in line)
    if fields["Action"] == "QueueWithdrawCaller":
        for caller in state.queues[fields["Queue"]].callers:
            if caller.channel == fields["Caller"]:
                advance(reducer.WithdrawRequested(fields["Queue"], caller.uniqueid))
