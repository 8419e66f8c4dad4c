"""Ports for the tests: of this process alone, whatever runs beside it.

Ports below Linux's own (32768 and up) are dealt out. Each process of tests claims a share of them
by a socket name that nobody else can hold meanwhile and that goes with the process. RTP has a
region of its own, so that a server's port never lies in somebody's RTP range; two Asterisks may
share RTP ports (each tries the next one when a port is held).
"""

import functools
import itertools
import secrets
import socket
from collections.abc import Iterator

_SINGLE = range(6_400, 12_000)
"""Below what ``provisioning.free_ports`` chooses from."""
_RTP = range(20_000, 32_000)
_SHARE = 400


def free_port(kind: int = socket.SOCK_STREAM, address: str = "127.0.0.1") -> int:
    """A port that nobody holds and that nobody else is given soon. Raises RuntimeError: none."""
    _, ports = _share()
    for port in itertools.islice(ports, _SHARE):
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind((address, port))
            except OSError:
                continue
            return port
    raise RuntimeError(f"no free port on {address}")


def rtp_range(size: int = 40) -> tuple[int, int]:
    """(start, end) of UDP ports for one Asterisk; start is even (RFC 3550 §11)."""
    start = _RTP.start + 2 * secrets.randbelow((len(_RTP) - size) // 2)
    return start, start + size - 1


@functools.cache
def _share() -> tuple[socket.socket, Iterator[int]]:
    """The claim, held as long as this process lives, and the ports that come with it, in turn."""
    for start in range(_SINGLE.start, _SINGLE.stop, _SHARE):
        claim = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        try:
            claim.bind(f"\0allo-test-ports-{start}")  # abstract: no file, gone with the process
        except OSError:
            claim.close()
            continue
        return claim, itertools.cycle(range(start, start + _SHARE))
    raise RuntimeError("too many test runs at once: no share of ports is left")
