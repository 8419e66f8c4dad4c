"""Yes or no: a box with a tick, and the word beside it."""

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from softphone.ui import tokens as t
from softphone.ui.fonts import font
from softphone.ui.look import Look
from softphone.ui.style import set_role

_BOX = 20


class Switch(QCheckBox):
    """``switched`` comes when the person changed it; showing a state emits nothing."""

    switched = Signal(bool)

    def __init__(self, look: Look, name: str, label: str, note: str) -> None:
        super().__init__()
        self._look = look
        self.setObjectName(name)
        self.setAccessibleName(label)
        self.setAccessibleDescription(note)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self.switched)
        look.changed.connect(self.update)

    def _word(self) -> str:
        return self.tr("Yes") if self.isChecked() else self.tr("No")

    def sizeHint(self) -> QSize:
        letters = QFontMetrics(font(t.BODY, t.MEDIUM))
        word = max(letters.horizontalAdvance(x) for x in (self.tr("Yes"), self.tr("No")))
        return QSize(4 + _BOX + t.S8 + word + 6, t.H_CONTROL)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, point: QPoint) -> bool:
        return self.rect().contains(point)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look, on = self._look, self.isChecked()
        top = (self.height() - _BOX) / 2
        box = QRectF(4, top, _BOX, _BOX)
        painter.setPen(QPen(look.colour("accent_fill" if on else "edge"), 1.4))
        painter.setBrush(look.colour("accent_fill" if on else "surface"))
        painter.drawRoundedRect(box.adjusted(0.7, 0.7, -0.7, -0.7), t.R_TAG, t.R_TAG)
        if on:
            tick = look.pixmap("check", "on_fill", t.ICON_SMALL)
            painter.drawPixmap(QPointF(6, top + 2), tick)
        painter.setPen(look.colour("text"))
        painter.setFont(font(t.BODY, t.MEDIUM))
        left = 4 + _BOX + t.S8
        painter.drawText(
            QRectF(left, 0, self.width() - left, self.height()),
            Qt.AlignmentFlag.AlignVCenter,
            self._word(),
        )
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(look.colour("focus"), t.RING))
            around = QRectF(self.rect()).adjusted(1, 1, -1, -1)
            painter.drawRoundedRect(around, t.R_CONTROL, t.R_CONTROL)
        painter.end()


class SwitchRow(QWidget):
    """What is switched, one line about it, and the switch."""

    def __init__(self, look: Look, name: str, title: str, note: str) -> None:
        super().__init__()
        self.switch = Switch(look, name, title, note)
        said = QVBoxLayout()
        said.setSpacing(2)
        for text, role in ((title, "strong"), (note, "note2")):
            label = QLabel(text)
            label.setWordWrap(True)
            set_role(label, role)
            said.addWidget(label)
        row = QHBoxLayout(self)
        row.setContentsMargins(t.S16, t.S8, t.S12, t.S8)
        row.setSpacing(t.S12)
        row.addLayout(said, 1)
        row.addWidget(self.switch, 0, Qt.AlignmentFlag.AlignVCenter)
