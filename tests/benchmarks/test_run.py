"""A run of parts: which are measured, what becomes of one that fails, the exit status."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks import run as runs
from benchmarks.result import Result
from benchmarks.run import Parts


def fine(folder: Path) -> list[Result]:
    """In a folder of its own."""
    assert not list(folder.iterdir())
    (folder / "left").touch()
    return [Result("g", "fine", 1, "s", target=2)]


def slow(folder: Path) -> list[Result]:
    return [Result("g", "slow", 3, "s", target=2)]


def breaks(folder: Path) -> Iterator[Result]:
    yield Result("g", "before it broke", 1, "s")
    raise OSError("no card\nand more")


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run it with these arguments: status, and the JSON's figures by name."""
    monkeypatch.setattr(runs, "RESULTS", tmp_path)

    def start(parts: Parts, *arguments: str, limits: bool = False) -> tuple[int, dict[str, Any]]:
        monkeypatch.setattr("sys.argv", ["program", *arguments])
        status = runs.run("program", "about", parts, "out.json", limits=limits)
        written = json.loads((tmp_path / "out.json").read_text())
        return status, {one["name"]: one for one in written}

    return start


def test_one_that_fails_takes_nothing_with_it(
    start: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    status, figures = start({"a": {"broken": breaks, "after": fine}})
    assert status == 1
    assert list(figures) == ["before it broke", "broken: could not be measured", "fine"]
    assert figures["broken: could not be measured"]["problem"].startswith("OSError: no card")
    assert "failed: a: broken: could not be measured: OSError: no card\n" in capsys.readouterr().out


def test_a_missed_target_is_said_and_counts_with_limits_alone(
    start: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert start({"slow": slow, "fine": fine})[0] == 0
    assert "missed: g: slow: 3 s, target ≤ 2\n" in capsys.readouterr().out
    assert start({"slow": slow}, limits=True)[0] == 1
    assert start({"fine": fine}, limits=True)[0] == 0


@pytest.mark.parametrize(
    ("only", "names"),
    [(["a"], ["fine"]), (["inner"], ["fine", "slow"]), (["deep"], ["fine"]),
     (["deep", "z"], ["fine", "slow"]), ([], ["fine", "slow"])],
)  # fmt: skip
def test_groups_and_their_parts_are_chosen_by_name(
    start: Any, only: list[str], names: list[str]
) -> None:
    parts: Parts = {"a": {"deep": fine}, "b": {"inner": {"deep": fine, "other": slow}}, "z": slow}
    _, figures = start(parts, *(["--only", *only] if only else []))
    assert list(figures) == names


def test_what_there_is_is_written_before_the_next(
    start: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(folder: Path) -> list[Result]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        start({"fine": fine, "then": interrupted})
    assert "fine" in (tmp_path / "out.json").read_text()
