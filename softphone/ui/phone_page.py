"""The first page: people of my own department, calls of this session; keypad and my line beside."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from softphone.ui import button as b
from softphone.ui import tokens as t
from softphone.ui.button import Button
from softphone.ui.intents import Intents
from softphone.ui.look import Look
from softphone.ui.models import RowsModel
from softphone.ui.my_line import MyLine
from softphone.ui.page import Page, column, head, scrolled
from softphone.ui.people_rows import RecentDelegate, RecentRow, key_of, sentence_of
from softphone.ui.rows import ListView
from softphone.ui.store import Store
from softphone.ui.style import set_role
from softphone.ui.tiles import TileView

_TILES = 6


class PhonePage(Page):
    """``digit`` carries a key of the keypad, ``call_asked`` its call button."""

    digit = Signal(str)
    call_asked = Signal()

    def __init__(self, look: Look, store: Store, intents: Intents) -> None:
        super().__init__("phone")
        self._store = store
        self._title = QLabel()
        set_role(self._title, "title")
        self.team = TileView(look, "team", self.tr("Colleagues"))
        self._recent_rows: RowsModel[RecentRow] = RowsModel(key_of, sentence_of, self)
        self.recent = ListView(
            look, self._recent_rows, RecentDelegate, "recent", self.tr("Recent calls")
        )
        self.recent.setUniformItemSizes(True)
        self.team.chosen.connect(lambda person: intents.dial(person.extension))
        self.recent.chosen.connect(lambda row: intents.dial(row.call.number))
        self._empty = QLabel(self.tr("No call yet since the phone was opened."))
        set_role(self._empty, "second")
        note = QLabel(self.tr("Since the phone was opened"))
        inside = QWidget()
        self._box = column(inside)
        self._box.addWidget(self._title)
        self._box.addWidget(self.team)
        self._box.addSpacing(t.S8)
        self._box.addLayout(head(self.tr("Recent calls"), note))
        self._box.addWidget(self._empty)
        self._box.addWidget(self.recent)
        self._box.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self._area: QScrollArea = scrolled(inside)
        outer.addWidget(self._area)
        self.side = self._side(look)
        store.board.connect(self._show)
        store.me.connect(self._show)
        store.recent_calls.connect(self._show_recent)
        store.tick.connect(self._tick)
        self._show()
        self._show_recent()

    def panes(self) -> list[QWidget]:
        return [self.team, self.recent]

    def lay(self, *, narrow: bool) -> None:
        margin = t.MARGIN_COMPACT if narrow else t.MARGIN
        self._box.setContentsMargins(margin, t.S16, margin, t.S16)

    def call_selected(self) -> bool:
        """F5: call back the selected recent call, when that list has the focus."""
        row = self.recent.value() if self.recent.hasFocus() else None
        if row is not None:
            self.recent.chosen.emit(row)
        return row is not None

    def _show(self) -> None:
        me = self._store.state.me
        others = [p for p in self._store.state.colleagues if p.extension != me.extension]
        team = [p for p in others if p.service and p.service == me.service]
        self._title.setText(me.service if team else self.tr("Colleagues"))
        self.team.show_people((team or others)[:_TILES])
        self.team.setVisible(bool(others))
        self._title.setVisible(bool(others))
        self._line.show_agent(me)
        self._who.setText(me.name)

    def _show_recent(self) -> None:
        rows = [RecentRow(call) for call in self._store.recent]
        self.recent.show_rows(rows)
        self.recent.setVisible(bool(rows))
        self._empty.setVisible(not rows)
        self.recent.setFixedHeight(len(rows) * RecentDelegate.height + 2)

    def _tick(self, now: float) -> None:
        if self.isVisible():
            self.team.viewport().update()

    def _side(self, look: Look) -> QWidget:
        side = QWidget()
        box = QVBoxLayout(side)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(t.S12)
        grid = QGridLayout()
        grid.setSpacing(t.S8)
        for position, key in enumerate("123456789*0#"):
            digit = Button(look, key, kind=b.DIGIT)
            digit.setAccessibleName(self.tr("Key {key}").format(key=key))
            digit.clicked.connect(lambda _=False, key=key: self.digit.emit(key))
            grid.addWidget(digit, position // 3, position % 3)
        call = Button(look, self.tr("Call"), "phone", b.CALL, self.tr("Enter"))
        call.setObjectName("keypad_call")
        call.clicked.connect(self.call_asked)
        self._line, self._who = MyLine(look), QLabel()
        self._who.setObjectName("my_name")
        box.addLayout(grid)
        box.addWidget(call)
        box.addStretch(1)
        box.addLayout(head(self.tr("My line"), self._who, role="section"))
        box.addWidget(self._line)
        return side
