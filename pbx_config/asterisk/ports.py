"""Whether the ports that the PBX wants are free. Knows sockets, not Asterisk."""

import socket
from collections.abc import Iterator

import psutil

from pbx_config.model import Exchange


def wanted(exchange: Exchange) -> Iterator[tuple[str, str, int]]:
    """(``tcp``/``udp``, address, port) of everything that Asterisk will listen on but RTP."""
    network = exchange.network
    yield "tcp", network.bind, network.sip_phone_port
    yield "tcp", network.bind, network.sip_tls_port
    if exchange.trunks:
        yield "udp", network.bind, network.sip_udp_port
    yield "tcp", "127.0.0.1", network.ami_port


def refusal(kind: str, address: str, port: int) -> OSError | None:
    """Why the system does not let this be bound, or ``None`` when it does."""
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
            return refused
    return None


def holder(kind: str, port: int) -> str:
    """``name, pid 4711`` of a program on this port, empty when the system does not tell us."""
    try:
        for connection in psutil.net_connections(kind):
            if connection.laddr and connection.laddr.port == port and connection.pid:
                return f"{psutil.Process(connection.pid).name()}, pid {connection.pid}"
    except psutil.Error:
        pass
    return ""
