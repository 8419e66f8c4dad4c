"""A recording gets a name that says when and with whom, and that is free."""

import re
from pathlib import Path

import pytest

from softphone.recordings import new_file, recordings_folder

NOON = 1_700_000_000.0


def test_date_and_number_make_the_name(tmp_path: Path) -> None:
    file = new_file(tmp_path / "allo", "+32 71/00.00.42", NOON)
    assert file.parent == tmp_path / "allo"
    assert file.parent.is_dir()
    assert re.fullmatch(r"2023-11-1\d \d\d-\d\d-\d\d \+3271000042\.wav", file.name)


def test_a_name_that_is_taken_is_counted_on(tmp_path: Path) -> None:
    first = new_file(tmp_path, "2015", NOON)
    first.touch()
    second = new_file(tmp_path, "2015", NOON)
    second.touch()
    third = new_file(tmp_path, "2015", NOON)
    assert [second.name, third.name] == [f"{first.stem} (2).wav", f"{first.stem} (3).wav"]


@pytest.mark.parametrize("number", ["", "../../etc/passwd", "a/b\\c:d", "sip:x@y" * 40])
def test_no_number_leads_out_of_the_folder(tmp_path: Path, number: str) -> None:
    file = new_file(tmp_path, number, NOON)
    assert file.resolve().parent == tmp_path.resolve()
    file.touch()


def test_they_are_among_the_documents() -> None:
    assert recordings_folder().name == "allo"
