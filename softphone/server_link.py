"""The phone's link to the allo server: live frames in, messages and requests out.

One thread with one asyncio loop owns all the network. Everything it learns goes to ``on_fact``,
called in that thread, in order; the window hands it over to its own thread and applies it. Composes
``live_feed``, ``outbox`` and ``api``. Knows neither Qt nor SIP.
"""

import asyncio
import contextlib
import logging
import threading
import time
import uuid
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

from softphone.api import Api, ApiError
from softphone.facts import (
    ConversationRead,
    HistoryLoaded,
    LinkChanged,
    LinkFact,
    MessageDiscarded,
    MessageTyped,
    TakeAnswered,
    TakeAsked,
)
from softphone.live import PAGE, AnyFrame, Message, Snapshot
from softphone.live_feed import LiveFeed
from softphone.notebook import Notebook
from softphone.outbox import Outbox
from softphone.profile import Profile

log = logging.getLogger(__name__)

FINISH_WITHIN = 1.0
"""Seconds that requests under way get when the link is closed."""

T = TypeVar("T")


class ServerLink:
    """Methods are safe to call from any thread and never wait for the network.

    Futures raise ``ApiError``; after ``close`` they are cancelled.
    """

    def __init__(
        self,
        profile: Profile,
        api_token: str,
        notebook: Notebook,
        on_fact: Callable[[AnyFrame | LinkFact], None],
        *,
        language: str = "fr",
    ) -> None:
        self._profile = profile
        self._notebook = notebook
        self._on_fact = on_fact
        self._api = Api(profile, api_token, language)  # raises for a damaged CA: before the loop
        self._loop = asyncio.new_event_loop()
        self._feed = LiveFeed(profile, api_token, self._report)
        self._outbox = Outbox(notebook, self._api, self._report, self._settle)
        self._sending: dict[str, Future[Message]] = {}
        self._stop = asyncio.Event()
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="allo-link", daemon=True)

    def start(self) -> None:
        """Reports ``ReadMarks`` and a ``MessageTyped`` for every waiting message, then connects."""
        self._thread.start()

    def send_message(self, to: str, text: str, client_id: str = "") -> Future[Message]:
        """Keep in the notebook, then send now or when the server can be reached.

        Facts: ``MessageTyped``, later ``MessageStored`` or ``MessageRefused``. Waits for one write
        to disk, nothing else. The future waits until the server has the message. Again with the
        ``client_id`` of a refused message: tries that one again. Raises ``sqlite3.Error`` when the
        disk refuses: then the text must stay in its field.
        """
        typed = MessageTyped(client_id or str(uuid.uuid4()), to, text, time.time())
        future: Future[Message] = Future()
        if self._closed.is_set():
            future.cancel()
            return future
        self._notebook.add(typed)
        self._sending[typed.client_id] = future
        self._soon(self._report, typed)
        self._soon(self._outbox.look, typed.client_id)
        return future

    def discard_message(self, client_id: str) -> None:
        """Give up a waiting or refused message. Fact: ``MessageDiscarded``."""
        self._notebook.remove(client_id)
        self._soon(self._report, MessageDiscarded(client_id))

    def take_caller(self, queue: str, caller_id: str) -> Future[None]:
        """Facts: ``TakeAsked``, ``TakeAnswered``."""
        return self._submit(self._take(queue, caller_id))

    def messages_with(self, peer: str, before: int | None = None) -> Future[tuple[Message, ...]]:
        """Messages older than ``before`` (or the latest). Fact: ``HistoryLoaded``."""
        return self._submit(self._history(peer, before))

    def mark_read(self, peer: str, up_to: int) -> None:
        """The person saw messages up to this id. Fact: ``ConversationRead``."""
        self._notebook.mark_read(peer, up_to)
        self._soon(self._report, ConversationRead(peer, up_to))

    def try_now(self) -> None:
        """Do not wait for the next try: the person asks, or the network changed."""
        self._soon(self._feed.try_now)
        self._soon(self._outbox.look)

    def close(self, timeout: float = 5.0) -> None:
        """Say goodbye to the server and end the thread; no fact comes after it.

        Waits up to ``timeout`` seconds. The notebook stays open: it is the caller's.
        """
        if self._closed.is_set():
            return
        self._closed.set()
        if self._thread.is_alive():
            with contextlib.suppress(RuntimeError):  # the loop may end in this very moment
                self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(timeout)
        elif not self._loop.is_closed():  # never started
            self._loop.run_until_complete(self._api.close())
            self._loop.close()
        for future in self._sending.values():
            future.cancel()

    # Everything below runs in the link's thread.

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._work())
        finally:
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()

    async def _work(self) -> None:
        self._report(self._notebook.marks())
        for typed in self._notebook.pending():
            self._report(typed)
        tasks = [asyncio.create_task(self._feed.run()), asyncio.create_task(self._outbox.run())]
        stop = asyncio.create_task(self._stop.wait())
        done, _ = await asyncio.wait([*tasks, stop], return_when=asyncio.FIRST_COMPLETED)
        for task in done - {stop}:
            # Neither ends by itself: a bug. Said once, and nothing pretends to be live.
            log.error("link stopped: %r", task.exception())
            self._report(LinkChanged("stale"))
        # Requests under way may end by themselves: a message may just have reached the server, and
        # the HTTP library leaves a socket open when its connecting is cut short.
        self._outbox.stop()
        tasks[0].cancel()
        under_way = asyncio.all_tasks() - {asyncio.current_task()}
        _, late = await asyncio.wait(under_way | {stop}, timeout=FINISH_WITHIN)
        for task in late:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
        await self._api.close()

    def _report(self, fact: AnyFrame | LinkFact) -> bool:
        """Whether the fact arrived."""
        if self._closed.is_set():
            return False
        try:
            if isinstance(fact, Snapshot):
                self._on_fact(self._notebook.set_baseline(_delivered(fact)))
            self._on_fact(fact)
        except Exception:
            # The window's mistake must not end the link; the message is not acknowledged.
            log.exception("%s was not taken", type(fact).__name__)
            return False
        if isinstance(fact, LinkChanged) and fact.state == "live":
            self._outbox.look()
        return True

    def _settle(self, client_id: str, outcome: Message | ApiError) -> None:
        future = self._sending.pop(client_id, None)
        if future is None or not future.set_running_or_notify_cancel():
            return
        if isinstance(outcome, ApiError):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)

    async def _take(self, queue: str, caller_id: str) -> None:
        self._report(TakeAsked(queue, caller_id))
        try:
            await self._api.take_caller(queue, caller_id)
        except ApiError as error:
            self._report(TakeAnswered(queue, caller_id, error.problem))
            raise
        self._report(TakeAnswered(queue, caller_id))

    async def _history(self, peer: str, before: int | None) -> tuple[Message, ...]:
        messages = await self._api.messages_with(peer, before)
        self._report(HistoryLoaded(peer, messages, complete=len(messages) < PAGE))
        return messages

    def _soon(self, do: Callable[..., object], *arguments: object) -> None:
        if not self._closed.is_set():
            with contextlib.suppress(RuntimeError):  # closed in this very moment
                self._loop.call_soon_threadsafe(do, *arguments)

    def _submit(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        if self._closed.is_set() or self._loop.is_closed():
            work.close()
            cancelled: Future[T] = Future()
            cancelled.cancel()
            return cancelled
        return asyncio.run_coroutine_threadsafe(work, self._loop)


def _delivered(snapshot: Snapshot) -> int:
    """The newest message that some device of mine already had."""
    me = snapshot.me.extension
    return max(
        (m.id for m in snapshot.messages if m.to == me and m.delivered_at is not None), default=0
    )
