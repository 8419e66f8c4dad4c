"""Rows of the messages page: conversations, and the bubbles of one conversation."""

import time
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPen, QTextDocument, QTextOption
from PySide6.QtWidgets import QStyleOptionViewItem

from softphone.conversations import Conversation, Entry
from softphone.ui import marks, words
from softphone.ui import tokens as t
from softphone.ui.fonts import font
from softphone.ui.rows import CENTRE, LEFT, RIGHT, Brush, Index, RowDelegate

translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class ConversationRow:
    """One conversation in the list at the left."""

    peer: str
    name: str
    presence: str
    last: str
    """One line of the newest message."""
    mine: bool
    at: float
    unread: int
    trouble: bool = False
    """Something in it was refused."""


@dataclass(frozen=True, slots=True)
class BubbleRow:
    """One message; ``head`` when the speaker or the day changes."""

    entry: Entry
    mine: bool
    head: str = ""
    day: str = ""


def conversation_row(found: Conversation, name: str, presence: str, me: str) -> ConversationRow:
    """``name`` of the peer (may be empty), ``me`` my extension."""
    last = found.entries[-1] if found.entries else None
    return ConversationRow(
        peer=found.peer,
        name=name or found.peer,
        presence=presence,
        last=" ".join(last.text.split()) if last is not None else "",
        mine=last is not None and last.sender == me,
        at=found.last_at,
        unread=found.unread,
        trouble=any(entry.status == "failed" for entry in found.entries),
    )


def bubble_rows(found: Conversation, name: str, me: str) -> list[BubbleRow]:
    """All messages with heads where they help."""
    rows: list[BubbleRow] = []
    day_before, sender_before, minute_before = "", "", ""
    for entry in found.entries:
        day, minute = day_word(entry.at), words.hour(entry.at)
        new_head = (entry.sender, minute) != (sender_before, minute_before) or day != day_before
        mine = entry.sender == me
        who = translate("Rows", "You") if mine else name
        rows.append(
            BubbleRow(
                entry,
                mine,
                f"{who} · {minute}" if new_head else "",
                day if day != day_before else "",
            )
        )
        day_before, sender_before, minute_before = day, entry.sender, minute
    return rows


def day_word(unix: float) -> str:
    """*Today*, else the date."""
    day = time.localtime(unix)
    if day[:3] == time.localtime()[:3]:
        return translate("Rows", "Today")
    return time.strftime("%d.%m.%Y", day)


def status_word(entry: Entry) -> str:
    """What became of a message that was sent from here."""
    match entry.status:
        case "pending":
            return translate("Rows", "Waiting for the server")
        case "failed":
            return translate("Rows", "Not sent")
        case "handed":
            return translate("Rows", "Handed to the phone")
        case "delivered":
            return translate("Rows", "Delivered")
    return translate("Rows", "Stored, not yet delivered")


def conversation_key(row: ConversationRow) -> str:
    return row.peer


def conversation_sentence(row: ConversationRow) -> str:
    parts = [row.name, words.presence(row.presence), row.last]
    if row.unread:
        parts.append(translate("Rows", "{n} unread").format(n=row.unread))
    return ", ".join(part for part in parts if part)


def bubble_key(row: BubbleRow) -> str:
    return f"{row.entry.sender}/{row.entry.client_id}"


def bubble_sentence(row: BubbleRow) -> str:
    parts = [row.head, row.entry.text]
    if row.mine:
        parts.append(status_word(row.entry))
    return ". ".join(part for part in parts if part)


class ConversationDelegate(RowDelegate):
    """Face, presence and name, last line, time, unread count."""

    height = 60

    def paint_row(self, brush: Brush, box: QRectF, row: ConversationRow, selected: bool) -> None:
        theme, middle = brush.look.theme, box.center().y()
        face = QRectF(box.left() + 12, middle - 16, 32, 32)
        marks.paint_face(brush.painter, face, row.name, theme)
        left, right = box.left() + 56, box.right() - 12
        mark = QRectF(left, middle - 17, 12, 12)
        marks.paint_presence(brush.painter, mark, row.presence, theme)
        when = words.hour(row.at) if row.at else ""
        brush.text(QRectF(right - 60, middle - 22, 60, 20), when, "text3", t.STATE, align=RIGHT)
        weight = t.SEMIBOLD if row.unread else t.REGULAR
        span = QRectF(left + 18, middle - 22, right - left - 64, 20)
        brush.text(span, row.name, weight=weight)
        if row.trouble:
            last, token = translate("Rows", "Not sent"), "red"
        elif row.mine:
            last, token = translate("Rows", "You: {text}").format(text=row.last), "text3"
        else:
            last, token = row.last, "text2" if row.unread else "text3"
        brush.text(QRectF(left, middle, right - left - 34, 20), last, token, t.NOTE)
        middle_of_count = QPointF(right - 9, middle + 10)
        marks.paint_count(brush.painter, middle_of_count, row.unread, theme, "accent_fill")


