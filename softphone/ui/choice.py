"""A list to choose one from, closed to one line; paints itself like the buttons do."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QComboBox, QSizePolicy, QStyledItemDelegate

from softphone.ui import tokens as t
from softphone.ui.fonts import font
from softphone.ui.look import Look
from softphone.ui.rows import FOR_THE_WINDOW


class Choice(QComboBox):
    """``chosen`` carries the value the person picked; showing one emits nothing."""

    chosen = Signal(str)

    def __init__(self, look: Look, name: str, label: str, icon: str) -> None:
        super().__init__()
        self._look, self._icon = look, icon
        self._items: list[tuple[str, str]] = []
        self.setObjectName(name)
        self.setAccessibleName(label)
        self.setItemDelegate(QStyledItemDelegate(self))  # the style sheet reaches its rows
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.activated.connect(lambda _: self.chosen.emit(self.currentData()))
        look.changed.connect(self.update)

    def show_items(self, items: Sequence[tuple[str, str]], value: str) -> None:
        """Pairs of value and word, and which one it is."""
        if list(items) != self._items:
            self._items = list(items)
            self.clear()
            for each, word in items:
                self.addItem(word, each)
        self.setCurrentIndex(max(0, self.findData(value)))
        self.setToolTip(self.currentText())
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, t.H_FIELD)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, t.H_FIELD)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scrolling the page must not change a device on the way."""
        event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text() and event.text() in FOR_THE_WINDOW:
            event.ignore()  # Qt would look for a device that begins so
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.showPopup()
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()
        super().enterEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look, box = self._look, QRectF(self.rect())
        width = t.RING if self.hasFocus() else 1
        painter.setPen(QPen(look.colour("focus" if self.hasFocus() else "edge"), width))
        painter.setBrush(look.colour("sunken" if self.underMouse() else "surface"))
        inner = box.adjusted(width / 2, width / 2, -width / 2, -width / 2)
        painter.drawRoundedRect(inner, t.R_CONTROL, t.R_CONTROL)
        middle, size = self.height() / 2, t.ICON_BUTTON
        painter.drawPixmap(
            QPointF(t.S12, middle - size / 2), look.pixmap(self._icon, "text2", size)
        )
        painter.drawPixmap(
            QPointF(self.width() - t.S12 - size, middle - size / 2),
            look.pixmap("chevron-down", "text2", size),
        )
        left = t.S12 + size + t.S8
        room = self.width() - 2 * left
        painter.setPen(look.colour("text"))
        painter.setFont(font(t.BODY))
        word = QFontMetrics(font(t.BODY)).elidedText(
            self.currentText(), Qt.TextElideMode.ElideRight, room
        )
        painter.drawText(QRectF(left, 0, room, self.height()), Qt.AlignmentFlag.AlignVCenter, word)
        painter.end()
