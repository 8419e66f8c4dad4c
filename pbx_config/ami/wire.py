"""AMI's bytes: actions out, packets in, by the value types of the ``asterisk-ami`` package.

Owns what may go over the line and how a packet is read. Does no input or output. Two things of the
package need a guard here. Its actions pass CR and LF in values, which would end the action and
begin another one of the caller's choosing. Its parser cuts lines with ``str.splitlines``, so that a
caller named ``x<U+2028>Evil: yes`` would add a header of their own to an event; AMI itself only
ever ends a line by CR LF.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from asterisk.ami import Action, Event, Response

LINE_LIMIT = 1000
"""Bytes of a line, header name included; from 1,024 on Asterisk answers "line too long"."""

PACKET_END = b"\r\n\r\n"

_FORBIDDEN = ("\r", "\n", "\0")
_OTHER_LINE_ENDS = {ord(c): " " for c in "\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029"}


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to an action. ``headers`` are as received, without ``Response``."""

    status: str
    """``Success``, ``Error``, ``Goodbye`` …"""
    headers: Mapping[str, str]

    @property
    def action_id(self) -> str:
        return self.headers.get("ActionID", "")

    @property
    def refused(self) -> bool:
        return self.status.lower() == "error"

    @property
    def message(self) -> str:
        return self.headers.get("Message", "")

    @property
    def opens_list(self) -> bool:
        """More packets with the same ActionID follow, the last with ``EventList: Complete``."""
        return self.headers.get("EventList", "").lower() == "start"


@dataclass(frozen=True, slots=True)
class Happening:
    """An event as received, not understood yet. ``headers`` are without ``Event``."""

    name: str
    headers: Mapping[str, str]

    @property
    def action_id(self) -> str:
        return self.headers.get("ActionID", "")

    @property
    def closes_list(self) -> bool:
        return self.headers.get("EventList", "").lower() in ("complete", "cancelled")


def encode(name: str, action_id: str, fields: Mapping[str, str]) -> bytes:
    """An action ready to send.

    Raises ValueError for a name or value with CR, LF or NUL (it would become another action), a
    field name that is none, and a line longer than Asterisk reads. The message never quotes a
    value: it may be a secret.
    """
    for key, value in {"Action": name, "ActionID": action_id, **fields}.items():
        if not key.replace("-", "").isalnum():
            raise ValueError(f"AMI action {name!r}: {key!r} is not a field name")
        if any(c in value for c in _FORBIDDEN):
            raise ValueError(f"AMI action: line break or NUL in the value of {key}")
        if len(f"{key}: {value}".encode()) > LINE_LIMIT:
            raise ValueError(f"AMI action: {key} is longer than {LINE_LIMIT} bytes")
    action = Action(name, {"ActionID": action_id, **fields})
    return f"{action}\r\n".encode()


def decode(packet: bytes) -> Reply | Happening | None:
    """Read one packet (without its closing empty line); None for neither reply nor event."""
    lines = packet.decode("utf-8", errors="replace").split("\r\n")
    text = "\r\n".join(line.translate(_OTHER_LINE_ENDS) for line in lines)
    if Response.match(text):
        response = Response.read(text)
        return Reply(response.status, response.keys)
    if Event.match(text):
        event = Event.read(text)
        # The package gathers channel variables into a dict; nothing here reads those.
        return Happening(event.name, {k: v for k, v in event.keys.items() if isinstance(v, str)})
    return None
