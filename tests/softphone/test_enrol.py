"""Enrolment over real TLS, with servers that are honest, false, broken or absent."""

import base64
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from softphone import profile as profiles
from softphone.enrol import EnrolError, enrol, fingerprint_of, parse_link
from softphone.enrol_link import EnrolLink
from softphone.secrets import FileStore, Secrets
from tests.softphone.certificates import make_authority
from tests.softphone.town_server import ENROL_TOKEN, TOKEN, TownServer, problem, town_server


@pytest.fixture
def server(tmp_path: Path) -> Iterator[TownServer]:
    with town_server(tmp_path) as running:
        yield running


def link_to(server: TownServer, token: str = ENROL_TOKEN) -> EnrolLink:
    digest = base64.urlsafe_b64encode(fingerprint_of(server.authority.pem)).decode().rstrip("=")
    return parse_link(f"allo://127.0.0.1:{server.port}/enrol/{token}?ca={digest}")


def refused(server: TownServer, home: Path, link: EnrolLink | None = None) -> EnrolError:
    with pytest.raises(EnrolError) as error:
        enrol(link or link_to(server), home, FileStore(home))
    assert not home.exists(), "nothing is stored"
    assert "geheim" not in str(error.value)
    return error.value


def test_a_laptop_is_enrolled(server: TownServer, tmp_path: Path) -> None:
    home = tmp_path / "phone"
    steps: list[str] = []
    profile = enrol(
        link_to(server), home, FileStore(home), device_name="portable-marie", on_step=steps.append
    )
    assert server.spent == [{"token": ENROL_TOKEN, "device_name": "portable-marie"}]
    assert steps == ["certificate", "profile", "stored"]
    assert (profile.agent.name, profile.sip.user, profile.echo_test) == (
        "Marie Dupont",
        "u14-1",
        "*43",
    )
    assert profiles.load(home) == profile
    assert FileStore(home).load() == Secrets(sip="sip-geheim", api_token=TOKEN)
    assert "geheim" not in (home / "profile.json").read_text()
    assert profiles.ca_file(home).read_text() == profile.server.ca_pem


@pytest.mark.parametrize(
    ("id_", "status", "said"),
    [
        ("enrolment-unknown", 404, "unknown"),
        ("enrolment-used", 410, "used"),
        ("enrolment-replaced", 410, "replaced"),
        ("enrolment-expired", 410, "expired"),
        ("database-gone", 500, "server_error"),
    ],
)
def test_the_server_says_no(
    server: TownServer, tmp_path: Path, id_: str, status: int, said: str
) -> None:
    server.enrol_answer = (status, problem(status, id_, "Demandez un nouveau lien."))
    error = refused(server, tmp_path / "phone")
    assert (error.id, error.detail) == (said, "Demandez un nouveau lien.")


@pytest.mark.parametrize("answer", [(502, "<html>Bad gateway"), (200, {"v": 1}), (200, "[]")])
def test_a_broken_answer(server: TownServer, tmp_path: Path, answer: tuple[int, object]) -> None:
    server.enrol_answer = answer
    assert refused(server, tmp_path / "phone").id == "server_error"


def test_another_ca_than_the_links_gets_no_token(server: TownServer, tmp_path: Path) -> None:
    other = make_authority()
    digest = base64.urlsafe_b64encode(fingerprint_of(other.pem)).decode().rstrip("=")
    link = parse_link(f"allo://127.0.0.1:{server.port}/enrol/{ENROL_TOKEN}?ca={digest}")
    assert refused(server, tmp_path / "phone", link).id == "wrong_certificate"
    assert server.spent == []


def test_the_right_ca_but_a_false_server_gets_no_token(server: TownServer, tmp_path: Path) -> None:
    """Somebody between repeats the public CA certificate, but cannot sign with it."""
    honest = make_authority()
    server.ca_answer = honest.pem
    digest = base64.urlsafe_b64encode(fingerprint_of(honest.pem)).decode().rstrip("=")
    link = parse_link(f"allo://127.0.0.1:{server.port}/enrol/{ENROL_TOKEN}?ca={digest}")
    assert refused(server, tmp_path / "phone", link).id == "wrong_certificate"
    assert server.spent == []


def test_a_certificate_for_another_name_gets_no_token(tmp_path: Path) -> None:
    with town_server(tmp_path, address="127.0.0.9") as elsewhere:
        assert refused(elsewhere, tmp_path / "phone").id == "wrong_certificate"
        assert elsewhere.spent == []


def test_something_else_where_the_ca_should_be(server: TownServer, tmp_path: Path) -> None:
    server.ca_answer = "<html>Bienvenue"
    assert refused(server, tmp_path / "phone").id == "wrong_certificate"


def test_nobody_there(server: TownServer, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    link = link_to(server)
    nobody = EnrolLink("127.0.0.1", port, link.token, link.fingerprint)
    assert refused(server, tmp_path / "phone", nobody).id == "unreachable"


def test_a_disk_that_refuses(server: TownServer, tmp_path: Path) -> None:
    (tmp_path / "phone").write_text("a file where the folder should be")
    with pytest.raises(EnrolError) as error:
        enrol(link_to(server), tmp_path / "phone", FileStore(tmp_path / "phone"))
    assert error.value.id == "cannot_store"


def test_no_link_at_all() -> None:
    with pytest.raises(EnrolError) as error:
        parse_link("2014")
    assert error.value.id == "bad_link"
