"""How a citizen chooses a street, and what the calendar becomes."""

from datetime import date
from pathlib import Path

import pytest

from pbx_config.model import Info, Target
from provisioning import info_lines, prompts
from provisioning.commune import Commune
from provisioning.commune_file import parse_commune
from provisioning.home import Home
from provisioning.keypad import letters, typed
from provisioning.problem import InputRefused
from tests.provisioning.conftest import EXAMPLES

LINE = '\n[[info]]\nname = "Collectes"\nextension = "2980"\nfile = "collectes.csv"\n'


def written(more: str = "") -> Commune:
    text = (EXAMPLES / "commune.toml").read_text(encoding="utf-8")
    return parse_commune((text + LINE + more).encode())


def built(home: Home, csv: str, more: str = "") -> Info:
    (home.path / "collectes.csv").write_text(csv, encoding="utf-8")
    commune = written(more)
    calendars, problems = info_lines.read(commune, home)
    assert problems == []
    (line,) = info_lines.as_model(commune, home, calendars)
    return line


def streets(*names: str) -> str:
    return "rue;type;date\n" + "".join(f"{name};verre;2027-01-12\n" for name in names)


def text(line: Info, name: str, language: str = "fr") -> str:
    (prompt,) = (each for each in line.prompts if each.name == name)
    return next(each.text for each in prompt.recordings if each.language == language)


@pytest.mark.parametrize(
    ("street", "said", "keys"),
    [
        ("rue Haute", "hau", "428"),
        ("Rue de la Station", "sta", "782"),
        ("Grand-Place", "gra", "472"),
        ("rue de l'Été", "ete", "383"),
        ("Avenue du Général Leman", "gen", "436"),
        ("Kerkstraat", "ker", "537"),
        ("rue du Ry", "ry", "79"),
        ("Place", "pla", "752"),
        ("rue du 11 Novembre", "11n", "116"),
        ("rue Œdipe", "oed", "633"),
    ],
)
def test_a_street_is_typed_by_the_letters_of_its_own_name(
    street: str, said: str, keys: str
) -> None:
    assert (letters(street), typed(street)) == (said, keys)


def test_one_street_needs_no_question(home: Home) -> None:
    line = built(home, streets("rue Haute"))
    assert line.pages == ()
    assert text(line, line.zones[0].series[0].before) == "Prochaine collecte : verre, le"
    assert text(line, line.again) == "Pour réentendre, tapez étoile."
    assert line.otherwise == Target("goodbye")


def test_up_to_nine_are_said_with_their_key(home: Home) -> None:
    line = built(home, streets("rue Haute", "rue Basse"), 'otherwise = "Population"\n')
    (page,) = line.pages
    assert page.zones == (("1", 0), ("2", 1))
    assert text(line, page.prompt) == (
        "rue Haute : tapez 1. rue Basse : tapez 2. Pour parler à quelqu'un, tapez zéro."
    )


def test_more_are_chosen_by_letters_and_a_further_key_where_they_begin_alike(home: Home) -> None:
    names = [
        "rue Haute", "rue Hautmont", "rue Neuve", "rue Verte", "rue Rose", "rue Bleue",
        "rue Longue", "rue Courte", "quai de Sambre", "allée des Tilleuls",
    ]  # fmt: skip
    line = built(home, streets(*names))
    first, alike = line.pages
    assert ("638", 2) in first.zones
    assert first.pages == (("428", "428"),)
    assert (alike.name, alike.zones) == ("428", (("1", 0), ("2", 1)))
    assert "trois premières lettres" in text(line, first.prompt)
    assert "rue Haute : H, A, U." in text(line, first.prompt)
    assert text(line, alike.prompt) == "rue Haute : tapez 1. rue Hautmont : tapez 2."


def test_a_column_of_numbers_is_what_callers_type(home: Home) -> None:
    rows = "".join(f"rue {n};{n * 11};verre;2027-01-12\n" for n in range(1, 13))
    line = built(home, "rue;numéro;type;date\n" + rows)
    (page,) = line.pages
    assert page.zones[:2] == (("11", 0), ("22", 1))
    assert text(line, page.prompt).startswith("Tapez le numéro de votre rue")


