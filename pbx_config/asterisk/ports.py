"""Whether the ports that the PBX wants are free. Knows sockets, not Asterisk."""

import errno
import socket
from collections.abc import Iterator

from pbx_config.model import Exchange


def wanted(exchange: Exchange) -> Iterator[tuple[str, str, int]]:
    """(``tcp``/``udp``, address, port) of everything that Asterisk will listen on but RTP."""
    network = exchange.network
    yield "tcp", network.bind, network.sip_tls_port
    if exchange.trunks:
        yield "udp", network.bind, network.sip_udp_port
    yield "tcp", "127.0.0.1", network.ami_port


def problem(kind: str, address: str, port: int) -> str | None:
    """Why this cannot be bound (the system's words), or ``None`` when it can."""
    family = socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM
    with socket.socket(socket.AF_INET, family) as probe:
        if kind == "tcp":
            # As Asterisk does: a port in TIME_WAIT is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
            if kind == "tcp":
                probe.listen(1)
        except OSError as refused:
            return errno.errorcode.get(refused.errno or 0, "") + f" {refused.strerror}"
    return None
