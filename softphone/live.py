"""What the server says to a phone: frames of the live WebSocket and bodies of the REST API.

The types of docs/api.md, nothing else: no network, no state. Types are strict, fields added by a
newer server are ignored. A frame is tagged by ``type``. The phone never sees AMI or SQL.
"""

from datetime import datetime
from typing import Literal

import msgspec

from softphone.profile import Agent

VERSION = 1
"""Version of the API these types speak."""

Presence = Literal["free", "busy", "ringing", "hold", "dnd", "offline", "unknown"]
MemberState = Literal["free", "busy", "ringing", "paused", "offline", "unknown"]
PbxState = Literal["up", "down"]


class Colleague(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the directory with live presence. Key: ``extension``."""

    extension: str
    name: str
    function: str = ""
    service: str = ""
    site: str = ""
    presence: Presence = "unknown"
    since: float | None = None
    """Unix seconds since when, if the server knows."""


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody waiting in a queue. ``id`` is the PBX's unique id of their leg."""

    id: str
    number: str = ""
    name: str = ""
    position: int
    """1 = next."""
    since: float
    """Unix seconds: when they entered the queue."""


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who answers a queue."""

    extension: str
    name: str
    state: MemberState = "unknown"
    since: float | None = None
    """Unix seconds."""


class Queue(msgspec.Struct, frozen=True, kw_only=True):
    """A service's queue as a whole. Key: ``name``."""

    name: str
    title: str
    extension: str = ""
    callers: tuple[Caller, ...] = ()
    members: tuple[Member, ...] = ()


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A stored message. Key: ``id``, growing with time; ``client_id`` is the sender's own."""

    id: int
    client_id: str
    sender: str = msgspec.field(name="from")
    to: str
    text: str
    stored_at: datetime
    handed_at: datetime | None = None
    """When it was handed to a plain SIP phone, which confirms nothing."""
    delivered_at: datetime | None = None


class Frame(msgspec.Struct, frozen=True, tag_field="type", kw_only=True):
    """Base of every frame. ``seq`` grows by one per frame on one connection."""

    seq: int


class Snapshot(Frame, frozen=True, tag="snapshot", kw_only=True):
    """Everything, first on every connection: replaces whatever was held."""

    v: int = VERSION
    pbx: PbxState
    me: Agent
    colleagues: tuple[Colleague, ...]
    queues: tuple[Queue, ...]
    queue_titles: dict[str, str] = {}
    """What people call each queue, by its name: for everybody, ``queues`` for receptionists."""
    messages: tuple[Message, ...]


class ColleagueChanged(Frame, frozen=True, tag="colleague", kw_only=True):
    """One colleague, whole."""

    colleague: Colleague


class QueueChanged(Frame, frozen=True, tag="queue", kw_only=True):
    """One queue, whole (receptionists only)."""

    queue: Queue


class MessageChanged(Frame, frozen=True, tag="message", kw_only=True):
    """A message is new, or was handed to a phone, or delivered."""

    message: Message


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """Who took a call. ``call_id`` is that of ``Incoming``."""

    call_id: str
    extension: str
    name: str


class CallAnswered(Frame, frozen=True, tag="answered", kw_only=True):
    """Somebody took a call that may have rung here too."""

    answered: Answered


class PbxChanged(Frame, frozen=True, tag="pbx", kw_only=True):
    """The exchange went down (everything live is stale) or up (a snapshot follows)."""

    pbx: PbxState


AnyFrame = Snapshot | ColleagueChanged | QueueChanged | MessageChanged | CallAnswered | PbxChanged


class Received(msgspec.Struct, frozen=True, tag_field="type", tag="received", kw_only=True):
    """Phone → server: this message is safe here."""

    message_id: int


class SendMessage(msgspec.Struct, frozen=True, kw_only=True):
    """Body of ``POST /v1/messages``."""

    to: str
    text: str
    client_id: str


class MessageList(msgspec.Struct, frozen=True, kw_only=True):
    """Answer of ``GET /v1/messages``: oldest first, at most ``PAGE``."""

    messages: tuple[Message, ...]


PAGE = 100
"""Messages the server sends at once; fewer mean that there is nothing older."""


class ApiProblem(msgspec.Struct, frozen=True, kw_only=True):
    """The one shape of an error. ``message`` is in the language that was asked for."""

    status: int
    id: str
    message: str = ""


_frames: msgspec.json.Decoder[AnyFrame] = msgspec.json.Decoder(AnyFrame)


class _Tag(msgspec.Struct):
    type: str = ""


def decode_frame(text: str | bytes) -> AnyFrame | None:
    """Returns None for a type that only a newer server knows.

    Raises ``msgspec.DecodeError`` (``ValidationError`` names the field) for a broken frame.
    """
    try:
        return _frames.decode(text)
    except msgspec.ValidationError:
        tag = msgspec.json.decode(text, type=_Tag).type
        if tag and tag not in ("snapshot", "colleague", "queue", "message", "pbx"):
            return None
        raise
