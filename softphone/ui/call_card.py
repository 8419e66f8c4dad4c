"""One call as a card: bar and word for its state, who, since when, and what can be done.

The same card serves the column and the notification over other programs. It shows only keys that
work now; which those are it is told.
"""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from softphone.call_sound import CallSound
from softphone.calls import Call
from softphone.dialling import EMERGENCY, readable
from softphone.ui import button as b
from softphone.ui import marks, words
from softphone.ui import tokens as t
from softphone.ui.button import Button
from softphone.ui.call_sound_row import QualityMark, RecordRow
from softphone.ui.fonts import font
from softphone.ui.look import Look
from softphone.ui.style import set_role

_BAR = {
    "incoming": "violet",
    "calling": "accent",
    "ringing": "accent",
    "connected": "green",
    "ended": "grey",
}
_ICON = {
    "calling": "phone-outgoing",
    "ringing": "phone-outgoing",
    "connected": "phone-call",
    "ended": "phone-off",
}


_LONGEST_EXTENSION = 5


class Tag(QWidget):
    """A short bordered word."""

    def __init__(self, look: Look, text: str = "") -> None:
        super().__init__()
        self._look = look
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.show_text(text)

    def show_text(self, text: str) -> None:
        self.text = text
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(QFontMetrics(font(t.NOTE)).horizontalAdvance(self.text) + 14, 20)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        ink = self._look.colour("text2")
        marks.paint_key(painter, QRectF(self.rect()), self.text, ink, None)
        painter.end()


