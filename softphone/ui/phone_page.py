"""The first page: people of my own department, calls of this session; keypad and my line beside."""

from typing import Any

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListView,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from softphone.live import Colleague
from softphone.ui import button as b
from softphone.ui import tokens as t
from softphone.ui import words
from softphone.ui.button import Button
from softphone.ui.dialling import readable
from softphone.ui.intents import Intents
from softphone.ui.look import Look
from softphone.ui.models import RowsModel
from softphone.ui.page import Page, column, head
from softphone.ui.people_rows import (
    RecentDelegate,
    RecentRow,
    key_of,
    paint_state_at,
    sentence_of,
)
from softphone.ui.rows import Brush, ListView, RowDelegate
from softphone.ui.store import Store
from softphone.ui.style import set_role

_TILES = 6


class TileDelegate(RowDelegate):
    """A colleague as a card: name, function, presence."""

    height = 76

    def sizeHint(self, option: Any, index: Any) -> QSize:
        view = self._view
        columns = max(1, view.viewport().width() // 220)
        return QSize(view.viewport().width() // columns, self.height)

    def paint_ground(self, painter: QPainter, box: QRectF, selected: bool, position: int) -> None:
        here = selected and self.active()
        card = box.adjusted(0.5, 0.5, -8.5, -8.5)
        painter.setBrush(self._look.colour("surface"))
        painter.setPen(QPen(self._look.colour("focus" if here else "line"), 2 if here else 1))
        painter.drawRoundedRect(card, t.R_CARD, t.R_CARD)

    def paint_row(self, brush: Brush, box: QRectF, row: Colleague, selected: bool) -> None:
        left, width = box.left() + 13, box.width() - 34
        brush.text(QRectF(left, box.top() + 5, width, 20), row.name, weight=t.SEMIBOLD)
        second = row.function or row.service
        brush.text(QRectF(left, box.top() + 24, width, 18), second, "text3", t.NOTE)
        import time

        word = words.presence_since(row.presence, row.since, time.time())
        paint_state_at(brush, left, box.top() + 52, word, row.presence, width - 22)


class TileView(ListView):
    """Tiles side by side, as high as they need."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        columns = max(1, self.viewport().width() // 220)
        lines = -(-self.rows.rowCount() // columns)
        self.setFixedHeight(max(1, lines) * TileDelegate.height)
        self.scheduleDelayedItemsLayout()


class PhonePage(Page):
    """``digit`` carries a key of the keypad, ``call_asked`` its call button."""

    digit = Signal(str)
    call_asked = Signal()

    def __init__(self, look: Look, store: Store, intents: Intents) -> None:
        super().__init__("phone")
        self._store = store
        self._team_title = QLabel()
        set_role(self._team_title, "title")
        self._tiles: RowsModel[Colleague] = RowsModel(key_of, sentence_of, self)
        self.team = TileView(look, self._tiles, TileDelegate, "team", self.tr("Colleagues"))
        self.team.setFlow(QListView.Flow.LeftToRight)
        self.team.setWrapping(True)
        self.team.setResizeMode(QListView.ResizeMode.Adjust)
        set_role(self.team, "bare")
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
        self._box = column(self)
        self._box.addWidget(self._team_title)
        self._box.addWidget(self.team)
        self._box.addSpacing(t.S8)
        self._box.addLayout(head(self.tr("Recent calls"), note))
        self._box.addWidget(self._empty)
        self._box.addWidget(self.recent, 100)
        self._box.addStretch(1)
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

    def _show(self) -> None:
        state = self._store.state
        me = state.me
        others = [p for p in state.colleagues if p.extension != me.extension]
        team = [p for p in others if p.service and p.service == me.service]
        title = me.service if team else self.tr("Colleagues")
        self._team_title.setText(title)
        self._tiles.set_rows((team or others)[:_TILES])
        self.team.setVisible(bool(others))
        self._team_title.setVisible(bool(others))
        self.team.fit()
        number = readable(me.public_number) if me.public_number else self.tr("None")
        for label, text in zip(self._mine, (me.extension, number, me.site), strict=True):
            label.setText(text)

    def _show_recent(self) -> None:
        rows = [RecentRow(call) for call in self._store.recent]
        self._recent_rows.set_rows(rows)
        self.recent.setVisible(bool(rows))
        self._empty.setVisible(not rows)
        self.recent.setMaximumHeight(len(rows) * RecentDelegate.height + 12)

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
        box.addLayout(grid)
        box.addWidget(call)
        box.addStretch(1)
        box.addLayout(head(self.tr("My line"), role="section"))
        box.addWidget(self._line(look))
        return side

    def _line(self, look: Look) -> QFrame:
        frame = QFrame()
        set_role(frame, "card")
        box = QVBoxLayout(frame)
        box.setContentsMargins(t.S12, 2, t.S12, 2)
        box.setSpacing(0)
        self._mine = (QLabel(), QLabel(), QLabel())
        rows = (
            ("hash", self.tr("Extension")),
            ("phone", self.tr("Public number")),
            ("map-pin", self.tr("Site")),
        )
        for (icon, word), label in zip(rows, self._mine, strict=True):
            if label is not self._mine[0]:
                line = QFrame()
                set_role(line, "line")
                box.addWidget(line)
            picture = IconLabel(look, icon)
            name = QLabel(word)
            set_role(name, "second")
            set_role(label, "strong")
            row = QHBoxLayout()
            row.setSpacing(t.S12)
            row.addWidget(picture)
            row.addWidget(name, 1)
            row.addWidget(label)
            holder = QWidget()
            holder.setFixedHeight(36)
            row.setContentsMargins(0, 0, 0, 0)
            holder.setLayout(row)
            box.addWidget(holder)
        frame.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        return frame


class IconLabel(QLabel):
    """A small icon beside a word; follows the theme."""

    def __init__(
        self,
        look: Look,
        icon: str,
        token: str = "text2",  # noqa: S107
    ) -> None:
        super().__init__()
        self._look, self._icon, self._token = look, icon, token
        look.changed.connect(self._draw)
        self._draw()

    def _draw(self) -> None:
        self.setPixmap(self._look.pixmap(self._icon, self._token, t.ICON_BUTTON))
