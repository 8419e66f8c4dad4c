"""The cards of all calls, in order, and what F3, F4 and F9 mean at this moment."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from softphone.call_sound import NOTHING, recorder_taken
from softphone.calls import Call
from softphone.ui import tokens as t
from softphone.ui import words
from softphone.ui.call_card import CallCard
from softphone.ui.intents import Intents
from softphone.ui.look import Look
from softphone.ui.store import Store
from softphone.ui.style import set_role

_ORDER = {"connected": 0, "calling": 1, "ringing": 1, "incoming": 2, "ended": 3}


class CallsArea(QWidget):
    """Repaints running times from the store's tick; cards live as long as their calls."""

    def __init__(self, look: Look, store: Store, intents: Intents) -> None:
        super().__init__()
        self.setObjectName("calls")
        self._look, self._store, self._intents = look, store, intents
        self._cards: dict[str, CallCard] = {}
        self._with_title = True
        self._rung = ""
        """Key of the call the task bar flashed for."""
        self._title, self._note = QLabel(self.tr("Calls")), QLabel(self.tr("No call"))
        set_role(self._title, "title")
        set_role(self._note, "note")
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._note, 0, Qt.AlignmentFlag.AlignVCenter)
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(t.S12)
        self._box.addLayout(head)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        store.calls.connect(self._show)
        store.call_sounds.connect(self._show_sounds)
        store.tick.connect(self._tick)
        self._show()

    def show_title(self, on: bool) -> None:
        """The head is only for the column; a narrow window shows cards alone."""
        self._with_title = on
        self._title.setVisible(on and not self._cards)
        self._note.setVisible(on and not self._cards)
        self.setVisible(bool(self._cards) or on)

    def ordered(self) -> list[Call]:
        """Connected first, then outgoing, ringing, ended."""
        calls = self._store.state.calls.values()
        return sorted(calls, key=lambda call: (_ORDER[call.state], call.started))

    def ringing(self) -> Call | None:
        """The call F3 answers."""
        return next((call for call in self.ordered() if call.state == "incoming"), None)

    def live(self) -> Call | None:
        """The call F4 ends: never one that rings here. The newest that is not muted, when there
        are two, for it is the one being talked to."""
        calls = [call for call in self.ordered() if call.alive and call.state != "incoming"]
        talking = [call for call in calls if not call.muted]
        return max(talking or calls, key=lambda call: call.started, default=None)

    def answer(self) -> bool:
        """F3. False when nothing rings."""
        call = self.ringing()
        if call is not None:
            self._intents.answer(call.key)
        return call is not None

    def reject(self) -> None:
        """Shift+F3."""
        if (call := self.ringing()) is not None:
            self._intents.reject(call.key)

    def hang_up(self) -> None:
        """F4."""
        if (call := self.live()) is not None:
            self._intents.hang_up(call.key)

    def mute(self) -> None:
        """F9."""
        call = self.live()
        if call is not None and call.state == "connected":
            self._intents.mute(call.key, not call.muted)

    def _show(self) -> None:
        ordered = self.ordered()
        for key in [key for key in self._cards if key not in {call.key for call in ordered}]:
            card = self._cards.pop(key)
            self._box.removeWidget(card)
            card.hide()
            card.deleteLater()
        ringing, live, now = self.ringing(), self.live(), self._store.now()
        for position, call in enumerate(ordered):
            card = self._cards.get(call.key) or self._add(call)
            self._box.insertWidget(position + 1, card)
            keys = {"F3"} if ringing is not None and call.key == ringing.key else set()
            if live is not None and call.key == live.key:
                keys |= {"F4", "F9"}
            on_line = [
                words.who(other.name, other.number)
                for other in ordered
                if other.state == "connected" and other.key != call.key
            ]
            card.show_call(call, ", ".join(on_line), frozenset(keys), now)
        self._show_sounds()
        self.show_title(self._with_title)
        if ringing is not None and ringing.key != self._rung:
            self._rung = ringing.key
            QApplication.alert(self.window())  # the task bar flashes until somebody looks

    def _show_sounds(self) -> None:
        for key, card in self._cards.items():
            sounds = self._store.state.sounds
            card.show_sound(sounds.get(key, NOTHING), may_record=not recorder_taken(sounds, key))

    def _add(self, call: Call) -> CallCard:
        card = CallCard(self._look, call)
        card.answered.connect(self._intents.answer)
        card.rejected.connect(self._intents.reject)
        card.hung_up.connect(self._intents.hang_up)
        card.mute_asked.connect(self._intents.mute)
        card.record_asked.connect(self._intents.record)
        card.call_back.connect(self._intents.dial)
        self._cards[call.key] = card
        return card

    def _rings_aloud(self) -> bool:
        """The engine rings by itself on a sound device while no call is talked on."""
        state = self._store.state
        talking = any(call.state == "connected" for call in state.calls.values())
        return state.sound is not None and state.sound.device and not talking

    def _tick(self, now: float) -> None:
        if self.ringing() is not None and not self._rings_aloud():
            QApplication.beep()
        for card in self._cards.values():
            card.tick(now)
