"""Where a call may go on, as administrators write it; and menus that make sense."""

import pytest

from pbx_config.model import Target
from provisioning.commune import Key
from provisioning.commune_file import parse_commune
from provisioning.problem import InputRefused, Wrong
from provisioning.targets import after_wait_target, target
from tests.provisioning.conftest import EXAMPLES

MENU = """
[[prompt]]
name = "Bienvenue"
fr = "Pour la population, tapez un."

[[menu]]
name = "Menu principal"
extension = "2999"
prompt = "Bienvenue"
otherwise = "Accueil"
[menu.keys]
1 = "Population"
2 = { to = "Onthaal", language = "nl" }

[[menu]]
name = "Onthaal"
extension = "2998"
prompt = "bienvenue"
keys = { "*" = "back" }
otherwise = "goodbye"
"""
TEXT = (EXAMPLES / "commune.toml").read_text(encoding="utf-8") + MENU


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("Population", Target("inside", "2910")),
        ("etat civil", Target("inside", "2920")),
        ("Onthaal", Target("inside", "2998")),
        ("2014", Target("inside", "2014")),
        ("voicemail Urbanisme", Target("voicemail", "2930")),
        ("messagerie 2014", Target("voicemail", "2014")),
        ("prompt Bienvenue", Target("prompt", "bienvenue")),
        ("0470 11 22 33", Target("outside", "+32470112233")),
        ("retour", Target("back")),
        ("repeat", Target("repeat")),
        ("goodbye", Target("goodbye")),
        ("annuaire", Target("directory")),
        ("directory", Target("directory")),
    ],
)
def test_what_may_be_written(written: str, found: Target) -> None:
    assert target(parse_commune(TEXT.encode()), Key(to=written)) == found


@pytest.mark.parametrize(
    ("written", "remedy"),
    [
        ("Populasion", "« Population »"),
        ("Finances", "Valeurs possibles"),  # no queue
        ("voicemail Urbanism", "« Urbanisme »"),
        ("prompt Bonjour", "Bienvenue"),
        ("1999", "Valeurs possibles"),
        ("0800", "0"),
    ],
)
def test_what_leads_nowhere_comes_with_the_nearest_name(written: str, remedy: str) -> None:
    with pytest.raises(Wrong) as refused:
        target(parse_commune(TEXT.encode()), Key(to=written))
    assert remedy in refused.value.remedy.fr


@pytest.mark.parametrize(
    ("old", "new", "column", "said"),
    [
        ('1 = "Population"', '1 = "Populasion"', "menu[1].keys.1", "ne mène nulle part"),
        ('otherwise = "Accueil"', 'otherwise = "Acueil"', "menu[1].otherwise", "nulle part"),
        ('prompt = "Bienvenue"', 'prompt = "Bonjour"', "menu[1].prompt", "n'existe pas"),
        ('extension = "2999"', 'extension = "2900"', "menu[1].extension", "appartient déjà"),
        ('extension = "2999"', 'extension = "2014"', "menu[1].extension", "plage des agents"),
        ('name = "Menu principal"', 'name = "Population"', "menu[1].name", "appartient déjà"),
        ('otherwise = "Accueil"', 'otherwise = "repeat"', "menu[1].otherwise", "tourne en rond"),
        ('otherwise = "Accueil"', 'otherwise = "annuaire"', "menu[1].otherwise", "ne tape rien"),
        ('main_service = "Accueil"', 'main_service = "Accueil"\nmain_menu = "Menu principale"',
         "site[1].main_menu", "n'existe pas"),
    ],
)  # fmt: skip
def test_a_menu_that_makes_no_sense_is_refused(old: str, new: str, column: str, said: str) -> None:
    text = TEXT.replace(old, new, 1)
    assert text != TEXT
    with pytest.raises(InputRefused) as refused:
        parse_commune(text.encode())
    (problem,) = refused.value.problems
    assert (problem.column, said in problem.what.fr) == (column, True), problem
    assert problem.line is not None


def test_a_key_is_a_key() -> None:
    with pytest.raises(InputRefused, match="not a key"):
        parse_commune(TEXT.replace('1 = "Population"', '12 = "Population"').encode())


def test_menus_that_lead_to_each_other_are_told_with_the_way() -> None:
    text = TEXT.replace('otherwise = "Accueil"', 'otherwise = "Onthaal"').replace(
        'otherwise = "goodbye"', 'otherwise = "Menu principal"'
    )
    with pytest.raises(InputRefused) as refused:
        parse_commune(text.encode())
    assert [problem.column for problem in refused.value.problems] == [
        "menu[1].otherwise",
        "menu[2].otherwise",
    ]
    assert "Menu principal → Onthaal → Menu principal" in refused.value.problems[0].what.fr


