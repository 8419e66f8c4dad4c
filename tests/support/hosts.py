"""A laptop with a network card of its own: a network namespace on a virtual cable to this machine.

Needs root and iproute2, as the tests' machine has them.
"""

import itertools
import os
import subprocess
import sys
from types import TracebackType
from typing import Self

_numbers = itertools.count()


class Laptop:
    """Namespace with one card; this machine is at ``server``, the laptop at ``address(n)``."""

    def __init__(self) -> None:
        number = next(_numbers)
        self.name = f"allo{os.getpid()}n{number}"
        self._card, self._socket = f"c{os.getpid()}.{number}", f"s{os.getpid()}.{number}"
        self._net = f"10.{os.getpid() % 200 + 20}.{number}"
        self.server = f"{self._net}.1"
        self._now = 2

    def address(self) -> str:
        """The laptop's address now."""
        return f"{self._net}.{self._now}"

    def command(self, *words: str) -> list[str]:
        """A command line that runs on the laptop."""
        return ["ip", "netns", "exec", self.name, *words]

    @property
    def engine(self) -> list[str]:
        """Command line of an engine on the laptop."""
        return self.command(sys.executable, "-m", "softphone.main", "--headless")

    def unplug(self) -> None:
        """The cable is out: the card sees it, the address stays until somebody removes it."""
        _ip("link", "set", self._socket, "down")

    def plug(self) -> None:
        """The cable is in again."""
        _ip("link", "set", self._socket, "up")

    def move(self) -> None:
        """Another network: the address goes and another comes."""
        before, self._now = self.address(), self._now + 1
        self._on_laptop("addr", "del", f"{before}/24", "dev", self._card)
        self._on_laptop("addr", "add", f"{self.address()}/24", "dev", self._card)

    def other_card(self) -> None:
        """A card that has nothing to do with us comes and goes."""
        self._on_laptop("link", "add", "other", "type", "veth", "peer", "name", "another")
        self._on_laptop("link", "del", "other")

    def _on_laptop(self, *words: str) -> None:
        _ip("-n", self.name, *words)

    def __enter__(self) -> Self:
        _ip("netns", "add", self.name)
        _ip("link", "add", self._socket, "type", "veth", "peer", self._card, "netns", self.name)
        _ip("addr", "add", f"{self.server}/24", "dev", self._socket)
        _ip("link", "set", self._socket, "up")
        self._on_laptop("addr", "add", f"{self.address()}/24", "dev", self._card)
        self._on_laptop("link", "set", self._card, "up")
        self._on_laptop("link", "set", "lo", "up")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        _ip("netns", "del", self.name)  # and the cable with it


def _ip(*words: str) -> None:
    done = subprocess.run(["ip", *words], capture_output=True, text=True, timeout=10)
    assert done.returncode == 0, f"ip {' '.join(words)}: {done.stderr}"
