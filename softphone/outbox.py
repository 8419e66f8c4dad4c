"""Brings the notebook's waiting messages to the server, in the order of typing, as often as needed.

Runs inside the link's event loop. A message leaves the notebook only when the server has it, or the
person gives it up.
"""

import asyncio
import contextlib
from collections.abc import Callable

from softphone.api import Api, ApiError
from softphone.facts import MessageRefused, MessageStored, MessageTyped
from softphone.live import Message, SendMessage
from softphone.notebook import Notebook
from softphone.retry import delays


class Outbox:
    """Sends until cancelled."""

    def __init__(
        self,
        notebook: Notebook,
        api: Api,
        report: Callable[[MessageStored | MessageRefused], object],
        settle: Callable[[str, Message | ApiError], None],
    ) -> None:
        """``settle(client_id, outcome)`` answers whoever waits for that message."""
        self._notebook = notebook
        self._api = api
        self._report = report
        self._settle = settle
        self._refused: set[str] = set()
        self._look = asyncio.Event()

    def look(self, again: str = "") -> None:
        """Something is new: a message, the link; or the refused ``again`` is to be tried."""
        self._refused.discard(again)
        self._look.set()

    async def run(self) -> None:
        """Never returns."""
        waits = delays()
        while True:
            self._look.clear()
            waiting = [m for m in self._notebook.pending() if m.client_id not in self._refused]
            if not waiting:
                await self._look.wait()
            elif await self._send(waiting[0]):
                waits = delays()
            else:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._look.wait(), next(waits))

    async def _send(self, typed: MessageTyped) -> bool:
        """False: not now, try again later."""
        body = SendMessage(to=typed.to, text=typed.text, client_id=typed.client_id)
        try:
            stored = await self._api.send_message(body)
        except ApiError as error:
            if not error.final:
                return False
            # Kept in the notebook: what was typed is shown as failed, also after a restart.
            self._refused.add(typed.client_id)
            self._report(MessageRefused(typed.client_id, error.problem))
            self._settle(typed.client_id, error)
            return True
        self._notebook.remove(typed.client_id)
        self._report(MessageStored(stored))
        self._settle(typed.client_id, stored)
        return True