@pytest.mark.parametrize(
    ("added", "column", "said"),
    [
        ('after_wait = "back"', "service[2].after_wait", "que dans un menu"),
        ('after_wait = "annuaire"', "service[2].after_wait", "que dans un menu"),
        ('after_wait = "Population"', "service[2].after_wait", "ce service lui-même"),
        ('after_wait = "Acueil"', "service[2].after_wait", "ne mène nulle part"),
        ('helped_by = ["Acueil"]', "service[2].helped_by", "n'existe pas"),
        ("announce = 5", "service[2].announce", "plus souvent"),
        ("max_wait = 1", "service[2].max_wait", "1"),
        ('closed = { then = "repeat" }', "service[2].closed", "que dans un menu"),
        ('closed = { then = "rappel" }', "service[2].closed", "après avoir attendu"),
        ('callback = "oui"', "service[2].callback", "ne convient pas"),
        ("calback = true", "service[2].calback", "inconnu"),
        ('after_wait = "calback"', "service[2].after_wait", "ne mène nulle part"),
    ],
)
def test_a_service_that_makes_no_sense_is_refused(added: str, column: str, said: str) -> None:
    text = TEXT.replace('name = "Population"', f'name = "Population"\n{added}', 1)
    with pytest.raises(InputRefused) as refused:
        parse_commune(text.encode())
    (problem,) = refused.value.problems
    assert (problem.column, said in problem.what.fr) == (column, True), problem


def test_a_circle_of_services_and_menus_is_told() -> None:
    text = TEXT.replace('name = "Accueil"\n', 'name = "Accueil"\nafter_wait = "Menu principal"\n')
    with pytest.raises(InputRefused) as refused:
        parse_commune(text.encode())
    said = {problem.what.fr for problem in refused.value.problems}
    assert "qui ne fait rien tourne en rond : Accueil → Menu principal → Accueil." in said


def test_a_circle_through_closed_doors_is_told() -> None:
    """By day Accueil answers; at night nobody would ever."""
    hours = '[[hours]]\nname = "Jour"\nweek = ["lun-ven 08:00-17:00"]\n\n[[service]]'
    text = TEXT.replace("[[service]]", hours, 1)
    text = text.replace(
        'name = "Accueil"\n', 'name = "Accueil"\nhours = "Jour"\nclosed = { then = "Population" }\n'
    ).replace('name = "Population"\n', 'name = "Population"\nafter_wait = "Accueil"\n', 1)
    with pytest.raises(InputRefused) as refused:
        parse_commune(text.encode())
    found = {each.column: each.what.fr.partition(" : ")[2] for each in refused.value.problems}
    assert found == {
        "service[1].closed": "Accueil → Population → Accueil.",
        "service[2].after_wait": "Population → Accueil → Population.",
    }


@pytest.mark.parametrize("written", ["callback", "rappel", "Rappel"])
def test_who_waited_too_long_may_be_called_back(written: str) -> None:
    text = TEXT.replace('name = "Population"', f'name = "Population"\nafter_wait = "{written}"', 1)
    commune = parse_commune(text.encode())
    service = commune.service_named("Population")
    assert service
    assert after_wait_target(commune, service) == Target("callback", service.extension)


def test_a_wrong_switch_says_what_is_wanted() -> None:
    text = TEXT.replace('name = "Population"', 'name = "Population"\ncallback = "oui"', 1)
    with pytest.raises(InputRefused) as refused:
        parse_commune(text.encode())
    (problem,) = refused.value.problems
    assert problem.remedy.fr == "Il faut true ou false, sans guillemets."
    assert problem.remedy.en == "Wanted: true or false without quotes."


def test_where_nobody_waits_nobody_is_called_back() -> None:
    text = TEXT.replace('name = "Finances"', 'name = "Finances"\ncallback = true', 1)
    with pytest.raises(InputRefused) as refused:
        parse_commune(text.encode())
    (problem,) = refused.value.problems
    assert problem.column.endswith("].callback")
    assert "« Finances » n'a pas de file d'attente" in problem.what.fr
    assert "“Finances” has no queue" in problem.what.en


@pytest.mark.parametrize(
    ("added", "column", "said"),
    [
        ("wrapup = 10", "service[2].wrapup", "personne n'y attend"),
        ("announce = 45", "service[2].announce", "personne n'y attend"),
        ("priority = 2", "service[2].priority", "personne n'y attend"),
        ("max_wait = 300", "service[2].max_wait", "180 s"),
        ("callback = true", "service[2].callback", "personne n'y attend"),
        ('after_wait = "callback"', "service[2].after_wait", "d'être rappelé"),
    ],
)
def test_a_group_that_makes_no_sense_is_refused(added: str, column: str, said: str) -> None:
    text = grouped(added)
    with pytest.raises(InputRefused) as refused:
        parse_commune(text.encode())
    (problem,) = refused.value.problems
    assert (problem.column, said in problem.what.fr) == (column, True), problem
    assert "ringall" in problem.remedy.en


def test_a_group_rings_25_seconds_unless_told() -> None:
    assert parse_commune(grouped("").encode()).service[1].max_wait == 25
    assert parse_commune(grouped("max_wait = 40").encode()).service[1].max_wait == 40


def grouped(added: str) -> str:
    """Population is a group, with another line."""
    before, name, after = TEXT.partition('name = "Population"')
    after = after.replace('queue = "rrmemory"', f'queue = "group"\n{added}', 1)
    return before + name + after


def test_a_group_may_answer_the_main_number_and_be_in_a_menu() -> None:
    text = TEXT.replace('queue = "ringall"', 'queue = "group"', 1)
    commune = parse_commune(text.encode())
    assert commune.service_named(commune.site[0].main_service) is commune.service[0]
    assert commune.service[0].queue == "group"
    assert target(commune, commune.menu[0].otherwise) == Target("inside", "2900")
