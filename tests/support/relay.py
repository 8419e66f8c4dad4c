"""A network cable between a phone and the PBX that can be pulled: a TCP relay on this machine."""

import asyncio
import contextlib
import ssl
import threading
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Any, Self

from pbx_config.model import Certificates
from softphone.engine.link.framing import Framer


class Relay:
    """Listens on ``port`` of 127.0.0.1 and passes everything on to ``to`` there, and back.

    With the PBX's own certificate in hand (``opens``) it can also lose single messages.
    """

    def __init__(self, to: int, opens: Certificates | None = None) -> None:
        self.lost = b"nothing"
        """With ``opens``: SIP messages of the phone that begin so do not arrive."""
        self._to = to
        self._towards_phone: ssl.SSLContext | None = None
        self._towards_pbx: ssl.SSLContext | None = None
        if opens:
            self._towards_phone = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._towards_phone.load_cert_chain(opens.certificate, opens.private_key)
            self._towards_pbx = ssl.create_default_context(cafile=str(opens.ca))
        self._plugged = True
        self._links: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="relay", daemon=True)
        self._thread.start()
        self._server = self._call(self._listen())
        self.port: int = self._server.sockets[0].getsockname()[1]

    def cut(self) -> None:
        """End every connection; new ones are welcome."""
        self._call(self._end())

    def unplug(self) -> None:
        """End every connection, and each new one at once."""
        self._plugged = False
        self.cut()

    def plug(self) -> None:
        """Undo ``unplug``."""
        self._plugged = True

    async def _end(self) -> None:
        for link in self._links:
            link.cancel()
        await asyncio.gather(*self._links, return_exceptions=True)

    def _call(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(5)

    async def _listen(self) -> asyncio.Server:
        return await asyncio.start_server(self._accept, "127.0.0.1", 0, ssl=self._towards_phone)

    async def _accept(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._links.add(task)
        try:
            if self._plugged:
                far, out = await asyncio.open_connection(
                    "127.0.0.1",
                    self._to,
                    ssl=self._towards_pbx,
                    server_hostname="localhost" if self._towards_pbx else None,
                )
                sieve = self._sieve() if self._towards_pbx else None
                try:
                    async with asyncio.TaskGroup() as pumps:
                        pumps.create_task(_pump(near, out, sieve))
                        pumps.create_task(_pump(far, back))
                finally:
                    out.transport.abort()
        except (asyncio.CancelledError, OSError, ExceptionGroup):
            pass  # cut, or one side left
        finally:
            self._links.discard(task)
            back.transport.abort()

    def _sieve(self) -> Callable[[bytes], bytes]:
        framer = Framer()
        return lambda data: b"".join(
            message for message in framer.feed(data) if not message.startswith(self.lost)
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.unplug()
        self._call(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    async def _close(self) -> None:
        self._server.close()
        with contextlib.suppress(OSError):
            await self._server.wait_closed()


async def _pump(
    source: asyncio.StreamReader,
    sink: asyncio.StreamWriter,
    sieve: Callable[[bytes], bytes] | None = None,
) -> None:
    while data := await source.read(65_536):
        sink.write(sieve(data) if sieve else data)
        await sink.drain()
    raise ConnectionResetError  # one side left: end the other
