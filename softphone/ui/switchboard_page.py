"""The receptionist's page: who waits, since when, in which queue; who answers; take one of them."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from softphone.live import Queue
from softphone.ui import button as b
from softphone.ui import queue_rows as q
from softphone.ui import tokens as t
from softphone.ui import words
from softphone.ui.button import Button
from softphone.ui.chips import KeyBar, QueueChips
from softphone.ui.intents import Intents
from softphone.ui.look import Look
from softphone.ui.models import RowsModel
from softphone.ui.page import Page, head
from softphone.ui.people_rows import HeadRow
from softphone.ui.rows import ListView
from softphone.ui.store import Store
from softphone.ui.style import set_role

_ROOM_FOR_BOTH = 640
"""Below this width (logical pixels) callers and members stand in tabs."""


class SwitchboardPage(Page):
    """Callers of all queues, longest wait first, and the members of each queue beside them."""

    def __init__(self, look: Look, store: Store, intents: Intents) -> None:
        super().__init__("switchboard")
        self._store, self._intents = store, intents
        self._last_taken = ""
        self.chips = QueueChips(look)
        self._callers: RowsModel[q.CallerRow] = RowsModel(q.caller_key, q.caller_sentence, self)
        self.callers = ListView(
            look, self._callers, q.CallerDelegate, "callers", self.tr("Waiting callers")
        )
        self.callers.setUniformItemSizes(True)
        self.callers.chosen.connect(self.take_row)
        self._members: RowsModel[q.MemberRow | HeadRow] = RowsModel(
            q.member_key,
            q.member_sentence,
            self,
            can_select=lambda row: isinstance(row, q.MemberRow),
        )
        self.members = ListView(
            look, self._members, q.MemberDelegate, "members", self.tr("Members of the queues")
        )
        self.members.setUniformItemSizes(True)
        self.members.chosen.connect(lambda row: intents.dial(row.member.extension))
        self._nobody = QLabel()
        self._nobody.setObjectName("nobody_waits")
        self._nobody.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nobody.setWordWrap(True)  # a long name must not take the agents' room
        self._nobody.setContentsMargins(t.S16, t.S24, t.S16, t.S24)
        set_role(self._nobody, "card-note")
        self._state = QLabel()
        self._state.setObjectName("panel_state")
        self.keys = KeyBar(look)
        self._tabs = QTabBar()
        self._tabs.addTab(self.tr("Queues"))
        self._tabs.addTab(self.tr("Members"))
        self._tabs.setExpanding(False)
        self._tabs.setDrawBase(False)
        self._tabs.currentChanged.connect(lambda index: self._show_tab())
        self._build()
        self.side = self._side(look)
        for signal in (store.board, store.takes, store.calls, store.me):
            signal.connect(self._show)
        store.tick.connect(self._tick)
        self.members.focus_moved.connect(self._show_side)
        self._set_narrow(False)
        self._show()

    def _build(self) -> None:
        note = QLabel(self.tr("Longest first"))
        left, right = QWidget(), QWidget()
        self._left, self._right = left, right
        callers = QVBoxLayout(left)
        callers.setContentsMargins(0, 0, 0, 0)
        callers.setSpacing(t.S8)
        callers.addLayout(head(self.tr("Waiting"), note))
        callers.addWidget(self.callers, 100)
        callers.addWidget(self._nobody)
        callers.addStretch(1)
        members = QVBoxLayout(right)
        members.setContentsMargins(0, 0, 0, 0)
        members.setSpacing(t.S8)
        members.addLayout(head(self.tr("Agents")))
        members.addWidget(self.members, 100)
        members.addStretch(1)
        top = QHBoxLayout()
        top.setSpacing(t.S12)
        top.addWidget(self._tabs)
        top.addWidget(self.chips, 1)
        top.addStretch(0)
        top.addWidget(self._state)
        both = QHBoxLayout()
        both.setSpacing(t.S16)
        both.addWidget(left, 56)
        both.addWidget(right, 44)
        inner = QVBoxLayout()
        inner.setContentsMargins(t.S16, t.S12, t.S16, t.S12)
        inner.setSpacing(t.S12)
        inner.addLayout(top)
        inner.addLayout(both, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(inner, 1)
        box.addWidget(self.keys)

    def _side(self, look: Look) -> QWidget:
        side = QWidget()
        outer = QVBoxLayout(side)
        outer.setContentsMargins(0, 0, 0, 0)
        self._card = QFrame()
        set_role(self._card, "card")
        self._free = QLabel(self.tr("You are free."))
        self._take = Button(look, self.tr("Take the first"), "phone", b.CALL, "F3")
        self._take.setObjectName("take_first")
        self._take.clicked.connect(self.take_first)
        self._first = QLabel()
        self._first.setWordWrap(True)
        self._first.setAlignment(Qt.AlignmentFlag.AlignCenter)
        set_role(self._first, "note2")
        box = QVBoxLayout(self._card)
        box.setContentsMargins(t.S16, t.S16, t.S16, t.S16)
        box.setSpacing(t.S12)
        for widget in (self._free, self._take, self._first):
            box.addWidget(widget)
        self._card.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        outer.addWidget(self._card)
        outer.addStretch(1)
        return side

    def enter(self) -> None:
        if self.callers.value() is None:
            self.callers.select(0)
        (self.callers if self._callers.rows else self.members).setFocus()

    def panes(self) -> list[QWidget]:
        return [self.callers, self.members]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._set_narrow(self.width() < _ROOM_FOR_BOTH)

    def _set_narrow(self, narrow: bool) -> None:
        self._narrow = narrow
        self._tabs.setVisible(narrow)
        self.chips.setVisible(self.width() >= t.W_MIN + t.S32)
        self._show_tab()

    def _show_tab(self) -> None:
        members = self._tabs.currentIndex() == 1
        self._left.setVisible(not self._narrow or not members)
        self._right.setVisible(not self._narrow or members)

    def take_first(self) -> bool:
        """F3 while nothing rings. False when nobody waits.

        Nothing while a taken caller is on the way: who presses F3 twice, to take and to answer,
        must not take a second one between the two.
        """
        if self._store.state.arriving:
            return True
        if not self._callers.rows:
            return False
        self.take_row(self._callers.rows[0])
        return True

    def take_row(self, row: q.CallerRow) -> None:
        if row.frozen is None:
            self._intents.take(row.queue, row.caller.id)
            caller = row.caller
            self._last_taken = self.tr("The last one taken was {who} at {time}.").format(
                who=words.who(caller.name, caller.number), time=words.hour(self._store.now())
            )

    def _frozen(self) -> float | None:
        board = self._store.state.board
        return None if board.fresh else (board.as_of or self._store.now())

    def _show(self) -> None:
        state, frozen = self._store.state, self._frozen()
        rows = [
            q.CallerRow(
                caller=caller,
                queue=queue.name,
                title=queue.title,
                frozen=frozen,
                asked=self._asked(caller.id),
            )
            for queue in state.queues
            for caller in queue.callers
        ]
        rows.sort(key=lambda row: (row.caller.since, row.caller.id))
        self.callers.show_rows(rows)
        self.callers.setVisible(bool(rows))
        self.callers.setMaximumHeight(len(rows) * t.H_ROW_PANEL + 2)
        if rows and self.callers.value() is None:
            self.callers.select(0)
        if rows and self.members.hasFocus() and self.members.value() is None:
            self.callers.setFocus()  # nobody was chosen among the members: Enter takes
        self._nobody.setVisible(not rows)
        waiting = self.tr("Nobody is waiting.")
        self._nobody.setText(f"{waiting} {self._last_taken}".strip())
        members = self._member_rows(state.queues, frozen)
        self.members.show_rows(members)
        self.members.setMaximumHeight(len(members) * t.H_ROW_MEMBER + 2)
        self.chips.show_queues(state.queues, frozen)
        self._state.setText(self.tr("Frozen") if frozen is not None else self.tr("✓ Live"))
        set_role(self._state, "state-amber" if frozen is not None else "state-green")
        self._show_side()

    def _asked(self, caller_id: str) -> bool:
        take = self._store.state.takes.get(caller_id)
        return take is not None and take.state != "refused"

    def _member_rows(
        self, queues: tuple[Queue, ...], frozen: float | None
    ) -> list[q.MemberRow | HeadRow]:
        import msgspec

        rows: list[q.MemberRow | HeadRow] = []
        for queue in queues:
            free = sum(member.state == "free" for member in queue.members)
            several = self.tr("{n} free of {all}", "two or more")
            of = several if free > 1 else self.tr("{n} free of {all}", "none or one")
            note = of.format(n=free, all=len(queue.members))
            unknown = self.tr("state unknown")
            rows.append(HeadRow(queue.title, unknown if frozen is not None else note))
            for member in queue.members:
                if frozen is not None:
                    member = msgspec.structs.replace(member, state="unknown", since=None)
                rows.append(q.MemberRow(queue.name, member))
        return rows

    def _show_side(self) -> None:
        busy = any(call.alive for call in self._store.state.calls.values())
        frozen = self._frozen() is not None
        rows = self._callers.rows
        self._card.setVisible(not busy)
        self._take.setVisible(bool(rows) and not frozen)
        self._first.setVisible(bool(rows) and not frozen)
        self._tick_first()
        keys: list[tuple[str, str]] = []
        if rows and not frozen and not self.members.hasFocus():
            keys.append((self.tr("Enter"), self.tr("Take this one")))
        ringing = any(call.state == "incoming" for call in self._store.state.calls.values())
        if ringing:
            keys += [("F3", self.tr("Answer")), (self.tr("Shift F3"), self.tr("Decline"))]
        elif rows and not frozen and not busy:
            keys.append(("F3", self.tr("Take the first")))
        if busy:
            keys += [("F4", self.tr("Hang up")), ("F9", self.tr("Mute"))]
        keys += [
            ("F6", self.tr("Next pane")),
            (self.tr("Ctrl F"), self.tr("Search or dial")),
            ("F1", self.tr("All keys")),
        ]
        self.keys.show_keys(*keys)

    def _tick_first(self) -> None:
        if self._callers.rows:
            row = self._callers.rows[0]
            self._first.setText(
                self.tr("{who}, {queue} · waiting for {time}").format(
                    who=words.who(row.caller.name, row.caller.number),
                    queue=row.title,
                    time=words.clock(row.waited()),
                )
            )

    def _tick(self, now: float) -> None:
        if self.isVisible():
            self._tick_first()
            self.callers.viewport().update()
            self.members.viewport().update()
            self.chips.update()
