"""A window over a store, with engine and server replaced by lists of what they were asked."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from softphone.protocol import Command
from softphone.recordings import recordings_folder
from softphone.sound_settings import SoundSettings
from softphone.state import Fact, State
from softphone.ui.intents import Intents
from softphone.ui.look import Look
from softphone.ui.store import Store
from softphone.ui.window import Window


@dataclass
class Asked:
    """What would have gone to engine and server, in order."""

    commands: list[Command] = field(default_factory=list)
    server: list[tuple[Any, ...]] = field(default_factory=list)

    def send_message(self, to: str, text: str, client_id: str = "") -> None:
        self.server.append(("send", to, text, client_id))

    def discard_message(self, client_id: str) -> None:
        self.server.append(("discard", client_id))

    def take_caller(self, queue: str, caller_id: str) -> None:
        self.server.append(("take", queue, caller_id))

    def messages_with(self, peer: str, before: int | None = None) -> None:
        self.server.append(("older", peer, before))

    def mark_read(self, peer: str, up_to: int) -> None:
        self.server.append(("read", peer, up_to))

    def try_now(self) -> None:
        self.server.append(("try_now",))


class Rig:
    """``window`` shows ``state``; ``asked`` keeps what the person's intents became."""

    def __init__(self, look: Look, state: State, recordings: Path | None = None) -> None:
        self.asked = Asked()
        self.store = Store(state.me)
        self.intents = Intents(
            self.store,
            self.asked.commands.append,
            self.asked,
            use_sound=self._use_sound,
            recordings=lambda: recordings or recordings_folder(),
        )
        self.store.replace(state)
        self.window = Window(look, self.store, self.intents, "0.1.0", "~/allo-phone.log")

    def _use_sound(self, settings: SoundSettings) -> None:
        self.asked.commands.extend(settings.commands())

    def show(self, width: int = 1280, height: int = 720) -> Window:
        self.window.resize(width, height)
        self.window.show()
        self.window.activateWindow()
        QApplication.processEvents()
        return self.window

    def fact(self, *facts: Fact) -> None:
        for fact in facts:
            self.store.apply(fact)
        QApplication.processEvents()

    def close(self) -> None:
        self.window.hide()
        self.window.deleteLater()
        self.store.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QApplication.processEvents()
