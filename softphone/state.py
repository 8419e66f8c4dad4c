"""The whole state of one phone as a value, and ``apply``: the only way from one to the next.

Facts of the engine (``softphone.protocol``), frames of the server (``softphone.live``) and local
facts (``softphone.facts``) go in, a new ``State`` comes out. Pure: time is an argument, nothing is
read or written, nothing is mutated. What did not change is the same object as before, so a window
compares with ``is``. The parts have their own files: ``calls``, ``call_sound``, ``board``,
``conversations``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from softphone import board, call_sound, calls, conversations
from softphone.board import Board
from softphone.call_sound import CallSounds
from softphone.calls import Call
from softphone.conversations import Conversations
from softphone.facts import (
    ConversationRead,
    Dialled,
    EngineChanged,
    HistoryLoaded,
    LinkChanged,
    LocalFact,
    MessageDiscarded,
    MessageRefused,
    MessageStored,
    MessageTyped,
    Problem,
    ReadMarks,
    RecordingWanted,
    SoundChosen,
    SoundTestAsked,
    TakeAnswered,
    TakeAsked,
    Tick,
)
from softphone.live import (
    AnyFrame,
    CallAnswered,
    Colleague,
    ColleagueChanged,
    MessageChanged,
    PbxChanged,
    Queue,
    QueueChanged,
    Snapshot,
)
from softphone.profile import Agent
from softphone.protocol import (
    AnyFact,
    CallState,
    CallStats,
    Devices,
    Error,
    Fault,
    Held,
    Incoming,
    Levels,
    Media,
    Mixed,
    Muted,
    Party,
    Pressed,
    Quality,
    QualitySummary,
    Ready,
    Recordable,
    Recording,
    Registration,
    SoundState,
    Tested,
    Transferred,
    Trouble,
    Voicemail,
    Watched,
)
from softphone.sound_settings import SoundSettings

ARRIVES_WITHIN = 8.0
"""Seconds from the server's answer until a taken caller must ring here; then it counts no more."""


@dataclass(frozen=True, slots=True)
class Line:
    """What the registrar thinks of this phone. ``unknown``: the engine has not said yet."""

    state: Literal["unknown", "registering", "registered", "refused", "offline"] = "unknown"
    since: float | None = None
    """Unix seconds."""
    code: int = 0
    reason: str = ""
    server: str = ""
    user: str = ""
    tls: str = ""
    auth: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """The live link to the allo server."""

    state: Literal["connecting", "live", "stale", "refused"] = "connecting"
    since: float | None = None
    """Unix second of the last change of ``state``."""
    retry_in: float | None = None
    """Seconds from the last fact on, when waiting to try again."""
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Engine:
    """The engine's process."""

    state: Literal["starting", "running", "restarting", "stopped"] = "starting"
    restarts: int = 0
    since: float | None = None
    """Unix seconds."""


@dataclass(frozen=True, slots=True)
class Take:
    """A waiting caller this receptionist asked for."""

    queue: str
    state: Literal["asked", "granted", "refused"]
    at: float
    """Unix second of the asking or the answer."""
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class State:
    """Everything a window shows."""

    me: Agent
    messages: Conversations
    engine: Engine = field(default_factory=Engine)
    line: Line = field(default_factory=Line)
    sound: SoundState | None = None
    """None: not known yet."""
    devices: Devices | None = None
    tested: Tested | None = None
    """How the last test of a device goes or went, with the devices of now."""
    sound_settings: SoundSettings = field(default_factory=SoundSettings)
    link: Link = field(default_factory=Link)
    calls: Mapping[str, Call] = field(default_factory=dict)
    """By key, in order of appearance; ended ones stay ``calls.SHOW_ENDED`` seconds."""
    sounds: CallSounds = field(default_factory=dict)
    """How they sound, by key: only of calls that are alive."""
    board: Board = field(default_factory=Board)
    takes: Mapping[str, Take] = field(default_factory=dict)
    """By caller id: for callers that still wait, or that are on their way to this phone."""

    @property
    def colleagues(self) -> tuple[Colleague, ...]:
        """By name. Build it once per change of ``board``, not per paint."""
        return self.board.sorted_colleagues()

    @property
    def queues(self) -> tuple[Queue, ...]:
        """Empty without the receptionist role. Live only while ``board.fresh``."""
        return tuple(self.board.queues.values())

    @property
    def arriving(self) -> bool:
        """A taken caller is on the way and does not ring here yet."""
        return any(take.state != "refused" for take in self.takes.values())

    @property
    def ready(self) -> bool:
        """Registered, so calls come in."""
        return self.engine.state == "running" and self.line.state == "registered"


Fact = AnyFact | AnyFrame | LocalFact


def initial(me: Agent) -> State:
    """An enrolled phone before anything happened."""
    return State(me=me, messages=Conversations(me=me.extension))


def apply(state: State, fact: Fact, now: float) -> State:
    """The state after ``fact`` at Unix second ``now``; the same object when nothing changed."""
    after = _apply(state, fact, now)
    if after.calls is not state.calls:
        after = _with_sounds(after, call_sound.of_living(after.sounds, after.calls))
        if after.tested is not None and any(call.alive for call in after.calls.values()):
            after = replace(after, tested=None)  # a call ends a test, and the engine says no more
    return _without_old_takes(after, now) if after.takes else after


