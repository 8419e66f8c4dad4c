"""One conversation: who with, all messages, what could not be sent, and the composer."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from softphone.conversations import Entry
from softphone.ui import message_rows as m
from softphone.ui import tokens as t
from softphone.ui import words
from softphone.ui.button import Button
from softphone.ui.composer import Composer
from softphone.ui.intents import Intents
from softphone.ui.look import Look
from softphone.ui.models import RowsModel
from softphone.ui.person_sheet import Face, PresenceLabel
from softphone.ui.rows import ListView
from softphone.ui.store import Store
from softphone.ui.style import set_role

_ROOM_FOR_WORDS = 480


class _Bubbles(ListView):
    """Heights depend on the width; Ctrl+C copies the selected message; the top asks for more."""

    top_reached = Signal()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy) and self.value() is not None:
            QApplication.clipboard().setText(self.value().entry.text)
        else:
            super().keyPressEvent(event)


class ThreadView(QWidget):
    """``left`` = back to the list (narrow windows)."""

    left = Signal()

    def __init__(self, look: Look, store: Store, intents: Intents) -> None:
        super().__init__()
        self._look, self._store, self._intents = look, store, intents
        self._peer = ""
        self._failed = ""
        """Client id of the message the trouble bar speaks of."""
        self._model: RowsModel[m.BubbleRow] = RowsModel(m.bubble_key, m.bubble_sentence, self)
        self.view = _Bubbles(look, self._model, m.BubbleDelegate, "thread", self.tr("Messages"))
        set_role(self.view, "bare")
        self.composer = Composer(look, intents.write)
        self._content = QWidget()
        self._hint = QLabel(self.tr("Choose a conversation, or write a new message."))
        set_role(self._hint, "second")
        self._hint.setContentsMargins(t.S16, t.S16, t.S16, t.S16)
        box = QVBoxLayout(self._content)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self._head())
        holder = QWidget()
        inner = QVBoxLayout(holder)
        inner.setContentsMargins(t.S16, t.S8, t.S16, t.S8)
        inner.addWidget(self.view)
        box.addWidget(holder, 1)
        box.addWidget(self._trouble_bar())
        box.addWidget(self.composer)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._content, 1)
        outer.addWidget(self._hint)
        outer.addStretch(0)
        self.view.verticalScrollBar().valueChanged.connect(self._scrolled)
        store.messages.connect(self._show)
        store.board.connect(self._show)

    def _head(self) -> QFrame:
        head = QFrame()
        set_role(head, "bar")
        self._back = Button(self._look, "", "chevron-left")
        self._back.setAccessibleName(self.tr("Back"))
        self._back.setToolTip(self.tr("Back"))
        self._back.setObjectName("thread_back")
        self._back.clicked.connect(self.left)
        self._face, self._presence = Face(self._look, 32), PresenceLabel(self._look)
        self._name = QLabel()
        set_role(self._name, "strong")
        self._call = Button(self._look, self.tr("Call"), "phone", key="F3")
        self._call.setObjectName("thread_call")
        self._call.setAccessibleName(self.tr("Call"))
        self._call.clicked.connect(lambda: self._intents.dial(self._peer))
        names = QVBoxLayout()
        names.setSpacing(2)
        names.addWidget(self._name)
        names.addWidget(self._presence)
        row = QHBoxLayout(head)
        row.setContentsMargins(t.S16, t.S8, t.S16, t.S8)
        row.setSpacing(t.S12)
        row.addWidget(self._back)
        row.addWidget(self._face)
        row.addLayout(names, 1)
        row.addWidget(self._call)
        return head

    def _trouble_bar(self) -> QFrame:
        self._trouble = QFrame()
        set_role(self._trouble, "banner-bad")
        self._trouble_text = QLabel()
        self._trouble_text.setObjectName("trouble")
        self._trouble_text.setWordWrap(True)
        retry = Button(self._look, self.tr("Try again"), "refresh-cw")
        drop = Button(self._look, self.tr("Delete"), "x")
        retry.setObjectName("retry")
        drop.setObjectName("discard")
        retry.clicked.connect(lambda: self._intents.write_again(self._peer, self._failed))
        drop.clicked.connect(lambda: self._intents.give_up(self._failed))
        row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self._trouble)
        row.setContentsMargins(t.S16, t.S8, t.S16, t.S8)
        row.setSpacing(t.S8)
        row.addWidget(self._trouble_text, 1)
        buttons = QHBoxLayout()
        buttons.addWidget(retry)
        buttons.addWidget(drop)
        row.addLayout(buttons)
        self._trouble_row = row
        return self._trouble

    def show_back(self, on: bool) -> None:
        """Whether there is a list to go back to."""
        self._back.setVisible(on)
        self._face.setVisible(not on)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Narrow: icons without words, the trouble above its buttons."""
        super().resizeEvent(event)
        narrow = self.width() < _ROOM_FOR_WORDS
        self._call.show_as("" if narrow else self.tr("Call"), "phone", "" if narrow else "F3")
        direction = QBoxLayout.Direction
        self._trouble_row.setDirection(direction.TopToBottom if narrow else direction.LeftToRight)
        self.composer.lay(narrow=narrow)

    def show_content(self, on: bool) -> None:
        self._content.setVisible(on)
        self._hint.setVisible(not on)

    def show_peer(self, peer: str) -> None:
        self._peer = peer
        self._model.set_rows([])
        self._show()
        self._intents.older(peer)

    def _show(self) -> None:
        if not self._peer:
            return
        state = self._store.state
        person = state.board.colleagues.get(self._peer)
        name = person.name if person is not None else self._peer
        presence = person.presence if person is not None else "unknown"
        self._face.name = name
        self._face.update()
        self._name.setText(name)
        since = person.since if person is not None else None
        word = words.presence_since(presence, since, self._store.now())
        self._presence.show_presence(presence, word)
        self.composer.write_to(self._peer, name)
        found = state.messages.get(self._peer)
        rows = m.bubble_rows(found, name, state.me.extension)
        bar = self.view.verticalScrollBar()
        at_end = bar.value() >= bar.maximum() - 40
        newer = bool(rows) and self._model.key_at(len(self._model.rows) - 1) != m.bubble_key(
            rows[-1]
        )
        self._model.set_rows(rows)
        if at_end or (newer and rows[-1].mine):
            QTimer.singleShot(0, self.view.scrollToBottom)
        failed = [entry for entry in found.entries if entry.status == "failed"]
        self._show_trouble(failed)

    def _show_trouble(self, failed: list[Entry]) -> None:
        self._failed = failed[0].client_id if failed else ""
        self._trouble.setVisible(bool(failed))
        if failed:
            problem = failed[0].problem
            why = words.problem(problem) if problem is not None else ""
            text = " ".join(failed[0].text.split())[:60]
            self._trouble_text.setText(
                self.tr("Not sent: “{text}”. {why}").format(text=text, why=why)
            )

    def _scrolled(self, value: int) -> None:
        if value == 0 and self._peer and self._model.rows and self.isVisible():
            self._intents.older(self._peer)
