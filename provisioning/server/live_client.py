"""One connected phone: what it still has to be told.

Owns the pending frames of one WebSocket. Entities are rendered when they are sent, so a slow phone
gets the latest of each once, and never more than there are entities: pending frames are bounded by
nature. Messages are bounded by falling back to a new snapshot.
"""

import asyncio
from collections.abc import Awaitable, Callable

from provisioning.server import frames
from provisioning.server.bearer import Who
from provisioning.server.entities import Key

MESSAGES_PENDING = 200
SEND_WITHIN = 10.0
"""Seconds a phone may take to read one frame before it is disconnected."""

_PBX: Key = ("pbx", "")


class LiveClient:
    """``tell`` and the like are called by the hub, ``write`` by the connection."""

    def __init__(self, who: Who) -> None:
        self.who = who
        self._pending: dict[Key, bytes | None] = {}
        self._messages = 0
        self._wants_snapshot = True
        self._seq = 0
        self._wake = asyncio.Event()
        self._wake.set()

    def tell(self, key: Key) -> None:
        """An entity changed."""
        if key[0] == "queue" and not self.who.receptionist:
            return
        if key == ("colleague", self.who.extension):
            return
        self._pending[key] = None
        self._wake.set()

    def tell_message(self, message_id: int, json: bytes) -> None:
        """A message is new or was delivered."""
        self._messages += 1
        if self._messages > MESSAGES_PENDING:
            return self.start_again()
        key = ("message", str(message_id))
        self._pending.pop(key, None)
        self._pending[key] = json
        self._wake.set()
        return None

    def tell_answered(self, call_id: str, json: bytes) -> None:
        """Somebody took a call that may have rung here. Of no interest once a snapshot is due."""
        self._pending[("answered", call_id)] = json
        self._wake.set()

    def tell_pbx(self) -> None:
        """The PBX went away or came back."""
        self._pending = {k: v for k, v in self._pending.items() if k[0] == "message"}
        self._pending[_PBX] = None
        self._wake.set()

    def start_again(self) -> None:
        """Everything may be different: a new snapshot."""
        self._wants_snapshot = True
        self._wake.set()

    async def write(
        self,
        send: Callable[[str], Awaitable[None]],
        entity: Callable[[Key], bytes | None],
        pbx: Callable[[], bytes],
        snapshot: Callable[[Who, Callable[[], int]], Awaitable[bytes]],
    ) -> None:
        """Send what is pending, until cancelled. Raises TimeoutError when a phone stops reading."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            if self._wants_snapshot:
                self._wants_snapshot = False
                came_back = _PBX in self._pending
                self._pending.clear()
                self._messages = 0
                if came_back and self._seq:
                    await self._send(send, frames.delta("pbx", self._next(), pbx()))
                await self._send(send, await snapshot(self.who, self._next))
            while self._pending and not self._wants_snapshot:
                key = next(iter(self._pending))
                kept = self._pending.pop(key)
                if key[0] == "message":
                    self._messages -= 1
                json = pbx() if key == _PBX else kept if kept is not None else entity(key)
                if json is not None:
                    await self._send(send, frames.delta(key[0], self._next(), json))

    def _next(self) -> int:
        self._seq += 1
        return self._seq

    async def _send(self, send: Callable[[str], Awaitable[None]], frame: bytes) -> None:
        async with asyncio.timeout(SEND_WITHIN):
            await send(frame.decode())
