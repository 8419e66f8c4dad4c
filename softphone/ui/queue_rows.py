"""Rows of the switchboard: waiting callers and members of queues."""

import time
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QCoreApplication, QRectF, Qt
from PySide6.QtGui import QBrush

from softphone.dialling import readable
from softphone.live import Caller, Member
from softphone.ui import marks, words
from softphone.ui import tokens as t
from softphone.ui.people_rows import HeadRow, paint_head, paint_state_at
from softphone.ui.rows import Brush, RowDelegate

translate = QCoreApplication.translate

_ROOM_FOR_TAGS = 190.0
"""For a common name with a common queue's tag beside it."""


@dataclass(frozen=True, slots=True)
class CallerRow:
    """Somebody waiting. ``frozen`` is the Unix second of stale data, None while live."""

    caller: Caller
    queue: str
    title: str
    frozen: float | None = None
    asked: bool = False
    """The server was asked to send this caller here."""

    def waited(self) -> float:
        """Seconds in the queue; stands still when frozen."""
        return max(0.0, (time.time() if self.frozen is None else self.frozen) - self.caller.since)

    def mark(self) -> str:
        return "frozen" if self.frozen is not None else words.wait_mark(self.waited())


@dataclass(frozen=True, slots=True)
class MemberRow:
    """Somebody who answers ``queue``."""

    queue: str
    member: Member


def caller_key(row: CallerRow) -> str:
    return row.caller.id


def caller_sentence(row: CallerRow) -> str:
    """``Aïcha Bouzid, file Population, attend depuis 3 min 48, trop long``."""
    return translate("Rows", "{who}, queue {queue}, waiting for {time}, {word}").format(
        who=words.who(row.caller.name, row.caller.number),
        queue=row.title,
        time=words.spoken(row.waited()),
        word=words.wait(row.mark()).lower(),
    )


def member_key(row: MemberRow | HeadRow) -> str:
    if isinstance(row, HeadRow):
        return f"head:{row.title}"
    return f"{row.queue}/{row.member.extension}"


def member_sentence(row: MemberRow | HeadRow) -> str:
    if isinstance(row, HeadRow):
        return f"{row.title}, {row.note}"
    return f"{row.member.name}, {words.presence(row.member.state)}"


class CallerDelegate(RowDelegate):
    """Mark, time with its word, who over number, queue as a tag. Frozen rows are hatched."""

    height = t.H_ROW_PANEL

    def paint_row(self, brush: Brush, box: QRectF, row: CallerRow, selected: bool) -> None:
        middle, mark = box.center().y(), row.mark()
        if mark == "frozen" and not selected:
            hatch = QBrush(brush.look.colour("line"), Qt.BrushStyle.BDiagPattern)
            brush.painter.fillRect(box.adjusted(0, 1, 0, 0), hatch)
        marks.paint_wait(
            brush.painter, QRectF(box.left() + 15, middle - 9, 18, 18), mark, brush.look.theme
        )
        token = "text2" if mark in ("new", "frozen") else marks.WAIT_TOKEN[mark]
        left = box.left() + 44
        brush.text(
            QRectF(left, middle - 20, 66, 22),
            words.clock(row.waited()),
            size=t.SECTION,
            weight=t.SEMIBOLD,
            tabular=True,
        )
        word = translate("Rows", "Coming…") if row.asked else words.wait(mark)
        brush.text(QRectF(left, middle + 1, 70, 18), word, token, t.NOTE, t.MEDIUM)
        right = box.right() - 14
        if selected and mark != "frozen" and not row.asked:
            right = self.paint_button(brush, box, self.button_word(row)) - 8
        left += 74
        caller = row.caller
        who = words.who(caller.name, caller.number)
        # Whether selected or not, so that nothing moves: the button counts in every row. And where
        # few names would leave room for a tag, no row has one, so that the list reads as one.
        room = self.button_box(box, translate("Rows", "Take", "a waiting caller")).left() - 8 - left
        needed = brush.width(who, weight=t.SEMIBOLD) + 10 + brush.tag_width(row.title)
        narrow = room < _ROOM_FOR_TAGS or needed > room
        edge = right if narrow else brush.tag(right, middle, row.title)
        span = max(30.0, edge - 10 - left)
        second = [readable(caller.number)] if caller.name and caller.number else []
        if narrow:
            second.append(row.title)  # last: a number must not be cut
        if second:
            brush.text(QRectF(left, middle - 20, span, 20), who, weight=t.SEMIBOLD)
            brush.text(QRectF(left, middle, span, 18), " · ".join(second), "text3", t.NOTE)
        else:
            brush.text(QRectF(left, middle - 10, span, 20), who, weight=t.SEMIBOLD)

    def button_word(self, row: CallerRow) -> str:
        """Empty where taking is impossible: old data, or asked for already."""
        free = row.frozen is None and not row.asked
        return translate("Rows", "Take", "a waiting caller") if free else ""


class MemberDelegate(RowDelegate):
    """A member of a queue in 32 px: name, state with since when. Heads name the queue."""

    height = t.H_ROW_MEMBER

    def paint_row(self, brush: Brush, box: QRectF, row: Any, selected: bool) -> None:
        if isinstance(row, HeadRow):
            paint_head(brush, box, row)
            return
        middle, half = box.center().y(), box.width() * 0.5
        brush.text(QRectF(box.left() + 16, box.top(), half - 24, box.height()), row.member.name)
        word = words.presence_since(row.member.state, row.member.since, time.time())
        paint_state_at(brush, box.left() + half, middle, word, row.member.state, half - 32)
