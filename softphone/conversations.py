"""1:1 conversations as values: what is stored, what still waits here, what is unread. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from softphone.facts import (
    ConversationRead,
    HistoryLoaded,
    MessageDiscarded,
    MessageRefused,
    MessageStored,
    MessageTyped,
    Problem,
    ReadMarks,
)
from softphone.live import Message, MessageChanged


@dataclass(frozen=True, slots=True)
class Entry:
    """One message of a conversation."""

    client_id: str
    id: int | None
    """The server's id; None: not stored there yet."""
    sender: str
    to: str
    text: str
    at: float
    """Unix seconds: stored by the server, or typed here."""
    status: Literal["pending", "failed", "stored", "handed", "delivered"]
    """``pending``: safe in the outbox, goes out by itself. ``failed``: refused (``problem``).
    ``handed``: to a plain SIP phone, which never says whether it showed it."""
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """Everything said with ``peer`` as far as it is here."""

    peer: str
    entries: tuple[Entry, ...] = ()
    """Stored ones by id (oldest first), then those not stored yet in the order of typing."""
    unread: int = 0
    complete: bool = False
    """Nothing older is on the server."""

    @property
    def oldest_id(self) -> int | None:
        """For asking what came before (``ServerLink.messages_with``)."""
        return next((entry.id for entry in self.entries if entry.id is not None), None)

    @property
    def newest_id(self) -> int:
        """For marking it read up to here; 0 when nothing is stored."""
        return max((entry.id for entry in self.entries if entry.id is not None), default=0)

    @property
    def last_at(self) -> float:
        """For sorting a list of conversations, newest first; 0 when empty."""
        return self.entries[-1].at if self.entries else 0.0


@dataclass(frozen=True, slots=True)
class Conversations:
    """All of them, by the other's extension, and how far they were read."""

    me: str
    """My extension."""
    with_: Mapping[str, Conversation] = field(default_factory=dict)
    marks: ReadMarks = field(default_factory=ReadMarks)

    @property
    def unread(self) -> int:
        """Unread messages altogether."""
        return sum(conversation.unread for conversation in self.with_.values())

    def get(self, peer: str) -> Conversation:
        """The conversation with ``peer``, empty if there is none."""
        return self.with_.get(peer) or Conversation(peer)


Fact = (
    MessageChanged
    | MessageStored
    | MessageTyped
    | MessageRefused
    | MessageDiscarded
    | HistoryLoaded
    | ReadMarks
    | ConversationRead
)


def apply(all_: Conversations, fact: Fact) -> Conversations:
    """After ``fact``; the same object when nothing changed."""
    match fact:
        case MessageChanged() | MessageStored():
            return _with_stored(all_, (fact.message,))
        case HistoryLoaded():
            loaded = _with_stored(all_, fact.messages)
            conversation = loaded.get(fact.peer)
            complete = fact.complete or conversation.complete
            return _put(loaded, replace(conversation, complete=complete))
        case MessageTyped():
            return _typed(all_, fact)
        case MessageRefused():
            return _change_local(all_, fact.client_id, fact.problem)
        case MessageDiscarded():
            return _drop_local(all_, fact.client_id)
        case ConversationRead():
            if fact.up_to <= all_.marks.up_to.get(fact.peer, all_.marks.baseline):
                return all_
            marks = replace(all_.marks, up_to={**all_.marks.up_to, fact.peer: fact.up_to})
            return _put(replace(all_, marks=marks), all_.get(fact.peer))
        case ReadMarks():
            return _recount(replace(all_, marks=fact)) if fact != all_.marks else all_


def from_snapshot(all_: Conversations, me: str, messages: Iterable[Message]) -> Conversations:
    """Only what the server says now, and what it does not have yet (pending, failed).

    Returns the same object when the snapshot brings nothing new.
    """
    fresh = Conversations(me=me, marks=all_.marks)
    for conversation in all_.with_.values():
        if local := tuple(entry for entry in conversation.entries if entry.id is None):
            fresh = _put(fresh, Conversation(conversation.peer, local))
    fresh = _with_stored(fresh, messages)
    return all_ if fresh == all_ else fresh


