"""Reads command lines from stdin in a thread of its own and queues them for the SIP thread.

Whatever cannot be a command is answered here, by an ``error`` fact that names what is wrong; the
text of the line is never repeated, it may hold a secret. End of input counts as ``quit``.
"""

import queue
import threading
from typing import Any, BinaryIO

import msgspec

from softphone import protocol
from softphone.engine.outbox import Outbox


def start_reading(stream: BinaryIO, inbox: "queue.SimpleQueue[Any]", outbox: Outbox) -> None:
    """Read ``stream`` until its end, in the background."""
    threading.Thread(
        target=_read, args=(stream, inbox, outbox), name="commands", daemon=True
    ).start()


def _read(stream: BinaryIO, inbox: "queue.SimpleQueue[Any]", outbox: Outbox) -> None:
    while line := stream.readline(protocol.MAX_LINE + 1):
        if len(line) > protocol.MAX_LINE:
            _skip_rest(line, stream)
            outbox.put(
                protocol.Error(
                    command="", message=f"line longer than {protocol.MAX_LINE} bytes skipped"
                )
            )
        elif line.strip():
            _take(line, inbox, outbox)
    inbox.put(protocol.Quit())


def _take(line: bytes, inbox: "queue.SimpleQueue[Any]", outbox: Outbox) -> None:
    try:
        inbox.put(protocol.decode_command(line))
    # UnicodeDecodeError: msgspec leaves bytes that are not UTF-8 to Python's decoder.
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as problem:
        outbox.put(protocol.Error(command=_name(line), message=str(problem)))


def _skip_rest(line: bytes, stream: BinaryIO) -> None:
    while line and not line.endswith(b"\n"):
        line = stream.readline(protocol.MAX_LINE)


def _name(line: bytes) -> str:
    """The ``do`` of a bad line, as far as it can be read."""
    try:
        found = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""
    name = found.get("do", "") if isinstance(found, dict) else ""
    return name[:40] if isinstance(name, str) else ""
