"""All colleagues with live presence; the selected one in full at the right."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from softphone.live import Colleague
from softphone.ui import tokens as t
from softphone.ui.intents import Intents
from softphone.ui.look import Look
from softphone.ui.models import RowsModel
from softphone.ui.page import Page, column, head
from softphone.ui.people_rows import PersonDelegate, key_of, sentence_of
from softphone.ui.person_sheet import PersonSheet
from softphone.ui.rows import ListView
from softphone.ui.store import Store
from softphone.ui.style import set_role


class DirectoryPage(Page):
    """``written`` carries the extension somebody wants to write to."""

    written = Signal(str)

    def __init__(self, look: Look, store: Store, intents: Intents) -> None:
        super().__init__("directory")
        self._store, self._intents = store, intents
        self._count, self._empty = QLabel(), QLabel()
        self._empty.setText(self.tr("The directory appears as soon as the server answers."))
        set_role(self._empty, "second")
        self._model: RowsModel[Colleague] = RowsModel(key_of, sentence_of, self)
        self.view = ListView(
            look, self._model, PersonDelegate, "directory_list", self.tr("Directory")
        )
        self.view.setUniformItemSizes(True)
        self.view.chosen.connect(lambda person: intents.dial(person.extension))
        self.view.current.connect(self._selected)
        self._box = column(self)
        self._box.addLayout(head(self.tr("Directory"), self._count))
        self._box.addWidget(self._empty)
        self._box.addWidget(self.view, 1)
        self._sheet = PersonSheet(look)
        self._sheet.called.connect(intents.dial)
        self._sheet.written.connect(self.written)
        self.side = QWidget()
        side = QVBoxLayout(self.side)
        side.setContentsMargins(0, 0, 0, 0)
        side.addWidget(self._sheet)
        side.addStretch(1)
        store.board.connect(self._show)
        store.me.connect(self._show)
        store.tick.connect(self._tick)
        self._show()

    def enter(self) -> None:
        if self.view.value() is None:
            self.view.select(0)
        self.view.setFocus()

    def panes(self) -> list[QWidget]:
        return [self.view]

    def call_shown(self) -> str:
        return self._sheet.person.extension if self._sheet.person is not None else ""

    def lay(self, *, narrow: bool) -> None:
        margin = t.MARGIN_COMPACT if narrow else t.MARGIN
        self._box.setContentsMargins(margin, t.S16, margin, t.S16)

    def _show(self) -> None:
        state = self._store.state
        people = [p for p in state.colleagues if p.extension != state.me.extension]
        self.view.show_rows(people)
        self._empty.setVisible(not people)
        self.view.setVisible(bool(people))
        self._count.setText(self.tr("{n} colleagues").format(n=len(people)) if people else "")
        if not people:
            self._selected(None)

    def _selected(self, person: Colleague | None) -> None:
        self._sheet.show_person(person, self._store.now())

    def _tick(self, now: float) -> None:
        if self.isVisible():
            self._sheet.tick(now)
            self.view.viewport().update()
