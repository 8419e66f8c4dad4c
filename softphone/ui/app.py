"""Start-up of the window, flat and in order; and its one shutdown.

The engine's process is started first (it takes longest), then the window is shown, then secrets and
the server link are fetched in a thread: their imports would keep the window waiting.
"""

from __future__ import annotations

import logging
import logging.handlers
import os
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QWidget

from softphone import sound_settings
from softphone.facts import LinkChanged, Problem, SoundChosen
from softphone.profile import Profile, ProfileError, ca_file, load, phone_home
from softphone.protocol import Account, Command, Sound
from softphone.sound_settings import SoundSettings
from softphone.ui import i18n
from softphone.ui import tokens as t
from softphone.ui.end_signals import EndSignals
from softphone.ui.engine_link import EngineLink
from softphone.ui.incoming_popup import IncomingPopup
from softphone.ui.intents import Intents
from softphone.ui.look import Look
from softphone.ui.store import Store
from softphone.ui.window import Window

if TYPE_CHECKING:
    from softphone.notebook import Notebook
    from softphone.secrets import Secrets
    from softphone.server_link import ServerLink

log = logging.getLogger(__name__)

LOG_FILE = "allo-phone.log"


def main(link_or_number: str | None = None, home: Path | None = None) -> int:
    """Open the window and return the exit status when it is closed.

    ``link_or_number``: an enrolment link to spend, or a number to dial once the phone is ready.
    """
    if zoom := os.environ.get("ALLO_ZOOM"):  # text and everything with it, e.g. 1.5
        os.environ.setdefault("QT_SCALE_FACTOR", zoom)
    folder = phone_home(home)
    log_file = _start_log(folder)
    app = QApplication(sys.argv[:1])
    signals = EndSignals(app)
    app.setApplicationName("allo")
    app.setDesktopFileName("allo-phone")
    language = i18n.install(app)
    phone = Phone(app, Look(app), folder, language, log_file)
    # The small card over other programs must not keep the program alive.
    phone.closed.connect(app.exit)
    target = (link_or_number or "").strip()
    phone.open(target if "://" in target else "", target if "://" not in target else "")
    if home is None and "ALLO_PHONE_HOME" not in os.environ:  # the person's own, no trial beside it
        threading.Thread(target=_take_links, name="link handler", daemon=True).start()
    status = app.exec()
    phone.close()
    signals.close()
    return status


def _take_links() -> None:
    from softphone.link_handler import register

    try:
        register()
    except Exception:  # a link can still be pasted
        log.exception("links are not opened by a click")


def _start_log(folder: Path) -> Path:
    file = folder / LOG_FILE
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file.touch(mode=0o600, exist_ok=True)
    handler = logging.handlers.RotatingFileHandler(file, maxBytes=1_000_000, backupCount=2)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    sys.excepthook = lambda kind, error, trace: log.critical(
        "unexpected", exc_info=(kind, error, trace)
    )
    return file


