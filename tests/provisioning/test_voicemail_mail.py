"""The program that Asterisk runs, as Asterisk runs it: a real process, a real mail server."""

import subprocess
import sys
from dataclasses import replace

import msgspec
import pytest

from pbx_config.layout import Layout
from pbx_config.model import Mail
from pbx_config.render.mail import SETTINGS
from provisioning import mail_queue
from provisioning.home import Home
from provisioning.mail_settings import PROGRAM
from tests.provisioning.test_voicemail_text import asterisk
from tests.support.mail import mail_server

MARIE = "marie.dupont@commune.example"


def run(home: Home, content: bytes) -> int:
    command = [sys.executable, "-P", "-m", PROGRAM, str(home.path)]
    return subprocess.run(command, input=content, timeout=60, check=False).returncode


def applied(home: Home, mail: Mail) -> Mail:
    layout = Layout(home.asterisk)
    layout.create()
    (layout.etc / SETTINGS).write_bytes(msgspec.json.encode(mail))
    return mail


def test_a_message_is_mailed(home: Home) -> None:
    with mail_server() as server:
        applied(home, Mail("localhost", server.port, "none", "telephone@commune.example"))
        assert run(home, asterisk("nl *98")) == 0
        received = server.wait(MARIE)
    assert "Er is een bericht ingesproken" in received.text
    assert received.sound == b"RIFF"
    assert mail_queue.waiting(home) == []


def test_what_the_server_does_not_take_is_kept_and_goes_with_the_next(home: Home) -> None:
    with mail_server() as server:
        mail = applied(home, Mail("localhost", server.port, "none", "telephone@commune.example"))
        server.close()
        assert run(home, asterisk()) == 0
        assert len(mail_queue.waiting(home)) == 1
        assert "does not take them" in home.mail_log.read_text()
        server.open()
        assert run(home, asterisk()) == 0
        assert [server.wait(MARIE).to for _ in range(2)] == [(MARIE,)] * 2
        applied(home, replace(mail, port=1))
    assert home.mail_log.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("content", [b"", b"\xff\x00garbage", asterisk("xx")])
def test_what_is_no_message_is_noted_and_ends(home: Home, content: bytes) -> None:
    applied(home, Mail("localhost", 1, "none", "telephone@commune.example"))
    assert run(home, content) == 1
    assert "NotOurs" in home.mail_log.read_text()
    assert mail_queue.waiting(home) == []
