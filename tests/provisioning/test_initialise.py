"""Making an installation, again and again, keeps what is there."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from provisioning.commune_file import read_commune
from provisioning.home import Home
from provisioning.initialise import initialise
from provisioning.operations import runtime_folder
from provisioning.problem import InputRefused

EXAMPLE = Path(__file__).parents[2] / "examples" / "commune.toml"


def test_a_trial_on_this_machine(tmp_path: Path) -> None:
    home = Home(tmp_path / "h")
    done = initialise(home, source=EXAMPLE, host="localhost", choose_ports=True)
    own = read_commune(home.commune).installation
    assert own == done.commune.installation
    assert (own.host, own.bind) == ("localhost", "127.0.0.1")
    assert (
        len({own.https_port, own.sip_tls_port, own.sip_phone_port, own.ami_port, own.sip_udp_port})
        == 5
    )
    (trunk,) = done.commune.trunk
    assert (trunk.host, trunk.port != 5070) == ("127.0.0.2", True)
    assert "# nom que les portables voient" in home.commune.read_text(encoding="utf-8")


def test_a_real_operator_keeps_its_port(tmp_path: Path) -> None:
    two = tmp_path / "two.toml"
    two.write_text(
        EXAMPLE.read_text(encoding="utf-8")
        + '\n[[trunk]]\nname = "operateur"\nhost = "192.0.2.10"\n\n'
        + '[[trunk]]\nname = "essai-2"\nhost = "127.0.0.3"\n',
        "utf-8",
    )
    done = initialise(Home(tmp_path / "h"), source=two, host="localhost", choose_ports=True)
    ports = {trunk.name: trunk.port for trunk in done.commune.trunk}
    assert ports["operateur"] == 5060
    assert ports["essai-2"] not in (5060, 5070)


def test_everything_is_for_its_owner_alone(tmp_path: Path) -> None:
    home = Home(tmp_path / "h")
    initialise(home)
    for path in [home.path, *home.path.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
    assert len(home.ami_secret.read_text(encoding="ascii").strip()) >= 43


def test_again_keeps_all(tmp_path: Path) -> None:
    home = Home(tmp_path / "h")
    initialise(home, host="pbx.commune.example")
    before = {path: path.read_bytes() for path in home.path.rglob("*") if path.is_file()}
    again = initialise(home, source=EXAMPLE, host="elsewhere.example")
    assert not again.wrote_commune
    assert again.certificates == ()
    assert {path: path.read_bytes() for path in before} == before


def test_again_near_its_end_renews_the_certificate(tmp_path: Path) -> None:
    home = Home(tmp_path / "h")
    now = datetime.now(UTC)
    first = initialise(home, now=now - timedelta(days=800))
    second = initialise(home, now=now)
    assert second.certificates == ("server.pem", "server.key")
    assert second.ca_fingerprint == first.ca_fingerprint


def test_a_bad_commune_toml_writes_nothing(tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text(EXAMPLE.read_text(encoding="utf-8").replace("2000-2199", "x"), "utf-8")
    with pytest.raises(InputRefused) as refused:
        initialise(Home(tmp_path / "h"), source=bad)
    assert refused.value.problems[0].file == "bad.toml"
    assert not (tmp_path / "h").exists()


def test_the_asterisk_chosen_at_init_is_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen, home = Home(tmp_path / "chosen"), Home(tmp_path / "plain")
    monkeypatch.setenv("ALLO_ASTERISK", str(tmp_path / "asterisk"))
    initialise(chosen)
    monkeypatch.delenv("ALLO_ASTERISK")
    initialise(home)
    assert runtime_folder(chosen) == tmp_path / "asterisk"
    assert runtime_folder(home) == home.runtime
    monkeypatch.setenv("ALLO_ASTERISK", "/elsewhere")
    assert runtime_folder(chosen) == Path("/elsewhere"), "who names one now means it"