def _apply(state: State, fact: Fact, now: float) -> State:
    if state.calls:
        state = _with_calls(state, calls.forget_ended(state.calls, now))
    match fact:
        case Party():
            state = _with_sounds(state, call_sound.apply(state.sounds, fact, state.calls))
            return _with_calls(state, calls.apply(state.calls, fact, now, state.board))
        case Dialled() | Incoming() | CallState() | Media() | Muted() | Held():
            return _with_calls(state, calls.apply(state.calls, fact, now, state.board))
        case CallAnswered():
            return _with_calls(
                state, calls.answered(state.calls, fact.answered, state.me.extension)
            )
        case ColleagueChanged() | QueueChanged() | PbxChanged():
            return _with_board(state, board.apply(state.board, fact, now))
        case Snapshot():
            return _snapshot(state, fact)
        case (
            MessageChanged()
            | MessageStored()
            | MessageTyped()
            | MessageRefused()
            | MessageDiscarded()
            | HistoryLoaded()
            | ReadMarks()
            | ConversationRead()
        ):
            after = conversations.apply(state.messages, fact)
            return state if after is state.messages else replace(state, messages=after)
        case LinkChanged():
            return _link(state, fact, now)
        case EngineChanged():
            return _engine(state, fact.state, fact.restarts, now)
        case Ready():
            return _engine(state, "running", state.engine.restarts, now)
        case Registration():
            return _registration(state, fact, now)
        case SoundState():
            return state if fact == state.sound else replace(state, sound=fact)
        case Devices():
            return state if fact == state.devices else replace(state, devices=fact)
        case Tested():
            return state if fact == state.tested else replace(state, tested=fact)
        case SoundChosen():
            known = fact.settings == state.sound_settings
            return state if known else replace(state, sound_settings=fact.settings, tested=None)
        case SoundTestAsked():
            return state if state.tested is None else replace(state, tested=None)
        case Quality() | Trouble() | Recordable() | Recording() | RecordingWanted() | Error():
            return _with_sounds(state, call_sound.apply(state.sounds, fact, state.calls))
        case TakeAsked() | TakeAnswered():
            return _take(state, fact, now)
        case (
            Tick()
            | CallStats()
            | Pressed()
            | Transferred()
            | Mixed()
            | Watched()
            | Voicemail()
            | Levels()
            | QualitySummary()
            | Fault()
        ):
            return state  # for the log and the details window; nothing here depends on them


def _with_calls(state: State, after: Mapping[str, Call]) -> State:
    return state if after is state.calls else replace(state, calls=after)


def _with_sounds(state: State, after: CallSounds) -> State:
    return state if after is state.sounds else replace(state, sounds=after)


def _with_board(state: State, after: Board) -> State:
    return state if after is state.board else replace(state, board=after)


def _without_old_takes(state: State, now: float) -> State:
    rang = {call.caller_id for call in state.calls.values()}
    kept = {
        caller_id: take
        for caller_id, take in state.takes.items()
        if state.board.has_caller(take.queue, caller_id)
        or (take.state != "refused" and caller_id not in rang and now - take.at < ARRIVES_WITHIN)
    }
    return state if len(kept) == len(state.takes) else replace(state, takes=kept)


def _snapshot(state: State, snapshot: Snapshot) -> State:
    after = board.from_snapshot(snapshot)
    state = _with_board(state, state.board if after == state.board else after)
    messages = conversations.from_snapshot(state.messages, snapshot.me.extension, snapshot.messages)
    if messages is not state.messages:
        state = replace(state, messages=messages)
    if snapshot.me != state.me:
        state = replace(state, me=snapshot.me)
    return _with_calls(state, calls.name_anew(state.calls, state.board))


def _link(state: State, fact: LinkChanged, now: float) -> State:
    since = state.link.since if fact.state == state.link.state else now
    link = Link(fact.state, since, fact.retry_in, fact.problem)
    if link != state.link:
        state = replace(state, link=link)
    if fact.state == "live":  # the snapshot that follows makes the board fresh
        return state
    as_of = now if fact.heard is None else fact.heard
    return _with_board(state, board.freeze(state.board, as_of))


def _engine(
    state: State,
    new: Literal["starting", "running", "restarting", "stopped"],
    restarts: int,
    now: float,
) -> State:
    since = state.engine.since if new == state.engine.state else now
    engine = Engine(new, restarts, since)
    if engine != state.engine:
        state = replace(state, engine=engine)
    if new == "running":
        return state
    state = _with_calls(state, calls.end_all(state.calls, now, reason="engine"))
    blank = Line(since=now)
    if state.line.state != "unknown":
        state = replace(state, line=blank)
    after = replace(state, sound=None, devices=None, tested=None)
    return state if after == state else after


def _registration(state: State, fact: Registration, now: float) -> State:
    line = Line(
        state=fact.state,
        since=state.line.since if fact.state == state.line.state else now,
        code=fact.code,
        reason=fact.reason,
        server=fact.server,
        user=fact.user,
        tls=fact.tls,
        auth=fact.auth,
    )
    return state if line == state.line else replace(state, line=line)


def _take(state: State, fact: TakeAsked | TakeAnswered, now: float) -> State:
    known = state.takes.get(fact.caller_id)
    if known is None and not state.board.has_caller(fact.queue, fact.caller_id):
        return state
    match fact:
        case TakeAsked():
            take = Take(fact.queue, "asked", now)
        case TakeAnswered(problem=None):
            take = Take(fact.queue, "granted", now)
        case TakeAnswered():
            take = Take(fact.queue, "refused", now, fact.problem)
    if known is not None and (known.state, known.problem) == (take.state, take.problem):
        return state
    return replace(state, takes={**state.takes, fact.caller_id: take})
