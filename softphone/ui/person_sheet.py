"""One colleague in the right column: who, where, present or not; call or write."""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from softphone.live import Colleague
from softphone.ui import button as b
from softphone.ui import marks, words
from softphone.ui import tokens as t
from softphone.ui.button import Button
from softphone.ui.look import Look
from softphone.ui.style import set_role


class Face(QWidget):
    """Initials on a round ground."""

    def __init__(self, look: Look, size: int = 48) -> None:
        super().__init__()
        self._look, self.name = look, ""
        self.setFixedSize(size, size)
        look.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        marks.paint_face(painter, QRectF(self.rect()), self.name, self._look.theme)
        painter.end()


class PresenceLabel(QWidget):
    """Mark and word, for anything that is not a list row."""

    def __init__(self, look: Look, name: str = "") -> None:
        super().__init__()
        self._look = look
        self._presence = "unknown"
        self._label = QLabel()
        if name:
            self._label.setObjectName(name)
        box = QHBoxLayout(self)
        box.setContentsMargins(t.MARK + 6, 0, 0, 0)
        box.addWidget(self._label)
        look.changed.connect(self.update)

    def show_presence(self, presence: str, word: str) -> None:
        self._presence = presence
        self._label.setText(word)
        set_role(self._label, f"state-{marks.PRESENCE_TOKEN.get(presence, 'grey')}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        box = QRectF(0, (self.height() - t.MARK) / 2, t.MARK, t.MARK)
        marks.paint_presence(painter, box, self._presence, self._look.theme)
        painter.end()


class PersonSheet(QFrame):
    """``called`` and ``written`` carry the extension."""

    called = Signal(str)
    written = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setObjectName("person_sheet")
        set_role(self, "card")
        self.person: Colleague | None = None
        self._face, self._presence = Face(look), PresenceLabel(look)
        self._name, self._where, self._about = QLabel(), QLabel(), QLabel()
        set_role(self._name, "name")
        set_role(self._where, "note2")
        set_role(self._about, "second")
        self._name.setWordWrap(True)
        self._about.setWordWrap(True)
        call = Button(look, self.tr("Call"), "phone", b.CALL, "F3")
        write = Button(look, self.tr("Write a message"), "message-square", b.LARGE)
        call.setObjectName("sheet_call")
        write.setObjectName("sheet_write")
        call.clicked.connect(lambda: self.person and self.called.emit(self.person.extension))
        write.clicked.connect(lambda: self.person and self.written.emit(self.person.extension))
        names = QVBoxLayout()
        names.setSpacing(2)
        names.addWidget(self._name)
        names.addWidget(self._where)
        top = QHBoxLayout()
        top.setSpacing(t.S12)
        top.addWidget(self._face, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(names, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(t.S16, t.S16, t.S16, t.S16)
        box.setSpacing(t.S12)
        box.addLayout(top)
        box.addWidget(self._presence)
        box.addWidget(self._about)
        box.addWidget(call)
        box.addWidget(write)
        self.hide()

    def show_person(self, person: Colleague | None, now: float) -> None:
        self.person = person
        self.setVisible(person is not None)
        if person is None:
            return
        self._face.name = person.name
        self._face.update()
        self._name.setText(person.name)
        self._where.setText(self.tr("Extension {number}").format(number=person.extension))
        about = (person.function, person.service, person.site)
        self._about.setText(" · ".join(part for part in about if part))
        self._about.setVisible(any(about))
        self.tick(now)

    def tick(self, now: float) -> None:
        if self.person is not None:
            word = words.presence_since(self.person.presence, self.person.since, now)
            self._presence.show_presence(self.person.presence, word)
