"""What the rows of all lists share: ground, selection, separator, and a list view made for them.

Selection of the focused list: soft accent with a bar; of another list: sunken with an edge bar.
"""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from softphone.ui import tokens as t
from softphone.ui.fonts import font
from softphone.ui.look import Look
from softphone.ui.models import ROW, RowsModel

Index = QModelIndex | QPersistentModelIndex
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_ROOM_FOR_WORD = 400.0
"""Narrower rows have buttons with an icon alone; the list says the word to screen readers."""
CENTRE = Qt.AlignmentFlag.AlignCenter


class Brush:
    """A painter with the words of our design: fonts by size and weight, colours by token."""

    def __init__(self, painter: QPainter, look: Look) -> None:
        self.painter, self.look = painter, look

    def text(
        self,
        box: QRectF,
        words: str,
        token: str = "text",  # noqa: S107 - a colour token
        size: int = t.BODY,
        weight: int = t.REGULAR,
        align: Qt.AlignmentFlag = LEFT,
        tabular: bool = False,
    ) -> float:
        """Draw one line, elided to ``box``; returns its width."""
        letters = font(size, weight, tabular)
        metrics = QFontMetricsF(letters)
        words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, box.width())
        self.painter.setFont(letters)
        self.painter.setPen(self.look.colour(token))
        self.painter.drawText(box, align | Qt.TextFlag.TextSingleLine, words)
        return metrics.horizontalAdvance(words)

    def width(self, words: str, size: int = t.BODY, weight: int = t.REGULAR) -> float:
        """How wide ``text`` would draw these words."""
        return QFontMetricsF(font(size, weight)).horizontalAdvance(words)

    def tag_width(self, words: str) -> float:
        return self.width(words, t.NOTE) + 14

    def tag(self, right: float, middle: float, words: str) -> float:
        """A bordered word that ends at ``right``; returns its left edge."""
        width = self.tag_width(words)
        box = QRectF(right - width, middle - 10, width, 20)
        self.painter.setPen(self.look.colour("edge"))
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), t.R_TAG, t.R_TAG)
        self.text(box, words, "text2", t.NOTE, align=CENTRE)
        return box.left()


