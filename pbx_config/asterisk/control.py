"""Asterisk's control socket: one console command in, its output back (what ``asterisk -rx`` does).

Speaking to the socket ourselves takes a millisecond instead of a process start, keeps commands
out of argument lists, and has a time limit. Protocol as in Asterisk's main/asterisk.c: it greets
with ``hostname/pid/version\\n``; ``cli quit after COMMAND\\0`` runs the command and closes.
"""

import contextlib
import socket
import struct
import time
from pathlib import Path

UNKNOWN = "No such command"
"""What Asterisk says of a command that it does not know, or not yet."""
_LAST_REGISTERED = ("core show version", "Asterisk")
"""A command that Asterisk knows only when it has booted, and what its answer holds."""


class ControlTimeout(TimeoutError):
    """No answer in time."""


def peer_pid(path: Path, timeout: float = 2.0) -> int | None:
    """Process id of who listens on the socket (SO_PEERCRED), or ``None`` when nobody does."""
    try:
        with _connect(path, timeout) as connection:
            raw = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
            pid: int = struct.unpack("3i", raw)[0]
            return pid
    except OSError:
        return None


def ask(path: Path, command: str, timeout: float) -> str:
    """Output of one command. Raises ``ControlTimeout`` or ``OSError`` (nobody listens)."""
    deadline = time.monotonic() + timeout
    with _connect(path, timeout) as connection:
        greeting = b""
        while b"\n" not in greeting:
            greeting += _receive(connection, deadline)
        connection.sendall(b"cli quit after " + command.encode() + b"\0")
        output = greeting.split(b"\n", 1)[1]
        with contextlib.suppress(EOFError):
            while True:
                output += _receive(connection, deadline)
    return output.replace(b"\0", b"").decode(errors="replace")


def is_booted(path: Path, timeout: float) -> bool:
    """Whether Asterisk has booted and knows all its commands; waits for the first at most so long.

    It counts as booted a moment before ``core show version``, ``core stop now`` and others of its
    own commands exist (``asterisk_daemon`` in main/asterisk.c), and listens long before both.
    """
    timeout = max(timeout, 0.1)
    deadline = time.monotonic() + timeout
    command, answer = _LAST_REGISTERED
    try:
        return "fully booted" in ask(path, "core waitfullybooted", timeout) and answer in ask(
            path, command, max(deadline - time.monotonic(), 0.1)
        )
    except (OSError, EOFError):
        return False


def _connect(path: Path, timeout: float) -> socket.socket:
    deadline = time.monotonic() + timeout
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.settimeout(timeout)
        while True:
            try:
                connection.connect(str(path))
                return connection
            except (
                BlockingIOError
            ):  # others wait to be let in (Asterisk queues two): our turn comes
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.01)
    except BaseException:
        connection.close()
        raise


def _receive(connection: socket.socket, deadline: float) -> bytes:
    left = deadline - time.monotonic()
    if left <= 0:
        raise ControlTimeout
    connection.settimeout(left)
    try:
        data = connection.recv(65536)
    except TimeoutError as late:
        raise ControlTimeout from late
    if not data:
        raise EOFError
    return data
