"""On a call's card: how it sounds (four bars and a word), and whether it is recorded."""

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from softphone.call_sound import CallSound
from softphone.protocol import Quality
from softphone.ui import marks, sound_words
from softphone.ui import tokens as t
from softphone.ui.button import Button
from softphone.ui.look import Look
from softphone.ui.sound_words import Grade
from softphone.ui.style import set_role

_FULL: dict[Grade, int] = {"good": 4, "medium": 2, "bad": 1}
_TOKEN: dict[Grade, str] = {"good": "green", "medium": "amber", "bad": "red"}


class _Bars(QWidget):
    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.grade: Grade = "good"
        self.setFixedSize(20, 14)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        box = QRectF(self.rect())
        marks.paint_bars(painter, box, _FULL[self.grade], _TOKEN[self.grade], self._look.theme)
        painter.end()


class QualityMark(QWidget):
    """The figures stand in its tooltip and its description."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._bars, self._word = _Bars(look), QLabel()
        self._word.setObjectName("call_quality")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self._bars)
        row.addWidget(self._word)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.changed.connect(self._bars.update)
        self.hide()

    def show_quality(self, quality: Quality | None) -> None:
        self.setVisible(quality is not None)
        if quality is None:
            return
        grade = sound_words.grade(quality.mos)
        if grade != self._bars.grade or not self._word.text():
            self._bars.grade = grade
            self._bars.update()
            set_role(self._word, f"state-{_TOKEN[grade]}")
        self._word.setText(sound_words.quality(quality.mos))
        self.setAccessibleName(self._word.text())
        self.setToolTip(sound_words.figures(quality))
        self.setAccessibleDescription(self.toolTip())


class _Disc(QWidget):
    """The red disc of whatever records."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.setFixedSize(t.MARK, t.MARK)
        look.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._look.colour("red"))
        painter.setBrush(self._look.colour("red"))
        painter.drawEllipse(QRectF(2, 2, t.MARK - 4, t.MARK - 4))
        painter.end()


class RecordRow(QWidget):
    """``asked`` carries what is wanted: record, or stop (before it began: do not begin)."""

    asked = Signal(bool)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._on = False
        """It is recorded, or will be."""
        self._button = Button(look, self.tr("Record"), "circle-dot")
        self._button.setObjectName("record")
        self._button.clicked.connect(lambda: self.asked.emit(not self._on))
        self._disc, self._word, self._note = _Disc(look), QLabel(), QLabel()
        self._word.setObjectName("call_recording")
        self._note.setObjectName("call_recording_note")
        self._note.setWordWrap(True)
        set_role(self._note, "state-amber")
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self._button)
        row.addSpacing(t.S4)
        row.addWidget(self._disc)
        row.addWidget(self._word)
        row.addStretch(1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(t.S4)
        box.addLayout(row)
        box.addWidget(self._note)
        self.hide()

    def show_sound(self, sound: CallSound | None) -> None:
        """None: this call cannot be recorded now."""
        self.setVisible(sound is not None)
        if sound is None:
            return
        self._on = sound.records or sound.wanted
        if sound.records:
            self._show_button(self.tr("Stop"), "square", self.tr("Stop recording"))
            self._show_word(self.tr("Recording"), "state-red")
        elif sound.wanted:
            self._show_button(self.tr("Cancel"), "x", self.tr("Do not record"))
            self._show_word(self.tr("Being announced…"), "state-amber")
        else:
            self._show_button(self.tr("Record"), "circle-dot", self.tr("Record"))
            self._show_word("", "state-red")
        self._disc.setVisible(sound.records)
        first = "" if self._on or sound.recordable else self.tr("The other person is told first.")
        self._button.setToolTip(first)
        self._button.setAccessibleDescription(first)
        note = self._sentence(sound)
        self._note.setText(note)
        self._note.setVisible(bool(note))

    def _sentence(self, sound: CallSound) -> str:
        if self._on:
            return ""
        match sound.refused:
            case "announce":
                return self.tr("Not recorded: it could not be announced to the other person.")
            case "record":
                return self.tr("Not recorded: the recording did not begin.")
        return ""

    def _show_button(self, text: str, icon: str, name: str) -> None:
        self._button.show_as(text, icon)
        self._button.setAccessibleName(name)

    def _show_word(self, text: str, role: str) -> None:
        if text != self._word.text():
            self._word.setText(text)
            set_role(self._word, role)
        self._word.setVisible(bool(text))
