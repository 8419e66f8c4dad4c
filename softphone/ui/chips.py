"""Queues as chips: worst mark, title, how many wait, the longest wait. And the bar of keys."""

import time

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from softphone.live import Queue
from softphone.ui import marks, words
from softphone.ui import tokens as t
from softphone.ui.fonts import font
from softphone.ui.look import Look


def _width(text: str, size: int, weight: int) -> float:
    return QFontMetricsF(font(size, weight, tabular=True)).horizontalAdvance(text)


class QueueChips(QWidget):
    """One chip per queue; those that do not fit are counted at the end."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setObjectName("queue_chips")
        self._look = look
        self._queues: tuple[Queue, ...] = ()
        self._frozen: float | None = None
        self.setFixedHeight(t.H_CONTROL)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.update)

    def show_queues(self, queues: tuple[Queue, ...], frozen: float | None) -> None:
        self._queues, self._frozen = queues, frozen
        self.setAccessibleName(
            "; ".join(f"{queue.title}: {len(queue.callers)}" for queue in queues)
        )
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, t.H_CONTROL)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left = 0.0
        queues = self._queues
        if sum(self._measure(queue) + t.S8 for queue in queues) - t.S8 > self.width():
            queues = tuple(sorted(queues, key=lambda queue: not queue.callers))  # none hides them
        for position, queue in enumerate(queues):
            width = self._measure(queue)
            rest = len(queues) - position
            if left + width > self.width() - (0 if rest == 1 else 90):
                painter.setPen(self._look.colour("text2"))
                painter.setFont(font(t.STATE, t.MEDIUM))
                more = self.tr("+ {n} more").format(n=rest)
                painter.drawText(QPointF(left + 4, self.height() / 2 + 5), more)
                break
            self._chip(painter, QRectF(left, 0, width, self.height()), queue)
            left += width + t.S8
        painter.end()

    def _longest(self, queue: Queue) -> float:
        now = time.time() if self._frozen is None else self._frozen
        return max((now - caller.since for caller in queue.callers), default=0.0)

    def _measure(self, queue: Queue) -> float:
        width = 24 + _width(queue.title, t.BODY, t.MEDIUM) + 18
        if queue.callers:
            width += 36 + _width(words.clock(self._longest(queue)), t.NOTE, t.SEMIBOLD)
        return width

    def _chip(self, painter: QPainter, box: QRectF, queue: Queue) -> None:
        look, count, middle = self._look, len(queue.callers), box.center().y()
        painter.setPen(QPen(look.colour("edge" if count else "line"), 1))
        painter.setBrush(look.colour("surface"))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), t.R_CONTROL, t.R_CONTROL)
        left = box.left() + 12
        waited = self._longest(queue)
        mark = "frozen" if self._frozen is not None else words.wait_mark(waited)
        if count:
            marks.paint_wait(painter, QRectF(left, middle - 7, 14, 14), mark, look.theme)
            left += 22
        painter.setFont(font(t.BODY, t.MEDIUM if count else t.REGULAR))
        painter.setPen(look.colour("text" if count else "text3"))
        title = _width(queue.title, t.BODY, t.MEDIUM)
        centre = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(left, 0, title + 4, box.height()), centre, queue.title)
        left += title + 6
        if count:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("sunken"))
            painter.drawEllipse(QRectF(left, middle - 10, 20, 20))
            painter.setPen(look.colour("text"))
            painter.setFont(font(t.STATE, t.SEMIBOLD))
            both = Qt.AlignmentFlag.AlignCenter
            painter.drawText(QRectF(left, middle - 10, 20, 20), both, str(count))
            token = "text2" if mark in ("new", "frozen") else marks.WAIT_TOKEN[mark]
            painter.setPen(look.colour(token))
            painter.setFont(font(t.NOTE, t.SEMIBOLD, tabular=True))
            rest = QRectF(left + 26, 0, 80, box.height())
            painter.drawText(rest, centre, words.clock(waited))
        else:
            painter.drawText(QRectF(left, 0, 24, box.height()), centre, "0")


class KeyBar(QWidget):
    """Keys and what they do at this moment, in one line."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setObjectName("key_bar")
        self._look = look
        self._keys: tuple[tuple[str, str], ...] = ()
        self.setFixedHeight(36)
        look.changed.connect(self.update)

    def show_keys(self, *keys: tuple[str, str]) -> None:
        """Pairs of key and word."""
        if keys != self._keys:
            self._keys = keys
            self.setAccessibleName(", ".join(f"{key}: {word}" for key, word in keys))
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        look, middle = self._look, self.height() / 2
        painter.fillRect(self.rect(), look.colour("sunken"))
        painter.fillRect(0, 0, self.width(), 1, look.colour("line"))
        left = float(t.S16)
        for key, word in self._keys:
            cap = marks.key_width(key)
            width = QFontMetricsF(font(t.NOTE)).horizontalAdvance(word)
            if left + cap + width + 8 > self.width():
                break
            box = QRectF(left, middle - 9, cap, 18)
            marks.paint_key(painter, box, key, look.colour("text2"), look.colour("surface"))
            painter.setFont(font(t.NOTE))
            painter.setPen(look.colour("text2"))
            left += cap + 6
            words_at = QRectF(left, 0, width + 4, self.height())
            painter.drawText(words_at, Qt.AlignmentFlag.AlignVCenter, word)
            left += width + t.S16 + 2
        painter.end()
