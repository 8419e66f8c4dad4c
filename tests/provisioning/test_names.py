"""Names read aloud for who looks for a person: where a menu leads there, each once."""

import wave
from dataclasses import replace
from pathlib import Path

import pytest

from pbx_config.model import Certificates, Exchange, Menu, Target
from provisioning import names
from tests.support.exchange import make_user, small_exchange

FILES = Certificates(Path("/a"), Path("/b"), Path("/c"))
MENU = Menu(
    "menu", "Menu", "2999", None, "p", (("0", Target("directory")),), Target("inside", "2900")
)


def town(*people: str, menus: tuple[Menu, ...] = (MENU,)) -> Exchange:
    users = tuple(make_user(number, name) for number, name in enumerate(people, 1))
    return replace(small_exchange(Path("/x"), users, certificates=FILES), menus=menus)


def greetings(folder: Path) -> dict[str, str]:
    """What Asterisk would play, by extension."""
    return {link.parent.name: link.resolve(strict=True).name for link in folder.glob("*/greet.*")}


def test_each_is_read_once_and_lies_where_asterisk_looks(tmp_path: Path) -> None:
    exchange = town("Marie Dupont", "Julien Marchal")
    made = names.make_missing(exchange, tmp_path)
    assert greetings(tmp_path) == {file.parent.name: file.name for file in made}
    assert sorted(greetings(tmp_path)) == ["2001", "2002"]
    for file in made:
        assert file.stat().st_mode & 0o077 == 0
        with wave.open(str(file)) as sound:
            assert sound.getframerate() == 16_000
            assert 0.4 < sound.getnframes() / 16_000 < 3
    assert names.make_missing(exchange, tmp_path) == []


def test_another_name_is_another_file_and_who_left_is_gone(tmp_path: Path) -> None:
    names.make_missing(town("Marie Dupont", "Julien Marchal"), tmp_path)
    before = greetings(tmp_path)
    married = town("Marie Martin")
    (made,) = names.make_missing(married, tmp_path)
    assert greetings(tmp_path)["2001"] == made.name != before["2001"]
    assert (tmp_path / "2001" / before["2001"]).exists(), "a caller may hear it now"
    names.remove_unused(married, tmp_path)
    assert sorted(file.name for file in tmp_path.rglob("*") if not file.is_dir()) == [
        "greet.wav16",
        made.name,
    ]
    assert [own.name for own in tmp_path.iterdir()] == ["2001"]


def test_nothing_is_read_where_no_menu_leads_there(tmp_path: Path) -> None:
    assert names.make_missing(town("Marie Dupont", menus=()), tmp_path) == []
    names.make_missing(town("Marie Dupont"), tmp_path)
    names.remove_unused(town("Marie Dupont", menus=()), tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_machine_that_cannot_read_leaves_them_spelled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert names.make_missing(town("Marie Dupont"), tmp_path / "names") == []
