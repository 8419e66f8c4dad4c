"""First start: the enrolment link becomes a phone, or a sentence says why not and what to do.

The blocking work (network, keyring) runs in a thread; the page itself only waits for its signals.
"""

import logging
import threading
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from softphone.profile import Agent
from softphone.ui import button as b
from softphone.ui import tokens as t
from softphone.ui.button import Button
from softphone.ui.look import Look
from softphone.ui.style import set_role

log = logging.getLogger(__name__)


class EnrolPage(QWidget):
    """``enrolled`` comes when profile and secrets are stored: they are read from there."""

    enrolled = Signal()
    kept = Signal()
    """The person wants the phone that this computer is already."""
    _step = Signal(str)
    _failed = Signal(str, str)
    _done = Signal()

    def __init__(
        self,
        look: Look,
        home: Path,
        language: str,
        link: str = "",
        why: str = "",
        replaces: Agent | None = None,
    ) -> None:
        """``why`` says why there is no phone any more (else empty).

        ``link`` is tried at once, unless this computer is somebody's phone (``replaces``): any web
        page can show an ``allo:`` link, so a click alone must not take that phone away.
        """
        super().__init__()
        self.setObjectName("page_enrol")
        self._look, self._home, self._language = look, home, language
        self._busy = False
        self._title = QLabel(self.tr("Welcome to allo"))
        set_role(self._title, "title")
        self._text = QLabel(
            why
            or self.tr(
                "Paste the enrolment link that IT gave you. "
                "It turns this computer into your office phone."
            )
        )
        if replaces is not None:
            already = self.tr(
                "This computer is already the phone of {name}, extension {number}. "
                "To enrol it with this link replaces that phone."
            )
            self._text.setText(already.format(name=replaces.name, number=replaces.extension))
        self._text.setWordWrap(True)
        set_role(self._text, "second")
        self.edit = QPlainTextEdit()
        self.edit.setObjectName("enrol_link")
        self.edit.setTabChangesFocus(True)
        self.edit.setFixedHeight(76)
        self.edit.setPlaceholderText("allo://…/enrol/…")
        self.edit.setAccessibleName(self.tr("Enrolment link"))
        self.edit.setPlainText(link)
        label = QLabel(self.tr("Enrolment link"))
        set_role(label, "section")
        self._button = Button(look, self.tr("Enrol this computer"), "link", b.CALL)
        self._button.setObjectName("enrol")
        self._button.clicked.connect(self.go)
        self._keep = Button(look, self.tr("Keep this phone"), "phone", b.LARGE)
        self._keep.setObjectName("keep")
        self._keep.clicked.connect(self.kept)
        self._keep.setVisible(replaces is not None)
        self._message, self._message_icon = QLabel(), QLabel()
        self._message.setObjectName("enrol_message")
        self._message.setWordWrap(True)
        self._detail = QLabel()
        self._detail.setWordWrap(True)
        set_role(self._detail, "note")
        self._box = QFrame()
        self._build(label)
        self._step.connect(self._show_step)
        self._failed.connect(self._show_failure)
        self._done.connect(self._finish)
        if link and replaces is None:
            self.go()

    def _build(self, label: QLabel) -> None:
        card = QFrame()
        set_role(card, "card")
        card.setMaximumWidth(560)
        lines = QVBoxLayout()
        lines.addWidget(self._message)
        lines.addWidget(self._detail)
        message = QHBoxLayout(self._box)
        message.setContentsMargins(t.S12, t.S12, t.S12, t.S12)
        message.setSpacing(t.S12)
        message.addWidget(self._message_icon, 0, Qt.AlignmentFlag.AlignTop)
        message.addLayout(lines, 1)
        self._box.hide()
        inner = QVBoxLayout(card)
        inner.setContentsMargins(t.S24, t.S24, t.S24, t.S24)
        inner.setSpacing(t.S12)
        for widget in (self._title, self._text, label, self.edit, self._box, self._button):
            inner.addWidget(widget)
        inner.addWidget(self._keep, 0, Qt.AlignmentFlag.AlignHCenter)
        note = QLabel(
            self.tr("No link? Ask your IT department for one; it works once and for a short time.")
        )
        note.setWordWrap(True)
        set_role(note, "note")
        inner.addWidget(note)
        across = QHBoxLayout()
        across.addStretch(1)
        across.addWidget(card, 100)
        across.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(t.S12, t.S12, t.S12, t.S12)
        outer.addStretch(1)
        outer.addLayout(across)
        outer.addStretch(2)

    def go(self) -> None:
        """Try the link that stands there."""
        if self._busy:
            return
        from softphone.enrol import EnrolError, parse_link  # brings httpx: only when it is needed

        try:
            link = parse_link(self.edit.toPlainText())
        except EnrolError as error:
            log.info("link: %s", error.detail)
            self._show_failure(error.id, "")  # the sentence says all that a person can do
            return
        self._busy = True
        self._button.setEnabled(False)
        self._keep.setEnabled(False)
        self._show_step("")

        def work() -> None:
            from softphone.enrol import enrol
            from softphone.secrets import find_store

            try:
                enrol(
                    link,
                    self._home,
                    find_store(self._home),
                    language=self._language,
                    on_step=self._step.emit,
                )
            except EnrolError as error:
                self._failed.emit(error.id, error.detail)
            except Exception as error:  # whatever it is: the person must not wait for ever
                log.exception("enrolment")
                self._failed.emit("server_error", type(error).__name__)
            else:
                self._done.emit()

        threading.Thread(target=work, name="enrol", daemon=True).start()

    def _show_step(self, step: str) -> None:
        words = {
            "": self.tr("Looking for the server…"),
            "certificate": self.tr("Server found and checked. Fetching your phone…"),
            "profile": self.tr("Storing…"),
            "stored": self.tr("Your phone is ready."),
        }
        self._say(words.get(step, words[""]), "", good=True)

    def _show_failure(self, id_: str, detail: str) -> None:
        self._busy = False
        self._button.setEnabled(True)
        self._keep.setEnabled(True)
        self._say(sentence(id_), detail, good=False)
        self.edit.setFocus()
        self.edit.selectAll()

    def _say(self, words: str, detail: str, *, good: bool) -> None:
        set_role(self._box, "box-info" if good else "box-bad")
        icon, ink = ("info", "accent") if good else ("triangle-alert", "red")
        self._message_icon.setPixmap(self._look.pixmap(icon, ink, t.ICON_TOOL))
        self._message.setText(words)
        self._detail.setText(self.tr("Details: {text}").format(text=detail) if detail else "")
        self._detail.setVisible(bool(detail))
        self._box.show()
        event = QAccessibleAnnouncementEvent(self, words)
        QAccessible.updateAccessibility(event)

    def _finish(self) -> None:
        self._busy = False
        self._show_step("stored")
        self.enrolled.emit()


