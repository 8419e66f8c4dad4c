"""How loud it is: a row of segments that fills up, and what the last seconds came to."""

from collections import deque

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from softphone.ui import sound_words
from softphone.ui.look import Look
from softphone.ui.sound_words import Loudness

_QUIETEST = -70.0
"""dBFS at which the first segment is still empty; the last one is full at 0."""
_SEGMENT, _GAP, _HEIGHT = 8, 3, 16
_MEMORY = 30
"""Levels (3 s of them) whose loudest one gives the word: nobody speaks without a pause."""
_TOKEN: dict[Loudness, str] = {
    "silent": "grey", "faint": "grey", "low": "amber", "good": "green", "high": "red",
}  # fmt: skip


def fraction(dbfs: float) -> float:
    """How much of the bar is full, 0 to 1."""
    return min(1.0, max(0.0, 1.0 - dbfs / _QUIETEST))


class Meter(QWidget):
    """Repaints when a segment changes; its accessible text only when the word does."""

    def __init__(self, look: Look, name: str, label: str) -> None:
        super().__init__()
        self._look = look
        self._recent: deque[float] = deque(maxlen=_MEMORY)
        self._level = _QUIETEST
        self.loudness: Loudness | None = None
        """Of the loudest moment of the last seconds; None: nothing is measured."""
        self.setObjectName(name)
        self.setAccessibleName(label)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.update)

    def show_level(self, dbfs: float) -> bool:
        """True when the word may have changed."""
        before, full = self.loudness, self.full()
        self._recent.append(dbfs)
        self._level = dbfs
        self.loudness = sound_words.loudness(max(self._recent))
        if self.full() != full or self.loudness != before:
            self.update()
        return self.loudness != before

    def rest(self) -> None:
        """Nothing is measured any more."""
        self._recent.clear()
        self._level, self.loudness = _QUIETEST, None
        self.setAccessibleDescription("")
        self.update()

    @property
    def token(self) -> str:
        """Colour of bar and word."""
        return _TOKEN[self.loudness or "silent"]

    def segments(self) -> int:
        return max(1, (self.width() + _GAP) // (_SEGMENT + _GAP))

    def full(self) -> int:
        """How many segments are full."""
        return round(fraction(self._level) * self.segments())

    def sizeHint(self) -> QSize:
        return QSize(26 * (_SEGMENT + _GAP) - _GAP, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(10 * (_SEGMENT + _GAP) - _GAP, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = self._look.colour(self.token)
        surface, edge, full = self._look.colour("surface"), self._look.colour("edge"), self.full()
        for place in range(self.segments()):
            box = QRectF(place * (_SEGMENT + _GAP), 0, _SEGMENT, self.height())
            painter.setPen(QPen(ink if place < full else edge, 1))
            painter.setBrush(ink if place < full else surface)
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 2, 2)
        painter.end()
