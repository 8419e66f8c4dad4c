"""A wire-tap between us and a real AMI: records both directions, and can cut or freeze the line."""

import asyncio
import re
from pathlib import Path

from pbx_config.ami.wire import PACKET_END

_SECRET = re.compile(rb"(?mi)^Secret: [^\r\n]*")


class Tap:
    """Listens on ``port`` and passes everything on to ``target`` of 127.0.0.1."""

    def __init__(self, target: int) -> None:
        self._target = target
        self.port = 0
        self.packets: list[tuple[str, bytes]] = []
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._writers: list[asyncio.StreamWriter] = []
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> "Tap":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        self.cut()
        await self._server.wait_closed()

    def cut(self) -> None:
        """End every connection now."""
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    def freeze(self) -> None:
        """Keep connections open, and say nothing any more."""
        self._flowing.clear()

    def thaw(self) -> None:
        self._flowing.set()

    def save(self, path: Path) -> None:
        """Both directions as text, packet by packet, without the password."""
        text = b""
        for side, packet in self.packets:
            text += f"--- {side}\r\n".encode() + _SECRET.sub(b"Secret: hidden", packet) + b"\r\n"
        path.write_bytes(text.replace(b"\r\n", b"\n"))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            back_reader, back_writer = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.close()
            return
        self._writers += [writer, back_writer]
        banner = await back_reader.readuntil(b"\r\n")
        writer.write(banner)
        ends = [
            asyncio.create_task(self._pump("client", reader, back_writer)),
            asyncio.create_task(self._pump("server", back_reader, writer)),
        ]
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        for end in ends:
            end.cancel()
        for one in (writer, back_writer):
            one.close()

    async def _pump(
        self, side: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            while True:
                packet = await reader.readuntil(PACKET_END)
                await self._flowing.wait()
                self.packets.append((side, packet.removesuffix(PACKET_END) + b"\r\n"))
                writer.write(packet)
                await writer.drain()
        except (asyncio.IncompleteReadError, OSError):
            return
