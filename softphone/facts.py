"""Facts that come neither from the engine nor from the server's frames.

What happened to the link and to the engine's process, and what became of what the person did here.
Together with ``softphone.protocol`` and ``softphone.live`` this file lists everything that can
change the phone's state. Values only.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from softphone.live import Message
from softphone.sound_settings import SoundSettings


@dataclass(frozen=True, slots=True)
class Problem:
    """Why something did not work. ``id`` is for the program, ``message`` the server's own words."""

    id: str
    """Id of docs/api.md (``caller-gone``), or ours: ``unreachable``, ``server-error``,
    ``wrong-certificate``, ``incompatible``."""
    message: str = ""
    """In the person's language; empty when the server said nothing: the window has words."""


@dataclass(frozen=True, slots=True)
class LinkChanged:
    """The live link to the server went on."""

    state: Literal["connecting", "live", "stale", "refused"]
    """``connecting``: never live since the start. ``live``: the snapshot is next. ``stale``: was
    live, is lost, tries again. ``refused``: the server does not want this device, or is not the
    one of the enrolment (see ``problem``); tried again once a minute."""
    heard: float | None = None
    """Unix seconds of the last sign of life of the server."""
    retry_in: float | None = None
    """Seconds until the next try, when waiting for one."""
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class EngineChanged:
    """The engine's process: ``starting`` the first time, ``restarting`` after it died."""

    state: Literal["starting", "running", "restarting", "stopped"]
    restarts: int = 0
    """How often it had to be started again since the window opened."""


@dataclass(frozen=True, slots=True)
class Dialled:
    """The person called somebody: apply this before the ``Dial`` command goes down."""

    call: str
    number: str


@dataclass(frozen=True, slots=True)
class SoundChosen:
    """What the person wants of devices and processing: remembered, or just changed."""

    settings: SoundSettings


@dataclass(frozen=True, slots=True)
class SoundTestAsked:
    """A test was asked for, or an end of it: what the one before came to is old."""


@dataclass(frozen=True, slots=True)
class MessageTyped:
    """A message is safe in the outbox and not yet on the server."""

    client_id: str
    to: str
    text: str
    typed_at: float
    """Unix seconds."""


@dataclass(frozen=True, slots=True)
class MessageStored:
    """The server has it now (and it left the outbox)."""

    message: Message


@dataclass(frozen=True, slots=True)
class MessageRefused:
    """The server will never take it (unknown extension, too long): it stays visible as failed."""

    client_id: str
    problem: Problem


@dataclass(frozen=True, slots=True)
class MessageDiscarded:
    """The person gave a failed or waiting message up."""

    client_id: str


@dataclass(frozen=True, slots=True)
class HistoryLoaded:
    """Older messages with one person, oldest first. ``complete``: there is nothing before them."""

    peer: str
    messages: tuple[Message, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class ReadMarks:
    """Up to which message id each conversation was read on this device."""

    up_to: Mapping[str, int] = field(default_factory=dict)
    baseline: int = 0
    """Messages up to this id were delivered before this device existed: read, for everybody."""


@dataclass(frozen=True, slots=True)
class ConversationRead:
    """The person saw a conversation up to a message."""

    peer: str
    up_to: int


@dataclass(frozen=True, slots=True)
class TakeAsked:
    """The receptionist asked for one waiting caller."""

    queue: str
    caller_id: str


@dataclass(frozen=True, slots=True)
class TakeAnswered:
    """The server's answer: None = the caller rings here now."""

    queue: str
    caller_id: str
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class RecordingWanted:
    """The person wants a call recorded as soon as the other side was told, or no longer."""

    call: str
    on: bool


@dataclass(frozen=True, slots=True)
class Tick:
    """Time passed (the window's one-second timer): ended calls leave the screen."""


LinkFact = (
    LinkChanged
    | MessageTyped
    | MessageStored
    | MessageRefused
    | MessageDiscarded
    | HistoryLoaded
    | ReadMarks
    | ConversationRead
    | TakeAsked
    | TakeAnswered
)
"""What ``ServerLink`` reports beside the server's own frames."""

LocalFact = (
    LinkFact | EngineChanged | Dialled | SoundChosen | SoundTestAsked | RecordingWanted | Tick
)
