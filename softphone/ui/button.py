"""Buttons that paint themselves: icon, word and the key that does the same.

One class for all kinds, so that a filled button, a tool and a keypad digit share focus ring, sizes
and accessibility. Enter presses as Space does.
"""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QEnterEvent, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from softphone.ui import marks
from softphone.ui import tokens as t
from softphone.ui.fonts import font
from softphone.ui.look import Look


@dataclass(frozen=True, slots=True)
class Kind:
    """How a button is drawn: tokens of ground, border and ink ("" = none), height, type size."""

    ground: str
    border: str
    ink: str
    height: int = t.H_CONTROL
    size: int = t.BODY
    weight: int = t.MEDIUM
    upright: bool = False
    """Icon above word above key."""


PLAIN = Kind("surface", "edge", "text")
FLAT = Kind("", "", "text")
CALL = Kind("green_fill", "", "on_fill", t.H_PRIMARY, weight=t.SEMIBOLD)
DANGER = Kind("red_fill", "", "on_fill", t.H_PRIMARY, weight=t.SEMIBOLD)
ACCENT = Kind("accent_fill", "", "on_fill", weight=t.SEMIBOLD)
LARGE = Kind("surface", "edge", "text", t.H_PRIMARY)
TOOL = Kind("surface", "edge", "text", t.H_TOOL, t.NOTE, upright=True)
DIGIT = Kind("surface", "edge", "text", t.H_KEY, t.TITLE)


class Button(QAbstractButton):
    """``icon`` names a Lucide file or is empty; ``key`` is shown as a key cap, it binds nothing."""

    def __init__(
        self, look: Look, text: str, icon: str = "", kind: Kind = PLAIN, key: str = "",
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._look = look
        self._icon = icon
        self._kind = kind
        self._key = key
        self.setText(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = QSizePolicy.Policy
        across = policy.Expanding if kind in (CALL, DANGER, TOOL, DIGIT) else policy.Fixed
        if kind is LARGE:
            across = policy.Preferred
        self.setSizePolicy(across, QSizePolicy.Policy.Fixed)
        if key:
            self.setAccessibleDescription(key)
        look.changed.connect(self.update)

    def show_as(self, text: str, icon: str, key: str = "") -> None:
        """Change word, icon and key at once (a mute button has two faces)."""
        if (self.text(), self._icon, self._key) == (text, icon, key):
            return
        self._icon, self._key = icon, key
        self.setText(text)
        self.setAccessibleDescription(key)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return self._size(with_key=True)

    def minimumSizeHint(self) -> QSize:
        """Where room is short the key cap goes first: the word says what happens."""
        return self._size(with_key=False)

    def _size(self, *, with_key: bool) -> QSize:
        kind = self._kind
        word = QFontMetricsF(font(kind.size, kind.weight)).horizontalAdvance(self.text())
        if kind.upright:
            return QSize(max(76, round(word) + 16), kind.height)
        width = word + 2 * t.S12 + 2
        if self._icon:
            width += t.ICON_BUTTON + (t.S8 if self.text() else -6)
        if self._key and with_key:
            width += marks.key_width(self._key) + t.S8
        return QSize(max(round(width), 40), kind.height)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.click()
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()
        super().enterEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = self._ground(painter)
        if self._kind.upright:
            self._upright(painter, ink)
        else:
            self._level(painter, ink)
        painter.end()

    def _ground(self, painter: QPainter) -> QColor:
        look, kind = self._look, self._kind
        radius = t.R_TOOL if kind.upright else t.R_CONTROL
        box = QRectF(self.rect())
        pressed = self.isDown() or self.isChecked()
        ground, border, ink = kind.ground, kind.border, kind.ink
        if not self.isEnabled():
            ground, border, ink = "sunken", "edge", "text3"
        elif pressed and border:
            ground, ink = "accent_soft", "accent"
        elif self.underMouse() and not kind.ground.endswith("_fill"):
            ground = "sunken"
        if self.hasFocus():
            painter.setPen(QPen(look.colour("focus"), t.RING))
            painter.setBrush(look.colour("surface"))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), radius, radius)
            box = box.adjusted(3, 3, -3, -3)
            radius -= 2
            border = ""
        if ground or border:
            pen = QPen(look.colour(border), 1) if border else QPen(Qt.PenStyle.NoPen)
            if border and not self.isEnabled():
                pen.setStyle(Qt.PenStyle.DashLine)
            painter.setPen(pen)
            painter.setBrush(look.colour(ground) if ground else Qt.BrushStyle.NoBrush)
            inner = box.adjusted(0.5, 0.5, -0.5, -0.5) if border else box
            painter.drawRoundedRect(inner, radius, radius)
        self._ink = ink
        return look.colour(ink)

    def _level(self, painter: QPainter, ink: QColor) -> None:
        kind = self._kind
        letters = font(kind.size, kind.weight)
        word = QFontMetricsF(letters).horizontalAdvance(self.text())
        gap = t.S8 if self._icon and self.text() else 0
        shown = bool(self._key) and self.width() >= self.sizeHint().width() - 2 * t.S8
        key = marks.key_width(self._key) + t.S8 if shown else 0
        total = word + (t.ICON_BUTTON if self._icon else 0) + gap + key
        x = (self.width() - total) / 2
        middle = self.height() / 2
        if self._icon:
            picture = self._look.pixmap(self._icon, self._ink, t.ICON_BUTTON)
            painter.drawPixmap(QPointF(x, middle - t.ICON_BUTTON / 2), picture)
            x += t.ICON_BUTTON + gap
        painter.setPen(ink)
        painter.setFont(letters)
        painter.drawText(
            QRectF(x, 0, word + 2, self.height()), Qt.AlignmentFlag.AlignVCenter, self.text()
        )
        if shown:
            x += word + t.S8
            box = QRectF(x, middle - 9, marks.key_width(self._key), 18)
            marks.paint_key(painter, box, self._key, ink, None)

    def _upright(self, painter: QPainter, ink: QColor) -> None:
        kind = self._kind
        picture = self._look.pixmap(self._icon, self._ink, t.ICON_TOOL)
        painter.drawPixmap(QPointF((self.width() - t.ICON_TOOL) / 2, 6), picture)
        painter.setPen(ink)
        painter.setFont(font(kind.size, t.SEMIBOLD))
        across = Qt.AlignmentFlag.AlignCenter
        painter.drawText(QRectF(0, 27, self.width(), 18), across, self.text())
        painter.setPen(self._look.colour("text3" if kind.border else kind.ink))
        painter.setFont(font(t.NOTE))
        painter.drawText(QRectF(0, 43, self.width(), 16), across, self._key)
