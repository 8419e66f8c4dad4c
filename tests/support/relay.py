"""A network cable between a phone and the PBX that can be pulled: a TCP relay on this machine."""

import asyncio
import contextlib
import threading
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Self


class Relay:
    """Listens on ``port`` of 127.0.0.1 and passes everything on to ``to`` there, and back."""

    def __init__(self, to: int) -> None:
        self._to = to
        self._plugged = True
        self._links: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="relay", daemon=True)
        self._thread.start()
        self._server = self._call(asyncio.start_server(self._accept, "127.0.0.1", 0))
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

    async def _accept(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._links.add(task)
        try:
            if self._plugged:
                far, out = await asyncio.open_connection("127.0.0.1", self._to)
                try:
                    async with asyncio.TaskGroup() as pumps:
                        pumps.create_task(_pump(near, out))
                        pumps.create_task(_pump(far, back))
                finally:
                    out.transport.abort()
        except (asyncio.CancelledError, OSError, ExceptionGroup):
            pass  # cut, or one side left
        finally:
            self._links.discard(task)
            back.transport.abort()

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


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    while data := await source.read(65_536):
        sink.write(data)
        await sink.drain()
    raise ConnectionResetError  # one side left: end the other