def _with_stored(all_: Conversations, messages: Iterable[Message]) -> Conversations:
    by_peer: dict[str, list[Entry]] = {}
    for message in messages:
        peer = message.to if message.sender == all_.me else message.sender
        by_peer.setdefault(peer, []).append(_entry(message))
    for peer, entries in by_peer.items():
        conversation = all_.get(peer)
        merged = _merge(conversation.entries, entries, all_.me)
        if merged != conversation.entries:
            all_ = _put(all_, replace(conversation, entries=merged))
    return all_


def _entry(message: Message) -> Entry:
    return Entry(
        client_id=message.client_id,
        id=message.id,
        sender=message.sender,
        to=message.to,
        text=message.text,
        at=message.stored_at.timestamp(),
        status=_status(message),
    )


_PROGRESS = ("stored", "handed", "delivered")


def _status(message: Message) -> Literal["stored", "handed", "delivered"]:
    if message.delivered_at is not None:
        return "delivered"
    return "stored" if message.handed_at is None else "handed"


def _merge(held: tuple[Entry, ...], new: Iterable[Entry], me: str) -> tuple[Entry, ...]:
    stored = {entry.id: entry for entry in held if entry.id is not None}
    for entry in new:
        before = stored.get(entry.id or 0)
        # "stored" can come after "delivered": the answer to a POST races with the live link.
        if before is None or _PROGRESS.index(before.status) <= _PROGRESS.index(entry.status):
            stored[entry.id or 0] = entry
    sent = {entry.client_id for entry in stored.values() if entry.sender == me}
    local = tuple(e for e in held if e.id is None and e.client_id not in sent)
    return (*(stored[key] for key in sorted(stored)), *local)


def _typed(all_: Conversations, fact: MessageTyped) -> Conversations:
    conversation = all_.get(fact.to)
    entry = Entry(
        client_id=fact.client_id,
        id=None,
        sender=all_.me,
        to=fact.to,
        text=fact.text,
        at=fact.typed_at,
        status="pending",
    )
    for held in conversation.entries:
        if held.client_id == fact.client_id and held.sender == all_.me:
            if held.status != "failed":
                return all_
            entries = tuple(entry if one is held else one for one in conversation.entries)
            return _put(all_, replace(conversation, entries=entries))
    return _put(all_, replace(conversation, entries=(*conversation.entries, entry)))


def _change_local(all_: Conversations, client_id: str, problem: Problem) -> Conversations:
    for conversation in all_.with_.values():
        for entry in conversation.entries:
            if entry.id is None and entry.client_id == client_id:
                failed = replace(entry, status="failed", problem=problem)
                entries = tuple(failed if one is entry else one for one in conversation.entries)
                return _put(all_, replace(conversation, entries=entries))
    return all_


def _drop_local(all_: Conversations, client_id: str) -> Conversations:
    for conversation in all_.with_.values():
        kept = tuple(
            entry
            for entry in conversation.entries
            if entry.id is not None or entry.client_id != client_id
        )
        if len(kept) != len(conversation.entries):
            return _put(all_, replace(conversation, entries=kept))
    return all_


def _put(all_: Conversations, conversation: Conversation) -> Conversations:
    conversation = replace(conversation, unread=_unread(all_, conversation))
    if all_.get(conversation.peer) == conversation:
        return all_
    return replace(all_, with_={**all_.with_, conversation.peer: conversation})


def _unread(all_: Conversations, conversation: Conversation) -> int:
    mark = max(all_.marks.baseline, all_.marks.up_to.get(conversation.peer, 0))
    return sum(
        1
        for entry in conversation.entries
        if entry.id is not None and entry.id > mark and entry.sender != all_.me
    )


def _recount(all_: Conversations) -> Conversations:
    return replace(
        all_,
        with_={
            peer: replace(conversation, unread=_unread(all_, conversation))
            for peer, conversation in all_.with_.items()
        },
    )
