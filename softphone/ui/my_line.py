"""Who I am on the exchange: extension, public number, site; as a card of rows."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from softphone.dialling import readable
from softphone.profile import Agent
from softphone.ui import tokens as t
from softphone.ui.look import Look
from softphone.ui.style import set_role


class IconLabel(QLabel):
    """A small icon beside a word; follows the theme."""

    def __init__(self, look: Look, icon: str) -> None:
        super().__init__()
        self._look, self._icon = look, icon
        look.changed.connect(self._draw)
        self._draw()

    def _draw(self) -> None:
        self.setPixmap(self._look.pixmap(self._icon, "text2", t.ICON_BUTTON))


class MyLine(QFrame):
    """Shows an ``Agent``."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setObjectName("my_line")
        set_role(self, "card")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(t.S12, 2, t.S12, 2)
        self._box.setSpacing(0)
        self._extension = self._row(look, "hash", self.tr("Extension"))
        self._number = self._row(look, "phone", self.tr("Public number"))
        self._site = self._row(look, "map-pin", self.tr("Site"))

    def show_agent(self, me: Agent) -> None:
        self._extension.setText(me.extension)
        self._number.setText(readable(me.public_number) if me.public_number else self.tr("None"))
        self._site.setText(me.site)

    def _row(self, look: Look, icon: str, word: str) -> QLabel:
        if self._box.count():
            line = QFrame()
            set_role(line, "line")
            self._box.addWidget(line)
        name, value = QLabel(word), QLabel()
        set_role(name, "second")
        set_role(value, "strong")
        holder = QWidget()
        holder.setFixedHeight(t.H_CONTROL)
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(t.S12)
        row.addWidget(IconLabel(look, icon))
        row.addWidget(name, 1)
        row.addWidget(value)
        self._box.addWidget(holder)
        return value
