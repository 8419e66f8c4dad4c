"""Which key does what in the window. The table of the design, bound once.

Function keys carry telephony because they are the same on every layout; each has a Ctrl letter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence, QShortcut

if TYPE_CHECKING:
    from softphone.ui.window import Window


def bind(window: Window) -> None:
    """Shortcuts of the whole window; none of them is a single letter or a top-row digit."""
    actions = {
        ("Ctrl+F", "F2"): window.focus_field,
        ("F3", "Ctrl+R"): window.answer_or_call,
        ("Shift+F3",): window.calls.reject,
        ("F4", "Ctrl+L"): window.calls.hang_up,
        ("F5",): window.call_back_or_retry,
        ("F6",): lambda: window.step_pane(1),
        ("Shift+F6",): lambda: window.step_pane(-1),
        ("F9", "Ctrl+B"): window.calls.mute,
        ("Ctrl+Tab",): lambda: window.step_page(1),
        ("Ctrl+Shift+Tab",): lambda: window.step_page(-1),
        ("F1",): lambda: window.go("about"),
    }
    for sequences, action in actions.items():
        for sequence in sequences:
            shortcut = QShortcut(QKeySequence(sequence), window)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(action)
