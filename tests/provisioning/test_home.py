"""Where an installation is, and files that are written whole."""

import stat
from pathlib import Path

import pytest

from provisioning.home import Home, default_home, write_private


def test_the_named_folder_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLO_HOME", "/srv/allo")
    assert default_home() == Path("/srv/allo")


def test_a_user_has_it_among_their_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ALLO_HOME", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", "/home/marie/data")
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert default_home() == Path("/home/marie/data/allo")


def test_the_service_has_it_in_var(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ALLO_HOME", raising=False)
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert default_home() == Path("/var/lib/allo")


def test_making_it_twice_keeps_the_secret(tmp_path: Path) -> None:
    home = Home(tmp_path / "h")
    home.make()
    secret = home.ami_secret.read_bytes()
    home.make()
    assert home.ami_secret.read_bytes() == secret
    assert stat.S_IMODE(home.path.stat().st_mode) == 0o700


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    with pytest.raises(OSError, match="x"):
        write_private(tmp_path / "x", b"new")  # a folder cannot be replaced by a file
    assert [path.name for path in tmp_path.iterdir()] == ["x"]
