"""What the system says about the network, and which of our addresses leads to the PBX.

Linux tells of every change (rtnetlink(7)); elsewhere whoever runs the engine tells it (command
``network``). A system that slept is noticed by its clocks.
"""

import contextlib
import os
import socket
import stat
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

_GROUPS = 0x1 | 0x10 | 0x40
"""RTMGRP_LINK, RTMGRP_IPV4_IFADDR, RTMGRP_IPV4_ROUTE."""
_QUIET_S = 0.2
"""One cable pulled is a dozen messages: wait until no more come."""
_SLEPT_S = 3.0

KEEP_ALIVE: tuple[tuple[int, int, int], ...] = (
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    *(
        (socket.IPPROTO_TCP, getattr(socket, name), value)
        for name, value in (
            ("TCP_KEEPIDLE", 2),
            ("TCP_KEEPINTVL", 1),
            ("TCP_KEEPCNT", 3),
            ("TCP_USER_TIMEOUT", 5_000),  # ms; Linux
        )
        if hasattr(socket, name)
    ),
)
"""Options of a TCP socket (level, name, value) with which a line that dies without a word is found
out after about 5 s, also while nothing is sent."""


def keep_alive(ours: str) -> None:
    """Set ``KEEP_ALIVE`` on this process' TCP connections from ``ours`` (``address:port``).

    For a connection that a library made. Linux only; elsewhere it does nothing.
    """
    with contextlib.suppress(FileNotFoundError), os.scandir("/proc/self/fd") as entries:
        for entry in entries:
            with contextlib.suppress(OSError):  # closed meanwhile: the folder's own, for one
                _keep_alive(int(entry.name), ours)


def _keep_alive(descriptor: int, ours: str) -> None:
    if not stat.S_ISSOCK(os.fstat(descriptor).st_mode):
        return
    with socket.socket(fileno=os.dup(descriptor)) as connection:
        if connection.type != socket.SOCK_STREAM or connection.family != socket.AF_INET:
            return
        address, port = connection.getsockname()
        if f"{address}:{port}" == ours:
            for option in KEEP_ALIVE:
                connection.setsockopt(*option)


@dataclass(frozen=True, slots=True)
class NetworkChanged:
    """A link, an address or a route came, went or changed; or the system slept."""


def watch(report: Callable[[NetworkChanged], None]) -> None:
    """Call ``report`` from a thread of its own after every change, as long as the process lives."""
    if not hasattr(socket, "AF_NETLINK"):
        return
    events = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
    events.bind((0, _GROUPS))
    threading.Thread(target=_listen, args=(events, report), name="network", daemon=True).start()


def _listen(events: socket.socket, report: Callable[[NetworkChanged], None]) -> None:
    while True:
        events.settimeout(None)
        _receive(events)
        events.settimeout(_QUIET_S)
        with contextlib.suppress(TimeoutError):
            while True:
                _receive(events)
        report(NetworkChanged())


def _receive(events: socket.socket) -> None:
    try:
        events.recv(65_536)
    except TimeoutError:
        raise
    except OSError:  # ENOBUFS: more than we could take; that something changed is all we need
        return


def address_towards(address: str) -> str:
    """Our IPv4 address on the way to another; empty when there is no way. Sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((address, 9))  # any port: a datagram socket only looks the route up
        except OSError:
            return ""
        ours: str = probe.getsockname()[0]
        return ours


class Sleep:
    """Notices that the system slept, or that this process was stopped for a while."""

    def __init__(self) -> None:
        self._last = _now()

    def over(self) -> bool:
        """Asked often: whether there was a sleep since the last time."""
        before, self._last = self._last, _now()
        return self._last - before > _SLEPT_S


def _now() -> float:
    """Seconds that go on while the system sleeps (CLOCK_MONOTONIC stands still then)."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if clock is None else time.clock_gettime(clock)
