"""Which Asterisk is used, and what is said when there is none."""

from pathlib import Path

import pytest

from pbx_config.asterisk import AsteriskNotFound, locate
from pbx_config.asterisk.runtime import private, suitable, system
from tests.support.pbx import runtime


def fake(folder: Path, version: str) -> Path:
    """Something called asterisk that only knows its version."""
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / "asterisk"
    program.write_text(f"#!/bin/sh\necho 'Asterisk {version}'\n")
    program.chmod(0o755)
    return program


def test_the_folder_of_the_environment_comes_first(tmp_path: Path) -> None:
    found = runtime()
    assert found.version >= (20, 12, 0)
    assert found.moh.is_dir()
    french = found.sounds("fr")
    assert french is not None
    assert (french / "vm-intro.g722").is_file()


def test_nothing_found_tells_how_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ALLO_ASTERISK", raising=False)
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)
    with pytest.raises(AsteriskNotFound) as nothing:
        locate(tmp_path)
    assert str(tmp_path) in nothing.value.fr
    assert nothing.value.fr.endswith("allo pbx install")
    assert nothing.value.en.endswith("allo pbx install")


def test_a_named_folder_without_asterisk_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALLO_ASTERISK", str(tmp_path))
    with pytest.raises(AsteriskNotFound, match=str(tmp_path)):
        locate(tmp_path / "other")


@pytest.mark.parametrize("version", ["18.9.0", "20.11.1", "22.1.0", "16.28.0~dfsg"])
def test_an_old_system_asterisk_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    fake(tmp_path, version)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(AsteriskNotFound, match="trop ancien"):
        system()


def test_a_new_system_asterisk_without_its_modules_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake(tmp_path, "99.0.0")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(AsteriskNotFound, match="il manque"):
        system()


def test_a_broken_program_is_told(tmp_path: Path) -> None:
    fake(tmp_path / "root/usr/sbin", "22.4.0")
    loader = tmp_path / "root/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2"
    loader.parent.mkdir(parents=True)
    loader.write_text("not a program")
    with pytest.raises(AsteriskNotFound, match="ne démarre pas"):
        private(tmp_path)


def test_versions() -> None:
    assert suitable((20, 12, 0))
    assert suitable((22, 2, 0))
    assert suitable((23, 0, 0))
    assert not suitable((20, 11, 9))
    assert not suitable((22, 1, 9))
