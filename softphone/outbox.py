"""Brings the notebook's waiting messages to the server, in the order of typing, as often as needed.

Runs inside the link's event loop. A message leaves the notebook only when the server has it, or the
person gives it up.
"""

import asyncio
import contextlib
import logging
import sqlite3
from collections.abc import Callable

from softphone.api import Api, ApiError
from softphone.facts import MessageRefused, MessageStored, MessageTyped
from softphone.live import Message, SendMessage
from softphone.notebook import Notebook
from softphone.retry import delays

log = logging.getLogger(__name__)


class Outbox:
    """Sends until stopped."""

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
        self._stopping = False

    def look(self, again: str = "") -> None:
        """Something is new: a message, the link; or the refused ``again`` is to be tried."""
        self._refused.discard(again)
        self._look.set()

    def stop(self) -> None:
        """``run`` returns as soon as the message under way has its answer."""
        self._stopping = True
        self._look.set()

    async def run(self) -> None:
        """Returns only after ``stop``."""
        waits = delays()
        while not self._stopping:
            self._look.clear()
            try:
                waiting = [m for m in self._notebook.pending() if m.client_id not in self._refused]
                if not waiting:
                    await self._look.wait()
                    continue
                if await self._send(waiting[0]):
                    waits = delays()
                    continue
            except sqlite3.Error:
                log.exception(
                    "notebook"
                )  # a full disk: sent again later, the server stores it once
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
