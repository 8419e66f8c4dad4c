"""A ringing call over other programs: our card at the bottom right, which never takes the focus.

Shown only while no window of ours is in front; there the call has its card anyway.
"""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from softphone.calls import Call
from softphone.ui import tokens as t
from softphone.ui import words
from softphone.ui.call_card import CallCard
from softphone.ui.intents import Intents
from softphone.ui.look import Look
from softphone.ui.store import Store

_WIDTH = 432


class IncomingPopup(QWidget):
    """Follows the store; ``window`` comes to the front when the call is answered from here."""

    def __init__(self, look: Look, store: Store, intents: Intents, window: QWidget) -> None:
        super().__init__(
            None,
            Qt.WindowType.Tool
            | Qt.WindowType.FramelessWindowHint
            | Qt.WindowType.WindowStaysOnTopHint
            | Qt.WindowType.WindowDoesNotAcceptFocus,
        )
        self.setObjectName("incoming_popup")
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self._look, self._store, self._intents, self._window = look, store, intents, window
        self._card: CallCard | None = None
        self.setWindowTitle(self.tr("Incoming call"))
        self.setFixedWidth(_WIDTH)
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        store.calls.connect(self.refresh)
        store.tick.connect(self._tick)
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        # A bound method: a lambda would outlive this widget.
        app.applicationStateChanged.connect(self.refresh)

    def in_front(self) -> bool:
        """Whether the person looks at a window of ours."""
        active = Qt.ApplicationState.ApplicationActive
        return QGuiApplication.applicationState() == active and not self._window.isMinimized()

    def refresh(self) -> None:
        calls = self._store.state.calls.values()
        ringing = next((call for call in calls if call.state == "incoming"), None)
        if ringing is None or self.in_front():
            self._drop()
            return
        if self._card is None or self._card.call.key != ringing.key:
            self._drop()
            self._card = self._make(ringing)
        on_line = [words.who(c.name, c.number) for c in calls if c.state == "connected"]
        self._card.show_call(ringing, ", ".join(on_line), frozenset(), self._store.now())
        self._place()

    def _make(self, call: Call) -> CallCard:
        card = CallCard(self._look, call)
        card.answered.connect(self._answer)
        card.rejected.connect(self._intents.reject)
        self._box.addWidget(card)
        return card

    def _answer(self, key: str) -> None:
        self._intents.answer(key)
        self._window.showNormal()
        self._window.raise_()
        self._window.activateWindow()

    def _place(self) -> None:
        self.adjustSize()
        screen = self._window.screen().availableGeometry()
        self.move(screen.right() - self.width() - t.S24, screen.bottom() - self.height() - t.S24)
        self.show()

    def _drop(self) -> None:
        self.hide()
        if self._card is not None:
            self._box.removeWidget(self._card)
            self._card.deleteLater()
            self._card = None

    def _tick(self, now: float) -> None:
        if self._card is not None:
            self._card.tick(now)
