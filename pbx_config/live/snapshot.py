"""Reading the whole state anew, after each (re)connection and each reload of the PBX.

Owns which lists make a state. Nothing of the state before survives except what Asterisk cannot
tell: since when something is as it is, and which callers we have asked for.
"""

from collections.abc import Iterable
from dataclasses import replace
from types import MappingProxyType

from pbx_config.ami import events
from pbx_config.ami.client import ActionRefused, AmiClient
from pbx_config.live.callbacks import asked_at
from pbx_config.live.reducer import member_state, ordered, presence, registered_phone
from pbx_config.live.state import Caller, Extension, LiveState, Member, Queue


async def read(client: AmiClient) -> list[events.Event]:
    """Ask Asterisk for everything. Raises AmiError, BadEvent."""
    found = []
    for action in ("QueueStatus", "ExtensionStateList", "DeviceStateList"):
        try:
            found += [events.parse(item) for item in await client.collect(action)]
        except ActionRefused as why:
            # Without a queue app_queue does not load; without a hint the list is refused.
            if "unknown command" not in str(why) and "No dialplan hints" not in str(why):
                raise
    return [event for event in found if event is not None]


def rebuild(items: Iterable[events.Event], before: LiveState, at: float) -> LiveState:
    """The state that the lists describe, read at Unix second ``at``. Pure.

    ``before`` is the state until now; an empty one after a lost connection.
    """
    extensions: dict[str, Extension] = {}
    callers: dict[str, list[tuple[int, Caller]]] = {}
    members: dict[str, list[Member]] = {}
    phones: set[str] = set()
    for item in items:
        match item:
            case events.QueueListed(queue):
                callers.setdefault(queue, [])
                members.setdefault(queue, [])
            case events.CallerListed():
                callers.setdefault(item.queue, []).append(
                    (item.position, _caller(item, before, at))
                )
            case events.MemberListed():
                members.setdefault(item.queue, []).append(_member(item, before))
            case events.ExtensionStatus(extension, _, status) if status >= 0:
                now = presence(status)
                known = before.extensions.get(extension)
                same = known is not None and known.presence == now
                since = known.since if known is not None and same else (at if known else None)
                extensions[extension] = Extension(now, since)
            case events.DeviceState():
                phone, there = registered_phone(item)
                if phone and there:
                    phones.add(phone)
    queues = {
        name: Queue(
            name,
            tuple(caller for _, caller in sorted(callers.get(name, []), key=lambda pair: pair[0])),
            ordered(members.get(name, [])),
        )
        for name in sorted(callers.keys() | members.keys())
    }
    return LiveState(
        True, MappingProxyType(extensions), MappingProxyType(queues), frozenset(phones)
    )


def _caller(item: events.CallerListed, before: LiveState, at: float) -> Caller:
    queue = before.queues.get(item.queue)
    known = None if queue is None else queue.caller(item.uniqueid)
    if known is not None:
        return replace(known, channel=item.channel, number=item.number, name=item.name)
    since = asked_at(item.channel) or at - item.wait
    return Caller(item.uniqueid, item.channel, item.number, item.name, since=since)


def _member(item: events.MemberListed, before: LiveState) -> Member:
    now = member_state(item.status, item.paused)
    queue = before.queues.get(item.queue, Queue(item.queue))
    known = next((m for m in queue.members if m.interface == item.interface), None)
    since = known.since if known is not None and known.state == now else None
    reason = item.reason if item.paused else ""
    return Member(item.interface, item.name, item.state_interface, now, since, reason)
