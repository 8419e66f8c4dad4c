"""What happens on a PBX, told once: played on a real Asterisk, and replayed from its transcript.

``play`` acts and waits; ``check`` judges the history of changes, each with the state after it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from pbx_config.live.changes import CallerGone, Change
from pbx_config.live.exchange_watch import ExchangeWatch
from pbx_config.live.state import LiveState, MemberState, Presence
from tests.pbx_config.live.citizen import Citizens
from tests.pbx_config.live.private_asterisk import PrivateAsterisk

History = list[tuple[Change, LiveState]]
TIMEOUT = 10.0


@dataclass(frozen=True)
class Stage:
    """Who plays."""

    asterisk: PrivateAsterisk
    citizens: Citizens
    watch: ExchangeWatch

    async def console(self, command: str) -> None:
        await asyncio.to_thread(self.asterisk.console, command)

    async def until(self, wanted: Callable[[LiveState], bool]) -> LiveState:
        return await self.watch.until(wanted, TIMEOUT)


@dataclass(frozen=True)
class Scenario:
    name: str
    play: Callable[[Stage], Awaitable[None]]
    check: Callable[[History], None]


def waiting(state: LiveState, queue: str) -> list[str]:
    """Unique ids of those who wait, in their order."""
    known = state.queues.get(queue)
    return [] if known is None else [c.uniqueid for c in known.callers]


def gone(history: History) -> dict[str, str]:
    """Why each caller left."""
    return {c.caller.uniqueid: c.reason for c, _ in history if isinstance(c, CallerGone)}


def queues_seen(history: History, queue: str) -> list[list[str]]:
    """The successive line-ups of a queue, without repetitions."""
    seen: list[list[str]] = []
    for _, state in history:
        now = waiting(state, queue)
        if not seen or seen[-1] != now:
            seen.append(now)
    return seen


async def _two_callers_one_gives_up(stage: Stage) -> None:
    await stage.citizens.call("2901", "+32470000001", "Zoé Lefèvre", "two-1")
    await stage.until(lambda s: waiting(s, "travaux") == ["two-1"])
    await stage.citizens.call("2901", "", "", "two-2")
    state = await stage.until(lambda s: waiting(s, "travaux") == ["two-1", "two-2"])
    await stage.citizens.hang_up(state.queues["travaux"].callers[0].channel)
    state = await stage.until(lambda s: waiting(s, "travaux") == ["two-2"])
    await stage.citizens.hang_up(state.queues["travaux"].callers[0].channel)
    await stage.until(lambda s: waiting(s, "travaux") == [])


def _check_two_callers(history: History) -> None:
    assert queues_seen(history, "travaux") == [[], ["two-1"], ["two-1", "two-2"], ["two-2"], []]
    assert gone(history) == {"two-1": "abandoned", "two-2": "abandoned"}
    left = {c.caller.uniqueid: c.caller for c, _ in history if isinstance(c, CallerGone)}
    assert (left["two-1"].number, left["two-1"].name) == ("+32470000001", "Zoé Lefèvre")
    assert (left["two-2"].number, left["two-2"].name) == ("", "")


async def _second_caller_is_taken(stage: Stage) -> None:
    await stage.citizens.call("2901", "+32470000001", "Zoé", "take-1")
    await stage.until(lambda s: waiting(s, "travaux") == ["take-1"])
    await stage.citizens.call("2901", "+32470000002", "Ali", "take-2")
    await stage.until(lambda s: waiting(s, "travaux") == ["take-1", "take-2"])
    await stage.watch.withdraw("travaux", "take-2", "2015")
    state = await stage.until(lambda s: waiting(s, "travaux") == ["take-1"])
    await stage.citizens.hang_up(state.queues["travaux"].callers[0].channel)
    await stage.until(lambda s: waiting(s, "travaux") == [])


def _check_taken(history: History) -> None:
    assert gone(history) == {"take-2": "withdrawn", "take-1": "abandoned"}
    assert queues_seen(history, "travaux")[-2:] == [["take-1"], []]


async def _agent_answers_when_free(stage: Stage) -> None:
    await stage.console("devstate change Custom:agent2014 INUSE")
    await stage.until(lambda s: s.extensions["2014"].presence == Presence.BUSY)
    await stage.citizens.call("2900", "+32470000001", "Zoé", "answer-1")
    state = await stage.until(lambda s: waiting(s, "population") == ["answer-1"])
    channel = state.queues["population"].callers[0].channel
    await stage.console("devstate change Custom:agent2014 NOT_INUSE")
    await stage.until(lambda s: waiting(s, "population") == [])
    await stage.citizens.hang_up(channel)


def _check_answered(history: History) -> None:
    assert gone(history) == {"answer-1": "answered"}
    members = [s.queues["population"].members[0] for _, s in history if "population" in s.queues]
    assert {m.name for m in members} == {"Zoé Lefèvre"}
    assert {m.state_interface for m in members} == {"hint:2014@internal"}
    assert MemberState.BUSY in [m.state for m in members]
    assert history[-1][1].extensions["2014"].presence == Presence.FREE


async def _presence_and_pause(stage: Stage) -> None:
    for state in ("INUSE", "RINGING", "ONHOLD", "UNAVAILABLE", "NOT_INUSE"):
        await stage.console(f"devstate change Custom:agent2016 {state}")
        wanted = PRESENCES[state]
        await stage.until(lambda s, wanted=wanted: s.extensions["2016"].presence == wanted)  # type: ignore[misc]
    await stage.console("devstate change Custom:agent2014 NOT_INUSE")
    await stage.until(lambda s: s.queues["population"].members[0].state == MemberState.FREE)
    await stage.console("queue pause member Local/u14@queue-member/n queue population")
    await stage.until(lambda s: s.queues["population"].members[0].state == MemberState.PAUSED)
    await stage.console("queue unpause member Local/u14@queue-member/n queue population")
    await stage.until(lambda s: s.queues["population"].members[0].state == MemberState.FREE)
    await stage.console("queue add member Local/u16@queue-member/n to travaux penalty 0 as u16")
    await stage.until(lambda s: [m.name for m in s.queues["travaux"].members] == ["u16"])
    await stage.console("queue remove member Local/u16@queue-member/n from travaux")
    await stage.until(lambda s: s.queues["travaux"].members == ())


PRESENCES = {
    "INUSE": Presence.BUSY,
    "RINGING": Presence.RINGING,
    "ONHOLD": Presence.HOLD,
    "UNAVAILABLE": Presence.OFFLINE,
    "NOT_INUSE": Presence.FREE,
}


def _check_presence(history: History) -> None:
    seen: list[Presence] = []
    for _, state in history:
        now = state.extensions["2016"].presence
        if not seen or seen[-1] != now:
            seen.append(now)
    assert seen[-5:] == list(PRESENCES.values())
    changed = [s.extensions["2016"].since for _, s in history]
    assert changed[-1] is not None
    assert gone(history) == {}


ALL = (
    Scenario("two-callers-one-gives-up", _two_callers_one_gives_up, _check_two_callers),
    Scenario("second-caller-is-taken", _second_caller_is_taken, _check_taken),
    Scenario("agent-answers-when-free", _agent_answers_when_free, _check_answered),
    Scenario("presence-and-pause", _presence_and_pause, _check_presence),
)
