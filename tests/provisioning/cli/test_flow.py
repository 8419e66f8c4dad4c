"""``allo flow``: what a caller of a number meets."""

from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from provisioning.home import Home
from tests.provisioning.conftest import Run

Allo = Callable[..., Run]


@pytest.fixture
def menu_town(town: Allo, town_home: Home) -> Allo:
    text = town_home.commune.read_text(encoding="utf-8")
    text = text.replace('# hours = "Guichets"', 'hours = "Guichets"', 1)
    text += (
        '\n[[prompt]]\nname = "Bienvenue"\nfr = "Tapez un."\n'
        '\n[[menu]]\nname = "Menu"\nextension = "2999"\nprompt = "Bienvenue"\n'
        'keys = { 1 = "Population" }\notherwise = "goodbye"\n'
    )
    town_home.commune.write_text(text, encoding="utf-8")
    return town


def test_a_service_with_hours_is_a_tree(menu_town: Allo) -> None:
    for number in (("071", "00", "00", "10"), ("2910",), ("+3271000010",)):
        shown = menu_town("flow", *number)
        assert shown.code == 0, shown.err
        assert "horaire « Guichets » (lun-mar 08:30-12:00" in shown.out
        assert "ouvert → file « Population » (rrmemory)" in shown.out
        assert "fermé → message « Fermé »" in shown.out
        assert "messagerie « Population »" in shown.out


@pytest.mark.parametrize(
    ("moment", "kinds"),
    [
        ("2027-01-01 10:00", ["number", "hours", "prompt", "voicemail"]),
        ("2027-01-04 10:00", ["number", "hours", "queue", "voicemail"]),
    ],
)
def test_at_a_moment_it_is_one_way(menu_town: Allo, moment: str, kinds: list[str]) -> None:
    steps = menu_town("flow", "2910", "--at", moment, "--json").json
    assert [step["kind"] for step in steps] == kinds


def test_a_menu_and_the_picture_of_it(menu_town: Allo, tmp_path: Path) -> None:
    picture = tmp_path / "menu.svg"
    done = menu_town("flow", "2999", "--svg", picture)
    assert "touche 1 → horaire « Guichets »" in done.out
    assert "rien, 2 fois → fin de l'appel" in done.out
    drawn = "".join(ElementTree.parse(picture).getroot().itertext())
    assert "touche" in drawn


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("2911",), "Personne ne répond au « 2911 »"),
        (("2910", "--at", "demain"), "n'est pas un moment"),
    ],
)
def test_bad_usage_is_2(menu_town: Allo, arguments: tuple[str, ...], said: str) -> None:
    done = menu_town("flow", *arguments)
    assert done.code == 2
    assert said in done.err
