"""1:1 messages: conversations at the left, one of them at the right, its composer below."""

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from softphone.live import Colleague
from softphone.ui import message_rows as m
from softphone.ui import tokens as t
from softphone.ui.button import Button
from softphone.ui.intents import Intents
from softphone.ui.look import Look
from softphone.ui.models import RowsModel
from softphone.ui.page import Page
from softphone.ui.people_rows import PersonDelegate, key_of, sentence_of
from softphone.ui.rows import ListView
from softphone.ui.search import find
from softphone.ui.store import Store
from softphone.ui.style import set_role
from softphone.ui.thread_view import ThreadView

_LIST, _LIST_SMALL = 340, 260


class MessagesPage(Page):
    """Narrow windows show either the list or the thread."""

    back = Signal()

    def __init__(self, look: Look, store: Store, intents: Intents) -> None:
        super().__init__("messages")
        self._store, self._intents = store, intents
        self._narrow = False
        self._peer = ""
        self._model: RowsModel[m.ConversationRow] = RowsModel(
            m.conversation_key, m.conversation_sentence, self
        )
        self.list = ListView(
            look, self._model, m.ConversationDelegate, "conversations", self.tr("Conversations")
        )
        self.list.setUniformItemSizes(True)
        self.list.current.connect(self._selected)
        self.list.chosen.connect(lambda row: self.open(row.peer))
        self.list.clicked.connect(lambda index: self.open(self._model.key_at(index.row())))
        self._people: RowsModel[Colleague] = RowsModel(key_of, sentence_of, self)
        self.people = ListView(look, self._people, PersonDelegate, "recipients", self.tr("To whom"))
        self.people.setUniformItemSizes(True)
        self.people.chosen.connect(lambda person: self.open(person.extension))
        self.people.clicked.connect(lambda index: self.open(self._people.key_at(index.row())))
        self._to = _Recipient(self.people)
        self._to.setObjectName("recipient")
        self._to.setPlaceholderText(self.tr("To whom? Name or department"))
        self._to.setAccessibleName(self.tr("To whom"))
        self._to.textChanged.connect(self._find)
        self._to.left.connect(lambda: self._pick(False))
        self._empty = QLabel(
            self.tr("No message yet. “New” finds a colleague; what you write waits for them.")
        )
        self._empty.setWordWrap(True)
        set_role(self._empty, "second")
        self.talk = ThreadView(look, store, intents)
        self.talk.left.connect(self._to_list)
        self._left = QWidget()
        self._build(look)
        store.messages.connect(self._show)
        store.board.connect(self._show)
        self._pick(False)
        self._show()

    def _build(self, look: Look) -> None:
        title = QLabel(self.tr("Messages"))
        set_role(title, "title")
        new = Button(look, self.tr("New"), "message-square")
        new.setObjectName("new_message")
        new.clicked.connect(lambda: self._pick(not self._picking))
        top = QHBoxLayout()
        top.addWidget(title, 1)
        top.addWidget(new)
        left = QVBoxLayout(self._left)
        left.setContentsMargins(t.S12, t.S12, t.S16, t.S12)
        left.setSpacing(t.S8)
        left.addLayout(top)
        left.addWidget(self._to)
        left.addWidget(self.people, 100)
        left.addWidget(self._empty)
        left.addWidget(self.list, 100)
        left.addStretch(1)
        split = QFrame()
        split.setFixedWidth(1)
        set_role(split, "upright")
        self._split = split
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self._left)
        box.addWidget(split)
        box.addWidget(self.talk, 1)

    _picking = False

    def enter(self) -> None:
        if not self._peer and self.list.value() is None:
            self.list.select(0)
        if self._peer:
            self.talk.composer.editor.setFocus()
            self._intents.read(self._peer)
        elif self._model.rows:
            self.list.setFocus()
        else:
            self._pick(True)  # nothing to read yet: work begins with whom to write to

    def panes(self) -> list[QWidget]:
        return [self.list, self.talk.view, self.talk.composer.editor]

    def call_shown(self) -> str:
        return self._peer

    def lay(self, *, narrow: bool) -> None:
        self._narrow = narrow
        self.talk.show_back(narrow)
        self._set_widths()
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._set_widths()

    def _set_widths(self) -> None:
        if self._narrow:
            self._left.setMinimumWidth(0)
            self._left.setMaximumWidth(16777215)
        else:
            self._left.setFixedWidth(_LIST if self.width() > 2.2 * _LIST else _LIST_SMALL)

    def open(self, peer: str) -> None:
        """Show the conversation with ``peer`` (there need not be one yet) and write there."""
        if not peer:
            return
        self._pick(False)
        self._peer = peer
        position = self._model.row_of(peer)
        if position >= 0 and self.list.currentIndex().row() != position:
            self.list.select(position)
        self.talk.show_peer(peer)
        self._arrange()
        self._show()
        self.talk.composer.editor.setFocus()
        self._intents.read(peer)

    def _selected(self, row: m.ConversationRow | None) -> None:
        if row is not None and row.peer != self._peer and not self._narrow:
            self._peer = row.peer
            self.talk.show_peer(row.peer)
            self._arrange()
            if self.isVisible():
                self._intents.read(row.peer)

    def _to_list(self) -> None:
        self._peer = ""
        self._arrange()
        self.list.setFocus()

    def _arrange(self) -> None:
        one = self._narrow
        self._left.setVisible(not one or not self._peer)
        self._split.setVisible(not one)
        self.talk.setVisible(not one or bool(self._peer))
        self.talk.show_content(bool(self._peer))

    def _pick(self, on: bool) -> None:
        self._picking = on
        self._to.setVisible(on)
        self.people.setVisible(on)
        self._list_or_empty()
        if on:
            self._to.clear()
            self._find("")
            self._to.setFocus()

    def _list_or_empty(self) -> None:
        some = bool(self._model.rows)
        self.list.setVisible(some and not self._picking)
        self._empty.setVisible(not some and not self._picking)

    def _find(self, text: str) -> None:
        state = self._store.state
        people = [p for p in state.colleagues if p.extension != state.me.extension]
        self.people.show_rows(find(text, people) if text.strip() else people)
        self.people.select(0)

    def _show(self) -> None:
        state = self._store.state
        rows: list[m.ConversationRow] = []
        for found in state.messages.with_.values():
            person = state.board.colleagues.get(found.peer)
            presence: Any = person.presence if person is not None else "unknown"
            name = person.name if person is not None else ""
            if found.entries:
                rows.append(m.conversation_row(found, name, presence, state.me.extension))
        rows.sort(key=lambda row: -row.at)
        self.list.show_rows(rows)
        self.list.setMaximumHeight(len(rows) * m.ConversationDelegate.height + 2)
        self._list_or_empty()
        position = self._model.row_of(self._peer)
        if position >= 0 and self.list.currentIndex().row() != position:
            self.list.select(position)
        if self._peer and self.isVisible() and self.window().isActiveWindow():
            self._intents.read(self._peer)


class _Recipient(QLineEdit):
    """Arrows move the list below, Enter picks, Esc leaves."""

    left = Signal()

    def __init__(self, view: ListView) -> None:
        super().__init__()
        self._view = view

    def keyPressEvent(self, event: Any) -> None:
        match event.key():
            case Qt.Key.Key_Down:
                self._view.step(1)
            case Qt.Key.Key_Up:
                self._view.step(-1)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                if self._view.value() is not None:
                    self._view.chosen.emit(self._view.value())
            case Qt.Key.Key_Escape:
                self.left.emit()
            case _:
                super().keyPressEvent(event)