class BubbleDelegate(RowDelegate):
    """One message as a bubble, right for mine; what became of it under it."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        from softphone.ui.models import ROW

        row = index.data(ROW)
        width = self._view.viewport().width()
        if row is None:
            return QSize(width, 0)
        height = self._document(row, width).size().height() + 16
        height += (28 if row.day else 0) + (20 if row.head else 0) + (20 if row.mine else 0)
        return QSize(width, round(height) + 8)

    def paint_ground(self, painter: Any, box: QRectF, selected: bool, position: int) -> None:
        """None: the thread lies on the window."""

    def paint_row(self, brush: Brush, box: QRectF, row: BubbleRow, selected: bool) -> None:
        look, painter = brush.look, brush.painter
        document = self._document(row, round(box.width()))
        top = box.top()
        if row.day:
            day = QRectF(box.left(), top, box.width(), 20)
            brush.text(day, row.day, "text3", t.NOTE, align=CENTRE)
            top += 28
        side = RIGHT if row.mine else LEFT
        if row.head:
            brush.text(
                QRectF(box.left(), top, box.width(), 18), row.head, "text2", t.NOTE, align=side
            )
            top += 20
        width = min(document.idealWidth(), document.textWidth()) + 26
        left = box.right() - width if row.mine else box.left()
        bubble = QRectF(left, top, width, document.size().height() + 16)
        failed = row.entry.status == "failed"
        marked = selected and self.active()
        edge = "focus" if marked else "red" if failed else "line"
        painter.setPen(QPen(look.colour(edge), 2 if marked else 1))
        painter.setBrush(look.colour("accent_soft" if row.mine else "surface"))
        painter.drawRoundedRect(bubble.adjusted(1, 0.5, -1, -0.5), t.R_CARD, t.R_CARD)
        painter.save()
        painter.translate(bubble.left() + 13, bubble.top() + 8)
        document.setDefaultStyleSheet("")
        painter.setPen(look.colour("text"))
        context = self._context(look)
        document.documentLayout().draw(painter, context)
        painter.restore()
        if row.mine:
            self._status(brush, QRectF(box.left(), bubble.bottom() + 2, box.width(), 18), row)

    def _status(self, brush: Brush, box: QRectF, row: BubbleRow) -> None:
        word = status_word(row.entry)
        icon, token = {
            "pending": ("clock", "text3"),
            "failed": ("triangle-alert", "red"),
            "stored": ("check", "text3"),
            "handed": ("phone", "text3"),
            "delivered": ("check", "green"),
        }[row.entry.status]
        brush.text(box, word, token, t.NOTE, align=RIGHT)
        width = QFontMetricsF(font(t.NOTE)).horizontalAdvance(word)
        picture = brush.look.pixmap(icon, token, 14)
        brush.painter.drawPixmap(QPointF(box.right() - width - 20, box.top() + 2), picture)

    def _document(self, row: BubbleRow, width: int) -> QTextDocument:
        document = QTextDocument()
        document.setDocumentMargin(0)
        document.setDefaultFont(font(t.BODY))
        option = QTextOption(Qt.AlignmentFlag.AlignLeft)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        document.setDefaultTextOption(option)
        document.setPlainText(row.entry.text)
        document.setTextWidth(max(120.0, min(560.0, width * 0.8)))
        return document

    def _context(self, look: Any) -> Any:
        from PySide6.QtGui import QAbstractTextDocumentLayout, QPalette

        context: Any = QAbstractTextDocumentLayout.PaintContext()
        palette = QPalette(context.palette)
        palette.setColor(QPalette.ColorRole.Text, look.colour("text"))
        context.palette = palette
        return context