class Phone(QObject):
    """Everything that lives as long as the window: link to engine and server, store, windows."""

    closed = Signal()
    """The person closed the window."""
    _secrets_read = Signal(object, object, str)
    """ServerLink and secrets (each or None), and the file in which the secrets lie in clear."""
    _secrets_failed = Signal(str)

    def __init__(
        self, app: QApplication, look: Look, home: Path, language: str, log_file: Path
    ) -> None:
        super().__init__(app)
        self._app, self._look, self._home, self._log_file = app, look, home, log_file
        self._language = language
        self._window: QWidget | None = None
        self._engine: EngineLink | None = None
        self._server: ServerLink | None = None
        self._notebook: Notebook | None = None
        self._popup: IncomingPopup | None = None
        self._number = ""
        self._secrets_read.connect(self._connect, Qt.ConnectionType.QueuedConnection)
        self._secrets_failed.connect(self._enrol_again, Qt.ConnectionType.QueuedConnection)

    def open(self, link: str, number: str) -> None:
        """The phone if this computer is enrolled and no link is given, else enrolment."""
        self._number = number
        try:
            profile = load(self._home)
        except ProfileError:
            log.exception("profile")
            self._enrol(
                link,
                self.tr("The data of this phone cannot be read. Paste a new enrolment link."),
            )
            return
        if profile is None or link:
            self._enrol(link, "", profile)
        else:
            self._phone(profile)

    def close(self) -> None:
        """Unregister and say goodbye to the server. ``open`` may follow."""
        engine, self._engine = self._engine, None
        server, self._server = self._server, None
        notebook, self._notebook = self._notebook, None
        if engine is not None:
            engine.close()
            engine.deleteLater()
        if server is not None:
            server.close(timeout=2.0)
        if notebook is not None:
            notebook.close()
        if self._popup is not None:
            self._popup.hide()
            self._popup.deleteLater()
            self._popup = None

    def _enrol_again(self, why: str) -> None:
        self.close()
        self._enrol("", why)

    def _enrol(self, link: str, why: str, before: Profile | None = None) -> None:
        from softphone.ui.enrol_page import EnrolPage  # most starts never see it

        replaces = None if before is None else before.agent
        page = EnrolPage(self._look, self._home, self._language, link, why, replaces)
        page.setWindowTitle(self.tr("allo — enrolment"))
        page.setMinimumSize(t.W_MIN, t.H_MIN)
        page.enrolled.connect(self._enrolled)
        page.kept.connect(lambda: self.open("", self._number))
        self._show(page, 720, 560)

    def _enrolled(self) -> None:
        self.open("", self._number)
        if isinstance(self._window, Window) and self._profile.echo_test:
            self._window.banner.welcome(self._profile.echo_test)

    def _phone(self, profile: Profile) -> None:
        store = Store(profile.agent, self)
        self._store, self._profile = store, profile
        settings = sound_settings.load(self._home)
        store.apply(SoundChosen(settings))
        self._engine = EngineLink(store.apply, _sound(settings), parent=self)
        self._engine.levels.connect(store.levels)
        self._engine.start()
        self._intents = Intents(
            store,
            self._engine.send,
            register_again=self._engine.register_again,
            use_sound=self._use_sound,
        )
        threading.Thread(target=self._read_secrets, name="secrets", daemon=True).start()
        window = Window(
            self._look, store, self._intents, version=_version(), log_file=str(self._log_file)
        )
        self._popup = IncomingPopup(self._look, store, self._intents, window)
        window.closed.connect(self.closed)
        store.condition.connect(self._dial_when_ready)
        self._show(window, 1280, 720)

    def _show(self, window: QWidget, width: int, height: int) -> None:
        before, self._window = self._window, window
        window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        space = self._app.primaryScreen().availableGeometry()
        window.resize(min(width, space.width()), min(height, space.height()))
        window.show()
        if before is not None:
            before.hide()
            before.deleteLater()

    def _read_secrets(self) -> None:
        try:
            from softphone.secrets import SecretsError, find_store

            keeper = find_store(self._home)
            secrets = keeper.load()
        except SecretsError as error:
            log.error("secrets: %s", error)
            self._secrets_failed.emit(self.tr("The password of this phone cannot be read."))
            return
        if secrets is None:
            self._secrets_failed.emit(
                self.tr("The password of this phone is gone. Paste a new enrolment link.")
            )
            return
        self._secrets_read.emit(None, secrets, keeper.warning)
        try:
            server = self._link(secrets.api_token)
        except Exception as error:  # a full disk, a damaged CA: calls work all the same
            log.exception("server link")
            problem = Problem("server-error", f"{type(error).__name__}: {error}")
            self._store.post(LinkChanged("refused", problem=problem))
        else:
            self._secrets_read.emit(server, None, "")

    def _link(self, api_token: str) -> ServerLink:
        from softphone.notebook import Notebook
        from softphone.server_link import ServerLink

        self._notebook = Notebook(self._home)
        server = ServerLink(
            self._profile, api_token, self._notebook, self._store.post, language=self._language
        )
        server.start()
        return server

    def _connect(self, server: ServerLink | None, secrets: Secrets | None, file: str) -> None:
        if secrets is not None and self._engine is not None:
            self._engine.use(_account(self._profile, secrets.sip, self._home))
            if isinstance(self._window, Window):
                self._window.banner.warn_of(file)
        if server is not None:
            self._server = server
            self._intents.serve(server)

    def _use_sound(self, settings: SoundSettings) -> None:
        if self._engine is not None:
            self._engine.prefer(*_sound(settings))
        try:
            sound_settings.save(self._home, settings)
        except OSError:  # a full disk: it holds until the program ends
            log.exception("sound settings not kept")

    def _dial_when_ready(self) -> None:
        if self._number and self._store.state.ready:
            number, self._number = self._number, ""
            self._intents.dial(number)


def _account(profile: Profile, secret: str, home: Path) -> Account:
    sip = profile.sip
    return Account(
        host=sip.host,
        port=sip.port,
        user=sip.user,
        secret=secret,
        realm=sip.realm,
        display_name=profile.agent.name,
        transport=sip.transport,
        ca_file=str(ca_file(home)),
        srtp=sip.srtp,
    )


def _sound(settings: SoundSettings) -> tuple[Command, ...]:
    """What an engine is told of sound: a robot's phone (tests, demonstrations) has none."""
    if os.environ.get("ALLO_SOUND") == "none":
        return (Sound(source="silence", sink="nothing"),)
    return settings.commands()


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("allo")
    except PackageNotFoundError:
        return ""
