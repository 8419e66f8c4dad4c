"""A SIP peer of few words, for tests: says what the test says, shows what came back.

Signalling only (RFC 3261), no sound: over TLS it is a phone, over UDP the operator's line.
"""

import hashlib
import re
import secrets
import socket
import ssl
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

Predicate = Callable[["Message"], bool]
SECONDS = 10.0
"""How long a peer waits for what it expects."""


@dataclass(frozen=True)
class Message:
    """One request or response as received."""

    start: str
    headers: tuple[tuple[str, str], ...]
    body: str = ""

    def __getitem__(self, name: str) -> str:
        """First header of that name, or empty."""
        return next((v for n, v in self.headers if n.lower() == name.lower()), "")

    def all(self, name: str) -> list[str]:
        """All headers of that name."""
        return [v for n, v in self.headers if n.lower() == name.lower()]

    @property
    def code(self) -> int:
        """Status of a response, 0 for a request."""
        return int(self.start.split()[1]) if self.start.startswith("SIP/2.0") else 0

    @property
    def method(self) -> str:
        """Method of a request, or of the request that a response answers."""
        return self["CSeq"].split()[1] if self.code else self.start.split()[0]

    @property
    def target(self) -> str:
        """User part of a request's URI."""
        found = re.match(r"\S+ sips?:([^@; ]*)@", self.start)
        return found[1] if found else ""

    @property
    def caller(self) -> str:
        """User part of From: who calls."""
        found = re.search(r"sips?:([^@;>]*)@", self["From"])
        return found[1] if found else ""


def parse(data: bytes) -> Message:
    """One whole message."""
    head, _, body = data.partition(b"\r\n\r\n")
    start, *lines = head.decode().split("\r\n")
    headers = tuple((n.strip(), v.strip()) for n, _, v in (line.partition(":") for line in lines))
    return Message(start, headers, body.decode(errors="replace"))


class Wire:
    """Messages in and out of one socket."""

    def __init__(self, connection: socket.socket, remote: tuple[str, int], name: str) -> None:
        self.connection = connection
        self.remote = remote
        self.name = name
        """``TLS`` or ``UDP``."""
        self.local: tuple[str, int] = connection.getsockname()[:2]
        self._buffer = b""

    def send(self, data: bytes) -> None:
        """All of it."""
        if self.name == "UDP":
            self.connection.sendto(data, self.remote)
        else:
            self.connection.sendall(data)

    def receive(self, deadline: float) -> Message:
        """The next message. Raises ``TimeoutError`` or ``ConnectionError``."""
        while True:
            message = self._framed()
            if message:
                return message
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self.connection.settimeout(left)
            data = self.connection.recv(65536)
            if not data:
                raise ConnectionError("closed by the PBX")
            self._buffer += data

    def _framed(self) -> Message | None:
        self._buffer = self._buffer.lstrip(b"\r\n")
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return None
        found = re.search(rb"(?im)^(?:Content-Length|l)\s*:\s*(\d+)", self._buffer[:end])
        size = end + 4 + (int(found[1]) if found else 0)
        if len(self._buffer) < size:
            return None
        message, self._buffer = parse(self._buffer[:size]), self._buffer[size:]
        return message

    def close(self) -> None:
        """Drop the connection without a word."""
        self.connection.close()


def tls(host: str, port: int, ca: Path, *, version: ssl.TLSVersion | None = None) -> Wire:
    """A connection whose certificate is verified for ``host``; ``version`` and nothing else."""
    context = ssl.create_default_context(cafile=str(ca))
    if version:
        context.minimum_version = context.maximum_version = version
    plain = socket.create_connection((host, port), timeout=SECONDS)
    return Wire(context.wrap_socket(plain, server_hostname=host), (host, port), "TLS")


def udp(local: tuple[str, int], remote: tuple[str, int]) -> Wire:
    """A socket bound to ``local`` that talks to ``remote``."""
    plain = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    plain.bind(local)
    return Wire(plain, remote, "UDP")


@dataclass
class Dialog:
    """A call from this peer's side."""

    call_id: str
    ours: str
    """Our From or To header value, tag included."""
    theirs: str
    remote_uri: str
    sequence: int = 1
    routes: list[str] = field(default_factory=list)


