"""What the window asks of every page."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from softphone.ui import tokens as t
from softphone.ui.style import set_role


class Page(QWidget):
    """``side`` stands in the right column under the calls; a page without one takes the width."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(f"page_{name}")
        self.side: QWidget | None = None

    def enter(self) -> None:
        """The person came here."""

    def panes(self) -> list[QWidget]:
        """Where F6 goes, in order."""
        return []

    def call_shown(self) -> str:
        """Number of the person shown, which F3 calls when nothing rings; or empty."""
        return ""

    def lay(self, *, narrow: bool) -> None:
        """The window became narrow (``< 720``) or is no longer."""


def scrolled(inside: QWidget) -> QScrollArea:
    """``inside`` in an area that scrolls up and down only."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(inside)
    for widget in (area.viewport(), inside):
        widget.setAutoFillBackground(False)
    return area


def head(title: str, note: QLabel | None = None, role: str = "title") -> QHBoxLayout:
    """A title with a small note at the right."""
    label = QLabel(title)
    set_role(label, role)
    row = QHBoxLayout()
    row.addWidget(label, 1)
    if note is not None:
        set_role(note, "note")
        row.addWidget(note, 0, Qt.AlignmentFlag.AlignVCenter)
    return row


def column(parent: QWidget, margin: int = t.MARGIN, spacing: int = t.S8) -> QVBoxLayout:
    """The usual layout of a page."""
    box = QVBoxLayout(parent)
    box.setContentsMargins(margin, t.S16, margin, t.S16)
    box.setSpacing(spacing)
    return box
