"""What subscribers are told. A change names what to read again; it does not carry a state."""

from dataclasses import dataclass
from typing import Literal

from pbx_config.ami.events import CallAnswered, TextSent
from pbx_config.live.state import Caller


@dataclass(frozen=True, slots=True)
class WentDown:
    """The connection to the PBX is lost: everything known before is void."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """The whole state was read anew: read everything again."""


@dataclass(frozen=True, slots=True)
class PresenceChanged:
    """An extension's presence is another one, or the extension is gone."""

    extension: str


@dataclass(frozen=True, slots=True)
class QueueChanged:
    """Callers or members of a queue changed."""

    queue: str


@dataclass(frozen=True, slots=True)
class PhoneChanged:
    """A telephone can be reached from now on (then it is in ``LiveState.phones``), or no more."""

    device: str


@dataclass(frozen=True, slots=True)
class TextCame:
    """A SIP phone sent a text: no state, but something to do at once."""

    text: TextSent


@dataclass(frozen=True, slots=True)
class Answered:
    """Somebody took a call: no state, but those whose telephones rang as well want to know who."""

    call: CallAnswered


@dataclass(frozen=True, slots=True)
class CallerGone:
    """A caller waits no more. ``withdrawn``: by our own request, so never an abandoned call."""

    queue: str
    caller: Caller
    reason: Literal["answered", "abandoned", "withdrawn"]
    """``answered`` also covers a queue that gave up waiting and sent the caller on."""


Change = (
    WentDown
    | Rebuilt
    | PresenceChanged
    | QueueChanged
    | PhoneChanged
    | TextCame
    | Answered
    | CallerGone
)