class RowDelegate(QStyledItemDelegate):
    """Base of all row painters: override ``paint_row``."""

    height = t.H_ROW

    def __init__(self, look: Look, view: QListView) -> None:
        super().__init__(view)
        self._look = look
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(160, self.height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = index.data(ROW)
        if row is None:
            return
        style_option: Any = option  # PySide's stubs do not know the fields of style options
        box = QRectF(style_option.rect)
        selected = bool(style_option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._round_corners(painter, box)
        self.paint_ground(painter, box, selected, index.row())
        self.paint_row(Brush(painter, self._look), box, row, selected)
        painter.restore()

    def _round_corners(self, painter: QPainter, box: QRectF) -> None:
        """A style sheet's radius does not clip rows: those at the edges are clipped here."""
        area = QRectF(self._view.viewport().rect())
        near = box.top() < t.R_CARD or box.bottom() > area.bottom() - t.R_CARD
        if near and self._view.property("role") != "bare":
            path = QPainterPath()
            path.addRoundedRect(area, t.R_CARD - 1, t.R_CARD - 1)
            painter.setClipPath(path)

    def paint_ground(self, painter: QPainter, box: QRectF, selected: bool, position: int) -> None:
        if selected:
            here = self.active()
            painter.fillRect(box, self._look.colour("accent_soft" if here else "sunken"))
            bar = QRectF(box.left(), box.top(), 4, box.height())
            painter.fillRect(bar, self._look.colour("accent" if here else "edge"))
        if position:
            line = QRectF(box.left(), box.top(), box.width(), 1)
            painter.fillRect(line, QColor(self._look.theme.line))

    def paint_row(self, brush: Brush, box: QRectF, row: Any, selected: bool) -> None:
        raise NotImplementedError

    def button_word(self, row: Any) -> str:
        """Word of the row's own button; empty = it has none."""
        return ""

    def active(self) -> bool:
        """Whether keys go to this list now."""
        return self._view.hasFocus() or bool(self._view.property("steered"))

    def button_box(self, box: QRectF, word: str) -> QRectF:
        """Where the button of a row in ``box`` is."""
        width = t.ICON_BUTTON + 2 * t.S8 + 2.0
        if box.width() >= _ROOM_FOR_WORD:
            width = QFontMetricsF(font(t.BODY, t.MEDIUM)).horizontalAdvance(word)
            width += t.ICON_BUTTON + t.S8 + 2 * t.S12
        height = min(t.H_CONTROL, box.height() - 10)
        return QRectF(box.right() - 8 - width, box.center().y() - height / 2, width, height)

    def paint_button(self, brush: Brush, box: QRectF, word: str, icon: str = "phone") -> float:
        """Draw the row's button; returns its left edge."""
        where = self.button_box(box, word)
        brush.painter.setPen(brush.look.colour("edge"))
        brush.painter.setBrush(brush.look.colour("surface"))
        inner = where.adjusted(0.5, 0.5, -0.5, -0.5)
        brush.painter.drawRoundedRect(inner, t.R_CONTROL, t.R_CONTROL)
        picture = brush.look.pixmap(icon, "text", t.ICON_BUTTON)
        worded = box.width() >= _ROOM_FOR_WORD
        left = where.left() + (t.S12 if worded else t.S8 + 1)
        brush.painter.drawPixmap(QPointF(left, where.center().y() - 9), picture)
        if worded:
            text = where.adjusted(t.S12 + t.ICON_BUTTON + t.S8, 0, 4, 0)
            brush.text(text, word, weight=t.MEDIUM)
        return where.left()

    def editorEvent(
        self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        """A click on the row's button is the same as Enter on the row."""
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonRelease:
            row = index.data(ROW)
            word = self.button_word(row)
            style_option: Any = option
            box = QRectF(style_option.rect)
            if word and self.button_box(box, word).contains(event.position()):
                self._view.chosen.emit(row)  # type: ignore[attr-defined]
                return True
        return super().editorEvent(event, model, option, index)


FOR_THE_WINDOW = "0123456789+*#?"
"""Typed on a list, these dial or ask for help: they are the window's."""


class ListView(QListView):
    """A list of fixed rows. ``chosen`` carries the value on Enter or double click, ``current`` the
    value the selection moved to (None: nothing)."""

    chosen = Signal(object)
    current = Signal(object)
    focus_moved = Signal()

    def __init__(
        self, look: Look, model: RowsModel[Any], delegate: Callable[[Look, QListView], RowDelegate],
        name: str, label: str, parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.rows = model
        self.setObjectName(name)
        self.setAccessibleName(label)
        self.setModel(model)
        self.setItemDelegate(delegate(look, self))
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.doubleClicked.connect(lambda index: self.chosen.emit(index.data(ROW)))
        self._changing = False
        self.selectionModel().currentChanged.connect(self._moved)
        look.changed.connect(self.viewport().update)

    def show_rows(self, rows: Sequence[Any]) -> None:
        """Other rows; the selection stays with its key wherever that goes, or, when it is gone,
        moves to the neighbour."""
        key = self.rows.key_at(self.currentIndex().row())
        before = self.value()
        self._changing = True
        self.rows.set_rows(rows)
        if key and (position := self.rows.row_of(key)) >= 0:
            self.select(position)
        self._changing = False
        if self.value() != before:
            self.current.emit(self.value())

    def _moved(self, new: QModelIndex, old: QModelIndex) -> None:
        if not self._changing:
            self.current.emit(new.data(ROW))

    def value(self) -> Any:
        """The selected value, or None. Qt's current row alone is not enough: nobody sees it."""
        index = self.currentIndex()
        return index.data(ROW) if self.selectionModel().isSelected(index) else None

    def select(self, position: int) -> None:
        """Select row ``position`` (if there is one) and show it."""
        index = self.rows.index(position)
        if index.isValid():
            self.setCurrentIndex(index)

    def step(self, by: int) -> None:
        """Move the selection, passing over heads."""
        position = self.currentIndex().row() + by
        while 0 <= position < self.rows.rowCount():
            index = self.rows.index(position)
            if self.rows.flags(index) & Qt.ItemFlag.ItemIsSelectable:
                self.setCurrentIndex(index)
                return
            position += by

    def steer(self, on: bool) -> None:
        """``on``: arrows of another widget (the field) move this list: draw it as focused."""
        self.setProperty("steered", on)
        self.viewport().update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self.value() is None:  # Qt made a row current without showing it: Down begins above
            self.selectionModel().clearCurrentIndex()
        self.focus_moved.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focus_moved.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat()
        if enter and self.value() is not None:
            self.chosen.emit(self.value())
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.step(1 if event.key() == Qt.Key.Key_Down else -1)  # Qt would stop at heads
        elif event.text() and event.text() in FOR_THE_WINDOW:
            event.ignore()  # Qt would look for a row that begins so
        else:
            super().keyPressEvent(event)
