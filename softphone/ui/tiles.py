"""Colleagues as cards side by side: name, function, presence."""

import time
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QListView

from softphone.live import Colleague
from softphone.ui import tokens as t
from softphone.ui import words
from softphone.ui.look import Look
from softphone.ui.models import RowsModel
from softphone.ui.people_rows import key_of, paint_state_at, sentence_of
from softphone.ui.rows import Brush, ListView, RowDelegate
from softphone.ui.style import set_role

_WIDTH, _HEIGHT = 220, 76


class TileDelegate(RowDelegate):
    """One card with 8 px of air at its right and below."""

    height = _HEIGHT

    def sizeHint(self, option: Any, index: Any) -> QSize:
        return self._view.gridSize()

    def paint_ground(self, painter: QPainter, box: QRectF, selected: bool, position: int) -> None:
        here = selected and self.active()
        card = box.adjusted(1, 1, -t.S8, -t.S8)
        painter.setBrush(self._look.colour("surface"))
        painter.setPen(QPen(self._look.colour("focus" if here else "line"), 2 if here else 1))
        painter.drawRoundedRect(card, t.R_CARD, t.R_CARD)

    def paint_row(self, brush: Brush, box: QRectF, row: Colleague, selected: bool) -> None:
        left, width = box.left() + 13, box.width() - 34
        brush.text(QRectF(left, box.top() + 5, width, 20), row.name, weight=t.SEMIBOLD)
        second = row.function or row.service
        brush.text(QRectF(left, box.top() + 24, width, 18), second, "text3", t.NOTE)
        word = words.presence_since(row.presence, row.since, time.time())
        paint_state_at(brush, left, box.top() + 52, word, row.presence, width - 22)


class TileView(ListView):
    """As many tiles in a line as there is room for, as high as they need."""

    def __init__(self, look: Look, name: str, label: str) -> None:
        model: RowsModel[Colleague] = RowsModel(key_of, sentence_of)
        super().__init__(look, model, TileDelegate, name, label)
        model.setParent(self)
        set_role(self, "bare")
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def show_people(self, people: list[Colleague]) -> None:
        self.show_rows(people)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()
        super().resizeEvent(event)

    def _fit(self) -> None:
        width = self.viewport().width() - 2  # Qt wraps a line that is exactly full
        columns = max(1, width // _WIDTH)
        self.setGridSize(QSize(width // columns, _HEIGHT))
        lines = -(-self.rows.rowCount() // columns)
        self.setFixedHeight(max(1, lines) * _HEIGHT)