class Mark(QWidget):
    """The drawing beside the state word: bell, or a Lucide icon in the colour of the bar."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._state = ""
        self.setFixedSize(t.ICON_SMALL, t.ICON_SMALL)

    def show_state(self, state: str) -> None:
        self._state = state
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._state == "incoming":
            marks.paint_presence(painter, QRectF(1, 1, 14, 14), "ringing", self._look.theme)
        elif self._state:
            icon = self._look.pixmap(_ICON[self._state], _BAR[self._state], t.ICON_SMALL)
            painter.drawPixmap(0, 0, icon)
        painter.end()


class CallCard(QFrame):
    """Signals carry the call's key."""

    answered = Signal(str)
    rejected = Signal(str)
    hung_up = Signal(str)
    mute_asked = Signal(str, bool)
    call_back = Signal(str)
    """Carries the number."""
    record_asked = Signal(str, bool)

    def __init__(self, look: Look, call: Call, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("call_card")
        self._look, self.call = look, call
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(280)
        self._build()
        look.changed.connect(self.update)

    def _build(self) -> None:
        look, call = self._look, self.call
        self._mark, self._word, self._timer = Mark(look), QLabel(), QLabel()
        self._name, self._number = QLabel(), QLabel()
        self._note = QLabel()
        self._timer.setObjectName("call_timer")
        self._word.setObjectName("call_state")
        self._name.setObjectName("call_name")
        set_role(self._name, "name")
        set_role(self._number, "note2")
        set_role(self._note, "note2")
        self._name.setWordWrap(True)
        self._note.setWordWrap(True)
        self._note.setObjectName("call_note")

        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(self._mark)
        head.addWidget(self._word, 1)
        self._quality, self._record = QualityMark(look), RecordRow(look)
        head.addWidget(self._quality)
        who = QVBoxLayout()
        who.setSpacing(2)
        who.addWidget(self._name)
        who.addWidget(self._number)
        middle = QHBoxLayout()
        middle.addLayout(who, 1)
        middle.addWidget(self._timer, 0, Qt.AlignmentFlag.AlignVCenter)

        self._answer = Button(look, self.tr("Answer"), "phone", b.CALL, "F3")
        self._reject = Button(look, self.tr("Decline"), "phone-off", b.LARGE, self.tr("Shift F3"))
        self._mute = Button(look, self.tr("Mute"), "mic", b.LARGE, "F9")
        self._hang_up = Button(look, self.tr("Hang up"), "phone-off", b.DANGER, "F4")
        self._again = Button(look, self.tr("Call back"), "phone", b.LARGE)
        for made, name in (
            (self._answer, "answer"), (self._reject, "reject"), (self._mute, "mute"),
            (self._hang_up, "hang_up"), (self._again, "call_back"),
        ):  # fmt: skip
            made.setObjectName(name)
        key = call.key
        self._answer.clicked.connect(lambda: self.answered.emit(key))
        self._reject.clicked.connect(lambda: self.rejected.emit(key))
        self._hang_up.clicked.connect(lambda: self.hung_up.emit(key))
        self._mute.clicked.connect(lambda: self.mute_asked.emit(key, not self.call.muted))
        self._record.asked.connect(lambda on: self.record_asked.emit(key, on))
        self._again.clicked.connect(lambda: self.call_back.emit(self.call.number))

        self._tags = QHBoxLayout()
        self._tags.setSpacing(6)
        self._queue = Tag(look)
        self._queue.setObjectName("call_queue")
        self._tags.addWidget(self._queue)
        self._tags.addStretch(1)
        tools = QHBoxLayout()
        tools.setSpacing(t.S8)
        for tool in (self._answer, self._mute, self._hang_up, self._reject, self._again):
            tools.addWidget(tool)

        box = QVBoxLayout(self)
        box.setContentsMargins(t.BAR + t.S16, t.S12 + 2, t.S16, t.S16)
        box.setSpacing(t.S8)
        box.addLayout(head)
        box.addLayout(middle)
        box.addLayout(self._tags)
        box.addLayout(tools)
        box.addWidget(self._record)
        box.addWidget(self._note)

    def show_call(self, call: Call, others: str, keys: frozenset[str], now: float) -> None:
        """``others``: who is on the line already; ``keys`` that act on this card now, of
        ``F3 F4 F9``."""
        self.call = call
        self._mark.show_state(call.state)
        self._word.setText(self._state_word(others))
        set_role(self._word, f"state-{_BAR[call.state]}")
        self._name.setText(words.who(call.name, call.number))
        self._queue.show_text(self.tr("Queue {name}").format(name=call.queue_title))
        self._queue.setVisible(bool(call.queue))
        internal = call.number.isdigit() and len(call.number) <= _LONGEST_EXTENSION
        number = self.tr("Extension {number}") if internal else "{number}"
        self._number.setText(number.format(number=readable(call.number)))
        self._number.setVisible(bool(call.name and call.number))
        incoming, live = call.state == "incoming", call.state in ("calling", "ringing", "connected")
        self._answer.setVisible(incoming)
        self._reject.setVisible(incoming)
        self._hang_up.setVisible(live)
        self._mute.setVisible(call.state == "connected")
        self._again.setVisible(call.state == "ended" and bool(call.number))
        self._answer.show_as(self.tr("Answer"), "phone", "F3" if "F3" in keys else "")
        shift = self.tr("Shift F3") if "F3" in keys else ""
        self._reject.show_as(self.tr("Decline"), "phone-off", shift)
        # Before anybody answered, hanging up is called what it is.
        stop = self.tr("Hang up") if call.state == "connected" else self.tr("Cancel call")
        self._hang_up.show_as(stop, "phone-off", "F4" if "F4" in keys else "")
        mute_key = "F9" if "F9" in keys else ""
        if call.muted:
            self._mute.show_as(self.tr("Unmute"), "mic-off", mute_key)
        else:
            self._mute.show_as(self.tr("Mute"), "mic", mute_key)
        note = self._sentence(others)
        self._note.setText(note)
        self._note.setVisible(bool(note))
        self.tick(now)
        self.setAccessibleName(f"{self._word.text()}, {self._name.text()}")
        self.update()

    def show_sound(self, sound: CallSound, may_record: bool) -> None:
        """How the call sounds; it changes every second, the rest of the card does not.

        ``may_record``: no other call is recorded.
        """
        talking = self.call.state == "connected" and not self.call.held
        self._quality.show_quality(sound.quality if talking else None)
        # Who waits with music cannot be told.
        offered = may_record and (talking or sound.recordable)
        self._record.show_sound(sound if offered and self.call.state == "connected" else None)

    def tick(self, now: float) -> None:
        """Only the running time changes."""
        call = self.call
        began = call.connected if call.connected is not None else call.started
        text = words.clock((now if call.ended is None else call.ended) - began)
        large = call.connected is not None
        self._timer.setFont(font(t.TIMER if large else t.SECTION, t.SEMIBOLD, tabular=True))
        set_role(self._timer, "state-violet" if call.state == "incoming" else "timer")
        self._timer.setVisible(call.state != "ended" or large)
        self._timer.setText(text)

    def _state_word(self, others: str) -> str:
        call = self.call
        match call.state:
            case "incoming":
                return self.tr("Second call, ringing") if others else self.tr("Incoming call")
            case "calling":
                return self.tr("Calling…")
            case "ringing":
                return self.tr("Ringing there")
            case "connected":
                return self.tr("Connected, mic muted") if call.muted else self.tr("Connected")
        return words.ended(call)

    def _sentence(self, others: str) -> str:
        call = self.call
        if call.state == "incoming" and others:
            return self.tr(
                "Answering cuts your microphone for {name}, who stays on the line."
            ).format(name=others)
        if call.state == "ended":
            return words.ended_next(call)
        if call.state in ("calling", "ringing") and call.number in EMERGENCY:
            return self.tr("Say where you are: street, number, town.")
        if call.state == "connected" and call.muted:
            return self.tr("{name} does not hear you.").format(
                name=words.who(call.name, call.number)
            )
        return ""

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look, state = self._look, self.call.state
        ringing = state == "incoming"
        width = 2.0 if ringing else 1.0
        box = QRectF(self.rect()).adjusted(width / 2, width / 2, -width / 2, -width / 2)
        path = QPainterPath()
        path.addRoundedRect(box, t.R_CARD, t.R_CARD)
        painter.fillPath(path, look.colour("surface"))
        painter.setClipPath(path)
        painter.fillRect(QRectF(0, 0, t.BAR, self.height()), look.colour(_BAR[state]))
        painter.setClipping(False)
        painter.setPen(QPen(look.colour("violet" if ringing else "line"), width))
        painter.drawPath(path)
        painter.end()
