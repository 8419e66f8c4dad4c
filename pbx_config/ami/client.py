"""One AMI connection to Asterisk that keeps coming back.

Owns the socket: log-in, matching answers to actions, lists, liveness, reconnection. Connects to
127.0.0.1 only: AMI is as good as root on the PBX and never leaves the machine. Knows no event's
meaning, and never logs a value, so no secret either.

The wire format is the ``asterisk-ami`` package's (see ``wire``), its ``AMIClient`` is not used: its
reader thread dies after three silent seconds (the connect timeout stays on the socket), it sends
with ``send`` instead of ``sendall``, and a lost connection leaves actions without an answer.
"""

import asyncio
import itertools
import logging
import secrets
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field

from pbx_config.ami import backoff
from pbx_config.ami.wire import PACKET_END, Happening, Reply, decode, encode

LOOPBACK = "127.0.0.1"
EVENT_MASK = "system,call,agent,user"
"""call and agent are all a queue panel needs; system adds FullyBooted and Reload, user what SIP
phones write."""

_PACKET_LIMIT = 1 << 20
_log = logging.getLogger(__name__)


class AmiError(Exception):
    """Something between us and Asterisk's manager interface did not work."""


class AmiDown(AmiError):
    """There is no connection to Asterisk now."""


class AmiTimeout(AmiError):
    """Asterisk did not answer in time."""


class ActionRefused(AmiError):
    """Asterisk answered ``Response: Error``; the text is its Message."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where one node's AMI is, and who we are there."""

    port: int
    username: str
    secret: str = field(repr=False)
    node: int = 1


@dataclass(slots=True)
class _Pending:
    """An action whose answer, and perhaps list, is still coming."""

    done: asyncio.Future[tuple[Reply, list[Happening]]]
    reply: Reply | None = None
    items: list[Happening] = field(default_factory=list)


