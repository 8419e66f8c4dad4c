"""Entering the phone for ``allo:`` links, beside a real or a foreign choice of the person."""

import os
import shlex
from pathlib import Path

import pytest

from softphone import link_handler
from softphone.link_handler import FILE, OURS, register


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installed ``allo-phone``, with a data folder of its own and no ``xdg-mime``."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    (tmp_path / "bin").mkdir()
    made = tmp_path / "allo-phone"
    made.touch()
    return made


def entry(tmp_path: Path) -> Path:
    return tmp_path / "data" / "applications" / FILE


def xdg_mime(tmp_path: Path, handler: str) -> Path:
    """A stand-in that answers a query with ``handler``; returns what it was asked, line by line."""
    asked = tmp_path / "asked"
    command = tmp_path / "bin" / "xdg-mime"
    command.write_text(
        f'#!/bin/sh\necho "$*" >>{shlex.quote(str(asked))}\n'
        f'[ "$1" = query ] && echo {shlex.quote(handler)}\nexit 0\n'
    )
    command.chmod(0o755)
    return asked


def test_the_first_start_enters_the_phone_and_the_second_does_nothing(
    tmp_path: Path, program: Path
) -> None:
    asked = xdg_mime(tmp_path, handler="")
    register(program)
    text = entry(tmp_path).read_text()
    assert f"Exec={program} %u\n" in text
    assert "MimeType=x-scheme-handler/allo;\n" in text
    calls = ["query default x-scheme-handler/allo", f"default {FILE} x-scheme-handler/allo"]
    assert asked.read_text().splitlines() == calls
    register(program)
    assert asked.read_text().splitlines() == calls


def test_another_program_for_these_links_is_left_alone(tmp_path: Path, program: Path) -> None:
    asked = xdg_mime(tmp_path, handler="softphone-of-others.desktop")
    register(program)
    assert asked.read_text().splitlines() == ["query default x-scheme-handler/allo"]


def test_an_entry_for_everybody_is_enough(tmp_path: Path, program: Path) -> None:
    xdg_mime(tmp_path, handler=FILE)
    register(program)
    assert not entry(tmp_path).exists()


def test_a_program_that_moved_is_entered_anew_unless_the_person_wrote_the_entry(
    tmp_path: Path, program: Path
) -> None:
    register(program)
    moved = program.rename(tmp_path / "moved")
    register(moved)
    assert f"Exec={moved} %u" in entry(tmp_path).read_text()
    mine = entry(tmp_path).read_text().replace(OURS, "# mine")
    entry(tmp_path).write_text(mine)
    register(program.with_name("bin"))
    assert entry(tmp_path).read_text() == mine


def test_a_program_that_is_not_installed_is_not_entered(tmp_path: Path, program: Path) -> None:
    register(tmp_path / "no-such-program")
    assert not entry(tmp_path).exists()


def test_a_path_with_signs_is_quoted() -> None:
    assert link_handler._quoted("/o p/a$b%c") == '"/o p/a\\\\$b%%c"'


def test_a_folder_that_cannot_be_written(tmp_path: Path, program: Path) -> None:
    (tmp_path / "data").write_text("in the way")
    with pytest.raises(OSError, match=os.strerror(20)):
        register(program)