def sentence(id_: str) -> str:
    """What went wrong in enrolling, and what to do next."""
    from softphone.ui.words import translate

    match id_:
        case "bad_link":
            return translate(
                "Enrol",
                "This is not a whole enrolment link. "
                "Copy all of it, from “allo://” to its end, and paste it here.",
            )
        case "unknown":
            return translate(
                "Enrol",
                "The server does not know this link. "
                "Check that it is the newest one you received, or ask IT for a new one.",
            )
        case "used":
            return translate(
                "Enrol",
                "This link was already used; each works only once. Ask IT for a new one. "
                "If it was not you who used it, tell them so.",
            )
        case "replaced":
            return translate(
                "Enrol",
                "A newer link replaces this one. "
                "Use the last one you received, or ask IT for a new one.",
            )
        case "expired":
            return translate("Enrol", "This link has expired. Ask IT for a new one.")
        case "unreachable":
            return translate(
                "Enrol",
                "The server cannot be reached. Check the network connection, then try again; "
                "the link stays valid.",
            )
        case "wrong_certificate":
            return translate(
                "Enrol",
                "The server that answered is not the one of your link. "
                "Nothing was sent to it. Do not try again here; tell IT about it.",
            )
        case "cannot_store":
            return translate(
                "Enrol",
                "This computer could not store the phone's data: the disk may be full or "
                "write-protected. The link is used up; ask IT for a new one once that is solved.",
            )
    return translate(
        "Enrol", "The server could not do this. Try again in a few minutes, or ask IT."
    )
