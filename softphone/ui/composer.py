"""Where a message is written: Enter sends, Shift+Enter breaks the line, drafts stay per person."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit

from softphone.ui import button as b
from softphone.ui import tokens as t
from softphone.ui.button import Button
from softphone.ui.look import Look
from softphone.ui.style import set_role

LONGEST = 4000
"""Characters the server takes in one message."""
_LINES = 5


class _Editor(QPlainTextEdit):
    sent = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.sent.emit()
        else:
            super().keyPressEvent(event)


class Composer(QFrame):
    """``send`` gets person and text; when it says False, the text stays."""

    def __init__(self, look: Look, send: Callable[[str, str], bool]) -> None:
        super().__init__()
        self._give = send
        set_role(self, "foot")
        self._peer = ""
        self._drafts: dict[str, str] = {}
        self.editor = _Editor()
        self.editor.setObjectName("composer")
        self.editor.setTabChangesFocus(True)
        self.editor.sent.connect(self._send)
        self.editor.textChanged.connect(self._fit)
        self._button = Button(look, self.tr("Send"), "send", b.ACCENT, self.tr("Enter"))
        self._button.setObjectName("send")
        self._button.setAccessibleName(self.tr("Send"))
        self._button.clicked.connect(self._send)
        box = QHBoxLayout(self)
        box.setContentsMargins(t.S16, t.S12, t.S16, t.S12)
        box.setSpacing(t.S8)
        box.addWidget(self.editor, 1)
        box.addWidget(self._button, 0, Qt.AlignmentFlag.AlignVCenter)
        self._fit()

    def lay(self, *, narrow: bool) -> None:
        """Narrow: the button shows its icon alone."""
        key = "" if narrow else self.tr("Enter")
        self._button.show_as("" if narrow else self.tr("Send"), "send", key)

    def write_to(self, peer: str, name: str) -> None:
        """Another person; what was begun for the one before is kept for them."""
        if peer != self._peer:
            self._drafts[self._peer] = self.editor.toPlainText()
            self._peer = peer
            self.editor.setPlainText(self._drafts.pop(peer, ""))
        words = self.tr("Write to {name}").format(name=name)
        self.editor.setPlaceholderText(words)
        self.editor.setAccessibleName(words)

    def _send(self) -> None:
        text = self.editor.toPlainText().strip()
        if text and self._peer and self._give(self._peer, text[:LONGEST]):
            self.editor.setPlainText(text[LONGEST:])  # what is too long stays to be sent next

    def _fit(self) -> None:
        lines = min(_LINES, max(1, self.editor.document().lineCount()))
        self.editor.setFixedHeight(self.editor.fontMetrics().lineSpacing() * lines + 24)
        policy = Qt.ScrollBarPolicy
        scrolls = self.editor.document().lineCount() > _LINES
        self.editor.setVerticalScrollBarPolicy(
            policy.ScrollBarAsNeeded if scrolls else policy.ScrollBarAlwaysOff
        )
