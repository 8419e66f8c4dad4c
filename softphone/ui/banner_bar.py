"""The banner above the page: pushed in, never over it, gone by itself when all is well."""

from dataclasses import replace

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QVBoxLayout

from softphone import devices
from softphone.calls import Call
from softphone.facts import Problem
from softphone.protocol import Recording, SoundState
from softphone.ui import banners, words
from softphone.ui import button as b
from softphone.ui import tokens as t
from softphone.ui.banners import Banner, Extras
from softphone.ui.button import Button
from softphone.ui.intents import Intents
from softphone.ui.look import Look
from softphone.ui.store import Store
from softphone.ui.style import set_role

_ROLE = {"bad": "banner-bad", "watch": "banner", "good": "banner-good"}
_INK = {"bad": "red", "watch": "amber", "good": "green"}
_SHOW_NOTICE = 6.0
_SHOW_GOOD = 3.0
_SHOW_CUT = 60.0
_SHOW_RECORDED = 30.0


class BannerBar(QFrame):
    """Asks ``banners.worst`` at every change and every second.

    ``page_asked`` carries the name of the page where the person can help themselves.
    """

    page_asked = Signal(str)

    def __init__(self, look: Look, store: Store, intents: Intents) -> None:
        super().__init__()
        self.setObjectName("banner")
        self._look, self._store, self._intents = look, store, intents
        self._extras = Extras()
        self._until: dict[str, float] = {}
        self._shown: Banner | None = None
        self._told: set[str] = set()
        """Keys of cut calls that were spoken of."""
        self._devices = store.state.devices
        """The list before, to see what appears."""
        self._icon, self._text, self._note = QLabel(), QLabel(), QLabel()
        self._text.setObjectName("banner_text")
        self._text.setTextFormat(Qt.TextFormat.RichText)
        for label in (self._text, self._note):
            label.setWordWrap(True)
        set_role(self._note, "note2")
        self._button = Button(look, "")
        self._button.setObjectName("banner_button")
        self._button.clicked.connect(self._act)
        self._away = Button(look, "", "x", b.FLAT)
        self._away.setObjectName("banner_away")
        self._away.setAccessibleName(self.tr("Close this notice"))
        self._away.setToolTip(self.tr("Close this notice"))
        self._away.clicked.connect(self._dismiss)
        buttons = QHBoxLayout()
        buttons.setSpacing(t.S8)
        buttons.addStretch(1)
        buttons.addWidget(self._button)
        buttons.addWidget(self._away)
        lines = QVBoxLayout()
        lines.setSpacing(0)
        lines.addWidget(self._text)
        lines.addWidget(self._note)
        said = QHBoxLayout()
        said.setSpacing(t.S12)
        said.addWidget(self._icon)
        said.addLayout(lines, 1)
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._box.setContentsMargins(t.S16, 6, t.S16, 7)
        self._box.setSpacing(t.S8)
        self._box.addLayout(said, 1)
        self._box.addLayout(buttons)
        store.condition.connect(self.refresh)
        store.board.connect(self.refresh)
        store.calls.connect(self._calls)
        store.sound.connect(self._sound)
        store.call_sounds.connect(self.refresh)
        store.recorded.connect(self._recorded)
        store.tick.connect(self.refresh)
        store.take_refused.connect(self._refused)
        look.changed.connect(self._draw)
        self.hide()
        self.refresh()

    def warn_of(self, secret_file: str) -> None:
        """The secrets lie in this file in clear (empty: they do not)."""
        self._extras = replace(self._extras, secret_file=secret_file)
        self.refresh()

    def welcome(self, echo_test: str) -> None:
        """The phone is new: offer to try it by calling ``echo_test``."""
        self._extras = replace(self._extras, welcome=echo_test)
        self.refresh()

    def notice(self, sentence: str) -> None:
        """Say ``sentence`` for some seconds."""
        self._extras = replace(self._extras, notice=sentence)
        self._until["notice"] = self._store.now() + _SHOW_NOTICE
        self.refresh()

    def refresh(self) -> None:
        now = self._store.now()
        if self._extras.notice and now >= self._until["notice"]:
            self._extras = replace(self._extras, notice="")
        if self._extras.cut is not None and now >= self._until["cut"]:
            self._extras = replace(self._extras, cut=None)
        if self._extras.recorded is not None and now >= self._until["recorded"]:
            self._extras = replace(self._extras, recorded=None)
        found = banners.worst(self._store.state, self._extras, now)
        before = self._shown
        if found is None and before is not None:
            if before.id in ("stale", "offline"):
                self._until["good"] = now + _SHOW_GOOD
                found = Banner("good", "check", self.tr("Connected again"), id="good")
            elif before.id == "good" and now < self._until["good"]:
                return
        if found == before:
            return
        self._shown = found
        self._draw()
        if found is not None and (before is None or before.id != found.id):
            self._announce(found)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        direction = QBoxLayout.Direction
        narrow = self.width() < t.W_MEDIUM
        self._box.setDirection(direction.TopToBottom if narrow else direction.LeftToRight)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._draw()
        super().changeEvent(event)

    def _draw(self) -> None:
        found = self._shown
        self.setVisible(found is not None)
        if found is None:
            return
        set_role(self, _ROLE[found.kind])
        self._icon.setPixmap(self._look.pixmap(found.icon, _INK[found.kind], 24))
        self._text.setText(f"<b>{found.bold}</b> {found.rest}")
        self._note.setText(found.note)
        self._note.setVisible(bool(found.note))
        word, icon = {
            "try_now": (self.tr("Try now"), "refresh-cw"),
            "call_back": (self.tr("Call back"), "phone"),
            "dismiss": (self.tr("Understood"), "check"),
            "test": (self.tr("Try the phone"), "phone"),
            "choose_device": (self.tr("Choose"), "volume-2"),
            "use_device": (self.tr("Use"), "check"),
            "": ("", ""),
        }[found.action]
        self._away.setVisible(found.dismissable)
        self._button.setVisible(bool(word))
        if word:
            self._button.show_as(word, icon, "F5" if found.action == "try_now" else "")

    def act(self) -> None:
        """F5: what the banner's button does, unless it only dismisses."""
        if self._shown is not None and self._shown.action in ("try_now", "call_back"):
            self._act()

    def _act(self) -> None:
        shown = self._shown
        if shown is None:
            return
        if shown.action == "try_now":
            self._intents.try_now()
        elif shown.action == "call_back" and self._extras.cut is not None:
            number = self._extras.cut.number
            self._extras = replace(self._extras, cut=None)
            self._intents.dial(number)
        elif shown.id == "welcome":
            number = self._extras.welcome
            self._extras = replace(self._extras, welcome="")
            self._intents.dial(number)
        elif shown.action == "choose_device":
            self.page_asked.emit("sound")
        elif shown.action == "use_device" and self._extras.newcomer is not None:
            settings = self._store.state.sound_settings
            self._intents.choose_sound(devices.chosen(self._extras.newcomer, settings))
        self._dismiss()

    def _dismiss(self) -> None:
        """The person has read it."""
        extras, sound = self._extras, self._store.state.sound
        match self._shown.id if self._shown is not None else "":
            case "processing" if sound is not None:
                extras = replace(extras, processing_read=sound.processing)
            case shown if shown.startswith("sound") and sound is not None:
                extras = replace(extras, sound_read=banners.sides(sound))
            case "secret":
                extras = replace(extras, secret_file="")
            case "missing" if sound is not None:
                extras = replace(extras, missing_read=sound.missing)
            case "newcomer":
                extras = replace(extras, newcomer=None)
            case "recorded":
                extras = replace(extras, recorded=None)
        self._extras = extras
        self.refresh()

    def _sound(self) -> None:
        """Devices came or went, or others were chosen."""
        state = self._store.state
        before, self._devices = self._devices, state.devices
        newcomer = devices.newcomer(before, state.devices, state.sound_settings)
        newcomer = newcomer or self._extras.newcomer
        if newcomer is not None and (
            state.devices is None
            or newcomer not in state.devices.devices
            or devices.in_use(newcomer, state.devices, state.sound_settings)
        ):
            newcomer = None
        self._extras = replace(self._extras, newcomer=newcomer)
        if state.sound is not None:
            self._forget(state.sound)
        self.refresh()

    def _forget(self, sound: SoundState) -> None:
        """What was read and is no more: the next time it is news again."""
        extras = self._extras
        if not sound.missing:
            extras = replace(extras, missing_read=())
        if not sound.problem or banners.sides(sound) != extras.sound_read:
            extras = replace(extras, sound_read=None)
        if sound.processing != extras.processing_read:
            extras = replace(extras, processing_read="")
        self._extras = extras

    def _recorded(self, ended: Recording) -> None:
        self._extras = replace(self._extras, recorded=ended)
        self._until["recorded"] = self._store.now() + _SHOW_RECORDED
        self.refresh()

    def _calls(self) -> None:
        cut: Call | None = None
        for call in self._store.state.calls.values():
            fresh = call.reason == "engine" and call.key not in self._told
            if fresh and call.why == "failed" and call.number:
                cut = call
        if cut is not None:
            self._told.add(cut.key)
            self._until["cut"] = (cut.ended or self._store.now()) + _SHOW_CUT
            self._extras = replace(self._extras, cut=cut)
        elif any(call.alive for call in self._store.state.calls.values()):
            # Whoever calls has seen that it works.
            self._extras = replace(self._extras, cut=None, welcome="")
        self.refresh()

    def _refused(self, problem: Problem) -> None:
        self.notice(words.problem(problem))

    def _announce(self, found: Banner) -> None:
        event = QAccessibleAnnouncementEvent(self, f"{found.bold} {found.rest}")
        event.setPoliteness(
            QAccessible.AnnouncementPoliteness.Assertive
            if found.kind == "bad"
            else QAccessible.AnnouncementPoliteness.Polite
        )
        QAccessible.updateAccessibility(event)
