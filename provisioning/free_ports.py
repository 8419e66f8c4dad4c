"""Ports that nobody uses right now, for a trial installation beside whatever else runs here."""

import random
import socket
from contextlib import ExitStack

RTP_PORTS = 200
"""50 calls; a trial needs two."""
_LOWEST, _HIGHEST = 12_000, 32_000
"""Below what Linux gives out by itself (32768 and up), so that nobody takes them meanwhile."""


def free_ports(bind: str) -> dict[str, int]:
    """Values for ``[installation]``, all free at once on ``bind``. Raises OSError: none left."""
    with ExitStack() as held:
        chosen = {
            "https_port": _hold(held, bind, socket.SOCK_STREAM),
            "sip_phone_port": _hold(held, bind, socket.SOCK_STREAM),
            "sip_tls_port": _hold(held, bind, socket.SOCK_STREAM),
            "ami_port": _hold(held, "127.0.0.1", socket.SOCK_STREAM),
            "sip_udp_port": _hold(held, bind, socket.SOCK_DGRAM),
        }
        first = _rtp_block(bind, chosen["sip_udp_port"])
    return {**chosen, "rtp_start": first, "rtp_end": first + RTP_PORTS - 1}


def free_udp_port(address: str) -> int:
    """One port that is free on ``address``, for what plays the operator there. Raises OSError."""
    with ExitStack() as held:
        return _hold(held, address, socket.SOCK_DGRAM)


def _hold(held: ExitStack, bind: str, kind: socket.SocketKind) -> int:
    """A free port, kept until ``held`` is closed so that the next one is another."""
    for _ in range(200):
        port = random.randrange(_LOWEST, _HIGHEST)  # noqa: S311, not a secret
        probe = socket.socket(socket.AF_INET, kind)
        try:
            probe.bind((bind, port))
        except OSError:
            probe.close()
            continue
        held.enter_context(probe)
        return port
    raise OSError(f"no free port on {bind} between {_LOWEST} and {_HIGHEST}")


def _rtp_block(bind: str, avoid: int) -> int:
    for _ in range(200):
        first = random.randrange(_LOWEST, _HIGHEST - RTP_PORTS, 2)  # noqa: S311, even: RTP
        block = range(first, first + RTP_PORTS)
        if avoid not in block and all(_is_free(bind, port) for port in block):
            return first
    raise OSError(f"no {RTP_PORTS} free ports in a row on {bind}")


def _is_free(bind: str, port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((bind, port))
        except OSError:
            return False
    return True
