"""SIP messages on a byte stream: where each ends, and the two headers that the tunnel touches.

Pure. RFC 3261 §18.3 (Content-Length is mandatory on streams) and §7.5 (empty lines between
messages are keep-alives, RFC 5626 §3.5.1).
"""

import re

MAX_MESSAGE = 65_536
"""Bytes of one message, headers and body; a longer one ends the connection."""

_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"^(?:content-length|l)[ \t]*:[ \t]*(\d{1,9})[ \t]*\r?$", re.I | re.M)
_CONTACT = re.compile(rb"^(?:contact|m)[ \t]*:", re.I | re.M)
_REGISTER = re.compile(rb"^cseq[ \t]*:[ \t]*\d+[ \t]+register[ \t]*\r?$", re.I | re.M)


class BadStream(Exception):
    """What arrives is not SIP; the connection cannot be used further."""


class Framer:
    """Cuts a stream into messages and keep-alives."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        """The pieces completed by ``data``: whole messages, and CR LF keep-alives as they came.

        Raises BadStream.
        """
        self._buffer += data
        pieces: list[bytes] = []
        while piece := self._next():
            pieces.append(piece)
        if len(self._buffer) > MAX_MESSAGE:
            raise BadStream("a message is too long")
        return pieces

    def _next(self) -> bytes:
        buffer = self._buffer
        start = 0
        while start < len(buffer) and buffer[start] in b"\r\n":
            start += 1
        if start:
            return self._take(start)
        end = buffer.find(_END)
        if end < 0:
            return b""
        length = _LENGTH.search(buffer, 0, end + 2)
        if not length:
            raise BadStream("a message has no Content-Length")
        whole = end + len(_END) + int(length[1])
        if whole > MAX_MESSAGE:
            raise BadStream("a message is too long")
        return self._take(whole) if whole <= len(buffer) else b""

    def _take(self, count: int) -> bytes:
        piece = bytes(self._buffer[:count])
        del self._buffer[:count]
        return piece


def route_through(message: bytes, uri: bytes) -> bytes:
    """Record ourselves in the route of a dialog, so that the phone's later requests come back here.

    Every message that can set up a dialog (it has a Contact), except around REGISTER.
    ``uri`` is our own, without angle brackets. RFC 3261 §16.6 step 4.
    """
    head = message[: message.find(_END) + 2]
    if not _CONTACT.search(head) or _REGISTER.search(head):
        return message
    first_line, line_end, rest = message.partition(b"\r\n")
    return b"".join((first_line, line_end, b"Record-Route: <", uri, b">\r\n", rest))


def hide_route(message: bytes, uri: bytes) -> bytes:
    """Take our own Route and Record-Route out again: the PBX never learns that we are in between.

    (Asterisk would freeze them, and after a reconnection send to a connection that is gone.)
    """
    end = message.find(_END)
    if uri not in message[:end]:
        return message
    ours = b"<" + uri
    lines = message[:end].split(b"\r\n")
    kept = [line for line in lines if not (_is_route(line) and ours in line)]
    return b"\r\n".join(kept) + message[end:]


def _is_route(line: bytes) -> bool:
    name = line.partition(b":")[0].strip().lower()
    return name in (b"route", b"record-route")
