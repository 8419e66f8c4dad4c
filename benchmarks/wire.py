"""The wire between a phone and the PBX, tapped: a UDP relay that notes when each message passed.

The kernel stamps each datagram as it arrives, so what the relay's own process does meanwhile does
not count, and nothing of the phones' own is believed.
"""

import select
import socket
import struct
import threading
import time
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from tests.support.ports import free_port

_STAMPS = 35
"""SO_TIMESTAMPNS, which Python's socket module has no name for."""
SECONDS = 15.0


@dataclass(frozen=True)
class Passed:
    """One SIP message."""

    at_ns: int
    """On the clock of ``time.time_ns``."""
    up: bool
    """From the phone to the PBX."""
    text: str

    def is_(self, start: str, method: str) -> bool:
        """Whether it begins so, and belongs to a request of that method."""
        lines = self.text.split("\r\n")
        return lines[0].startswith(start) and any(
            line.lower().startswith("cseq:") and line.endswith(f" {method}") for line in lines
        )


class Wire:
    """Relay on ``port`` of 127.0.0.1 for one phone; ``to`` is the PBX's port there."""

    def __init__(self, to: int) -> None:
        self.port = free_port(socket.SOCK_DGRAM)
        self._phone: tuple[str, int] | None = None
        self._near, self._far = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
        for end in (self._near, self._far):
            end.setsockopt(socket.SOL_SOCKET, _STAMPS, 1)
        self._near.bind(("127.0.0.1", self.port))
        self._far.connect(("127.0.0.1", to))
        self._passed: list[Passed] = []
        self._changed = threading.Condition()
        self._open = True
        self._thread = threading.Thread(target=self._run, name="wire", daemon=True)
        self._thread.start()

    def wait(self, start: str, method: str, *, up: bool, since_ns: int) -> Passed:
        """The first such message since then."""
        deadline = time.monotonic() + SECONDS
        with self._changed:
            while True:
                for message in self._passed:
                    if (
                        message.at_ns >= since_ns
                        and message.up is up
                        and message.is_(start, method)
                    ):
                        return message
                left = deadline - time.monotonic()
                if left <= 0:
                    raise TimeoutError(f"no {start} of {method} on the wire in {SECONDS} s")
                self._changed.wait(left)

    def _run(self) -> None:
        while self._open:
            ready, _, _ = select.select([self._near, self._far], [], [], 0.1)
            for end in ready:
                data, extra, _, source = end.recvmsg(65_536, 64)
                stamp = next(value for _, kind, value in extra if kind == _STAMPS)
                seconds, nanoseconds = struct.unpack("qq", stamp)
                up = end is self._near
                if up:
                    self._phone = source
                    self._far.send(data)
                elif self._phone:
                    self._near.sendto(data, self._phone)
                passed = Passed(
                    seconds * 1_000_000_000 + nanoseconds, up, data.decode(errors="replace")
                )
                with self._changed:
                    self._passed.append(passed)
                    self._changed.notify_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open = False
        self._thread.join(5)
        self._near.close()
        self._far.close()
