"""The live state of a PBX, as values. Frozen: what happens makes another state (``reducer``)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class Presence(StrEnum):
    """What an extension's telephones do, from its hint."""

    FREE = "free"
    BUSY = "busy"
    RINGING = "ringing"
    HOLD = "hold"
    OFFLINE = "offline"
    UNKNOWN = "unknown"


class MemberState(StrEnum):
    """Whether a queue may ring a member."""

    FREE = "free"
    BUSY = "busy"
    RINGING = "ringing"
    PAUSED = "paused"
    OFFLINE = "offline"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Extension:
    """``since``: Unix seconds of the last change, None when it was before we looked."""

    presence: Presence
    since: float | None = None


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who waits."""

    uniqueid: str
    """Unique id of the caller's channel, with the node's name: ``node1-1764000000.12``."""
    channel: str
    number: str
    """As the trunk showed it; empty when withheld."""
    name: str
    since: float
    """Unix seconds."""
    withdrawn: bool = False
    """We asked Asterisk to hand this caller to somebody: their leaving is no abandonment."""
    abandoned: bool = False
    """Asterisk says that they leave without an agent."""


@dataclass(frozen=True, slots=True)
class Member:
    """One telephone that a queue rings."""

    interface: str
    name: str
    state_interface: str
    state: MemberState
    since: float | None = None
    reason: str = ""
    """Why they pause, in a word; empty when they do not."""


@dataclass(frozen=True, slots=True)
class Queue:
    """``callers`` in the order of their turn: the position is the place in the tuple, from 1."""

    name: str
    callers: tuple[Caller, ...] = ()
    members: tuple[Member, ...] = ()

    def caller(self, uniqueid: str) -> Caller | None:
        return next((c for c in self.callers if c.uniqueid == uniqueid), None)


@dataclass(frozen=True, slots=True)
class LiveState:
    """Everything known now. While ``up`` is False nothing is known: no ghosts."""

    up: bool = False
    extensions: Mapping[str, Extension] = field(default_factory=lambda: MappingProxyType({}))
    queues: Mapping[str, Queue] = field(default_factory=lambda: MappingProxyType({}))
    phones: frozenset[str] = frozenset()
    """Devices that are registered now (``u14-2``)."""
