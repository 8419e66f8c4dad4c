"""Installing fails clearly and leaves what was there. (That it works, each set-up shows.)"""

from pathlib import Path

import pytest

from pbx_config.asterisk import InstallFailed, install


@pytest.fixture
def dead_mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """apt of a machine whose only mirror is a closed port: as without network."""
    import platform

    codename = platform.freedesktop_os_release()["VERSION_CODENAME"]
    sources = tmp_path / "sources.list"
    sources.write_text(f"deb http://127.0.0.1:9/debian {codename} main\n")
    conf = tmp_path / "apt.conf"
    conf.write_text(
        f'Dir::Etc::sourcelist "{sources}";\nDir::Etc::sourceparts "/dev/null";\n'
        'Acquire::Retries "0";\nAcquire::http::Proxy "DIRECT";\n'
    )
    monkeypatch.setenv("APT_CONFIG", str(conf))


@pytest.mark.usefixtures("dead_mirror")
def test_without_network_the_old_one_stays_and_the_remedy_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "asterisk"
    folder.mkdir()
    (folder / "kept").touch()
    stages: list[str] = []
    with pytest.raises(InstallFailed, match="Vérifiez le réseau") as failure:
        install(folder, lambda stage, seconds: stages.append(stage))
    assert "Check the network" in failure.value.en
    assert "127.0.0.1" in failure.value.en
    assert stages == ["update"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["apt.conf", "asterisk", "sources.list"]
    assert (folder / "kept").exists()


def test_a_machine_without_apt_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InstallFailed, match="apt-get not found"):
        install(tmp_path / "asterisk", lambda stage, seconds: None)
