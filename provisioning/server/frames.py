"""What the live WebSocket carries (docs/api.md): encoded once, sent to all whom it concerns."""

from typing import Literal

import msgspec

VERSION = 1


class Colleague(msgspec.Struct, frozen=True, kw_only=True):
    extension: str
    name: str
    function: str
    service: str
    site: str
    presence: str
    since: float | None


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    number: str
    name: str
    position: int
    since: float


class Member(msgspec.Struct, frozen=True, kw_only=True):
    extension: str
    name: str
    state: str
    since: float | None


class Queue(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    title: str
    extension: str
    callers: list[Caller]
    members: list[Member]


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    call_id: str
    extension: str
    name: str


class Snapshot(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="snapshot"):
    v: int = VERSION
    seq: int
    pbx: Literal["up", "down"]
    me: msgspec.Raw
    colleagues: list[msgspec.Raw]
    queues: list[msgspec.Raw]
    queue_titles: dict[str, str]
    messages: list[msgspec.Raw]


class Received(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="received"):
    """Client → server: the message is safe on the device."""

    message_id: int


_received = msgspec.json.Decoder(Received)


def encode(thing: msgspec.Struct) -> bytes:
    return msgspec.json.encode(thing)


def delta(kind: str, seq: int, entity: bytes) -> bytes:
    """``{"type": kind, "seq": seq, kind: entity}`` around an entity that is JSON already."""
    return b'{"type":"%b","seq":%d,"%b":%b}' % (kind.encode(), seq, kind.encode(), entity)


def decode_received(text: str) -> Received:
    """Raises ``msgspec.DecodeError``."""
    return _received.decode(text)
