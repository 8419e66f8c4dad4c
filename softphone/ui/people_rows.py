"""Rows of people and numbers: search results, directory, recent calls."""

import time
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QCoreApplication, QPointF, QRectF
from PySide6.QtGui import QFontMetricsF

from softphone.calls import Call
from softphone.dialling import readable
from softphone.live import Colleague
from softphone.ui import marks, words
from softphone.ui import tokens as t
from softphone.ui.fonts import font
from softphone.ui.rows import RIGHT, Brush, RowDelegate

translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class NumberRow:
    """A number as typed, first among the results."""

    number: str


@dataclass(frozen=True, slots=True)
class HeadRow:
    """Head of a group."""

    title: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class RecentRow:
    """A call of this session that is over."""

    call: Call


PersonRow = Colleague | NumberRow | HeadRow


def key_of(row: Any) -> str:
    """Stable key of any row of this file."""
    match row:
        case NumberRow():
            return f"number:{row.number}"
        case HeadRow():
            return f"head:{row.title}"
        case RecentRow():
            return row.call.key
    return str(row.extension)


def sentence_of(row: Any) -> str:
    """What a screen reader says."""
    match row:
        case NumberRow():
            return translate("Rows", "Call {number}").format(number=readable(row.number))
        case HeadRow():
            return f"{row.title}, {row.note}" if row.note else row.title
        case RecentRow():
            name = words.who(row.call.name, row.call.number)
            return f"{name}, {recent_note(row.call)}"
    parts = (row.name, row.service, words.presence(row.presence))
    last = translate("Rows", "extension {number}").format(number=row.extension)
    return ", ".join(part for part in (*parts, last) if part)


def recent_note(call: Call) -> str:
    """Second line of a recent call: how it went."""
    if call.missed:
        return translate("Rows", "Missed")
    if call.connected is None:
        return words.ended(call)
    spoken = words.spoken((call.ended or call.connected) - call.connected)
    if call.direction == "in":
        return translate("Rows", "Received · {time}").format(time=spoken)
    return translate("Rows", "Made · {time}").format(time=spoken)


def paint_state(brush: Brush, right: float, middle: float, word: str, presence: str) -> None:
    """Presence mark and word, ending at ``right``."""
    width = QFontMetricsF(font(t.STATE, t.MEDIUM)).horizontalAdvance(word)
    paint_state_at(brush, right - width - t.MARK - 6, middle, word, presence, width + 2)


def paint_state_at(
    brush: Brush, left: float, middle: float, word: str, presence: str, width: float
) -> None:
    """The same, beginning at ``left``."""
    token = marks.PRESENCE_TOKEN.get(presence, "grey")
    box = QRectF(left, middle - t.MARK / 2, t.MARK, t.MARK)
    marks.paint_presence(brush.painter, box, presence, brush.look.theme)
    text = QRectF(left + t.MARK + 6, middle - 10, width, 20)
    brush.text(text, word, token, t.STATE, t.MEDIUM)


class PersonDelegate(RowDelegate):
    """Face, name over service, presence with its word, extension."""

    def paint_row(self, brush: Brush, box: QRectF, row: Any, selected: bool) -> None:
        match row:
            case HeadRow():
                paint_head(brush, box, row)
            case NumberRow():
                self._number(brush, box, row, selected)
            case Colleague():
                self._colleague(brush, box, row, selected)

    def _colleague(self, brush: Brush, box: QRectF, row: Colleague, selected: bool) -> None:
        middle = box.center().y()
        wide = box.width() > 560
        marks.paint_face(
            brush.painter, QRectF(box.left() + 16, middle - 16, 32, 32), row.name, brush.look.theme
        )
        word = words.presence_since(row.presence, row.since, time.time())
        edge = box.right() - 16
        if selected:
            edge = self.paint_button(brush, box, self.button_word(row)) - 8
        number = QRectF(edge - 56, box.top(), 56, box.height())
        brush.text(number, row.extension, "text2", align=RIGHT)
        left = box.left() + 60
        if wide:
            state_left = box.left() + box.width() * 0.46
            paint_state_at(brush, state_left, middle, word, row.presence, 220)
            right = state_left - 12
        else:
            width = QFontMetricsF(font(t.STATE, t.MEDIUM)).horizontalAdvance(word)
            number_left = edge - 52 if selected and box.width() < 400 else edge - 66
            if box.width() < 400 and width > 90:
                word = words.presence(row.presence)  # no room for since when
                width = QFontMetricsF(font(t.STATE, t.MEDIUM)).horizontalAdvance(word)
            right = number_left - width - t.MARK - 6 - 8
            paint_state(brush, number_left, middle, word, row.presence)
        span = max(40.0, right - left)
        second = " · ".join(part for part in (row.function, row.service) if part)
        if second:
            brush.text(QRectF(left, middle - 19, span, 20), row.name, weight=t.MEDIUM)
            brush.text(QRectF(left, middle, span, 18), second, "text3", t.NOTE)
        else:
            brush.text(QRectF(left, middle - 10, span, 20), row.name, weight=t.MEDIUM)

    def _number(self, brush: Brush, box: QRectF, row: NumberRow, selected: bool) -> None:
        middle = box.center().y()
        picture = brush.look.pixmap("phone", "green", t.ICON_TOOL)
        brush.painter.drawPixmap(QPointF(box.left() + 22, middle - 10), picture)
        words_ = translate("Rows", "Call {number}").format(number=readable(row.number))
        span = QRectF(box.left() + 60, middle - 10, box.width() - 200, 20)
        brush.text(span, words_, weight=t.SEMIBOLD)
        self.paint_button(brush, box, self.button_word(row))

    def button_word(self, row: Any) -> str:
        return "" if isinstance(row, HeadRow) else translate("Rows", "Call", "button")


def paint_head(brush: Brush, box: QRectF, row: HeadRow) -> None:
    """Group head: sunken, title left, note right."""
    brush.painter.fillRect(box, brush.look.colour("sunken"))
    span = box.adjusted(16, 0, -16, 0)
    brush.text(span, row.title, size=t.STATE, weight=t.SEMIBOLD)
    brush.text(span, row.note, "text2", t.NOTE, align=RIGHT)


class RecentDelegate(RowDelegate):
    """A call of this session: direction or missed, who, how it went, when."""

    height = t.H_ROW - 4

    def paint_row(self, brush: Brush, box: QRectF, row: RecentRow, selected: bool) -> None:
        call, middle = row.call, box.center().y()
        name = "phone-missed" if call.missed else f"phone-{_DIRECTION[call.direction]}"
        picture = brush.look.pixmap(name, "red" if call.missed else "text3", t.ICON_BUTTON)
        brush.painter.drawPixmap(QPointF(box.left() + 16, middle - 9), picture)
        left = box.left() + 46
        edge = self.paint_button(brush, box, self.button_word(row)) if call.number else box.right()
        span = edge - 76 - left
        who = words.who(call.name, call.number)
        weight = t.SEMIBOLD if call.missed else t.REGULAR
        brush.text(QRectF(left, middle - 19, span, 20), who, weight=weight)
        brush.text(QRectF(left, middle, span, 18), recent_note(call), "text3", t.NOTE)
        when = QRectF(edge - 72, box.top(), 60, box.height())
        brush.text(when, words.hour(call.started), "text3", t.STATE, align=RIGHT, tabular=True)

    def button_word(self, row: RecentRow) -> str:
        return translate("Rows", "Call back") if row.call.number else ""


_DIRECTION = {"in": "incoming", "out": "outgoing"}
