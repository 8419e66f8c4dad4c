"""The AMI events that allo understands: this file is the list.

Owns the reading of headers into typed values: unknown fields are ignored, a known field with an
impossible value is an error. Knows no state.
"""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pbx_config.ami.wire import Happening


class BadEvent(ValueError):
    """A field of an event we rely on is missing or makes no sense."""

    def __init__(self, event: str, field: str) -> None:
        super().__init__(f"AMI event {event}: unusable field {field}")
        self.event = event
        self.field = field


@dataclass(frozen=True, slots=True)
class CallerJoined:
    """Somebody waits in a queue from now on (QueueCallerJoin)."""

    queue: str
    uniqueid: str
    channel: str
    number: str
    name: str
    position: int
    """1 is next."""


@dataclass(frozen=True, slots=True)
class CallerAbandoned:
    """A caller leaves without an agent (QueueCallerAbandon): hung up, *or was withdrawn*."""

    queue: str
    uniqueid: str


@dataclass(frozen=True, slots=True)
class CallerLeft:
    """A caller waits no more, for whatever reason (QueueCallerLeave)."""

    queue: str
    uniqueid: str


@dataclass(frozen=True, slots=True)
class MemberCalled:
    """A queue rings a member for a caller (AgentCalled)."""

    queue: str
    uniqueid: str
    """The caller's."""
    leg: str
    """Channel by which the member is rung."""


@dataclass(frozen=True, slots=True)
class MemberChanged:
    """How a queue member is now (QueueMemberStatus, -Added, -Pause, -Penalty, -Ringinuse)."""

    queue: str
    interface: str
    name: str
    state_interface: str
    status: int
    """Asterisk's device state: 0 unknown, 1 free, 2 in use, 3 busy, 4 invalid, 5 unavailable,
    6 ringing, 7 ringing and in use, 8 on hold."""
    paused: bool
    reason: str = ""
    """Of the pause."""


@dataclass(frozen=True, slots=True)
class MemberRemoved:
    """A member left a queue for good (QueueMemberRemoved)."""

    queue: str
    interface: str


@dataclass(frozen=True, slots=True)
class ExtensionStatus:
    """State of an extension's hint (ExtensionStatus; also the items of ExtensionStateList)."""

    extension: str
    context: str
    status: int
    """-2 removed, -1 hint gone, 0 idle, else a sum of 1 in use, 2 busy, 4 unavailable, 8 ringing,
    16 on hold."""


@dataclass(frozen=True, slots=True)
class DeviceState:
    """State of a device (DeviceStateChange; also the items of DeviceStateList)."""

    device: str
    """``PJSIP/u14-2``."""
    state: str
    """``NOT_INUSE``, ``UNAVAILABLE`` …"""


@dataclass(frozen=True, slots=True)
class TextSent:
    """A SIP phone sent a text (UserEvent ``AlloText`` of the dialplan, every field base64)."""

    device: str
    """The endpoint that Asterisk authenticated; nothing of it comes from the request."""
    to: str
    """Extension; dashes and the like are dropped, as the dialplan ignored them."""
    content_type: str
    body: bytes
    """Empty when the text was longer than Asterisk passes on (1,023 bytes)."""


@dataclass(frozen=True, slots=True)
class CallAnswered:
    """Somebody took a call by which several telephones rang (UserEvent ``AlloAnswered``)."""

    call: str
    """What the telephones were told as X-Allo-Call."""
    extension: str
    """Of who took it."""
    queue: str
    """Empty when it came through none."""
    rang: tuple[str, ...] = ()
    """Extensions whose telephones rang: of a colleague when the call was picked up there; of a
    group's members."""


@dataclass(frozen=True, slots=True)
class Reloaded:
    """A module read its configuration again (Reload)."""

    module: str


@dataclass(frozen=True, slots=True)
class QueueListed:
    """A queue exists (QueueParams, of the list QueueStatus)."""

    queue: str


@dataclass(frozen=True, slots=True)
class CallerListed:
    """Somebody waits in a queue (QueueEntry, of the list QueueStatus)."""

    queue: str
    uniqueid: str
    channel: str
    number: str
    name: str
    position: int
    wait: int
    """Whole seconds waited so far."""


@dataclass(frozen=True, slots=True)
class MemberListed:
    """A queue has this member (QueueMember, of the list QueueStatus); fields as MemberChanged."""

    queue: str
    interface: str
    name: str
    state_interface: str
    status: int
    paused: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ChannelListed:
    """A channel exists (CoreShowChannel, of the list CoreShowChannels)."""

    channel: str
    uniqueid: str
    linkedid: str
    """Uniqueid of the channel with which the whole call began."""
    application: str
    """What it executes; ``AppQueue`` for a leg by which a queue rings a member."""
    ringing: bool


Event = (
    CallerJoined
    | MemberCalled
    | ChannelListed
    | CallerAbandoned
    | CallerLeft
    | MemberChanged
    | MemberRemoved
    | ExtensionStatus
    | DeviceState
    | TextSent
    | CallAnswered
    | Reloaded
    | QueueListed
    | CallerListed
    | MemberListed
)


