"""Between the PBX's live state and everybody connected: who has to be told what.

Owns the present directory and the list of clients. Runs on the event loop; database reads go to a
thread. Knows neither HTTP nor WebSocket.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import msgspec
from fastapi.concurrency import run_in_threadpool

from pbx_config.ami.events import CallAnswered
from pbx_config.live.changes import (
    Answered,
    Change,
    PresenceChanged,
    QueueChanged,
    Rebuilt,
    WentDown,
)
from pbx_config.live.exchange_watch import ExchangeWatch
from provisioning.operations import Installation
from provisioning.server import directory as directories
from provisioning.server import entities, frames, mailbox
from provisioning.server.bearer import Who
from provisioning.server.bodies import Message
from provisioning.server.directory import Directory
from provisioning.server.entities import Key
from provisioning.server.live_client import LiveClient

READ_EVERY = 30.0
"""Seconds between looks at the directory; a reload of the PBX makes it look at once."""

_log = logging.getLogger(__name__)


class Hub:
    """``load`` before anything else; ``run`` for the server's whole life."""

    def __init__(self, installation: Installation, watch: ExchangeWatch) -> None:
        self._installation = installation
        self._watch = watch
        self.directory = Directory({}, {})
        self._shown: dict[Key, bytes] = {}
        self._up = False
        self._clients: set[LiveClient] = set()
        self._look = asyncio.Event()

    async def load(self) -> None:
        """Read the directory. Raises SQLAlchemy's errors."""
        self.directory = await run_in_threadpool(directories.read, self._installation)
        self._shown = entities.everything(self._watch.state, self.directory)

    async def run(self) -> None:
        """Keep everybody informed, until cancelled."""
        unsubscribe = self._watch.subscribe(self._changed)
        try:
            while True:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._look.wait(), READ_EVERY)
                self._look.clear()
                await self._read_again()
        finally:
            unsubscribe()

    @contextmanager
    def joined(self, who: Who) -> Iterator[LiveClient]:
        """A client that is told everything from now on."""
        client = LiveClient(who)
        self._clients.add(client)
        try:
            yield client
        finally:
            self._clients.discard(client)

    def tell_message(self, message: Message) -> None:
        """To every device of both agents."""
        json = message.model_dump_json(by_alias=True).encode()
        for client in self._clients:
            if client.who.extension in (message.sender, message.to):
                client.tell_message(message.id, json)

    def entity(self, key: Key) -> bytes | None:
        """An entity as it is now."""
        return self._shown.get(key)

    def pbx(self) -> bytes:
        return b'"up"' if self._watch.state.up else b'"down"'

    async def snapshot(self, who: Who, seq: Callable[[], int]) -> bytes:
        """Everything that ``who`` may see."""
        messages = await run_in_threadpool(mailbox.recent, self._installation.store, who.agent_id)
        # No await from here on: what happens next is told after this.
        kinds: dict[str, list[msgspec.Raw]] = {"colleague": [], "queue": []}
        for (kind, name), json in self._shown.items():
            if (kind, name) != ("colleague", who.extension):
                kinds[kind].append(msgspec.Raw(json))
        return frames.encode(
            frames.Snapshot(
                seq=seq(),
                pbx="up" if self._watch.state.up else "down",
                me=msgspec.Raw(who.card.encode()),
                colleagues=kinds["colleague"],
                queues=kinds["queue"] if who.receptionist else [],
                queue_titles=self.directory.queue_titles,
                messages=[msgspec.Raw(m.model_dump_json(by_alias=True).encode()) for m in messages],
            )
        )

    def _changed(self, change: Change) -> None:
        match change:
            case PresenceChanged(extension):
                self._show(("colleague", extension))
            case QueueChanged(queue):
                self._show(("queue", queue))
            case Answered(call):
                self._tell_answered(call)
            case WentDown():
                self._up = False
                self._shown = entities.everything(self._watch.state, self.directory)
                for client in self._clients:
                    client.tell_pbx()
            case Rebuilt():
                self._shown_anew(self.directory)
                self._look.set()  # a reload may mean new agents

    def _tell_answered(self, call: CallAnswered) -> None:
        """To those whose telephones rang for it (whoever was called, the queue's members, those of
        a group), and to who took it."""
        person = self.directory.people.get(call.extension)
        if person is None:
            return
        queue = self._watch.state.queues.get(call.queue)
        rang = {self.directory.member(member)[0] for member in (queue.members if queue else ())}
        json = frames.encode(
            frames.Answered(call_id=call.call, extension=call.extension, name=person.name)
        )
        for client in self._clients:
            if client.who.extension in {*rang, *call.rang, call.extension}:
                client.tell_answered(call.call, json)

    def _show(self, key: Key) -> None:
        json = entities.entity(key, self._watch.state, self.directory)
        if json is None or json == self._shown.get(key):
            return
        self._shown[key] = json
        for client in self._clients:
            client.tell(key)

    async def _read_again(self) -> None:
        try:
            directory = await run_in_threadpool(directories.read, self._installation)
        except Exception:  # a locked or full disk: the present directory still serves
            _log.exception("could not read the directory; showing the one read before")
            return
        if directory != self.directory:
            self._shown_anew(directory)

    def _shown_anew(self, directory: Directory) -> None:
        """Show all again: what differs, or everything when that is simpler or demanded."""
        before = self._shown
        renamed = directory.queue_titles != self.directory.queue_titles
        self.directory = directory
        self._shown = entities.everything(self._watch.state, directory)
        came_back, self._up = self._watch.state.up and not self._up, self._watch.state.up
        if came_back or renamed or before.keys() - self._shown.keys():
            for client in self._clients:
                if came_back:
                    client.tell_pbx()
                client.start_again()
            return
        for key, json in self._shown.items():
            if before.get(key) != json:
                for client in self._clients:
                    client.tell(key)
