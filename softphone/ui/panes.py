"""Going from one pane of a window to the next by key."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def step(panes: Sequence[QWidget], focus: QWidget | None, by: int) -> None:
    """Focus the pane that comes ``by`` places after the one with ``focus``, round and round."""
    usable = [pane for pane in panes if pane.isVisible() and first_control(pane) is not None]
    inside = (
        place
        for place, pane in enumerate(usable)
        if focus is not None and (pane is focus or pane.isAncestorOf(focus))
    )
    here = next(inside, -1 if by > 0 else 0)
    target = first_control(usable[(here + by) % len(usable)]) if usable else None
    if target is not None:
        target.setFocus(Qt.FocusReason.ShortcutFocusReason)


def first_control(pane: QWidget) -> QWidget | None:
    """``pane`` or its first child that takes the focus by keyboard."""
    if pane.focusPolicy() & Qt.FocusPolicy.TabFocus and pane.isEnabled():
        return pane
    for child in pane.findChildren(QWidget):
        usable = child.isVisible() and child.isEnabled()
        if usable and child.focusPolicy() & Qt.FocusPolicy.TabFocus:
            return child
    return None
