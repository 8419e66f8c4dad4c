"""The whole way on the real Asterisk, by the command line alone."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography import x509

from provisioning.ca import CaFiles
from provisioning.commune_template import with_installation
from provisioning.home import Home
from tests.provisioning.conftest import Run

Allo = Callable[..., Run]


@pytest.fixture
def stopped_afterwards(town: Allo) -> Iterator[Allo]:
    yield town
    town("pbx", "down")


def test_up_before_apply_names_the_remedy(town: Allo) -> None:
    done = town("pbx", "up")
    assert done.code == 1
    assert "allo apply" in done.err
    assert town("pbx", "status").code == 1
    assert town("pbx", "logs").code == 1


@pytest.mark.timeout(180)
def test_from_a_list_to_a_running_exchange_and_back(
    stopped_afterwards: Allo, town_home: Home
) -> None:
    allo = stopped_afterwards
    assert allo("apply", "--yes", "--json").json["applied"]
    up = allo("pbx", "up", "--json").json
    assert up["running"]
    assert up["version"]

    status = allo("pbx", "status", "--json")
    assert (status.code, status.json["pid"]) == (0, up["pid"])

    again = allo("apply", "--yes", "--json").json
    assert (again["applied"], again["reloads"]) == (False, [])
    assert allo("pbx", "up", "--json").json["pid"] == up["pid"]

    added = allo("enrol", "2002", "--sip", "--json")
    assert added.code == 0, added.err
    assert allo("plan", "--json").json["empty"]
    assert allo("pbx", "logs", "-n", "5", "--json").json["lines"]

    down = allo("pbx", "down", "--json").json
    assert down == {"running": False, "was_running": True}
    assert allo("pbx", "status").code == 1
    assert allo("pbx", "down", "--json").json["was_running"] is False

    certificate = x509.load_pem_x509_certificate(CaFiles(town_home.ca).certificate.read_bytes())
    text = town_home.commune.read_text(encoding="utf-8")
    renamed = with_installation(text, {"host": "pbx.commune.example"})
    town_home.commune.write_text(renamed, encoding="utf-8")
    assert "pbx.commune.example" in allo("pbx", "up").out  # the certificate was made for it
    renewed = x509.load_pem_x509_certificate(CaFiles(town_home.ca).certificate.read_bytes())
    assert certificate.serial_number != renewed.serial_number
    assert allo("pbx", "down").code == 0

    town_home.commune.write_text("half edited", encoding="utf-8")
    assert allo("pbx", "up").code == 0, "what was applied starts all the same"


def test_a_broken_commune_toml_does_not_keep_anybody_from_stopping(
    town: Allo, town_home: Home
) -> None:
    town_home.commune.write_text("broken", encoding="utf-8")
    assert town("plan").code == 3
    assert town("pbx", "down").code == 0


def test_whether_there_is_an_asterisk_is_told_without_installing(
    allo: Allo, tmp_path: Path
) -> None:
    assert allo("pbx", "install", "--check").code == 0
    nowhere = tmp_path / "nowhere"
    nowhere.mkdir()
    missing = allo("pbx", "install", "--check", ALLO_ASTERISK=str(nowhere))
    assert missing.code == 1
    assert "allo pbx install" in missing.err
    assert not list(nowhere.iterdir())
