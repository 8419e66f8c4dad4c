"""The calendar of collections: as spreadsheets save it, and every fault with its line."""

from datetime import date

import pytest

from provisioning.dates_csv import Calendar, read_dates
from provisioning.problem import InputRefused, Problem


def read(text: str) -> Calendar:
    return read_dates(text.encode(), "collectes.csv")


def faults(content: str | bytes) -> list[Problem]:
    data = content.encode() if isinstance(content, str) else content
    with pytest.raises(InputRefused) as refused:
        read_dates(data, "collectes.csv")
    return list(refused.value.problems)


@pytest.mark.parametrize(
    "text",
    [
        "rue;type;date\nrue Haute;verre;2027-01-12\n",
        "rue,type,date\nrue Haute,verre,12/01/2027\n",
        "\ufeffRue;Collecte;Date\r\nrue Haute;verre;12.1.2027\r\n",
        'date\ttype\tzone\n12-01-2027\tverre\t"rue Haute"\n\n',
    ],
)
def test_a_calendar_may_be_written_in_many_ways(text: str) -> None:
    (street,) = read(text).streets
    assert street.title == "rue Haute"
    assert [list(kind.dates) for kind in street.kinds.values()] == [[date(2027, 1, 12)]]


def test_streets_kinds_and_dates_in_order_and_however_accented() -> None:
    calendar = read(
        "rue;type;date\nrue Haute;déchets verts;2027-02-01\nRUE HAUTE;Dechets verts;2027-01-12\n"
        "rue Neuve;papiers;2020-01-01\n".replace("Dechets", "déchets")
    )
    haute, neuve = calendar.streets
    assert (haute.title, neuve.title) == ("rue Haute", "rue Neuve")
    (kind,) = haute.kinds.values()
    assert sorted(kind.dates) == [date(2027, 1, 12), date(2027, 2, 1)]
    assert calendar.last == date(2027, 2, 1)


def test_languages_and_numbers() -> None:
    calendar = read("rue;numéro;type;type nl;date\nrue Haute;7;verre;glas;2027-01-12\n")
    assert (calendar.languages, calendar.numbered) == (("fr", "nl"), True)
    (kind,) = calendar.streets[0].kinds.values()
    assert (kind.texts, calendar.streets[0].number) == ({"fr": "verre", "nl": "glas"}, "7")


def test_every_fault_comes_at_once_with_line_column_and_remedy() -> None:
    found = faults(
        "rue;numéro;type;date\n"
        "rue Haute;1;verre;31/02/2027\n"
        ";2;verre;2027-01-12\n"
        "rue Neuve;012;verre;2027-01-12\n"
        "rue Basse;4;verre\n"
        'rue "Basse;4;verre;2027-01-12\n'
        '"rue Basse;4;verre;2027-01-12\n'
        "rue [evil];5;verre;2027-01-12\n"
        "rue Verte;6;verre;2027-01-12\n"
        "rue Verte;7;verre;2027-01-13\n"
        "rue Bleue;6;verre;2027-01-12\n"
        "rue Bleue;6;verre;2027-01-12\n"
        "rue Rose;;verre;2027-01-12\n"
    )
    assert sorted((p.line or 0, p.column) for p in found) == [
        (2, "date"), (3, "rue"), (4, "numéro"), (5, ""), (6, "rue"), (7, ""), (8, "rue"),
        (10, "numéro"), (11, "numéro"), (12, "date"), (13, "numéro"),
    ]  # fmt: skip
    for problem in found:
        assert problem.what.fr
        assert problem.what.en
        assert problem.remedy.fr
        assert problem.say("fr").startswith("collectes.csv:")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "le fichier est vide"),
        ("rue;type;date\n", "il n'y a aucune date"),
        ("rue;tipe;date\nrue Haute;verre;2027-01-12\n", "« tipe » est inconnu"),
        ("rue;date\nrue Haute;2027-01-12\n", "la colonne « type » manque"),
        ("rue;rue;type;date\nx;x;verre;2027-01-12\n", "veulent dire la même chose"),
        ("rue;type;date\nrue Haute;été;2027-01-12\n".encode("cp1252"), "n'est pas en UTF-8"),
        ("rue;type;date\n" + "a;b;2027-01-12\n" * 60_000, "plus de 50000 lignes"),
    ],
)
def test_what_is_no_calendar_is_refused_in_words(content: str | bytes, said: str) -> None:
    assert any(said in problem.what.fr for problem in faults(content))


def test_a_translation_is_one() -> None:
    (problem,) = faults(
        "rue;type;type nl;date\nHaute;verre;glas;2027-01-12\nHaute;verre;glazen;2027-01-13\n"
    )
    assert (problem.line, problem.column) == (3, "type")