class Peer:
    """A phone or a line. Keep-alive requests are answered by themselves while waiting."""

    def __init__(
        self, wire: Wire, user: str, *, password: str = "", algorithm: str = "SHA-256"
    ) -> None:
        self.wire = wire
        self.user = user
        self.password = password
        self.algorithm = algorithm
        self.challenges: list[str] = []
        """Every WWW-Authenticate value seen."""
        self.offers_srtp = wire.name == "TLS"
        self.formats = "9 8"
        """Payload types of the SDP; with several, phones offer again to settle on one."""
        self.rtp_port = 40_000
        """Where the SDP asks for the sound; whether anybody listens there is the test's affair."""
        self.contact = user
        """User part of our Contact."""
        self.privacy = ""
        """What our calls ask to be kept secret (RFC 3323): ``id``."""
        self._alive = False
        self._waiting: deque[Message] = deque()

    def close(self) -> None:
        """Gone without a word."""
        self.wire.close()

    def register(self, expires: int = 300) -> Message:
        """REGISTER, authenticated when asked; the final response."""
        uri = f"sip:{self.wire.remote[0]}"
        me = f"<sip:{self.user}@{self.wire.remote[0]}>"
        extra = [("Contact", self._contact()), ("Expires", str(expires))]
        return self._transaction("REGISTER", uri, secrets.token_hex(8), me, me, extra, "")

    def prove_alive(self) -> None:
        """Answer the OPTIONS that follow a registration, unless they came before its 200."""
        if not self._alive:
            self.reply(self.expect(lambda m: m.start.startswith("OPTIONS")), "200 OK")

    def call(self, number: str, caller: str = "") -> Dialog:
        """Send an INVITE (again with a digest, for a phone); ``response`` gets what it leads to."""
        host = self.wire.remote[0]
        ours = f"<sip:{caller or self.user}@{self.wire.local[0]}>;tag={secrets.token_hex(4)}"
        uri = f"sip:{number}@{host}:{self.wire.remote[1]}"
        dialog = Dialog(secrets.token_hex(8), ours, f"<{uri}>", uri)
        self._invite(dialog, "")
        if self.password:
            challenge = self.response(dialog)["WWW-Authenticate"]
            dialog.theirs = dialog.theirs.split(";tag=")[0]
            dialog.sequence += 1
            self._invite(dialog, self._authorization("INVITE", uri, challenge))
        return dialog

    def _invite(self, dialog: Dialog, authorization: str) -> None:
        extra = [("Contact", self._contact())]
        if authorization:
            extra.append(("Authorization", authorization))
        if self.privacy:
            number = re.sub(r";.*", "", dialog.ours)
            extra += [("Privacy", self.privacy), ("P-Asserted-Identity", number)]
        self._send("INVITE", dialog, extra, self._sdp())

    def response(self, dialog: Dialog, *, least: int = 200) -> Message:
        """The first response of at least ``least``; a final one is acknowledged."""
        got = self.expect(
            lambda m: m.code >= least and m.method == "INVITE" and m["Call-ID"] == dialog.call_id
        )
        if got.code >= 200:
            dialog.theirs = got["To"]
            contact = re.search(r"<([^>]*)>", got["Contact"])
            if got.code < 300 and contact:
                dialog.remote_uri = contact[1]
            self._send("ACK", dialog, [], "")
        return got

    def hang_up(self, dialog: Dialog) -> None:
        """BYE, and wait for its answer."""
        dialog.sequence += 1
        self._send("BYE", dialog, [], "")
        self.expect(
            lambda m: m.code >= 200 and m.method == "BYE" and m["Call-ID"] == dialog.call_id
        )

    def refer(self, dialog: Dialog, to: str) -> Message:
        """Ask the other side to call somebody; its answer."""
        dialog.sequence += 1
        self._send("REFER", dialog, [("Contact", self._contact()), ("Refer-To", f"<{to}>")], "")
        return self.expect(
            lambda m: bool(m.code) and m.method == "REFER" and m["Call-ID"] == dialog.call_id
        )

    def write(self, dialog: Dialog, body: str, extra: tuple[tuple[str, str], ...] = ()) -> Message:
        """A MESSAGE within a call; its answer."""
        dialog.sequence += 1
        self._send("MESSAGE", dialog, [("Contact", self._contact()), *extra], body)
        return self.expect(
            lambda m: m.code >= 200 and m.method == "MESSAGE" and m["Call-ID"] == dialog.call_id
        )

    def press(self, dialog: Dialog, key: str) -> Message:
        """A key of the telephone during a call, as INFO carries it; its answer."""
        dialog.sequence += 1
        extra = [("Contact", self._contact()), ("Content-Type", "application/dtmf-relay")]
        self._send("INFO", dialog, extra, f"Signal={key}\r\nDuration=160\r\n")
        return self.expect(
            lambda m: m.code >= 200 and m.method == "INFO" and m["Call-ID"] == dialog.call_id
        )

    def cancel(self, dialog: Dialog) -> None:
        """CANCEL of a call that rings."""
        self._send("CANCEL", dialog, [], "")
        self.response(dialog)

    def cancelled(self, request: Message) -> Message:
        """Wait for the CANCEL of an INVITE that rings here, and end it."""
        cancel = self.expect(lambda m: m.start.startswith("CANCEL"))
        self.reply(cancel, "200 OK")
        self.reply(request, "487 Request Terminated")
        return cancel

    def invited(self, seconds: float = SECONDS) -> Message:
        """The next INVITE that comes in; 180 Ringing is sent."""
        request = self.expect(lambda m: not m.code and m.method == "INVITE", seconds)
        self.reply(request, "180 Ringing")
        return request

    def answer(self, request: Message) -> Dialog:
        """200 OK to an INVITE; the call is up when this returns."""
        tag = secrets.token_hex(4)
        self.reply(request, "200 OK", self._sdp(), tag)
        self.expect(lambda m: m.start.startswith("ACK") and m["Call-ID"] == request["Call-ID"])
        contact = re.search(r"<([^>]*)>", request["Contact"])
        ours = f"{request['To']};tag={tag}"
        return Dialog(request["Call-ID"], ours, request["From"], contact[1] if contact else "", 100)

    def reply(self, request: Message, status: str, body: str = "", tag: str = "local") -> None:
        """A response with the request's own Via, From, Call-ID and CSeq."""
        to = request["To"] if ";tag=" in request["To"] else f"{request['To']};tag={tag}"
        if status.startswith("180"):
            to = request["To"]
        lines = [f"SIP/2.0 {status}", *(f"Via: {via}" for via in request.all("Via"))]
        lines += [f"Record-Route: {route}" for route in request.all("Record-Route")]
        lines += [f"From: {request['From']}", f"To: {to}", f"Call-ID: {request['Call-ID']}"]
        lines += [f"CSeq: {request['CSeq']}", f"Contact: {self._contact()}"]
        self._write(lines, body)

    def hung_up(self) -> Message:
        """Wait for the other side's BYE or CANCEL and answer it."""
        request = self.expect(lambda m: m.start.startswith(("BYE", "CANCEL")))
        self.reply(request, "200 OK")
        return request

    def request(
        self, method: str, target: str, body: str = "hi", *, caller: str = "",
        extra: tuple[tuple[str, str], ...] = (),
    ) -> Message:  # fmt: skip
        """Any other request; its final response. ``caller``: the From to claim, as a header has
        it."""
        uri = f"sip:{target}@{self.wire.remote[0]}:{self.wire.remote[1]}"
        me = caller or f"<sip:{self.user}@{self.wire.local[0]}>"
        headers = [("Contact", self._contact()), *extra]
        return self._transaction(method, uri, secrets.token_hex(8), me, f"<{uri}>", headers, body)

    def text(self, seconds: float = SECONDS) -> Message:
        """The next MESSAGE that comes in; it is answered."""
        message = self.expect(lambda m: not m.code and m.method == "MESSAGE", seconds)
        self.reply(message, "200 OK")
        return message

    def expect(self, wanted: Predicate, seconds: float = SECONDS) -> Message:
        """The first message that ``wanted`` accepts. Raises ``TimeoutError``."""
        for message in list(self._waiting):
            if wanted(message):
                self._waiting.remove(message)
                return message
        deadline = time.monotonic() + seconds
        while True:
            message = self.wire.receive(deadline)
            if wanted(message):
                return message
            if message.start.startswith(("OPTIONS", "NOTIFY", "UPDATE")):
                self._alive |= message.start.startswith("OPTIONS")
                self.reply(message, "200 OK")
            else:
                self._waiting.append(message)

    def quiet(self, seconds: float) -> bool:
        """Whether no INVITE comes in for that long."""
        try:
            self.invited(seconds)
        except TimeoutError:
            return True
        return False

    def _transaction(
        self, method: str, uri: str, call_id: str, ours: str, theirs: str,
        extra: list[tuple[str, str]], body: str,
    ) -> Message:  # fmt: skip
        dialog = Dialog(call_id, f"{ours};tag={secrets.token_hex(4)}", theirs, uri)
        self._send(method, dialog, extra, body)
        got = self._final(method, call_id)
        if got.code == 401 and self.password:
            self.challenges += got.all("WWW-Authenticate")
            dialog.sequence += 1
            line = self._authorization(method, uri, got["WWW-Authenticate"])
            self._send(method, dialog, [*extra, ("Authorization", line)], body)
            got = self._final(method, call_id)
        return got

    def _final(self, method: str, call_id: str) -> Message:
        return self.expect(
            lambda m: m.code >= 200 and m.method == method and m["Call-ID"] == call_id
        )

    def _authorization(self, method: str, uri: str, challenge: str) -> str:
        """RFC 7616 §3.4 with qop=auth."""
        quoted = dict(re.findall(r'(\w+)="?([^",]*)"?', challenge))
        digest = hashlib.md5 if self.algorithm == "MD5" else hashlib.sha256
        realm, nonce, cnonce = quoted["realm"], quoted["nonce"], secrets.token_hex(8)

        def h(text: str) -> str:
            return digest(text.encode()).hexdigest()

        secret, request = h(f"{self.user}:{realm}:{self.password}"), h(f"{method}:{uri}")
        response = h(f"{secret}:{nonce}:00000001:{cnonce}:auth:{request}")
        opaque = f', opaque="{quoted["opaque"]}"' if "opaque" in quoted else ""
        return (
            f'Digest username="{self.user}", realm="{realm}", nonce="{nonce}", uri="{uri}", '
            f'response="{response}", algorithm={self.algorithm}, qop=auth, nc=00000001, '
            f'cnonce="{cnonce}"{opaque}'
        )

    def _send(self, method: str, dialog: Dialog, extra: list[tuple[str, str]], body: str) -> None:
        host, port = self.wire.local
        branch = f"z9hG4bK{dialog.call_id}{dialog.sequence}{method if method == 'ACK' else ''}"
        lines = [
            f"{method} {dialog.remote_uri} SIP/2.0",
            f"Via: SIP/2.0/{self.wire.name} {host}:{port};branch={branch};rport",
            "Max-Forwards: 70",
            f"From: {dialog.ours}",
            f"To: {dialog.theirs}",
            f"Call-ID: {dialog.call_id}",
            f"CSeq: {dialog.sequence} {method}",
            *(f"{name}: {value}" for name, value in extra),
        ]
        self._write(lines, body)

    def _write(self, lines: list[str], body: str) -> None:
        kind = "application/sdp" if body.startswith("v=0") else "text/plain"
        if body and not any(line.startswith("Content-Type:") for line in lines):
            lines.append(f"Content-Type: {kind}")
        lines.append(f"Content-Length: {len(body.encode())}")
        self.wire.send(("\r\n".join(lines) + "\r\n\r\n" + body).encode())

    def _contact(self) -> str:
        host, port = self.wire.local
        return f"<sip:{self.contact}@{host}:{port};transport={self.wire.name.lower()}>"

    def _sdp(self) -> str:
        """G.722 and A-law; with an SDES key (RFC 4568) when the signalling is encrypted."""
        host = self.wire.local[0]
        secure = self.offers_srtp
        lines = [
            "v=0",
            f"o=- 1 1 IN IP4 {host}",
            "s=-",
            f"c=IN IP4 {host}",
            "t=0 0",
            f"m=audio {self.rtp_port} RTP/{'SAVP' if secure else 'AVP'} {self.formats}",
            "a=rtpmap:9 G722/8000",
            "a=rtpmap:8 PCMA/8000",
        ]
        if "101" in self.formats.split():
            lines.append("a=rtpmap:101 telephone-event/8000")
        if secure:
            key = "WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz"
            lines.append(f"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:{key}")
        return "\r\n".join(lines) + "\r\n"
