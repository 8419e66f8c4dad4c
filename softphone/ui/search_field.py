"""The one field: names, services, extensions, numbers. And the results under it.

The field keeps the focus; its arrows move the list below, Enter calls what is selected there. The
list is part of the layout: it pushes the page down and covers nothing.
"""

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from softphone.dialling import dialable
from softphone.ui import marks
from softphone.ui import tokens as t
from softphone.ui.look import Look
from softphone.ui.models import RowsModel
from softphone.ui.people_rows import NumberRow, PersonDelegate, PersonRow, key_of, sentence_of
from softphone.ui.rows import ListView
from softphone.ui.search import find
from softphone.ui.store import Store
from softphone.ui.style import set_role

MOST = 50
"""Rows shown at once; whoever has more should type on."""
_VISIBLE = 6


class SearchField(QLineEdit):
    """Draws its magnifier and key itself. Moves ``results``; ``left`` is Esc in an empty field."""

    entered = Signal()
    left = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.results: ListView | None = None
        self.setObjectName("field")
        set_role(self, "search")
        self.setPlaceholderText(self.tr("Name, number or department"))
        self.setAccessibleName(self.tr("Search or dial"))
        self.setAccessibleDescription(
            self.tr("Arrows choose among the results, Enter calls, Escape clears.")
        )
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMaximumWidth(520)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self.results is not None:
            self.results.step(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        elif key == Qt.Key.Key_Escape:
            if self.text():
                self.clear()
            else:
                self.left.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self.results is not None:
            self.results.steer(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self.results is not None:
            self.results.steer(False)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        middle = self.height() / 2
        icon = self._look.pixmap("search", "text2", t.ICON_BUTTON)
        painter.drawPixmap(QPointF(13, middle - t.ICON_BUTTON / 2), icon)
        key = self.tr("Esc") if self.text() else self.tr("Ctrl F")
        width = marks.key_width(key)
        box = QRectF(self.width() - 9 - width, middle - 9, width, 18)
        marks.paint_key(painter, box, key, self._look.colour("text2"), None)
        painter.end()


class Results(QWidget):
    """What was found for the text of the field. ``chosen`` carries the row."""

    chosen = Signal(object)

    def __init__(self, look: Look, store: Store) -> None:
        super().__init__()
        self.setObjectName("results")
        self._store = store
        self._text = ""
        self._model: RowsModel[PersonRow] = RowsModel(key_of, sentence_of, self)
        self.view = ListView(look, self._model, PersonDelegate, "results_list", self.tr("Results"))
        self.view.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.view.setUniformItemSizes(True)
        self.view.chosen.connect(self.chosen)
        self._note = QLabel()
        self._note.setObjectName("results_note")
        self._note.setWordWrap(True)
        set_role(self._note, "second")
        self._box = box = QVBoxLayout(self)
        self.lay(narrow=False)
        box.setSpacing(t.S8)
        box.addWidget(self._note)
        box.addWidget(self.view)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        store.board.connect(self._again)
        self.hide()

    def lay(self, *, narrow: bool) -> None:
        margin = t.MARGIN_COMPACT if narrow else t.MARGIN
        self._box.setContentsMargins(margin, t.S12, margin, 0)

    def search(self, text: str) -> None:
        """Show what fits ``text``; hide for an empty one."""
        self._text = text
        rows = self._find(text) if text.strip() else []
        self._model.set_rows(rows)
        if rows:
            self.view.select(0)
            self.view.scrollToTop()
        self._show(len(rows))

    def _again(self) -> None:
        if self._text.strip():
            rows = self._find(self._text)
            self.view.show_rows(rows)
            self._show(len(rows))

    def _find(self, text: str) -> list[PersonRow]:
        people = [p for p in self._store.state.colleagues if p.extension != self._me()]
        found: list[PersonRow] = [*find(text, people)[:MOST]]
        number = dialable(text)
        if number is None or any(key_of(row) == number for row in found):
            return found
        return [NumberRow(number), *found]

    def _me(self) -> str:
        return self._store.state.me.extension

    def _show(self, count: int) -> None:
        text = self._text.strip()
        self.setVisible(bool(text))
        self.view.setVisible(count > 0)
        self.view.setFixedHeight(min(count, _VISIBLE) * t.H_ROW + 2)
        if not count:
            sentence = self.tr("Nobody for “{text}”. Check the spelling, or search a department.")
        elif count == 1:
            sentence = self.tr("1 result for “{text}”")
        else:
            sentence = self.tr("{n} results for “{text}”")
        self._note.setText(sentence.format(text=text, n=count))
