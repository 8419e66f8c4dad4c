"""Registering: over TLS with SHA-256, or not at all."""

import itertools
import re
import socket
import ssl
import threading
from pathlib import Path

import pytest

from pbx_config.model import Certificates
from softphone import protocol
from tests.softphone.engine.conftest import SIP_LOG, NewEngine, Pbx
from tests.softphone.engine.dialogue import await_packets, ended, reached
from tests.support.exchange import make_ca
from tests.support.relay import Relay

both = pytest.mark.parametrize("wire", ["tls", "tls12"])


def settled(fact: protocol.Registration) -> bool:
    return fact.state != "registering"


@pytest.mark.parametrize(
    ("wire", "cipher"), [("tls", "TLSv1.3 TLS_AES_"), ("tls12", "TLSv1.2 ECDHE-")]
)
def test_registers_over_tls_with_sha256(
    engine: NewEngine, pbx: Pbx, wire: str, cipher: str
) -> None:
    phone = engine()
    phone.send(pbx.account(1, transport=wire))
    fact = phone.wait(protocol.Registration, settled)
    assert (fact.state, fact.code, fact.user) == ("registered", 200, "u1-1")
    assert fact.tls.startswith(cipher)
    assert fact.auth == "SHA-256"
    assert "u1-1" in pbx.ask("pjsip show contacts")


@both
def test_leaving_unregisters(engine: NewEngine, pbx: Pbx, wire: str) -> None:
    phone = engine()
    phone.send(pbx.account(2, transport=wire))
    phone.wait(protocol.Registration, lambda f: f.state == "registered")
    assert phone.close() == 0
    assert "u2-1" not in pbx.ask("pjsip show contacts")


@both
def test_wrong_password_is_refused(engine: NewEngine, pbx: Pbx, wire: str) -> None:
    phone = engine()
    phone.send(pbx.account(1, transport=wire, secret="guessed"))
    fact = phone.wait(protocol.Registration, settled)
    assert (fact.state, fact.code) == ("refused", 401)


def test_another_account_replaces_the_first(engine: NewEngine, pbx: Pbx) -> None:
    phone = engine()
    phone.send(pbx.account(1, secret="guessed"))
    phone.wait(protocol.Registration, lambda f: f.state == "refused")
    phone.send(pbx.account(1))
    phone.wait(protocol.Registration, lambda f: f.state == "registered")
    phone.send(pbx.account(2))
    phone.wait(protocol.Registration, lambda f: f.state == "registered" and f.user == "u2-1")
    states = [f.state for f in phone.facts if isinstance(f, protocol.Registration)]
    assert "offline" not in states, "the change is no loss"


@both
def test_the_pbx_has_forgotten_the_account_before_when_the_new_one_registers(
    engine: NewEngine, pbx: Pbx, wire: str
) -> None:
    """They are two dialogues, about one contact if the connection stays. The PBX need not treat
    them in order: treated last, the farewell would take away the new registration."""
    phone = engine()
    phone.send(pbx.account(1, transport=wire))
    phone.wait(protocol.Registration, lambda f: f.state == "registered")
    log = pbx.asterisk.layout.log / SIP_LOG
    before = log.stat().st_size
    phone.send(pbx.account(1, transport=wire))
    phone.wait(protocol.Registration, lambda f: f.state == "registering")
    phone.wait(protocol.Registration, lambda f: f.state == "registered")
    assert "u1-1" in pbx.ask("pjsip show contacts")
    said = log.read_bytes()[before:].decode(errors="replace")
    # By headers, not by what was logged at once: what came in one piece is logged in one.
    dialogues = re.findall(
        r"^Call-ID: (\S+)\r?(?:\n[^\r\n]+\r?)*?\nCSeq: \d+ REGISTER", said, re.MULTILINE
    )
    one_after_the_other = [dialogue for dialogue, _ in itertools.groupby(dialogues)]
    assert len(one_after_the_other) == len(set(dialogues)) >= 2


