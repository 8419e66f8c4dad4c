"""``allo init`` on the command line."""

from collections.abc import Callable
from pathlib import Path

from tests.provisioning.conftest import EXAMPLES, Run

Allo = Callable[..., Run]


def test_the_template_and_what_comes_next(allo: Allo, tmp_path: Path) -> None:
    done = allo("init", "--host", "pbx.ville.example")
    assert done.code == 0
    assert "allo import" in done.out
    text = (tmp_path / "h" / "commune.toml").read_text(encoding="utf-8")
    assert 'host = "pbx.ville.example"' in text


def test_a_name_as_dns_tools_write_it_is_that_name(allo: Allo) -> None:
    done = allo("init", "--host", "PBX.Ville.Example.", "--json")
    assert done.json["installation"]["host"] == "pbx.ville.example"
    assert "Le nom reste" not in done.err


def test_json_tells_the_ports(allo: Allo) -> None:
    done = allo(
        "init", "--from", EXAMPLES / "commune.toml", "--host", "localhost", "--free-ports", "--json"
    )
    own = done.json["installation"]
    assert own["host"] == "localhost"
    assert own["bind"] == "127.0.0.1"
    assert len(done.json["ca_fingerprint"]) == 43


def test_again_keeps_and_force_replaces(allo: Allo) -> None:
    allo("init", "--host", "a.example")
    again = allo("init", "--host", "b.example", "--json")
    assert (again.code, again.json["created"]) == (0, False)
    assert again.json["installation"]["host"] == "a.example"
    assert "Le nom reste « a.example »" in again.err  # not left to be found out by the phones
    forced = allo("init", "--host", "b.example", "--force", "--json")
    assert forced.json["installation"]["host"] == "b.example"
    assert forced.json["certificates"] == ["server.pem", "server.key"]


def test_a_bad_source_is_3_and_writes_nothing(allo: Allo, tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text("[installation]\n", encoding="utf-8")
    done = allo("init", "--from", bad)
    assert done.code == 3
    assert "bad.toml:1" in done.err
    assert not (tmp_path / "h").exists()


def test_a_bad_host_is_3(allo: Allo) -> None:
    done = allo("init", "--host", "pas un nom")
    assert done.code == 3
    assert "nom de serveur" in done.err


def test_a_file_in_the_way_is_said(allo: Allo, tmp_path: Path) -> None:
    (tmp_path / "h").write_text("")
    done = allo("init")
    assert done.code == 2
    assert "n'est pas un dossier" in done.err
