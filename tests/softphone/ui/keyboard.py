"""A person's hands: keys go to whatever has the focus."""

from PySide6.QtCore import QDeadlineTimer, QEvent, QEventLoop, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
_NONE = Qt.KeyboardModifier.NoModifier


def focus() -> QWidget:
    """What has the focus; there must be something, once the X server has told the window so."""
    deadline = QDeadlineTimer(5000)
    while QApplication.focusWidget() is None and not deadline.hasExpired():
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 50)
    found = QApplication.focusWidget()
    assert found is not None, "nothing has the focus"
    return found


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = _NONE) -> None:
    """One key, through shortcuts as from the system."""
    QTest.keyClick(focus(), key, modifier)
    QApplication.processEvents()


def say(text: str) -> None:
    """Type ``text``, accents included (QTest itself only knows ASCII)."""
    for character in text:
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QApplication.sendEvent(focus(), QKeyEvent(kind, 0, _NONE, character))
    QApplication.processEvents()
