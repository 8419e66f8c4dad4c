"""SIP through TLS 1.3 of our own: the library speaks TCP to us on 127.0.0.1, we speak to the PBX.

The wheel's OpenSSL ends at TLS 1.2; Python's does not. One local connection is one TLS connection:
when either ends, so does the other, and the library registers again as after any loss. Only this
process is let in. Runs an asyncio loop in a thread of its own.
"""

import asyncio
import contextlib
import os
import socket
import ssl
import threading
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import psutil

from softphone.engine.link.framing import BadStream, Framer, hide_route, route_through
from softphone.engine.link.network import KEEP_ALIVE

_T = TypeVar("_T")

_LOCAL = "127.0.0.1"
_CONNECT_S = 2.0
"""Longer than any handshake on a working line; short, so that the next try meets the line when it
is back (the kernel alone would wait 1, 2, 4 … s between its own)."""
_ACK_S = 32.0
"""So long the PBX waits for an ACK (64 · T1, RFC 3261 §13.3.1.4)."""
_CHUNK = 65_536


@dataclass(frozen=True, slots=True)
class LinkState:
    """How the connection to the PBX stands now."""

    number: int = 0
    """How many there were so far."""
    tls: str = ""
    """Protocol and cipher; empty when there is no connection."""
    ours: str = ""
    """Our IPv4 address of the connection."""
    theirs: str = ""
    """The PBX's."""
    problem: str = ""
    """Why there is none, when the last try failed."""
    untrusted: bool = False
    """The problem is the server's certificate."""


@dataclass(frozen=True, slots=True)
class Target:
    """The PBX, and how it proves to be the one."""

    host: str
    port: int
    context: ssl.SSLContext


def tls13(ca_file: str) -> ssl.SSLContext:
    """Nothing below TLS 1.3, our CA alone, name verified. Raises OSError, ssl.SSLError."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_verify_locations(cafile=ca_file)
    return context


class Arrived:
    """Something from the PBX is there for the library to read."""


ARRIVED = Arrived()


class Tunnel:
    """Listens for the library at ``address`` and leads to ``target``.

    ``report`` gets each new ``state``, and ``ARRIVED``, from the tunnel's own thread.
    """

    def __init__(self, target: Target, report: Callable[[LinkState | Arrived], None]) -> None:
        self.state = LinkState()
        """As the last connection is, or why it failed. Replaced whole: any thread may read it."""
        self._target = target
        self._report = report
        self._loop = asyncio.new_event_loop()
        self._links: set[asyncio.Task[None]] = set()
        self._acks: deque[tuple[float, bytes]] = deque(maxlen=16)
        self._thread = threading.Thread(target=self._loop.run_forever, name="tunnel", daemon=True)
        self._thread.start()
        self._server = self._call(asyncio.start_server(self._accept, _LOCAL, 0, limit=_CHUNK))
        self.address = f"{_LOCAL}:{self._server.sockets[0].getsockname()[1]}"
        self.uri = f"sip:{self.address};transport=tcp;lr"
        """The route of the library's requests."""

    def cut(self) -> None:
        """End what is connected (the network changed): the library comes again."""
        self._loop.call_soon_threadsafe(self._cancel)

    def close(self) -> None:
        """End everything; the tunnel is of no more use."""
        self._call(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(2)

    def _cancel(self) -> None:
        for link in self._links:
            link.cancel()

    async def _close(self) -> None:
        self._server.close()
        self._cancel()
        await asyncio.gather(*self._links, return_exceptions=True)

    def _call(self, work: Coroutine[Any, Any, _T]) -> _T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(5)

    async def _accept(self, local: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._links.add(task)
        try:
            if await asyncio.to_thread(_is_ours, back.get_extra_info("peername")):
                await self._link(local, back)
        except asyncio.CancelledError:
            pass  # cut
        finally:
            self._links.discard(task)
            back.transport.abort()

    async def _link(self, local: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        target = self._target
        try:
            async with asyncio.timeout(_CONNECT_S):
                remote, out = await asyncio.open_connection(
                    target.host,
                    target.port,
                    ssl=target.context,
                    server_hostname=target.host,
                    family=socket.AF_INET,  # sound and the exchange are IPv4 as well
                    limit=_CHUNK,
                )
        except (OSError, TimeoutError, ValueError) as problem:  # ssl.SSLError is an OSError
            self._set(_failed(problem))
            return
        cipher, version, _ = out.get_extra_info("cipher")
        mine = self._set(
            LinkState(
                number=self.state.number + 1,
                tls=f"{version} {cipher}",
                ours=out.get_extra_info("sockname")[0],
                theirs=out.get_extra_info("peername")[0],
            )
        )
        uri = self.uri.encode()
        try:
            pbx = out.get_extra_info("socket")
            pbx.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for level, name, value in KEEP_ALIVE:
                pbx.setsockopt(level, name, value)
            back.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for ack in self._recent_acks():
                out.write(ack)
            pumps = (
                asyncio.ensure_future(_pump(local, out, lambda m: self._to_pbx(m, uri))),
                asyncio.ensure_future(
                    _pump(
                        remote,
                        back,
                        lambda m: route_through(m, uri),
                        lambda: self._report(ARRIVED),
                    )
                ),
            )
            try:
                await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for pump in pumps:
                    pump.cancel()
                await asyncio.gather(*pumps, return_exceptions=True)
        finally:
            out.transport.abort()
            if self.state is mine:
                self._set(LinkState(problem="the connection was lost"))

    def _set(self, state: LinkState) -> LinkState:
        self.state = replace(state, number=max(state.number, self.state.number))
        self._report(self.state)
        return self.state

    def _to_pbx(self, message: bytes, uri: bytes) -> bytes:
        message = hide_route(message, uri)
        if message.startswith(b"ACK "):
            self._acks.append((self._loop.time(), message))
        return message

    def _recent_acks(self) -> list[bytes]:
        """What may have been lost with the connection before, and nobody would ask for on this one.

        Every other request is answered, or given up by who sent it; an ACK twice does no harm.
        """
        oldest = self._loop.time() - _ACK_S
        return [ack for sent, ack in self._acks if sent > oldest]


async def _pump(
    source: asyncio.StreamReader,
    sink: asyncio.StreamWriter,
    change: Callable[[bytes], bytes],
    passed: Callable[[], None] = lambda: None,
) -> None:
    framer = Framer()
    with contextlib.suppress(OSError, BadStream):
        while data := await source.read(_CHUNK):
            pieces = framer.feed(data)
            if pieces:
                sink.write(b"".join(change(piece) if piece[0] > 32 else piece for piece in pieces))
                passed()
                await sink.drain()


def _is_ours(peer: tuple[str, int]) -> bool:
    """Whether a local connection comes from this process: others have no business in our tunnel."""
    return any(connection.laddr == peer for connection in psutil.Process().net_connections("tcp4"))


def _failed(problem: OSError | TimeoutError | ValueError) -> LinkState:
    match problem:
        case ssl.SSLCertVerificationError():
            return LinkState(problem=problem.verify_message, untrusted=True)
        case ssl.SSLError():
            return LinkState(problem=f"no TLS 1.3 with this server ({problem.reason})")
        case TimeoutError():
            return LinkState(problem="the server does not answer")
        case socket.gaierror() | ValueError():  # the latter: not even a possible name
            return LinkState(problem="the name of the server is not known here")
        case OSError(errno=int(number)):
            return LinkState(problem=os.strerror(number))
        case _:  # several addresses, each with its own failure
            return LinkState(problem="the server cannot be reached")
