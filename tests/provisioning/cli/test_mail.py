"""``allo mail``: the password, a trial with a real mail server, what waits."""

import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from provisioning import mail_queue
from provisioning.home import Home
from tests.provisioning.conftest import Run
from tests.provisioning.test_mail_queue import message
from tests.support.exchange import make_ca
from tests.support.mail import MailServer, mail_server

Allo = Callable[..., Run]
PASSWORD = "un mot de passe"


@pytest.fixture
def server(town_home: Home) -> Iterator[MailServer]:
    """Where commune.toml sends to; it wants TLS and a password."""
    certificates = make_ca(town_home.path / "mail-tls")
    with mail_server("starttls", certificates, ("allo", PASSWORD)) as server:
        with town_home.commune.open("a", encoding="utf-8") as file:
            file.write(
                f'\n[mail]\nhost = "localhost"\nport = {server.port}\nuser = "allo"\n'
                'from = "telephone@commune.example"\nca = "mail-tls/ca.pem"\n'
            )
        yield server


def give(home: Home, password: str) -> Run:
    """As a script does it."""
    done = subprocess.run(
        [sys.executable, "-m", "provisioning.cli.main", "--home", str(home.path), "--lang", "fr",
         "mail", "password"],
        input=password, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    return Run(done.returncode, done.stdout, done.stderr)


def test_without_a_server_it_says_so(town_home: Home, allo: Allo) -> None:
    assert "[mail]" in allo("mail").out
    refused = allo("mail", "test", "moi@commune.example")
    assert (refused.code, "[mail]" in refused.err) == (1, True)


def test_the_password_is_kept_and_a_trial_arrives(
    town_home: Home, allo: Allo, server: MailServer
) -> None:
    missing = allo("mail", "test", "moi@commune.example")
    assert missing.code == 3
    assert "allo mail password" in missing.err
    assert allo("plan").code == 3, "nor is anything applied without it"
    assert give(town_home, "pas celui-là\n").code == 0
    wrong = allo("mail", "test", "moi@commune.example")
    assert wrong.code == 1
    assert "n'a pas pris l'essai" in wrong.err
    assert give(town_home, f"{PASSWORD}\n").code == 0
    assert town_home.mail_secret.stat().st_mode & 0o077 == 0
    assert allo("mail", "test", "moi@commune.example").code == 0
    received = server.wait("moi@commune.example")
    assert received.encrypted
    assert received.sender == "telephone@commune.example"


@pytest.mark.parametrize("arguments", [("test",), ("test", "moi, toi@x.be"), ("passwrod",)])
def test_bad_usage_is_2(town_home: Home, allo: Allo, arguments: tuple[str, ...]) -> None:
    assert allo("mail", *arguments).code == 2


def test_an_empty_password_is_none(town_home: Home) -> None:
    assert give(town_home, "\n").code == 2
    assert not town_home.mail_secret.exists()


def test_what_waits_is_told(town_home: Home, allo: Allo, server: MailServer) -> None:
    mail_queue.put(town_home, message())
    assert "1 en attente" in allo("mail").out
    assert allo("mail", "--json").json == {"server": f"localhost:{server.port}", "waiting": 1}
