"""Where to go: the rail at the left, or the bar at the bottom of a narrow window.

Holds one button per page that exists; counts come from the store. Knows no page.
"""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QBoxLayout,
    QButtonGroup,
    QFrame,
    QSizePolicy,
    QWidget,
)

from softphone.ui import marks
from softphone.ui import tokens as t
from softphone.ui.fonts import font
from softphone.ui.look import Look
from softphone.ui.style import set_role


class RailButton(QAbstractButton):
    """Icon over word, a count at the corner, a bar at the edge when it is the current page."""

    def __init__(self, look: Look, name: str, word: str, icon: str, fill: str) -> None:
        super().__init__()
        self._look, self._icon, self._fill = look, icon, fill
        self._count = 0
        self.flat = False
        """In the bottom bar: the bar mark is at the top edge."""
        self.name = name
        self.setObjectName(f"rail_{name}")
        self.setText(word)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.update)

    def set_count(self, count: int) -> None:
        if count != self._count:
            self._count = count
            self.setAccessibleName(f"{self.text()}, {count}" if count else self.text())
            self.update()

    def sizeHint(self) -> QSize:
        if not self.flat:
            return QSize(t.W_RAIL - 16, 60)
        letters = QFontMetricsF(font(t.NOTE, t.SEMIBOLD))
        return QSize(max(40, round(letters.horizontalAdvance(self.text())) + 4), 52)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def _letters(self, here: bool) -> QFont:
        """13 px where the word fits, else 12."""
        weight = t.SEMIBOLD if here else t.REGULAR
        large = font(t.STATE, weight)
        fits = QFontMetricsF(large).horizontalAdvance(self.text()) <= self.width() - 6
        return large if fits and not self.flat else font(t.NOTE, weight)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look, here = self._look, self.isChecked()
        box = QRectF(self.rect())
        painter.setPen(Qt.PenStyle.NoPen)
        if here or self.underMouse():
            painter.setBrush(look.colour("accent_soft" if here else "sunken"))
            painter.drawRoundedRect(box, t.R_TOOL, t.R_TOOL)
        if here:
            painter.setBrush(look.colour("accent"))
            bar = (
                QRectF(box.center().x() - 21, 0, 42, 3)
                if self.flat
                else QRectF(0, 12, 4, box.height() - 24)
            )
            painter.drawRoundedRect(bar, 2, 2)
        ink = "accent" if here else "text2"
        painter.drawPixmap(
            QPointF((box.width() - t.ICON_RAIL) / 2, box.height() / 2 - 21),
            look.pixmap(self._icon, ink, t.ICON_RAIL),
        )
        painter.setPen(look.colour(ink))
        painter.setFont(self._letters(here))
        painter.drawText(
            QRectF(0, box.height() / 2 + 3, box.width(), 20),
            Qt.AlignmentFlag.AlignCenter,
            self.text(),
        )
        right = min(
            box.center().x() + 24, box.right() - 9
        )  # six of them stand close in a narrow bar
        corner = QPointF(right, box.height() / 2 - 16)
        marks.paint_count(painter, corner, self._count, look.theme, self._fill)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(look.colour("focus"), t.RING))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), t.R_TOOL, t.R_TOOL)
        painter.end()


class Rail(QFrame):
    """``chosen`` carries the name of the page. ``lay`` turns rail into bottom bar and back."""

    chosen = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setObjectName("rail")
        self._look = look
        self._group = QButtonGroup(self)
        self._box = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._spring: QWidget | None = None
        self.buttons: dict[str, RailButton] = {}
        self.lay(narrow=False)

    def add(self, name: str, word: str, icon: str, fill: str = "accent_fill") -> RailButton:
        button = RailButton(self._look, name, word, icon, fill)
        self._group.addButton(button)
        self._box.addWidget(button)
        self.buttons[name] = button
        button.clicked.connect(lambda: self.chosen.emit(name))
        return button

    def add_spring(self) -> None:
        """What follows stands at the foot of the rail."""
        self._spring = QWidget()
        self._spring.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        self._box.addWidget(self._spring, 1)

    def show_page(self, name: str) -> None:
        if name in self.buttons:
            self.buttons[name].setChecked(True)

    def lay(self, *, narrow: bool) -> None:
        direction = QBoxLayout.Direction
        self._box.setDirection(direction.LeftToRight if narrow else direction.TopToBottom)
        self._box.setContentsMargins(*((4, 4, 4, 4) if narrow else (8, 8, 8, 8)))
        self._box.setSpacing(4)
        set_role(self, "foot" if narrow else "rail")
        if self._spring is not None:
            self._spring.setVisible(not narrow)
        for button in self.buttons.values():
            button.flat = narrow
            button.updateGeometry()
        if narrow:
            self.setMinimumWidth(0)
            self.setMaximumWidth(16777215)
            self.setFixedHeight(61)
        else:
            self.setMinimumHeight(0)
            self.setMaximumHeight(16777215)
            self.setFixedWidth(t.W_RAIL)
