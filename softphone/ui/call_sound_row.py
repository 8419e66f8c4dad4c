"""On a call's card: how it sounds (four bars and a word), and whether it is recorded."""

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

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
    """``asked`` carries what is wanted: record, or stop. Hidden while that is not allowed."""

    asked = Signal(bool)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._records = False
        self._button = Button(look, self.tr("Record"), "circle-dot")
        self._button.setObjectName("record")
        self._button.clicked.connect(lambda: self.asked.emit(not self._records))
        self._disc, self._word = _Disc(look), QLabel(self.tr("Recording"))
        self._word.setObjectName("call_recording")
        set_role(self._word, "state-red")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self._button)
        row.addSpacing(t.S4)
        row.addWidget(self._disc)
        row.addWidget(self._word)
        row.addStretch(1)
        self.hide()

    def show_sound(self, sound: CallSound) -> None:
        self.setVisible(sound.recordable)
        self._records = sound.records
        if sound.records:
            self._button.show_as(self.tr("Stop"), "square")
            self._button.setAccessibleName(self.tr("Stop recording"))
        else:
            self._button.show_as(self.tr("Record"), "circle-dot")
            self._button.setAccessibleName(self.tr("Record"))
        self._disc.setVisible(sound.records)
        self._word.setVisible(sound.records)
