"""The one State of the window and the way into it: facts from anywhere, applied on the GUI thread.

Tells what changed by one signal per part, so a list repaints only for its own news. Keeps the calls
of this session for the "recent" list, which the State itself forgets. Knows neither engine nor
server.
"""

import logging
import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from softphone import state as phone
from softphone.call_sound import NOTHING
from softphone.calls import Call
from softphone.facts import TakeAnswered, Tick
from softphone.profile import Agent
from softphone.protocol import Error, Fault, SoundState
from softphone.state import Fact, State

log = logging.getLogger(__name__)

RECENT = 50


class Store(QObject):
    """``post`` may be called from any thread; everything else belongs to the GUI thread."""

    me = Signal()
    calls = Signal()
    board = Signal()
    messages = Signal()
    condition = Signal()
    """Engine, line, link or sound: whatever the banner and the line word depend on."""
    sound = Signal()
    """What the page about sound shows: devices, choices, tests."""
    call_sounds = Signal()
    """How calls sound, once a second."""
    levels = Signal(object)
    """``Levels``, ten times a second while the meter is on: told to who listens, kept nowhere."""
    may_record = Signal(str)
    """Carries the key of a call that is to be recorded, now that the other side was told."""
    recorded = Signal(object)
    """Carries the ``Recording`` that ended."""
    takes = Signal()
    recent_calls = Signal()
    take_refused = Signal(object)
    """Carries the ``Problem``: the caller may be gone from the State by then."""
    tick = Signal(float)
    """Every second, with the Unix second."""

    _posted = Signal(object)

    def __init__(
        self, me: Agent, parent: QObject | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self.state: State = phone.initial(me)
        self.recent: tuple[Call, ...] = ()
        """Ended calls of this session, newest first."""
        self._posted.connect(self._apply, Qt.ConnectionType.QueuedConnection)
        self._timer = QTimer(self)
        self._timer.setInterval(1000)
        self._timer.timeout.connect(self._second)
        self._timer.start()

    def now(self) -> float:
        """Unix seconds."""
        return self._clock()

    def post(self, fact: Fact) -> None:
        """Apply ``fact`` soon, in order, on the GUI thread. Callable from every thread."""
        self._posted.emit(fact)

    def apply(self, fact: Fact) -> None:
        """Apply ``fact`` now (GUI thread only)."""
        self._apply(fact)

    def replace(self, state: State) -> None:
        """Show ``state`` from now on, telling what differs from the one before."""
        before, self.state = self.state, state
        if state is before:
            return
        if state.calls is not before.calls:
            self._remember(before)
            self.calls.emit()
        if state.sounds is not before.sounds:
            self._tell_recorded(before)
            self.call_sounds.emit()
        if state.board is not before.board:
            self.board.emit()
        if state.messages is not before.messages:
            self.messages.emit()
        if state.takes is not before.takes:
            self.takes.emit()
        if state.me is not before.me:
            self.me.emit()
        if _differ(before, state, "engine", "line", "link", "sound"):
            self.condition.emit()
        if _differ(before, state, "engine", "sound", "devices", "tested", "sound_settings"):
            self.sound.emit()
        if state.sounds is not before.sounds:
            self._tell_may_record(before, state)

    def _apply(self, fact: Fact) -> None:
        if isinstance(fact, Fault):
            log.error("engine fault in %s: %s", fact.where, fact.message)
        elif isinstance(fact, Error):
            log.error("engine refused %s: %s", fact.command or "a line", fact.message)
        elif isinstance(fact, SoundState):
            for what, problem in (("sound", fact.problem), ("processing", fact.processing)):
                if problem:
                    log.warning("%s: %s", what, problem)  # the window says it in its own words
        self.replace(phone.apply(self.state, fact, self.now()))
        if isinstance(fact, TakeAnswered) and fact.problem is not None:
            self.take_refused.emit(fact.problem)

    def _second(self) -> None:
        self._apply(Tick())
        self.tick.emit(self.now())

    def _tell_recorded(self, before: State) -> None:
        for key, old in before.sounds.items():
            new = self.state.sounds.get(key)
            if new is None:  # its call is over
                ended = old.recording if old.records else None
            else:
                ended = None if new.records or new.recording == old.recording else new.recording
            if ended is not None:
                self.recorded.emit(ended)

    def _tell_may_record(self, before: State, after: State) -> None:
        for key, new in after.sounds.items():
            old = before.sounds.get(key, NOTHING)
            if old.wanted and new.recordable and not old.recordable:
                self.may_record.emit(key)

    def _remember(self, before: State) -> None:
        fresh: list[Call] = []
        told_later: dict[Call, Call] = {}
        for key, call in self.state.calls.items():
            old = before.calls.get(key)
            if not call.alive and (old is None or old.alive):
                fresh.append(call)
            elif old is not None and not old.alive and old != call:
                told_later[old] = call  # who took it
        if fresh or told_later:
            known = (told_later.get(call, call) for call in self.recent)
            self.recent = (*reversed(fresh), *known)[:RECENT]
            self.recent_calls.emit()


def _differ(before: State, after: State, *parts: str) -> bool:
    return any(getattr(after, part) is not getattr(before, part) for part in parts)