def test_the_towns_own_sentence_and_languages(home: Home) -> None:
    csv = "rue;type;type nl;date\nrue Haute;déchets verts;groenafval;2027-01-12\n"
    line = built(home, csv, 'sentence = { fr = "Prochaine collecte des {type}, le" }\n')
    (series,) = line.zones[0].series
    assert line.languages == ("fr", "nl")
    assert text(line, series.before) == "Prochaine collecte des déchets verts, le"
    assert text(line, series.before, "nl") == "Volgende ophaling: groenafval, op"


def test_the_sentences_are_read_aloud_and_go_when_unused(home: Home, tmp_path: Path) -> None:
    line = built(home, streets("rue Haute"))
    made = prompts.make_missing(written(), home, tmp_path / "said", line.prompts)
    assert len(made) == len(line.prompts) == 4
    assert prompts.make_missing(written(), home, tmp_path / "said", line.prompts) == []
    prompts.remove_unused((), tmp_path / "said")
    assert not list((tmp_path / "said").iterdir())


def test_streets_that_nobody_could_choose_are_told(home: Home) -> None:
    names = [f"rue Saint-{number}" for number in range(1, 11)]
    (home.path / "collectes.csv").write_text(streets(*names, "rue 000"), encoding="utf-8")
    _, problems = info_lines.read(written(), home)
    assert [problem.what.fr[:24] for problem in problems] == [
        "« rue 000 » ne se tape p", "10 rues se tapent 724 («",
    ]  # fmt: skip
    assert all("numéro" in problem.remedy.fr for problem in problems)


def test_a_file_that_is_not_there_is_named(home: Home) -> None:
    _, (problem,) = info_lines.read(written(), home)
    assert "collectes.csv" in problem.what.fr
    assert "Collectes" in problem.column


def test_a_calendar_that_is_over_is_a_hint_and_no_error(home: Home) -> None:
    (home.path / "collectes.csv").write_text(streets("rue Haute"), encoding="utf-8")
    assert list(info_lines.hints(written(), home, date(2027, 1, 12))) == []
    (hint,) = info_lines.hints(written(), home, date(2027, 1, 13))
    assert "2027-01-12" in hint.what.fr


@pytest.mark.parametrize(
    ("more", "column", "said"),
    [
        ('prompt = "Bienvenu"', "info[1].prompt", "n'existe pas"),
        ('otherwise = "Populaton"', "info[1].otherwise", "ne mène nulle part"),
        ('otherwise = "Collectes"', "info[1].otherwise", "n'a pas de sens ici"),
        ('otherwise = "back"', "info[1].otherwise", "n'a pas de sens ici"),
        ('number = "071 00 00 10"', "info[1].number", "appartient déjà"),
        ('sentence = { fr = "Le {tipe}" }', "info[1].sentence.fr", "{type}"),
        ('sentence = { de = "{type}" }', "info[1].sentence.de.[key]", "n'est pas possible ici"),
        ('fichier = "x"', "info[1].fichier", "inconnu"),
    ],
)
def test_a_fault_of_the_block_is_named_with_its_place(more: str, column: str, said: str) -> None:
    with pytest.raises(InputRefused) as refused:
        written(f"{more}\n")
    found = {problem.column: problem for problem in refused.value.problems}
    assert said in found[column].what.fr, found
    assert found[column].line


def test_names_and_extensions_are_claimed_once_and_circles_refused() -> None:
    again = '\n[[info]]\nname = "collectes"\nextension = "2910"\nfile = "b.csv"\n'
    with pytest.raises(InputRefused) as refused:
        written(again)
    assert {p.column for p in refused.value.problems} == {"info[2].name", "info[2].extension"}
    circle = (
        'otherwise = "Autre"\n'
        '\n[[info]]\nname = "Autre"\nextension = "2981"\nfile = "b.csv"\notherwise = "Collectes"\n'
    )
    with pytest.raises(InputRefused) as refused:
        written(circle)
    assert "Collectes → Autre → Collectes" in refused.value.problems[0].what.fr
