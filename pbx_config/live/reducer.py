"""State and event in, next state and changes out. Pure: no clock, no input or output.

Every event carries the thing itself or names it, never "one more": applying an event twice, or one
that a snapshot already contains, does no harm. Positions are never stored, so they have no gaps.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TypeVar

from pbx_config.ami import events
from pbx_config.live.callbacks import asked_at
from pbx_config.live.changes import (
    CallerGone,
    Change,
    PhoneChanged,
    PresenceChanged,
    QueueChanged,
)
from pbx_config.live.state import (
    Caller,
    Extension,
    LiveState,
    Member,
    MemberState,
    Presence,
    Queue,
)


@dataclass(frozen=True, slots=True)
class WithdrawRequested:
    """We are about to ask Asterisk for this caller; it precedes what Asterisk then says."""

    queue: str
    uniqueid: str


@dataclass(frozen=True, slots=True)
class WithdrawRefused:
    """Asterisk would not: if the caller leaves now, it is for another reason."""

    queue: str
    uniqueid: str


Input = events.Event | WithdrawRequested | WithdrawRefused
Step = tuple[LiveState, tuple[Change, ...]]

_T = TypeVar("_T")


def apply(state: LiveState, event: Input, at: float) -> Step:
    """The state after ``event``, seen at Unix second ``at``, and what changed in it."""
    match event:
        case events.CallerJoined():
            return _joined(state, event, at)
        case events.CallerLeft():
            return _left(state, event)
        case events.CallerAbandoned(queue, uniqueid):
            return _mark(state, queue, uniqueid, abandoned=True)
        case WithdrawRequested(queue, uniqueid):
            return _mark(state, queue, uniqueid, withdrawn=True)
        case WithdrawRefused(queue, uniqueid):
            return _mark(state, queue, uniqueid, withdrawn=False)
        case events.MemberChanged():
            return _member(state, event, at)
        case events.MemberRemoved(queue, interface):
            known = state.queues.get(queue, Queue(queue))
            rest = tuple(m for m in known.members if m.interface != interface)
            return _with_queue(state, replace(known, members=rest))
        case events.ExtensionStatus():
            return _extension(state, event, at)
        case events.DeviceState():
            return _device(state, event)
        case _:  # lists are read by ``snapshot``, reloads by the watcher
            return state, ()


def registered_phone(event: events.DeviceState) -> tuple[str, bool]:
    """The phone (empty for another kind of device), and whether it can be reached."""
    technology, _, device = event.device.partition("/")
    there = event.state not in ("UNAVAILABLE", "INVALID", "UNKNOWN")
    return device if technology == "PJSIP" else "", there


def presence(status: int) -> Presence:
    """Asterisk's extension state (a sum of flags) as one word: what matters to a colleague."""
    if status < 0 or status & 4:
        return Presence.OFFLINE
    if status & 8 and not status & 3:
        return Presence.RINGING
    if status & 16:
        return Presence.HOLD
    if status & 3:
        return Presence.BUSY
    return Presence.FREE


def member_state(status: int, paused: bool) -> MemberState:
    """Asterisk's device state as one word. A pause matters only to those who could be rung."""
    if status in (4, 5):
        return MemberState.OFFLINE
    if status in (2, 3, 7, 8):
        return MemberState.BUSY
    if status == 6:
        return MemberState.RINGING
    if paused:
        return MemberState.PAUSED
    return MemberState.FREE if status == 1 else MemberState.UNKNOWN


def _joined(state: LiveState, event: events.CallerJoined, at: float) -> Step:
    queue = state.queues.get(event.queue, Queue(event.queue))
    if queue.caller(event.uniqueid) is not None:
        return state, ()  # a snapshot has them already, and knows their turn better
    since = asked_at(event.channel) or at
    caller = Caller(event.uniqueid, event.channel, event.number, event.name, since=since)
    callers = list(queue.callers)
    callers.insert(event.position - 1, caller)
    return _with_queue(state, replace(queue, callers=tuple(callers)))


def _left(state: LiveState, event: events.CallerLeft) -> Step:
    queue = state.queues.get(event.queue)
    caller = None if queue is None else queue.caller(event.uniqueid)
    if queue is None or caller is None:
        return state, ()
    rest = tuple(c for c in queue.callers if c is not caller)
    after, changes = _with_queue(state, replace(queue, callers=rest))
    if caller.withdrawn:  # the abandonment that Asterisk also reports is our own doing
        return after, (*changes, CallerGone(event.queue, caller, "withdrawn"))
    reason = CallerGone(event.queue, caller, "abandoned" if caller.abandoned else "answered")
    return after, (*changes, reason)


def _mark(state: LiveState, name: str, uniqueid: str, **flags: bool) -> Step:
    queue = state.queues.get(name)
    if queue is None:
        return state, ()
    callers = tuple(
        replace(c, **flags) if c.uniqueid == uniqueid else c  # type: ignore[arg-type]
        for c in queue.callers
    )
    after, _ = _with_queue(state, replace(queue, callers=callers))
    return after, ()  # marks show nowhere: they explain the leaving that follows


def _member(state: LiveState, event: events.MemberChanged, at: float) -> Step:
    queue = state.queues.get(event.queue, Queue(event.queue))
    now = member_state(event.status, event.paused)
    known = next((m for m in queue.members if m.interface == event.interface), None)
    since = known.since if known is not None and known.state == now else at
    reason = event.reason if event.paused else ""
    member = Member(event.interface, event.name, event.state_interface, now, since, reason)
    members = [m for m in queue.members if m.interface != event.interface]
    members.append(member)
    return _with_queue(state, replace(queue, members=ordered(members)))


def ordered(members: list[Member]) -> tuple[Member, ...]:
    """By interface: the order must not depend on who changed last."""
    return tuple(sorted(members, key=lambda m: m.interface))


def _extension(state: LiveState, event: events.ExtensionStatus, at: float) -> Step:
    if event.status < 0:
        if event.extension not in state.extensions:
            return state, ()
        rest = {k: v for k, v in state.extensions.items() if k != event.extension}
        return replace(state, extensions=MappingProxyType(rest)), (
            PresenceChanged(event.extension),
        )
    now = presence(event.status)
    known = state.extensions.get(event.extension)
    if known is not None and known.presence == now:
        return state, ()
    extensions = _put(state.extensions, event.extension, Extension(now, at))
    return replace(state, extensions=extensions), (PresenceChanged(event.extension),)


def _device(state: LiveState, event: events.DeviceState) -> Step:
    phone, there = registered_phone(event)
    if not phone or there == (phone in state.phones):
        return state, ()
    phones = state.phones | {phone} if there else state.phones - {phone}
    return replace(state, phones=phones), (PhoneChanged(phone),)


def _with_queue(state: LiveState, queue: Queue) -> Step:
    if state.queues.get(queue.name) == queue:
        return state, ()
    return replace(state, queues=_put(state.queues, queue.name, queue)), (QueueChanged(queue.name),)


def _put(mapping: Mapping[str, _T], key: str, value: _T) -> Mapping[str, _T]:
    return MappingProxyType({**mapping, key: value})