def test_a_call_that_comes_while_the_account_changes(engine: NewEngine, pbx: Pbx) -> None:
    """The call is kept, the phone stays who it was, and is reached again."""
    marie, julien = engine("marie"), engine("julien")
    for phone, number in ((marie, 1), (julien, 2)):
        phone.send(protocol.Sound(source="silence", sink="nothing"))
        phone.send(pbx.account(number))
        phone.wait(protocol.Registration, lambda f: f.state == "registered")
    with Relay(pbx.account(1).port, opens=pbx.exchange.certificates) as cable:
        marie.send(pbx.account(1, port=cable.port))
        marie.wait(protocol.Registration, lambda f: f.state == "registered")
        cable.lost = b"REGISTER"  # the farewell
        marie.send(pbx.account(1))
        julien.send(protocol.Dial(call="c", to="2001"))
        key = marie.wait(protocol.Incoming).call
        assert "hang up before" in marie.wait(protocol.Error).message
        marie.send(protocol.Answer(call=key))
        reached(julien, "c", "connected")
        cable.lost = b"nothing"
        marie.wait(protocol.Registration, lambda f: f.state == "registered", timeout=15)
        await_packets(marie, key, 10)
        julien.send(protocol.Hangup(call="c"))
        ended(marie, key)
        julien.send(protocol.Dial(call="d", to="2001"))
        marie.wait(protocol.Incoming)


@both
def test_a_server_of_another_ca_is_not_trusted(
    engine: NewEngine, pbx: Pbx, wire: str, tmp_path: Path
) -> None:
    phone = engine()
    phone.send(pbx.account(1, transport=wire, ca_file=str(make_ca(tmp_path / "other").ca)))
    fact = phone.wait(protocol.Registration, settled)
    assert (fact.state, fact.code, fact.tls) == ("offline", 0, "")
    assert fact.reason.startswith("certificate refused: ")


def test_missing_ca_file_is_named(engine: NewEngine, pbx: Pbx) -> None:
    phone = engine()
    phone.send(pbx.account(1, ca_file="/nowhere/ca.pem"))
    assert "/nowhere/ca.pem" in phone.wait(protocol.Error).message


@both
def test_nobody_there_is_offline_and_tried_again(engine: NewEngine, pbx: Pbx, wire: str) -> None:
    phone = engine()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    phone.send(pbx.account(1, transport=wire, port=port))
    fact = phone.wait(protocol.Registration, settled)
    assert (fact.state, fact.code, fact.reason) == ("offline", 0, "Connection refused")
    with socket.create_server(("127.0.0.1", port)) as listener:
        listener.settimeout(10)
        listener.accept()[0].close()


class Impostor:
    """A TLS server at the right address, its certificate good but for one thing."""

    def __init__(self, files: Certificates) -> None:
        self.files = files
        self.said = b""
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(self.files.certificate, self.files.private_key)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        connection, _ = self._listener.accept()
        connection.settimeout(5)
        try:
            with self._context.wrap_socket(connection, server_side=True) as secured:
                self.said = secured.recv(4096)
        except OSError:
            pass
        finally:
            connection.close()
            self._listener.close()

    def join(self) -> None:
        self._thread.join(10)


@pytest.mark.parametrize("wrong", ["name", "expired"])
@both
def test_a_server_of_another_name_or_time_is_not_trusted(
    engine: NewEngine, pbx: Pbx, wire: str, wrong: str, tmp_path: Path
) -> None:
    names = ("elsewhere.example",) if wrong == "name" else ("localhost",)
    impostor = Impostor(make_ca(tmp_path / "ca", names=names, expired=wrong == "expired"))
    phone = engine()
    phone.send(pbx.account(1, transport=wire, port=impostor.port, ca_file=str(impostor.files.ca)))
    fact = phone.wait(protocol.Registration, settled)
    assert (fact.state, fact.code) == ("offline", 0)
    assert fact.reason.startswith("certificate refused: ")
    assert wrong == "name" or "expired" in fact.reason
    impostor.join()
    assert impostor.said == b"", "nothing was told to the wrong server"


@both
def test_never_a_word_in_clear(engine: NewEngine, pbx: Pbx, wire: str) -> None:
    """A server that does not speak TLS hears a TLS greeting and nothing else, however often."""
    phone = engine()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(10)
        phone.send(pbx.account(1, transport=wire, port=listener.getsockname()[1]))
        for _ in range(2):
            connection, _ = listener.accept()
            with connection:
                connection.settimeout(10)
                heard = connection.recv(4096)
                assert heard[:2] == b"\x16\x03", "a TLS handshake record"
                assert b"REGISTER" not in heard
                connection.sendall(b"SIP/2.0 200 OK\r\n\r\n")
    assert phone.wait(protocol.Registration, settled).state == "offline"


@both
def test_killed_and_started_again_registers_again(engine: NewEngine, pbx: Pbx, wire: str) -> None:
    first = engine("first")
    first.send(pbx.account(3, transport=wire))
    first.wait(protocol.Registration, lambda f: f.state == "registered")
    first.kill()
    second = engine("second")
    second.send(pbx.account(3, transport=wire))
    second.wait(protocol.Registration, lambda f: f.state == "registered", timeout=3)
