"""Mails get to a real mail server, over TLS that is verified; what it does not take waits."""

import logging
import time
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest

from pbx_config.model import Certificates, Mail
from provisioning import mail_queue
from provisioning.home import Home, write_private
from provisioning.voicemail_text import POLICY
from tests.support.exchange import make_ca
from tests.support.mail import Encryption, MailServer, mail_server
from tests.support.ports import free_port

ACCOUNT = ("allo@commune.example", "mot de passe: é")
MARIE, JULIEN = "marie@commune.example", "julien@commune.example"


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_ca(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


def settings(server: MailServer, encryption: Encryption = "none", **changed: object) -> Mail:
    mail = Mail("localhost", server.port, encryption, "telephone@commune.example")
    return replace(mail, **changed)  # type: ignore[arg-type]


def message(to: str = MARIE, subject: str = "Message vocal") -> EmailMessage:
    mail = EmailMessage(policy=POLICY)
    mail["From"], mail["To"], mail["Subject"] = "telephone@commune.example", to, subject
    mail.set_content("Bonjour, élève.\n")
    return mail


@pytest.mark.parametrize("encryption", ["starttls", "tls"])
def test_over_tls_with_a_password(
    home: Home, certificates: Certificates, encryption: Encryption
) -> None:
    write_private(home.mail_secret, f"{ACCOUNT[1]}\n".encode())
    with mail_server(encryption, certificates, ACCOUNT) as server:
        mail = settings(server, encryption, user=ACCOUNT[0], ca=str(certificates.ca))
        mail_queue.put(home, message())
        assert mail_queue.deliver(home, mail) == 1
        received = server.wait(MARIE)
    assert received.encrypted
    assert received.account == ACCOUNT[0]
    assert received.sender == "telephone@commune.example"
    assert received.text.strip() == "Bonjour, élève."
    assert mail_queue.waiting(home) == []


@pytest.mark.parametrize("encryption", ["starttls", "tls"])
def test_nothing_goes_to_a_server_that_cannot_prove_its_name(
    home: Home, certificates: Certificates, encryption: Encryption, tmp_path: Path
) -> None:
    other = make_ca(tmp_path / "other")
    mail_queue.put(home, message())
    with mail_server(encryption, certificates) as server:
        for ca in ("", str(other.ca)):
            assert mail_queue.deliver(home, settings(server, encryption, ca=ca)) == 0
        named = settings(server, encryption, ca=str(certificates.ca), host="127.0.0.2")
        assert mail_queue.deliver(home, named) == 0
        assert server.tries == []
    assert len(mail_queue.waiting(home)) == 1


def test_a_server_without_tls_gets_nothing_that_wanted_it(
    home: Home, certificates: Certificates, server: MailServer
) -> None:
    mail_queue.put(home, message())
    mail = settings(server, "starttls", ca=str(certificates.ca))
    assert mail_queue.deliver(home, mail) == 0
    assert server.tries == []


def test_what_waits_goes_out_when_the_server_is_back(
    home: Home, server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    server.close()
    for subject in ("un", "deux"):
        mail_queue.put(home, message(subject=subject))
    with caplog.at_level(logging.ERROR):
        assert mail_queue.deliver(home, settings(server)) == 0
    assert "2 wait" in caplog.text
    server.open()
    assert mail_queue.deliver(home, settings(server)) == 2
    assert [server.wait(MARIE).message["Subject"] for _ in range(2)] == ["un", "deux"]


def test_one_that_is_refused_lets_the_others_go_and_comes_again_later(
    home: Home, server: MailServer
) -> None:
    server.refused = {JULIEN}
    mail_queue.put(home, message(JULIEN))
    mail_queue.put(home, message(MARIE))
    now = time.time()
    assert mail_queue.deliver(home, settings(server), now) == 1
    assert server.wait(MARIE)
    assert mail_queue.deliver(home, settings(server), now + 60) == 0
    assert server.tries == [JULIEN, MARIE], "not tried again so soon"
    server.refused = set()
    assert mail_queue.deliver(home, settings(server), now + mail_queue.FIRST_PAUSE + 5) == 1
    assert server.wait(JULIEN)


def test_after_two_days_it_is_given_up(
    home: Home, server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    mail_queue.put(home, message())
    later = time.time() + mail_queue.TRY_FOR + 60
    assert mail_queue.deliver(home, settings(server), later) == 0
    assert mail_queue.waiting(home) == []
    assert "given up" in caplog.text


def test_without_settings_nothing_is_sent_and_nothing_lost(home: Home, server: MailServer) -> None:
    file = mail_queue.put(home, message())
    assert mail_queue.deliver(home, None) == 0
    assert mail_queue.waiting(home) == [file]
    assert file.stat().st_mode & 0o077 == 0
    assert home.mail.stat().st_mode & 0o077 == 0


def test_nobody_listens(home: Home) -> None:
    mail_queue.put(home, message())
    mail = Mail("localhost", free_port(), "none", "telephone@commune.example")
    assert mail_queue.deliver(home, mail) == 0
    assert len(mail_queue.waiting(home)) == 1
