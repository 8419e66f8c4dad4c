"""Above every page: the field, whether the phone is ready and why not, who I am."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QSizePolicy, QWidget

from softphone.state import State
from softphone.ui import tokens as t
from softphone.ui.look import Look
from softphone.ui.person_sheet import PresenceLabel
from softphone.ui.search_field import SearchField
from softphone.ui.store import Store
from softphone.ui.style import set_role


class LineWord(QWidget):
    """Icon and word for the line: ready, reconnecting, refused, no microphone."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._icon, self._word = QLabel(), QLabel()
        self._word.setObjectName("line_state")
        self._shown = ("wifi-off", "amber")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self._icon)
        row.addWidget(self._word)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.changed.connect(self._draw)

    def show_state(self, state: State) -> None:
        icon, token, word = self._of(state)
        self._shown = (icon, token)
        self._word.setText(word)
        set_role(self._word, f"state-{token}")
        line = state.line
        facts = (line.server, line.user, line.tls, line.auth, line.reason)
        self.setToolTip("\n".join(part for part in facts if part))
        self._draw()

    def _of(self, state: State) -> tuple[str, str, str]:
        if state.engine.state != "running":
            return "rotate-cw", "amber", self.tr("Restarting…")
        match state.line.state:
            case "registered":
                if state.sound is not None and state.sound.problem:
                    return "volume-x", "amber", self.tr("Ready, without sound")
                return "check", "green", self.tr("Phone ready")
            case "refused":
                return "triangle-alert", "red", self.tr("Refused")
            case "offline":
                return "wifi-off", "amber", self.tr("Reconnecting…")
        return "refresh-cw", "amber", self.tr("Connecting…")

    def _draw(self) -> None:
        icon, token = self._shown
        self._icon.setPixmap(self._look.pixmap(icon, token, t.ICON_SMALL))


class TopBar(QFrame):
    """One line; two in a narrow window."""

    def __init__(self, look: Look, store: Store) -> None:
        super().__init__()
        self.setObjectName("top_bar")
        set_role(self, "bar")
        self._store = store
        self.field = SearchField(look)
        self._line, self._me = LineWord(look), PresenceLabel(look, "my_presence")
        self._status = QWidget()
        status = QHBoxLayout(self._status)
        status.setContentsMargins(0, 0, 0, 0)
        status.setSpacing(t.S16)
        status.addWidget(self._line)
        status.addStretch(1)
        status.addWidget(self._me)
        self._status_row = status
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._box.setSpacing(t.S12)
        self.lay(narrow=False)
        for signal in (store.condition, store.board, store.calls, store.me):
            signal.connect(self._show)
        self._show()

    def lay(self, *, narrow: bool) -> None:
        for widget in (self.field, self._status):
            self._box.removeWidget(widget)
        while self._box.count():
            self._box.takeAt(0)
        self._status_row.setDirection(
            QBoxLayout.Direction.RightToLeft if narrow else QBoxLayout.Direction.LeftToRight
        )
        if narrow:
            self._box.setDirection(QBoxLayout.Direction.TopToBottom)
            self._box.setContentsMargins(t.S12, t.S8, t.S12, t.S8)
            self._box.addWidget(self._status)
            self._box.addWidget(self.field)
        else:
            self._box.setDirection(QBoxLayout.Direction.LeftToRight)
            self._box.setContentsMargins(t.S16, t.S12, t.S16, t.S12 - 1)
            self._box.addWidget(self.field, 100)
            self._box.addStretch(1)
            self._box.addWidget(self._status, 0, Qt.AlignmentFlag.AlignVCenter)

    def _show(self) -> None:
        state = self._store.state
        self._line.show_state(state)
        calls = [call for call in state.calls.values() if call.alive]
        if not state.ready:
            self._me.show_presence("offline", self.tr("Offline"))
        elif any(call.state != "incoming" for call in calls):
            self._me.show_presence("busy", self.tr("On a call"))
        elif calls:
            self._me.show_presence("ringing", self.tr("Ringing"))
        else:
            self._me.show_presence("free", self.tr("Available"))
