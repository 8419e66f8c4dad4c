"""Places of one instance."""

from pathlib import Path

import pytest

from pbx_config.layout import MAX_SOCKET_PATH, Layout, LayoutError


def test_everything_is_under_the_root(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "pbx")
    places = (layout.conf, layout.applied, layout.lock, layout.cdr, layout.messages)
    for place in (*layout.folders, *places, layout.control_socket):
        assert place.is_relative_to(layout.root)


def test_a_relative_root_becomes_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert Layout(Path("x")).root == tmp_path / "x"


def test_the_longest_path_that_a_socket_can_have() -> None:
    longest = "/" + "é" * ((MAX_SOCKET_PATH - len("/" + "/run/asterisk.ctl")) // 2)
    Layout(Path(longest))
    with pytest.raises(LayoutError) as too_long:
        Layout(Path(longest + "éé"))
    assert "ALLO_HOME" in too_long.value.fr
    assert "ALLO_HOME" in too_long.value.en
    assert "trop long de " in too_long.value.fr


def test_folders_are_for_their_owner_only(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "pbx")
    layout.create()
    layout.create()
    assert {folder.stat().st_mode & 0o777 for folder in layout.folders} == {0o700}
