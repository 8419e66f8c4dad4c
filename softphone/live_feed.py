"""The live WebSocket of docs/api.md: connect, hand frames over in order, notice when it is dead.

Owns one connection at a time and the waits between them. Hands everything to ``report`` and keeps
nothing of it. Runs inside one event loop.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Literal

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException

from softphone.facts import LinkChanged, Problem
from softphone.live import (
    VERSION,
    AnyFrame,
    Message,
    MessageChanged,
    Received,
    Snapshot,
    decode_frame,
)
from softphone.profile import Profile
from softphone.retry import delays
from softphone.tls import context_for, is_wrong_certificate

log = logging.getLogger(__name__)

_wire_log = logging.getLogger(f"{__name__}.wire")
# At DEBUG the library would write our token and people's messages into the log.
_wire_log.setLevel(logging.INFO)

OPEN_WITHIN = 10.0
PING_EVERY = 5.0
PONG_WITHIN = 5.0
"""A link that died without a word is noticed within ``PING_EVERY + PONG_WITHIN`` seconds."""
REFUSED_RETRY = 60.0
"""Seconds between tries when the server does not want us: somebody must do something first."""
STEADY = 10.0
"""Seconds a connection must have lived for the waits to begin again from the shortest."""
LARGEST_FRAME = 16 * 1024 * 1024
"""Bytes. A snapshot of 10,000 colleagues has about 2 MB."""

UNWANTED = (1008, 4401)
"""WebSocket close codes by which the server says that the token is no longer good."""


class LiveFeed:
    """Follows the server until cancelled."""

    def __init__(
        self, profile: Profile, api_token: str, report: Callable[[AnyFrame | LinkChanged], bool]
    ) -> None:
        """``report`` returns whether the fact arrived; only then a message is acknowledged."""
        self._profile = profile
        self._token = api_token
        self._report = report
        self._heard: float | None = None
        self._was_live = False
        self._now = asyncio.Event()
        self._waits: Iterator[float] = delays()

    def try_now(self) -> None:
        """End the present wait between two tries."""
        self._now.set()

    async def run(self) -> None:
        """Never returns; cancelling closes the connection properly."""
        context = context_for(self._profile.server.ca_pem)
        url = "wss" + self._profile.server.url.removeprefix("https") + "/v1/live"
        self._tell_lost(None, None)
        while True:
            problem: Problem | None = None
            started = time.monotonic()
            try:
                async with connect(
                    url,
                    ssl=context,
                    additional_headers={"Authorization": f"Bearer {self._token}"},
                    logger=_wire_log,
                    proxy=None,
                    open_timeout=OPEN_WITHIN,
                    close_timeout=1,
                    ping_interval=None,  # we ping ourselves, to know when we last heard of it
                    max_size=LARGEST_FRAME,
                ) as socket:
                    await self._follow(socket)
            except (OSError, WebSocketException, _FeedError) as error:
                problem = _problem(error)
                log.info("live link: %s", type(error).__name__)
            if time.monotonic() - started > STEADY:
                self._waits = delays()
            await self._pause(problem)

    async def _follow(self, socket: ClientConnection) -> None:
        pinging = asyncio.create_task(self._ping(socket))
        last: int | None = None
        try:
            async for text in socket:
                self._heard = time.time()
                frame = _decode(text, first=last is None)
                if frame is None:
                    last = None if last is None else last + 1
                    continue
                if last is not None and frame.seq != last + 1:
                    raise _FeedError(None)  # one is missing: only a snapshot helps
                if last is None:
                    self._was_live = True
                    self._report(LinkChanged("live", self._heard))
                last = frame.seq
                if self._report(frame):
                    await self._acknowledge(socket, frame)
            # The server closed in good order: it restarts, or no longer wants this device.
            if socket.close_code in UNWANTED:
                raise _FeedError(Problem("token-unknown"))
        except asyncio.CancelledError:
            await socket.close(1001)  # going away: without this the library says 1011, a fault
            raise
        finally:
            pinging.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await pinging

    async def _ping(self, socket: ClientConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            while True:
                await asyncio.sleep(PING_EVERY)
                try:
                    async with asyncio.timeout(PONG_WITHIN):
                        await (await socket.ping())
                except TimeoutError:
                    socket.transport.abort()  # nobody there to say goodbye to
                    return
                self._heard = time.time()

    async def _acknowledge(self, socket: ClientConnection, frame: AnyFrame) -> None:
        messages: tuple[Message, ...] = ()
        if isinstance(frame, Snapshot):
            messages = frame.messages
        elif isinstance(frame, MessageChanged):
            messages = (frame.message,)
        me = self._profile.agent.extension
        for message in messages:
            if message.to == me and message.delivered_at is None:
                await socket.send(
                    msgspec.json.encode(Received(message_id=message.id)).decode(), text=True
                )

    async def _pause(self, problem: Problem | None) -> None:
        wait = REFUSED_RETRY if _is_refusal(problem) else next(self._waits)
        self._tell_lost(problem, wait)
        self._now.clear()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._now.wait(), wait)

    def _tell_lost(self, problem: Problem | None, retry_in: float | None) -> None:
        if _is_refusal(problem):
            self._report(LinkChanged("refused", self._heard, retry_in, problem))
        else:
            state: Literal["stale", "connecting"] = "stale" if self._was_live else "connecting"
            self._report(LinkChanged(state, self._heard, retry_in, problem))


class _FeedError(Exception):
    """What came is not what it must be. ``problem`` None: a new connection may well be right."""

    def __init__(self, problem: Problem | None) -> None:
        super().__init__("" if problem is None else problem.id)
        self.problem = problem


def _is_refusal(problem: Problem | None) -> bool:
    return problem is not None and problem.id != "unreachable"


def _decode(text: str | bytes, *, first: bool) -> AnyFrame | None:
    try:
        frame = decode_frame(text)
    except msgspec.DecodeError as error:
        # The text names the field, never a value.
        raise _FeedError(Problem("incompatible", str(error))) from None
    if first and not isinstance(frame, Snapshot):
        raise _FeedError(Problem("incompatible", "no snapshot at the start"))
    if isinstance(frame, Snapshot) and frame.v != VERSION:
        raise _FeedError(Problem("incompatible", f"version {frame.v}"))
    return frame


def _problem(error: Exception) -> Problem | None:
    if isinstance(error, _FeedError):
        return error.problem
    if is_wrong_certificate(error):
        return Problem("wrong-certificate")
    if isinstance(error, InvalidStatus):
        status = error.response.status_code
        if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            return Problem("token-unknown")
    return Problem("unreachable")
