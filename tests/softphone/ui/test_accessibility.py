"""What a screen reader and a keyboard find: names, roles, an order, and no trap."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from softphone.ui.look import Look
from tests.softphone.ui import scenes
from tests.softphone.ui.rig import Rig

PAGES = ["phone", "switchboard", "directory", "messages", "sound", "about"]


@pytest.fixture
def rig(look: Look) -> Iterator[Rig]:
    state = scenes.ringing(scenes.unsent(scenes.town(scenes.CHANTAL, rush=True)))
    made = Rig(look, state)
    made.show()
    yield made
    made.close()


def controls(window: QWidget) -> list[QWidget]:
    kinds = QAbstractButton | QComboBox | QLineEdit | QPlainTextEdit | QAbstractItemView
    return [w for w in window.findChildren(QWidget) if isinstance(w, kinds) and w.isVisible()]


def name(widget: QWidget) -> str:
    found = QAccessible.queryAccessibleInterface(widget)
    return found.text(QAccessible.Text.Name) if found is not None else ""


@pytest.mark.parametrize("page", PAGES)
def test_every_control_has_a_name(rig: Rig, page: str) -> None:
    rig.window.go(page)
    if page == "messages":
        rig.window.messages.open("2032")
    QApplication.processEvents()
    nameless = [f"{type(w).__name__} {w.objectName()}" for w in controls(rig.window) if not name(w)]
    assert nameless == []


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("width", [360, 1280])
def test_tab_reaches_every_control_and_comes_round(rig: Rig, page: str, width: int) -> None:
    rig.window.resize(width, 640)
    rig.window.go(page)
    QApplication.processEvents()
    start = QApplication.focusWidget()
    assert start is not None
    met: list[QWidget] = []
    for _ in range(80):
        focus = QApplication.focusWidget()
        assert focus is not None
        assert focus.isVisible()
        if focus in met:
            break
        met.append(focus)
        QTest.keyClick(focus, Qt.Key.Key_Tab)
        QApplication.processEvents()
    else:
        pytest.fail("Tab never comes round")
    missed = [
        f"{type(w).__name__} {w.objectName()}"
        for w in controls(rig.window)
        if w.isEnabled() and w.focusPolicy() & Qt.FocusPolicy.TabFocus and w not in met
    ]
    assert missed == []


def test_rows_are_one_sentence_each(rig: Rig) -> None:
    rig.window.go("directory")
    model = rig.window.directory.view.rows
    role = Qt.ItemDataRole.AccessibleTextRole
    assert model.index(0).data(role) == "Amélie Piron, État civil, Ça sonne, poste 2016"


def test_targets_are_large_enough(rig: Rig) -> None:
    small = [
        f"{w.objectName()} {w.width()}×{w.height()}"
        for w in controls(rig.window)
        if w.width() < 24 or w.height() < 24
    ]
    assert small == []
    for card in ("answer", "reject"):
        found = rig.window.findChild(QAbstractButton, card)
        assert isinstance(found, QAbstractButton)
        assert found.height() >= 44
