"""A real mail server on this machine (aiosmtpd): keeps what it gets, refuses as it is told."""

import email
import email.policy
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any, Literal

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from pbx_config.model import Certificates
from tests.support.ports import free_port

Encryption = Literal["starttls", "tls", "none"]


@dataclass(frozen=True)
class Received:
    """One mail as it arrived."""

    sender: str
    """Of the envelope, as are the recipients."""
    to: tuple[str, ...]
    message: EmailMessage
    encrypted: bool
    account: str

    @property
    def text(self) -> str:
        body = self.message.get_body(("plain",))
        assert body
        return str(body.get_content())

    @property
    def sound(self) -> bytes:
        (part,) = self.message.iter_attachments()
        content = part.get_content()
        assert isinstance(content, bytes)
        return content


class MailServer:
    """Listens from ``open`` to ``close``; may be opened again at the same port."""

    def __init__(
        self,
        encryption: Encryption = "none",
        certificates: Certificates | None = None,
        account: tuple[str, str] | None = None,
    ) -> None:
        self.port = free_port()
        self.refused: set[str] = set()
        """Recipients that it does not know."""
        self.tries: list[str] = []
        """Every recipient it was asked to take."""
        self.all: list[Received] = []
        self._encryption = encryption
        self._certificates = certificates
        self._account = account
        self._came = threading.Condition()
        self._controller: Controller | None = None

    def open(self) -> None:
        options: dict[str, Any] = {}
        if self._encryption != "none":
            assert self._certificates
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self._certificates.certificate, self._certificates.private_key)
            if self._encryption == "tls":
                options["ssl_context"] = context
            else:
                options |= {"tls_context": context, "require_starttls": True}
        if self._account:
            options |= {
                "authenticator": self._authenticate,
                # aiosmtpd does not see TLS that was there from the beginning.
                "auth_required": self._encryption == "starttls",
                "auth_require_tls": self._encryption == "starttls",
            }
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, **options)
        self._controller.start()

    def close(self) -> None:
        controller, self._controller = self._controller, None
        if controller:
            controller.stop()

    def wait(self, to: str, timeout: float = 20.0) -> Received:
        """The first mail to ``to`` that was not waited for yet. Raises TimeoutError."""
        deadline = time.monotonic() + timeout
        with self._came:
            while True:
                for received in self.all:
                    if received.to == (to,):
                        self.all.remove(received)
                        return received
                left = deadline - time.monotonic()
                if left <= 0:
                    raise TimeoutError(f"no mail to {to}, but to {[r.to for r in self.all]}")
                self._came.wait(left)

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        self.tries.append(address)
        if address in self.refused:
            return "550 5.1.1 nobody of this name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        with self._came:
            self.all.append(
                Received(
                    envelope.mail_from,
                    tuple(envelope.rcpt_tos),
                    message,
                    session.ssl is not None or self._encryption == "tls",
                    str(session.auth_data or ""),
                )
            )
            self._came.notify_all()
        return "250 OK"

    def _authenticate(
        self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any
    ) -> AuthResult:
        given = (data.login.decode(), data.password.decode())
        return AuthResult(success=given == self._account, auth_data=given[0])


@contextmanager
def mail_server(
    encryption: Encryption = "none",
    certificates: Certificates | None = None,
    account: tuple[str, str] | None = None,
) -> Iterator[MailServer]:
    """Open as long as the block lasts."""
    server = MailServer(encryption, certificates, account)
    server.open()
    try:
        yield server
    finally:
        server.close()