class AmiClient:
    """``run`` lives for the server's whole life; ``action`` and ``collect`` work while it is up.

    ``on_event`` is called for every event that belongs to no list, in the order of arrival;
    ``on_up`` after each log-in (a snapshot belongs there: events keep coming meanwhile);
    ``on_down`` after each loss.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        on_event: Callable[[Happening], None],
        on_up: Callable[[], Awaitable[None]],
        on_down: Callable[[], None],
        waits: Callable[[], Iterator[float]] = backoff.delays,
        ping_every: float = 10.0,
        ping_timeout: float = 5.0,
        boot_timeout: float = 30.0,
    ) -> None:
        self.endpoint = endpoint
        self._on_event = on_event
        self._on_up = on_up
        self._on_down = on_down
        self._waits = waits
        self._ping_every = ping_every
        self._ping_timeout = ping_timeout
        self._boot_timeout = boot_timeout
        self._writer: asyncio.StreamWriter | None = None
        self._pending: dict[str, _Pending] = {}
        # Asterisk shows some actions' ids to every connection: ours must not look like another's.
        self._prefix = secrets.token_hex(4)
        self._ids = itertools.count(1)
        self._booted = asyncio.Event()

    async def run(self) -> None:
        """Connect, and connect again after each loss, until cancelled."""
        waits = self._waits()
        told = ""
        while True:
            was_up, reason = False, ""
            try:
                async with asyncio.TaskGroup() as group:
                    await self._connect(group)
                    was_up = True
                    waits, told = self._waits(), ""
                    await self._on_up()
                    await self._stay()
            except* (AmiError, OSError, EOFError, asyncio.LimitOverrunError) as why:
                reason = "; ".join(str(e) or type(e).__name__ for e in _leaves(why))
            finally:
                self._drop()
                if was_up:
                    self._on_down()
            _heed_cancellation()
            if was_up:
                _log.warning("lost Asterisk's AMI on port %d: %s", self.endpoint.port, reason)
            elif reason != told:  # once, not at every attempt
                _log.warning("no AMI on port %d: %s", self.endpoint.port, reason)
                told = reason
            await asyncio.sleep(next(waits))

    async def action(self, name: str, /, *, timeout: float = 5.0, **fields: str) -> Reply:
        """Send an action and return its answer.

        ``timeout`` is in seconds. Raises ValueError (see ``wire.encode``), AmiDown, AmiTimeout,
        ActionRefused.
        """
        reply, _ = await self._ask(name, fields, timeout)
        return reply

    async def collect(
        self, name: str, /, *, timeout: float = 10.0, **fields: str
    ) -> list[Happening]:
        """Send a list action; its items, without the closing one. Raises as ``action``."""
        _, items = await self._ask(name, fields, timeout)
        return items

    async def _connect(self, group: asyncio.TaskGroup) -> None:
        self._booted.clear()
        async with asyncio.timeout(5):
            reader, self._writer = await asyncio.open_connection(
                LOOPBACK, self.endpoint.port, limit=_PACKET_LIMIT
            )
            banner = await reader.readuntil(b"\r\n")
        if not banner.startswith(b"Asterisk Call Manager/"):
            raise AmiError(
                "what listens there is not Asterisk's AMI; is the port another program's?"
            )
        group.create_task(self._read(reader))
        try:
            await self.action(
                "Login",
                Username=self.endpoint.username,
                Secret=self.endpoint.secret,
                Events=EVENT_MASK,
            )
        except ActionRefused as why:
            raise AmiError(
                f"Asterisk refused the AMI user {self.endpoint.username!r}: `allo apply` renews it"
            ) from why
        # Asterisk lets us in while it still loads modules; lists would be half empty.
        try:
            await asyncio.wait_for(self._booted.wait(), self._boot_timeout)
        except TimeoutError:
            raise AmiTimeout("Asterisk did not finish starting (no FullyBooted event)") from None
        _log.info("AMI up on port %d", self.endpoint.port)

    async def _stay(self) -> None:
        """A wedged Asterisk keeps its socket open and says nothing: ask it now and then."""
        while True:
            await asyncio.sleep(self._ping_every)
            await self.action("Ping", timeout=self._ping_timeout)

    async def _read(self, reader: asyncio.StreamReader) -> None:
        while True:
            try:
                packet = await reader.readuntil(PACKET_END)
            except asyncio.IncompleteReadError:
                raise AmiDown("Asterisk closed the connection") from None
            match decode(packet.removesuffix(PACKET_END)):
                case Reply() as reply:
                    self._answered(reply)
                case Happening() as happening:
                    self._happened(happening)

    def _answered(self, reply: Reply) -> None:
        pending = self._pending.get(reply.action_id)
        if pending is None:
            return
        pending.reply = reply
        if not reply.opens_list and not pending.done.done():
            pending.done.set_result((reply, pending.items))

    def _happened(self, happening: Happening) -> None:
        pending = self._pending.get(happening.action_id)
        if pending is None or pending.reply is None or not pending.reply.opens_list:
            if happening.name == "FullyBooted":
                self._booted.set()
            self._on_event(happening)
        elif not happening.closes_list:
            pending.items.append(happening)
        elif not pending.done.done():
            pending.done.set_result((pending.reply, pending.items))

    async def _ask(
        self, name: str, fields: dict[str, str], timeout: float
    ) -> tuple[Reply, list[Happening]]:
        action_id = f"{self._prefix}-{next(self._ids)}"
        packet = encode(name, action_id, fields)
        if self._writer is None:
            raise AmiDown("no connection to Asterisk")
        pending = _Pending(asyncio.get_running_loop().create_future())
        self._pending[action_id] = pending
        try:
            async with asyncio.timeout(timeout):
                self._writer.write(packet)
                await self._writer.drain()
                reply, items = await pending.done
        except TimeoutError:
            raise AmiTimeout(f"Asterisk did not answer {name} within {timeout:g} s") from None
        except OSError as why:
            raise AmiDown(str(why)) from why
        finally:
            self._pending.pop(action_id, None)
        if reply.refused:
            raise ActionRefused(reply.message)
        return reply, items

    def _drop(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None
        for pending in self._pending.values():
            if not pending.done.done():
                pending.done.set_exception(AmiDown("the connection to Asterisk was lost"))
        self._pending.clear()


def _heed_cancellation() -> None:
    """A TaskGroup that fails in the moment its task is cancelled tells only of the failure."""
    task = asyncio.current_task()
    if task and task.cancelling():
        raise asyncio.CancelledError


def _leaves(group: BaseExceptionGroup[BaseException]) -> Iterator[BaseException]:
    for one in group.exceptions:
        if isinstance(one, BaseExceptionGroup):
            yield from _leaves(one)
        else:
            yield one
