"""Keys, this phone's facts, and where to ask. The page behind *Help*."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from softphone.dialling import readable
from softphone.ui import tokens as t
from softphone.ui.call_card import Tag
from softphone.ui.look import Look
from softphone.ui.page import Page, head, scrolled
from softphone.ui.store import Store
from softphone.ui.style import set_role


class AboutPage(Page):
    """Everything on it is text: it can be read out and copied."""

    def __init__(self, look: Look, store: Store, version: str, log_file: str) -> None:
        super().__init__("about")
        self._look, self._store, self._version, self._log_file = look, store, version, log_file
        inside = QWidget()
        self._box = box = QVBoxLayout(inside)
        box.setSpacing(t.S12)
        box.addLayout(head(self.tr("Keys")))
        box.addWidget(self._keys())
        box.addSpacing(t.S8)
        box.addLayout(head(self.tr("This phone")))
        self._facts: dict[str, QLabel] = {}
        card = QFrame()
        set_role(card, "card")
        self._grid = QGridLayout(card)
        self._grid.setContentsMargins(t.S16, t.S12, t.S16, t.S12)
        self._grid.setHorizontalSpacing(t.S16)
        self._grid.setVerticalSpacing(t.S8)
        self._grid.setColumnStretch(1, 1)
        box.addWidget(card)
        box.addStretch(1)
        inside.setMaximumWidth(t.W_TEXT_MAX)
        self._area = scrolled(inside)
        self._area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._area)
        store.condition.connect(self._show)
        store.me.connect(self._show)
        self._show()

    def enter(self) -> None:
        self._area.setFocus()

    def lay(self, *, narrow: bool) -> None:
        margin = t.MARGIN_COMPACT if narrow else t.MARGIN
        self._box.setContentsMargins(margin, t.S16, margin, t.S16)

    def panes(self) -> list[QWidget]:
        return [self._area]

    def _keys(self) -> QFrame:
        card = QFrame()
        set_role(card, "card")
        grid = QGridLayout(card)
        grid.setContentsMargins(t.S16, t.S12, t.S16, t.S12)
        grid.setHorizontalSpacing(t.S16)
        grid.setColumnStretch(1, 1)
        shift = self.tr("Shift F3")
        rows = (
            (self.tr("Ctrl F"), "F2", self.tr("Search or dial")),
            ("F3", "Ctrl R", self.tr("Answer; take the first; else call the person shown")),
            (shift, "", self.tr("Decline a ringing call")),
            ("F4", "Ctrl L", self.tr("Hang up")),
            ("F9", "Ctrl B", self.tr("Mute and unmute")),
            ("F5", "", self.tr("Call back, or try the connection again")),
            ("F6", "", self.tr("Next pane")),
            (self.tr("Ctrl Tab"), "", self.tr("Next page")),
            (self.tr("Enter"), "", self.tr("Call the selected person; take the selected caller")),
            (self.tr("Esc"), "", self.tr("Clear the field; never hangs up")),
            ("F1", "", self.tr("This page")),
        )
        for position, (key, other, what) in enumerate(rows):
            caps = QHBoxLayout()
            caps.setSpacing(t.S4)
            for cap in (key, other):
                if cap:
                    caps.addWidget(Tag(self._look, cap))
            caps.addStretch(1)
            grid.addLayout(caps, position, 0)
            label = QLabel(what)
            label.setWordWrap(True)
            label.setMinimumWidth(60)
            grid.addWidget(label, position, 1)
        return card

    def _show(self) -> None:
        state = self._store.state
        me, line = state.me, state.line
        rows = [
            (self.tr("Name"), me.name),
            (self.tr("Extension"), me.extension),
            (self.tr("Public number"), readable(me.public_number or "")),
            (self.tr("Site"), me.site),
            (self.tr("Exchange"), " · ".join(x for x in (line.server, line.user) if x)),
            (self.tr("Encryption"), " · ".join(x for x in (line.tls, line.auth) if x)),
            (self.tr("Version"), self._version),
            (self.tr("Log file"), self._log_file),
        ]
        for name, value in rows:
            if name not in self._facts:
                label, fact = QLabel(name), QLabel()
                set_role(label, "second")
                fact.setWordWrap(True)
                fact.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                self._grid.addWidget(label, len(self._facts), 0, Qt.AlignmentFlag.AlignTop)
                self._grid.addWidget(fact, len(self._facts), 1)
                self._facts[name] = fact
            # Cipher names and paths may break where they have a joint.
            broken = value.replace("_", "_\u200b").replace("/", "/\u200b")
            self._facts[name].setText(broken or "–")
