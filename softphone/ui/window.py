"""The window's frame: rail, top bar, banner, calls, pages; which stands where at which width.

Keys are bound in keys.py; what pages contain is theirs.
"""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QStackedWidget, QVBoxLayout, QWidget

from softphone.live import Colleague
from softphone.ui import tokens as t
from softphone.ui.about_page import AboutPage
from softphone.ui.banner_bar import BannerBar
from softphone.ui.calls_area import CallsArea
from softphone.ui.directory_page import DirectoryPage
from softphone.ui.intents import Intents
from softphone.ui.keys import bind
from softphone.ui.look import Look
from softphone.ui.messages_page import MessagesPage
from softphone.ui.page import Page, scrolled
from softphone.ui.panes import step
from softphone.ui.people_rows import NumberRow
from softphone.ui.phone_page import PhonePage
from softphone.ui.rail import Rail
from softphone.ui.search_field import Results
from softphone.ui.sound_page import SoundPage
from softphone.ui.store import Store
from softphone.ui.style import set_role
from softphone.ui.switchboard_page import SwitchboardPage
from softphone.ui.top_bar import TopBar


class Window(QWidget):
    """``closed`` comes once, when the person closes it."""

    closed = Signal()

    def __init__(
        self, look: Look, store: Store, intents: Intents, version: str = "", log_file: str = ""
    ) -> None:
        super().__init__()
        self.setObjectName("window")
        self._store, self._intents = store, intents
        self.setMinimumSize(t.W_MIN, t.H_MIN)
        self.banner = BannerBar(look, store, intents)
        self.top = TopBar(look, store)
        self.field = self.top.field
        self.results = Results(look, store)
        self.calls = CallsArea(look, store, intents)
        self.rail = Rail(look)
        self.pages: dict[str, Page] = {}
        self.stack = QStackedWidget()
        self.phone = PhonePage(look, store, intents)
        self.directory = DirectoryPage(look, store, intents)
        self.messages = MessagesPage(look, store, intents)
        self.switchboard = SwitchboardPage(look, store, intents)
        self.sound = SoundPage(look, store, intents)
        self.about = AboutPage(look, store, version, log_file)
        self._layout = ""
        self._missed_seen = store.now()
        self._fill_rail()
        self._build()
        self._connect()
        self._show_me()
        self._show_counts()
        self._lay()
        bind(self)
        self.go("switchboard" if store.state.me.is_receptionist else "phone")

    def _fill_rail(self) -> None:
        add = self.rail.add
        add("phone", self.tr("Phone"), "phone", "red_fill")
        add("switchboard", self.tr("Switchboard"), "headset", "red_fill")
        add("directory", self.tr("Directory"), "users")
        add("messages", self.tr("Messages"), "message-square")
        self.rail.add_spring()
        add("sound", self.tr("Sound"), "volume-2")
        add("about", self.tr("Help"), "life-buoy")
        self.pages = {
            "phone": self.phone,
            "switchboard": self.switchboard,
            "directory": self.directory,
            "messages": self.messages,
            "sound": self.sound,
            "about": self.about,
        }

    def _build(self) -> None:
        inside = QWidget()
        self._column_box = QVBoxLayout(inside)
        self._column_box.setContentsMargins(t.S16, t.S16, t.S16, t.S16)
        self._column_box.setSpacing(t.S12)
        self._column_box.addWidget(self.calls)
        for page in self.pages.values():
            self.stack.addWidget(page)
            if page.side is not None:
                self._column_box.addWidget(page.side, 100)
        self._column_box.addStretch(1)
        self.column = QFrame()
        self.column.setObjectName("column")
        set_role(self.column, "column")
        self.column.setFixedWidth(t.W_COLUMN)
        holder = QVBoxLayout(self.column)
        holder.setContentsMargins(1, 0, 0, 0)
        holder.addWidget(scrolled(inside))
        self._calls_slot = QWidget()
        slot = QVBoxLayout(self._calls_slot)
        slot.setContentsMargins(t.S12, t.S12, t.S12, 0)
        self._slot_box = slot
        # A page may be as low as what is left: the cards above it never give way.
        self.stack.setMinimumSize(1, 1)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(0)
        self._grid.setColumnStretch(1, 1)
        self._grid.setRowStretch(4, 1)
        self._grid.addWidget(self.banner, 0, 0, 1, 3)
        self._grid.addWidget(self.top, 1, 1, 1, 2)
        self._grid.addWidget(self.results, 2, 1)
        self._grid.addWidget(self._calls_slot, 3, 1)
        self._grid.addWidget(self.stack, 4, 1)
        self._grid.addWidget(self.column, 2, 2, 3, 1)

    def _connect(self) -> None:
        store = self._store
        self.rail.chosen.connect(self.go)
        self.field.results = self.results.view
        self.field.textChanged.connect(self.results.search)
        self.field.entered.connect(self.call_field)
        self.field.left.connect(self.leave_field)
        self.results.chosen.connect(self._call_row)
        self.phone.digit.connect(self._digit)
        self.phone.call_asked.connect(self.call_field)
        self.directory.written.connect(self.write_to)
        self.banner.page_asked.connect(self.go)
        store.me.connect(self._show_me)
        for signal in (store.messages, store.board, store.recent_calls):
            signal.connect(self._show_counts)
        store.calls.connect(self._lay_calls)

    @property
    def page(self) -> Page:
        """The page in front."""
        found = self.stack.currentWidget()
        assert isinstance(found, Page)
        return found

    def go(self, name: str) -> None:
        """Show a page and put the focus where work begins there."""
        page = self.pages[name]
        self.stack.setCurrentWidget(page)
        self.rail.show_page(name)
        if name == "phone":
            self._missed_seen = self._store.now()
            self._show_counts()
        self._lay_calls()
        if name == "phone":
            self.field.setFocus()
        page.enter()

    def step_page(self, by: int) -> None:
        """Ctrl+Tab."""
        names = [name for name, button in self.rail.buttons.items() if not button.isHidden()]
        here = next(name for name, page in self.pages.items() if page is self.page)
        self.go(names[(names.index(here) + by) % len(names)])

    def step_pane(self, by: int) -> None:
        """F6: field, panes of the page, calls, what stands under them."""
        side = [self.page.side] if self.page.side is not None else []
        step([self.field, *self.page.panes(), self.calls, *side], self.focusWidget(), by)

    def call_back_or_retry(self) -> None:
        """F5: the selected recent call, else what the banner offers."""
        if not (self.page is self.phone and self.phone.call_selected()):
            self.banner.act()

    def focus_field(self) -> None:
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def leave_field(self) -> None:
        self.page.enter()

    def answer_or_call(self) -> None:
        """F3: answer; on the switchboard take the first; else call the person shown."""
        if self.calls.answer():
            return
        if self.page is self.switchboard:
            self.switchboard.take_first()
        elif (number := self.page.call_shown()) and self.calls.live() is None:
            self._intents.dial(number)

    def call_field(self) -> None:
        """Enter in the field, or the call button under the keypad."""
        if not self.field.text().strip():
            self.focus_field()
            return
        row = self.results.view.value()
        if row is not None:
            self._call_row(row)

    def write_to(self, extension: str) -> None:
        self.go("messages")
        self.messages.open(extension)

    def _call_row(self, row: Colleague | NumberRow) -> None:
        number = row.number if isinstance(row, NumberRow) else row.extension
        if self._intents.dial(number):
            self.field.clear()

    def _digit(self, key: str) -> None:
        self.field.insert(key)
        self.field.setFocus()

    def _show_me(self) -> None:
        me = self._store.state.me
        title = self.tr("allo — {name} · extension {number}")
        self.setWindowTitle(title.format(name=me.name, number=me.extension))
        self.rail.buttons["switchboard"].setVisible(me.is_receptionist)
        if not me.is_receptionist and self.page is self.switchboard:
            self.go("phone")

    def _show_counts(self) -> None:
        state, buttons = self._store.state, self.rail.buttons
        buttons["messages"].set_count(state.messages.unread)
        waiting = sum(len(queue.callers) for queue in state.queues) if state.board.fresh else 0
        buttons["switchboard"].set_count(waiting)
        missed = sum(
            call.missed for call in self._store.recent if (call.ended or 0) > self._missed_seen
        )
        buttons["phone"].set_count(0 if self.stack.currentWidget() is self.phone else missed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay()

    def _lay(self) -> None:
        width = self.width()
        layout = "full" if width >= t.W_FULL else "medium" if width >= t.W_MEDIUM else "compact"
        if layout == self._layout:
            return
        self._layout = layout
        narrow = layout == "compact"
        self.rail.lay(narrow=narrow)
        self._grid.removeWidget(self.rail)
        if narrow:
            self._grid.addWidget(self.rail, 5, 0, 1, 3)
        else:
            self._grid.addWidget(self.rail, 1, 0, 5, 1)
        self.top.lay(narrow=narrow)
        self.results.lay(narrow=narrow)
        for page in self.pages.values():
            page.lay(narrow=narrow)
        if layout == "full":
            self._column_box.insertWidget(0, self.calls)
        else:
            self._slot_box.addWidget(self.calls)
        self._lay_calls()

    def _lay_calls(self) -> None:
        any_call = bool(self._store.state.calls)
        full = self._layout == "full"
        side = self.page.side
        # In a call the keypad gives way: the cards have the column.
        shown = None if self.page is self.phone and any_call else side
        for page in self.pages.values():
            if page.side is not None:
                page.side.setVisible(page.side is shown)
        self.calls.show_title(full and self.page in (self.phone, self.switchboard))
        self.column.setVisible(full and (any_call or side is not None))
        self._calls_slot.setVisible(not full and any_call)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A digit typed anywhere but in a text goes into the field; ``?`` there opens the help."""
        if event.text() and event.text() in "0123456789+*#":
            self._digit(event.text())
        elif event.text() == "?":
            self.go("about")
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Never in the middle of a call: closing would cut it."""
        if any(call.alive for call in self._store.state.calls.values()):
            event.ignore()
            self.banner.notice(
                self.tr("A call is going on: the window stays. Hang up to close it.")
            )
            return
        self.closed.emit()
        super().closeEvent(event)
