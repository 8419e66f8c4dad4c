"""One use of sound on the page: what it is, on which device, how loud, and a button to try it."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QBoxLayout, QLabel, QVBoxLayout, QWidget

from softphone.ui import tokens as t
from softphone.ui.button import Button
from softphone.ui.choice import Choice
from softphone.ui.look import Look
from softphone.ui.meter import Meter
from softphone.ui.style import set_role

_LINE = 18
_SAID = 200
"""Width of what stands at the left."""


class DeviceRow(QWidget):
    """``below``: the button stands under the meter, for it says more than one word."""

    def __init__(
        self, look: Look, name: str, title: str, note: str, icon: str, button: Button,
        meter: Meter | None = None, more: QWidget | None = None, below: bool = False,
    ) -> None:  # fmt: skip
        super().__init__()
        self.choice = Choice(look, name, title, icon)
        self.choice.setAccessibleDescription(note)
        self.button, self.meter = button, meter
        self._level, self._test = QLabel(), QLabel()
        self._level.setObjectName(f"{name}_level")
        self._test.setObjectName(f"{name}_test")
        for label in (self._level, self._test):
            label.setWordWrap(True)
        set_role(self._test, "second")
        self._level.setMinimumHeight(_LINE)  # nothing moves when the first word comes
        self._test.hide()
        self._said = QWidget()
        said = QVBoxLayout(self._said)
        said.setContentsMargins(0, 0, 0, 0)
        said.setSpacing(2)
        for text, role in ((title, "strong"), (note, "note2")):
            label = QLabel(text)
            label.setWordWrap(True)
            set_role(label, role)
            said.addWidget(label)
        said.addStretch(1)
        first = self._first = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        first.addWidget(self.choice, 1)
        done = QVBoxLayout()
        done.setSpacing(t.S8)
        done.addLayout(first)
        if more is not None:
            done.addWidget(more)
        if meter is not None:
            loud = self._loud = QBoxLayout(QBoxLayout.Direction.LeftToRight)
            loud.setSpacing(t.S8)
            loud.addWidget(meter, 1)
            loud.addWidget(self._level, 1)
            done.addLayout(loud)
        if below:
            done.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        else:
            first.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        done.addWidget(self._test)
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._box.setContentsMargins(t.S16, t.S12, t.S16, t.S12)
        self._box.addWidget(self._said)
        self._box.addLayout(done, 1)
        self.stack(on=False)

    def stack(self, *, on: bool) -> None:
        """One under the other where room is short."""
        direction = QBoxLayout.Direction
        across = direction.TopToBottom if on else direction.LeftToRight
        self._box.setDirection(across)
        self._box.setSpacing(t.S8 if on else t.S16)
        self._first.setDirection(across)
        self._first.setSpacing(t.S8 if on else t.S12)
        self._said.setMinimumWidth(0 if on else _SAID)
        self._said.setMaximumWidth(16777215 if on else _SAID)
        if self.meter is not None:
            self._loud.setDirection(across)

    def show_level(self, word: str) -> None:
        """The word for the meter's last seconds, in its colour."""
        if self.meter is not None:
            set_role(self._level, f"state-{self.meter.token}")
            self.meter.setAccessibleDescription(word)
        self._level.setText(word)

    def show_test(self, sentence: str, details: str = "") -> None:
        """Said aloud by a screen reader when it is another one than before."""
        if sentence and sentence != self._test.text():
            event = QAccessibleAnnouncementEvent(self, sentence)
            event.setPoliteness(QAccessible.AnnouncementPoliteness.Polite)
            QAccessible.updateAccessibility(event)
        self._test.setText(sentence)
        self._test.setToolTip(details)
        self._test.setVisible(bool(sentence))
