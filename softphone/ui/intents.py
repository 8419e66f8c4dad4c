"""What a person can want: the only way from the pages to engine and server.

Nothing is asked back: whatever comes of an intent arrives as facts. Owns the keys of outgoing
calls.
"""

import logging
import sqlite3
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, Protocol

from softphone.call_sound import NOTHING
from softphone.dialling import dialable
from softphone.facts import Dialled, RecordingWanted, SoundChosen, SoundTestAsked
from softphone.protocol import (
    Announce,
    Answer,
    Command,
    Dial,
    Hangup,
    Meter,
    Mute,
    Record,
    Recording,
    Reject,
    SoundTest,
)
from softphone.recordings import new_file, recordings_folder
from softphone.sound_settings import SoundSettings
from softphone.ui.store import Store

log = logging.getLogger(__name__)


class Server(Protocol):
    """The part of ``ServerLink`` that a person uses."""

    def send_message(self, to: str, text: str, client_id: str = "") -> Any: ...
    def discard_message(self, client_id: str) -> None: ...
    def take_caller(self, queue: str, caller_id: str) -> Any: ...
    def messages_with(self, peer: str, before: int | None = None) -> Any: ...
    def mark_read(self, peer: str, up_to: int) -> None: ...
    def try_now(self) -> None: ...


class Intents:
    """Called by pages on the GUI thread."""

    def __init__(
        self,
        store: Store,
        send: Callable[[Command], None],
        server: Server | None = None,
        register_again: Callable[[], None] = lambda: None,
        use_sound: Callable[[SoundSettings], None] = lambda _: None,
        recordings: Callable[[], Path] = recordings_folder,
    ) -> None:
        """``use_sound`` tells the engine and remembers."""
        self._store, self._send, self._server = store, send, server
        self._register_again, self._use_sound = register_again, use_sound
        self._recordings = recordings
        self._asked: set[tuple[str, int | None]] = set()
        self._waiting: list[Callable[[Server], Any]] = []
        store.may_record.connect(self._record)

    def serve(self, server: Server) -> None:
        """The link to the server is here (it starts after the window): do what waited for it."""
        self._server = server
        waiting, self._waiting = self._waiting, []
        for wish in waiting:
            wish(server)

    def _ask(self, wish: Callable[[Server], Any]) -> None:
        if self._server is None:
            self._waiting.append(wish)
        else:
            wish(self._server)

    def dial(self, text: str) -> bool:
        """Call what ``text`` holds. False when there is no number in it."""
        number = dialable(text)
        if number is None:
            return False
        key = f"w-{uuid.uuid4().hex[:12]}"
        self._mute_all()
        self._store.apply(Dialled(call=key, number=number))
        self._send(Dial(call=key, to=number))
        return True

    def answer(self, key: str) -> None:
        """Answer; whoever is on the line already hears nothing of it (their microphone is cut)."""
        self._mute_all()
        self._send(Answer(call=key))

    def _mute_all(self) -> None:
        """Who talks to somebody else is not heard by those on the line already."""
        for call in self._store.state.calls.values():
            if call.state == "connected" and not call.muted:
                self._send(Mute(call=call.key, on=True))

    def reject(self, key: str) -> None:
        self._send(Reject(call=key, why="decline"))

    def hang_up(self, key: str) -> None:
        self._send(Hangup(call=key))

    def mute(self, key: str, on: bool) -> None:
        self._send(Mute(call=key, on=on))

    def record(self, key: str, on: bool) -> None:
        """Record a call into a file among the person's documents, or stop.

        Who is there is told first, by the exchange; then it begins by itself.
        """
        sound = self._store.state.sounds.get(key, NOTHING)
        if on and sound.recordable:
            self._record(key)
        elif on:
            self._store.apply(RecordingWanted(call=key, on=True))
            if not sound.announcing:
                self._send(Announce(call=key))
        elif sound.records:
            self._send(Record(call=key, on=False))
        else:
            self._store.apply(RecordingWanted(call=key, on=False))

    def _record(self, key: str) -> None:
        call = self._store.state.calls.get(key)
        if call is None:
            return
        try:
            file = new_file(self._recordings(), call.number, self._store.now())
        except OSError as error:
            log.exception("no place for recordings")
            self._store.apply(Recording(call=key, on=False, file="", problem=str(error)))
            return
        self._send(Record(call=key, on=True, file=str(file)))

    def choose_sound(self, settings: SoundSettings) -> None:
        """Use these devices and this processing from now on."""
        if settings != self._store.state.sound_settings:
            self._store.apply(SoundChosen(settings))
            self._use_sound(settings)

    def meter(self, on: bool) -> None:
        """How loud it is, ten times a second, until it is switched off."""
        self._send(Meter(on=on))

    def test_sound(self, what: Literal["speaker", "ring", "microphone", "stop"]) -> None:
        """Try a device; the engine says how it goes. It says nothing of one that is stopped."""
        self._store.apply(SoundTestAsked())
        self._send(SoundTest(what=what))

    def write(self, to: str, text: str, client_id: str = "") -> bool:
        """Send a message: kept on this laptop at once, on the server as soon as it is reached.

        False when the disk refuses it: then it must stay where it was typed.
        """
        try:
            self._ask(lambda server: server.send_message(to, text, client_id))
        except sqlite3.Error:
            log.exception("message not kept")
            return False
        return True

    def write_again(self, peer: str, client_id: str) -> None:
        """Try a refused message once more, as the same message."""
        for entry in self._store.state.messages.get(peer).entries:
            if entry.client_id == client_id and entry.status == "failed":
                self.write(entry.to, entry.text, client_id)

    def give_up(self, client_id: str) -> None:
        self._ask(lambda server: server.discard_message(client_id))

    def read(self, peer: str) -> None:
        """The conversation with ``peer`` is in front of the person."""
        conversation = self._store.state.messages.get(peer)
        if conversation.unread:
            newest = conversation.newest_id
            self._ask(lambda server: server.mark_read(peer, newest))

    def older(self, peer: str) -> None:
        """Fetch what came before the oldest message held of ``peer``, once."""
        conversation = self._store.state.messages.get(peer)
        asked = (peer, conversation.oldest_id)
        if not conversation.complete and asked not in self._asked:
            self._asked.add(asked)
            self._ask(lambda server: server.messages_with(*asked))

    def take(self, queue: str, caller_id: str) -> None:
        """Take one waiting caller; asking twice for the same one does no harm."""
        take = self._store.state.takes.get(caller_id)
        if take is None or take.state == "refused":
            self._ask(lambda server: server.take_caller(queue, caller_id))

    def try_now(self) -> None:
        """Do not wait for the next try to reach exchange and server."""
        self._register_again()
        if self._server is not None:
            self._server.try_now()
