"""Mails that wait for the mail server: one file each, kept until the server has it, or two days.

Whoever puts one there tries at once; the server tries again what was left. Owns the folder, the
pace of trying and the conversation with the mail server (SMTP). The message itself stays in its
mailbox whatever happens here.
"""

import base64
import email
import email.policy
import logging
import os
import secrets
import smtplib
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

from filelock import FileLock, Timeout

from pbx_config.model import Mail
from provisioning.home import Home, write_private

TRY_FOR = 2 * 24 * 3600.0
"""Seconds after which a mail is given up."""
FIRST_PAUSE, LONGEST_PAUSE = 300.0, 3600.0
"""Seconds between two tries of a mail that was refused: as long as it has waited already."""
PATIENCE = 20.0
"""Seconds for each answer of the mail server."""
LOCK_PATIENCE = 60.0

_ENDING = ".eml"
_log = logging.getLogger(__name__)


def put(home: Home, message: EmailMessage) -> Path:
    """Keep a mail until it is sent; it survives a crash from now on. Raises OSError."""
    home.mail.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = home.mail / f"{time.time_ns()}-{secrets.token_hex(4)}{_ENDING}"
    write_private(file, message.as_bytes())
    return file


def waiting(home: Home) -> list[Path]:
    """All that wait, oldest first."""
    files = home.mail.glob(f"*-*{_ENDING}")
    return sorted(file for file in files if file.name.partition("-")[0].isdecimal())


def deliver(home: Home, mail: Mail | None, now: float | None = None) -> int:
    """Send what is due; how many went. What fails stays and is logged; nothing is raised.

    ``mail``: the settings; None: nothing is mailed any more, what waits does so until it is old.
    """
    if not waiting(home):
        return 0
    home.run.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with FileLock(home.mail_lock, mode=0o600, timeout=LOCK_PATIENCE):
            return _deliver(home, mail, time.time() if now is None else now)
    except Timeout:
        return 0  # who holds it looks again before letting go
    except (OSError, smtplib.SMTPException) as why:
        _log.error("mail: %d wait, the server does not take them: %s", len(waiting(home)), why)
        return 0


def _deliver(home: Home, mail: Mail | None, now: float) -> int:
    _forget(home, now)
    sent, tried = 0, set[Path]()
    while mail and (due := [f for f in waiting(home) if f not in tried and _due(f, now)]):
        with _connected(home, mail) as server:
            for file in due:
                tried.add(file)
                sent += _send(server, mail, file, now)
    return sent


def _forget(home: Home, now: float) -> None:
    for file in waiting(home):
        if now - _put_at(file) > TRY_FOR:
            _log.error("mail: given up after two days: %s", file.name)
            file.unlink(missing_ok=True)


def _due(file: Path, now: float) -> bool:
    """Its time of change is when it was tried last."""
    try:
        last = file.stat().st_mtime
    except FileNotFoundError:
        return False
    waited = last - _put_at(file)
    return waited < 1 or now >= last + min(max(FIRST_PAUSE, waited), LONGEST_PAUSE)


def _put_at(file: Path) -> float:
    return int(file.name.partition("-")[0]) / 1e9


def _send(server: smtplib.SMTP, mail: Mail, file: Path, now: float) -> bool:
    """A refusal of this one lets the others go. Raises what ends the connection."""
    content = file.read_bytes()
    to = email.message_from_bytes(content, policy=email.policy.SMTP)["To"].addresses[0].addr_spec
    try:
        server.sendmail(mail.sender, [to], content)
    except (
        smtplib.SMTPRecipientsRefused,
        smtplib.SMTPSenderRefused,
        smtplib.SMTPDataError,
    ) as why:
        _log.warning("mail: %s is refused: %s", file.name, why)
        os.utime(file, (now, max(now, _put_at(file) + 1)))
        return False
    file.unlink(missing_ok=True)
    return True


@contextmanager
def _connected(home: Home, mail: Mail) -> Iterator[smtplib.SMTP]:
    """Logged in, over TLS whose certificate is the server's. Raises OSError, SMTPException."""
    context = ssl.create_default_context(cafile=mail.ca or None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    server: smtplib.SMTP
    if mail.encryption == "tls":
        server = smtplib.SMTP_SSL(
            mail.host, mail.port, mail.hello, timeout=PATIENCE, context=context
        )
    else:
        server = smtplib.SMTP(mail.host, mail.port, mail.hello, timeout=PATIENCE)
    with server:
        if mail.encryption == "starttls":
            server.starttls(context=context)
        if mail.user:
            _log_in(server, mail.user, home.mail_secret.read_text(encoding="utf-8").strip())
        yield server


def _log_in(server: smtplib.SMTP, user: str, password: str) -> None:
    if f"{user}{password}".isascii():
        server.login(user, password)
        return
    # smtplib knows ASCII only; PLAIN is UTF-8 (RFC 4616).
    token = base64.b64encode(f"\0{user}\0{password}".encode()).decode()
    server.ehlo_or_helo_if_needed()
    code, answer = server.docmd("AUTH", f"PLAIN {token}")
    if code != 235:
        raise smtplib.SMTPAuthenticationError(code, answer)


def send_now(home: Home, mail: Mail, message: EmailMessage, to: str) -> None:
    """Past the queue, for somebody who waits for the outcome. Raises OSError, SMTPException."""
    with _connected(home, mail) as server:
        server.sendmail(mail.sender, [to], message.as_bytes())