def parse(happening: Happening) -> Event | None:
    """The typed event, or None for one we have no use for. Raises BadEvent."""
    reader = _READERS.get(happening.name)
    return None if reader is None else reader(_Fields(happening.name, happening.headers))


class _Fields:
    """Typed access to the headers of one event; each raises BadEvent."""

    def __init__(self, event: str, headers: Mapping[str, str]) -> None:
        self._event = event
        self._headers = headers

    def optional(self, field: str) -> str:
        """Empty when missing; Asterisk writes ``<unknown>`` for a caller who withholds it."""
        value = self._headers.get(field, "")
        return "" if value == "<unknown>" else value

    def text(self, field: str) -> str:
        value = self._headers.get(field, "")
        if not value:
            raise BadEvent(self._event, field)
        return value

    def number(self, field: str, low: int, high: int) -> int:
        value = self._headers.get(field, "")
        try:
            number = int(value)
        except ValueError:
            raise BadEvent(self._event, field) from None
        if not low <= number <= high:
            raise BadEvent(self._event, field)
        return number

    def flag(self, field: str) -> bool:
        return self.number(field, 0, 1) == 1

    def decoded(self, field: str) -> bytes:
        """A base64 value that may be empty."""
        try:
            return base64.b64decode(self._headers.get(field, ""), validate=True)
        except ValueError:
            raise BadEvent(self._event, field) from None


_FOREVER = 1 << 31


def _joined(f: _Fields) -> Event:
    return CallerJoined(
        f.text("Queue"),
        f.text("Uniqueid"),
        f.text("Channel"),
        f.optional("CallerIDNum"),
        f.optional("CallerIDName"),
        f.number("Position", 1, _FOREVER),
    )


def _caller_listed(f: _Fields) -> Event:
    return CallerListed(
        f.text("Queue"),
        f.text("Uniqueid"),
        f.text("Channel"),
        f.optional("CallerIDNum"),
        f.optional("CallerIDName"),
        f.number("Position", 1, _FOREVER),
        f.number("Wait", 0, _FOREVER),
    )


def _member(f: _Fields) -> Event:
    return MemberChanged(
        f.text("Queue"),
        f.text("Interface"),
        f.optional("MemberName"),
        f.optional("StateInterface"),
        f.number("Status", 0, 8),
        f.flag("Paused"),
        f.optional("PausedReason"),
    )


def _member_listed(f: _Fields) -> Event:
    return MemberListed(
        f.text("Queue"),
        f.text("Location"),
        f.optional("Name"),
        f.optional("StateInterface"),
        f.number("Status", 0, 8),
        f.flag("Paused"),
        f.optional("PausedReason"),
    )


def _user_event(f: _Fields) -> Event | None:
    match f.text("UserEvent"):
        case "AlloText":
            return _text_sent(f)
        case "AlloAnswered":
            return CallAnswered(
                f.text("Call"),
                f.text("Extension"),
                f.optional("Queue"),
                tuple(filter(None, f.optional("Rang").split("-"))),
            )
    return None


def _text_sent(f: _Fields) -> Event:
    digits = "".join(c for c in f.decoded("To").decode(errors="replace") if c in "0123456789")
    # The dialplan puts a dot before the body: BASE64_ENCODE complains of an empty argument.
    return TextSent(
        f.decoded("Device").decode(errors="replace"),
        digits,
        f.decoded("Type").decode(errors="replace"),
        f.decoded("Body").removeprefix(b"."),
    )


_READERS: dict[str, Callable[[_Fields], Event | None]] = {
    "QueueCallerJoin": _joined,
    "QueueCallerAbandon": lambda f: CallerAbandoned(f.text("Queue"), f.text("Uniqueid")),
    "QueueCallerLeave": lambda f: CallerLeft(f.text("Queue"), f.text("Uniqueid")),
    "AgentCalled": lambda f: MemberCalled(
        f.text("Queue"), f.text("Uniqueid"), f.text("DestChannel")
    ),
    "CoreShowChannel": lambda f: ChannelListed(
        f.text("Channel"),
        f.text("Uniqueid"),
        f.text("Linkedid"),
        f.optional("Application"),
        f.optional("ChannelStateDesc") in ("Ring", "Ringing"),
    ),
    "QueueMemberStatus": _member,
    "QueueMemberAdded": _member,
    "QueueMemberPause": _member,
    "QueueMemberPenalty": _member,
    "QueueMemberRinginuse": _member,
    "QueueMemberRemoved": lambda f: MemberRemoved(f.text("Queue"), f.text("Interface")),
    "ExtensionStatus": lambda f: ExtensionStatus(
        f.text("Exten"), f.optional("Context"), f.number("Status", -2, 31)
    ),
    "DeviceStateChange": lambda f: DeviceState(f.text("Device"), f.text("State")),
    "UserEvent": _user_event,
    "Reload": lambda f: Reloaded(f.text("Module")),
    "QueueParams": lambda f: QueueListed(f.text("Queue")),
    "QueueEntry": _caller_listed,
    "QueueMember": _member_listed,
}
