"""This phone's calls as values, and how facts change them. Pure: no clock, no I/O."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from softphone.board import Board
from softphone.facts import Dialled
from softphone.live import Answered
from softphone.protocol import CallState, EndCause, Held, Incoming, Media, Muted, Party

SHOW_ENDED = 6.0
"""Seconds an ended call stays, so that its card can say why it ended."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call. Times are Unix seconds."""

    key: str
    direction: Literal["in", "out"]
    number: str
    name: str
    """From the exchange, else from the directory; empty when nobody knows."""
    state: Literal["incoming", "calling", "ringing", "connected", "ended"]
    """``incoming`` rings here, ``ringing`` rings there."""
    started: float
    connected: float | None = None
    ended: float | None = None
    queue: str = ""
    """Name of the queue it came through."""
    queue_title: str = ""
    """What people call that queue; its name while the server has not said."""
    caller_id: str = ""
    """The exchange's id of the caller's leg: the same as ``Caller.id`` of the queue."""
    muted: bool = False
    held: bool = False
    """We let the other side wait."""
    codec: str = ""
    srtp: str = ""
    """Empty = in clear (or no sound yet)."""
    taken_by: str = ""
    """Name of who took it instead, as far as the server said."""
    by_me: bool = False
    """That is me, on another telephone of mine."""
    why: EndCause = ""
    """How it ended, in one word."""
    code: int = 0
    reason: str = ""

    @property
    def alive(self) -> bool:
        """Not ended."""
        return self.state != "ended"

    @property
    def missed(self) -> bool:
        """It rang here, and nobody took it, here or elsewhere."""
        return (
            not self.alive
            and self.direction == "in"
            and self.connected is None
            and self.why not in ("declined", "elsewhere")
        )


Calls = Mapping[str, Call]
CallFact = Dialled | Incoming | CallState | Party | Media | Muted | Held


def apply(calls: Calls, fact: CallFact, now: float, board: Board) -> Calls:
    """The calls after ``fact``; the same object when it changes nothing.

    Facts about a call that is unknown or over are late echoes and change nothing.
    """
    if isinstance(fact, Dialled | Incoming):
        if fact.call in calls:
            return calls
        return {**calls, fact.call: _begin(fact, now, board)}
    before = calls.get(fact.call)
    if before is None or not before.alive:
        return calls
    after = _go_on(before, fact, now, board)
    return calls if after == before else {**calls, fact.call: after}


def answered(calls: Calls, by: Answered, me: str) -> Calls:
    """Somebody took a call that rang here, or only just stopped ringing here. ``me``: extension.

    The phone may think that the caller gave up: where the answer was quicker than the exchange
    knew that it rings here, it takes that back without a reason.
    """
    after = {
        key: replace(
            call,
            taken_by=by.name,
            by_me=by.extension == me,
            why="elsewhere" if call.why == "cancelled" else call.why,
        )
        if call.caller_id == by.call_id and call.direction == "in" and call.connected is None
        else call
        for key, call in calls.items()
    }
    return calls if after == calls else after


def end_all(calls: Calls, now: float, reason: str) -> Calls:
    """The engine is gone and its calls with it."""
    if not any(call.alive for call in calls.values()):
        return calls
    return {
        key: replace(call, state="ended", ended=now, why="failed", reason=reason)
        if call.alive
        else call
        for key, call in calls.items()
    }


def forget_ended(calls: Calls, now: float) -> Calls:
    """Without those that ended ``SHOW_ENDED`` seconds ago or more."""
    kept = {
        key: call
        for key, call in calls.items()
        if call.ended is None or now - call.ended < SHOW_ENDED
    }
    return calls if len(kept) == len(calls) else kept


def name_anew(calls: Calls, board: Board) -> Calls:
    """With what the directory knows by now: names of callers who had none, titles of queues."""
    named = {
        key: replace(
            call,
            name=call.name or board.name_of(call.number),
            queue_title=board.title_of(call.queue),
        )
        for key, call in calls.items()
    }
    return calls if named == calls else named


def _begin(fact: Dialled | Incoming, now: float, board: Board) -> Call:
    if isinstance(fact, Dialled):
        return Call(
            key=fact.call,
            direction="out",
            number=fact.number,
            name=board.name_of(fact.number),
            state="calling",
            started=now,
        )
    return Call(
        key=fact.call,
        direction="in",
        number=fact.number,
        name=_name(fact, board),
        state="incoming",
        started=now,
        queue=fact.queue,
        queue_title=board.title_of(fact.queue),
        caller_id=fact.call_id,
    )


def _name(fact: Incoming | Party, board: Board) -> str:
    # An exchange without a name for somebody often repeats the number instead.
    return (fact.name if fact.name != fact.number else "") or board.name_of(fact.number)


def _go_on(
    call: Call, fact: CallState | Party | Media | Muted | Held, now: float, board: Board
) -> Call:
    match fact:
        case Party():
            return replace(call, number=fact.number, name=_name(fact, board))
        case Media():
            return replace(call, codec=fact.codec, srtp=fact.srtp)
        case Muted():
            return replace(call, muted=fact.on)
        case Held():
            return replace(call, held=fact.here)
        case CallState(state="ended"):
            return replace(
                call,
                state="ended",
                ended=now,
                why="elsewhere" if call.taken_by and fact.why == "cancelled" else fact.why,
                code=fact.code,
                reason=fact.reason,
            )
        case CallState(state="connected"):
            return replace(
                call,
                state="connected",
                connected=now if call.connected is None else call.connected,
                code=fact.code,
            )
        case CallState():
            if call.state in ("connected", "incoming"):
                return call  # a late provisional answer
            return replace(call, state=fact.state, code=fact.code)
