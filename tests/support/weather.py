"""A laptop behind a bad network: a namespace whose only cable loses packets and delays them.

Both ends of the cable are TUN devices of this process, which passes the packets on; so it needs no
``tc netem``, which not every kernel has, and loses the same packets whenever it begins anew. Needs
root and iproute2, as the tests' machine has them.
"""

import fcntl
import heapq
import itertools
import os
import random
import select
import struct
import subprocess
import sys
import threading
import time
from types import TracebackType
from typing import Self

_numbers = itertools.count()
_SET_INTERFACE = 0x400454CA  # TUNSETIFF
_TUN_WITHOUT_HEADER = 0x1001
_MTU = 1500
_IPV4 = 4
_JAM_EVERY_S = 2.0


class FarLaptop:
    """Namespace at the end of a cable; this machine is at ``server``, the laptop at ``address``."""

    def __init__(self) -> None:
        number = next(_numbers)
        self.name = f"allo{os.getpid()}w{number}"
        net = f"10.{os.getpid() % 200 + 20}.{100 + number}"
        self.server, self.address = f"{net}.1", f"{net}.2"
        self._weather = (0.0, 0.0)
        self._jam_ms = 0.0
        self._chance = random.Random(1)
        self._open = True
        self._ends: tuple[int, int] = (-1, -1)
        self._thread = threading.Thread(target=self._pass_on, name="far cable", daemon=True)

    def command(self, *words: str) -> list[str]:
        """A command line that runs on the laptop."""
        return ["ip", "netns", "exec", self.name, *words]

    @property
    def engine(self) -> list[str]:
        """Command line of an engine on the laptop."""
        return self.command(sys.executable, "-m", "softphone.main", "--headless")

    def weather(self, loss: float = 0.0, jitter_ms: float = 0.0, jam_ms: float = 0.0) -> None:
        """From now on, towards the laptop: the share of packets that is lost, and how late each may
        be: up to twice ``jitter_ms``, any time alike, so they overtake each other.

        ``jam_ms``: for so long of every two seconds nothing gets through, and then all at once, as
        a busy Wi-Fi does.
        """
        self._chance.seed(1)
        self._weather = loss, jitter_ms
        self._jam_ms = jam_ms

    def __enter__(self) -> Self:
        here, there = (f"{end}{os.getpid()}.{self.name[-1]}" for end in ("h", "t"))
        _ip("netns", "add", self.name)
        self._ends = (_tun(here), _tun(there))
        _ip("link", "set", there, "netns", self.name)
        _ip("addr", "add", f"{self.server}/24", "dev", here)
        _ip("link", "set", here, "up")
        for words in (
            ("addr", "add", f"{self.address}/24", "dev", there),
            ("link", "set", there, "up"),
            ("link", "set", "lo", "up"),
        ):
            _ip("-n", self.name, *words)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open = False
        self._thread.join(5)
        for end in self._ends:
            os.close(end)  # and the device with it
        _ip("netns", "del", self.name)

    def _pass_on(self) -> None:
        here, there = self._ends
        late: list[tuple[float, int, bytes]] = []
        order = itertools.count()
        while self._open:
            left = late[0][0] - time.monotonic() if late else 0.1
            ready, _, _ = select.select([here, there], [], [], min(max(left, 0.0), 0.1))
            for end in ready:
                packet = os.read(end, _MTU + 100)
                if packet[0] >> 4 != _IPV4:  # what the system says by itself to neighbours
                    continue
                if end == there:
                    os.write(here, packet)
                    continue
                loss, jitter_ms = self._weather
                if self._chance.random() >= loss:
                    due = time.monotonic() + self._chance.uniform(0, 2 * jitter_ms) / 1000
                    due = max(due, due - due % _JAM_EVERY_S + self._jam_ms / 1000)
                    heapq.heappush(late, (due, next(order), packet))
            while late and late[0][0] <= time.monotonic():
                os.write(there, heapq.heappop(late)[2])


def _tun(name: str) -> int:
    """A device that lives as long as the descriptor."""
    device = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(device, _SET_INTERFACE, struct.pack("16sH", name.encode(), _TUN_WITHOUT_HEADER))
    return device


def _ip(*words: str) -> None:
    done = subprocess.run(["ip", *words], capture_output=True, text=True, timeout=10)
    assert done.returncode == 0, f"ip {' '.join(words)}: {done.stderr}"
