"""Which devices are heard and spoken into, how loud it is, tests, and what is done to the voice.

Everything applies at once. The engine measures levels only while this page is in front.
"""

from typing import Literal

import msgspec
from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from softphone import device_names, devices
from softphone.protocol import Levels
from softphone.ui import sound_words
from softphone.ui import tokens as t
from softphone.ui.button import Button
from softphone.ui.choice import Choice
from softphone.ui.device_row import DeviceRow
from softphone.ui.intents import Intents
from softphone.ui.look import Look
from softphone.ui.meter import Meter
from softphone.ui.page import Page, head, scrolled
from softphone.ui.store import Store
from softphone.ui.style import set_role
from softphone.ui.switch import SwitchRow

Use = Literal["microphone", "speaker", "ring"]

_ATTENTION = (
    QEvent.Type.WindowActivate,
    QEvent.Type.WindowDeactivate,
    QEvent.Type.WindowStateChange,
)
_RUNNING = ("playing", "recording")
_SIDE_BY_SIDE = 600
"""Width from which a row has its words at the left."""


class SoundPage(Page):
    """Shows ``store.state`` and nothing else; what the person picks goes through the intents."""

    def __init__(self, look: Look, store: Store, intents: Intents) -> None:
        super().__init__("sound")
        self._store, self._intents = store, intents
        self._tried = False
        """A test was asked for since the page was opened."""
        self._metering = False
        self.rows: dict[Use, DeviceRow] = {}
        self.melody = Choice(look, "melody", self.tr("Melody"), "music")
        self.switches: dict[str, SwitchRow] = {}
        self._wait = QLabel(
            self.tr("Tests wait until the call is over. Devices can be changed already.")
        )
        self._wait.setObjectName("tests_wait")
        self._wait.setWordWrap(True)
        set_role(self._wait, "second")
        self._broken = QLabel(
            self.tr(
                "These four do not work at present: you are heard as the microphone hears you. "
                "Put on a headset and restart allo; if that is no help, tell IT."
            )
        )
        self._broken.setObjectName("processing_broken")
        self._broken.setWordWrap(True)
        self._broken.setContentsMargins(t.S16, t.S12, t.S16, 0)
        set_role(self._broken, "state-amber")
        self._make_rows(look)
        self._build()
        for signal in (store.sound, store.calls):
            signal.connect(self._show)
        store.levels.connect(self._levels)
        self._show()

    def _make_rows(self, look: Look) -> None:
        microphone = Meter(look, "microphone_meter", self.tr("Level of the microphone"))
        speaker = Meter(look, "speaker_meter", self.tr("Level of the speaker"))
        self._button_look: dict[Use, tuple[str, str]] = {
            "microphone": (self.tr("Record 5 s and listen"), "mic"),
            "speaker": (self.tr("Test"), "volume-2"),
            "ring": (self.tr("Test"), "bell"),
        }
        said: tuple[tuple[Use, str, str, str, Meter | None], ...] = (
            ("microphone", self.tr("Microphone"), self.tr("What the other person hears"),
             "mic", microphone),
            ("speaker", self.tr("Earpiece"), self.tr("What you hear"), "headset", speaker),
            ("ring", self.tr("Ringer"),
             self.tr("Rings without a headset too; the melody is for calls from outside"),
             "bell", None),
        )  # fmt: skip
        for use, title, note, icon, meter in said:
            word, mark = self._button_look[use]
            button = Button(look, word, mark)
            button.setObjectName(f"test_{use}")
            more = self.melody if use == "ring" else None
            row = DeviceRow(
                look, use, title, note, icon, button, meter, more, below=use == "microphone"
            )
            row.choice.chosen.connect(lambda name, use=use: self._choose(**{use: name}))
            button.clicked.connect(lambda _=False, use=use: self._test(use))
            self.rows[use] = row
        self.rows["speaker"].button.setAccessibleName(self.tr("Test the earpiece"))
        self.rows["ring"].button.setAccessibleName(self.tr("Test the ringer"))
        self.melody.chosen.connect(lambda name: self._choose(melody=name))
        for name, title, note in (
            ("noise", self.tr("Reduce the noise around me"),
             self.tr("Fan, traffic: noise that goes on")),
            ("echo", self.tr("Remove the echo"),
             self.tr("The others do not hear themselves; leave it on but for a conference phone")),
            ("gain", self.tr("Even out my voice"),
             self.tr("Neither too low nor too loud for the others")),
            ("high_pass", self.tr("Cut the lowest sounds"),
             self.tr("Rumble, breath, knocks on the desk")),
        ):  # fmt: skip
            row_ = SwitchRow(look, name, title, note)
            row_.switch.switched.connect(lambda on, name=name: self._choose(**{name: on}))
            self.switches[name] = row_

    def _build(self) -> None:
        inside = QWidget()
        self._box = box = QVBoxLayout(inside)
        box.setSpacing(t.S12)
        note = QLabel(self.tr("Each change applies at once"))
        self._head = note
        box.addLayout(head(self.tr("Sound and headset"), note))
        card = QFrame()
        set_role(card, "card")
        lines = QVBoxLayout(card)
        lines.setContentsMargins(1, 1, 1, 1)
        lines.setSpacing(0)
        for position, row in enumerate([*self.rows.values(), *self.switches.values()]):
            if position:
                line = QFrame()
                set_role(line, "line")
                lines.addWidget(line)
            if position == len(self.rows):
                lines.addWidget(self._broken)
            lines.addWidget(row)
        box.addWidget(self._wait)
        box.addWidget(card)
        box.addStretch(1)
        inside.setMaximumWidth(t.W_TEXT_MAX + 2 * t.MARGIN)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scrolled(inside))

    def enter(self) -> None:
        self.rows["microphone"].choice.setFocus()

    def panes(self) -> list[QWidget]:
        return [self.rows["microphone"].choice, self.switches["noise"].switch]

    def lay(self, *, narrow: bool) -> None:
        margin = t.MARGIN_COMPACT if narrow else t.MARGIN
        self._box.setContentsMargins(margin, t.S16, margin, t.S16)
        self._head.setVisible(not narrow)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for row in self.rows.values():
            row.stack(on=self.width() < _SIDE_BY_SIDE)

    # The meter runs while somebody can see it

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.window().installEventFilter(self)
        self._measure()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if (
            self._tried or self._store.state.tested is not None
        ):  # running, or a result that was read
            self._tried = False
            self._intents.test_sound("stop")
        self._measure()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _ATTENTION:
            self._measure()
        return super().eventFilter(watched, event)

    def _measure(self) -> None:
        if self._store.state.engine.state != "running":
            self._metering = False  # a new engine does not measure until it is told
            self._rest()
            return
        # A microphone that nobody looks at is closed.
        window = self.window()
        wanted = self.isVisible() and window.isActiveWindow() and not window.isMinimized()
        if wanted != self._metering:
            self._metering = wanted
            self._intents.meter(wanted)
            if not wanted:
                self._rest()

    def _rest(self) -> None:
        for row in self.rows.values():
            if row.meter is not None:
                row.meter.rest()
                row.show_level("")

    def _levels(self, levels: Levels) -> None:
        if not self._metering:
            return  # some were on their way
        for row, level, word in (
            (self.rows["microphone"], levels.input, sound_words.microphone),
            (self.rows["speaker"], levels.output, sound_words.speaker),
        ):
            assert row.meter is not None
            if row.meter.show_level(level) and row.meter.loudness is not None:
                row.show_level(word(row.meter.loudness))

    # What there is to choose, and what was chosen

    def _show(self) -> None:
        self._measure()
        state = self._store.state
        settings, known = state.sound_settings, state.devices
        microphones, speakers = devices.microphones(known), devices.speakers(known)
        default_in, default_out = (known.input, known.output) if known is not None else ("", "")
        self._offer("microphone", microphones, default_in, settings.microphone)
        self._offer("speaker", speakers, default_out, settings.speaker)
        self._offer("ring", speakers, default_out, settings.ring)
        self.melody.show_items(
            [(name, sound_words.melody(name)) for name in sound_words.MELODIES], settings.melody
        )
        for name, row in self.switches.items():
            row.switch.setChecked(getattr(settings, name))
        broken = state.sound.processing if state.sound is not None else ""
        self._broken.setVisible(bool(broken))
        self._broken.setToolTip(broken)
        self._show_tests()

    def _offer(self, use: Use, names: list[str], default: str, chosen: str) -> None:
        known = self._store.state.devices
        system = self.tr("System default")
        if default:
            system = self.tr("System default ({name})").format(name=devices.label(default, known))
        items = [("", system), *((name, devices.label(name, known)) for name in names)]
        chosen = device_names.today(chosen, names)
        if chosen and chosen not in names:  # it stays chosen and comes back
            gone = self.tr("{name} (absent)").format(name=devices.label(chosen, known))
            items.append((chosen, gone))
        self.rows[use].choice.show_items(items, chosen)

    def _choose(self, **changes: str | bool) -> None:
        self._intents.choose_sound(
            msgspec.structs.replace(self._store.state.sound_settings, **changes)
        )

    # Tests

    def _running(self) -> Use | None:
        tested = self._store.state.tested
        return tested.what if tested is not None and tested.state in _RUNNING else None

    def _test(self, use: Use) -> None:
        self._tried = True
        self._intents.test_sound("stop" if self._running() == use else use)

    def _show_tests(self) -> None:
        tested, running = self._store.state.tested, self._running()
        busy = any(call.alive for call in self._store.state.calls.values())
        self._wait.setVisible(busy)
        for use, row in self.rows.items():
            word, icon = self._button_look[use]
            if use == running:
                word, icon = self.tr("Stop"), "square"
            row.button.show_as(word, icon)
            row.button.setEnabled(not busy)
            row.button.setToolTip(self._wait.text() if busy else "")
            if tested is not None and tested.what == use:
                row.show_test(sound_words.test(tested), tested.problem)
            else:
                row.show_test("")
