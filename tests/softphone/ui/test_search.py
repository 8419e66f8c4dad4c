"""Finding colleagues: case, accents and word order do not matter, the nearest comes first."""

from softphone.live import Colleague
from softphone.ui.search import find
from tests.softphone.ui.scenes import colleagues

TOWN = colleagues(0.0)


def names(text: str) -> list[str]:
    return [person.name for person in find(text, TOWN)]


def test_accents_and_case_do_not_matter() -> None:
    assert names("ELODIE") == names("élodie") == ["Élodie D’Haene"]
    assert names("haene") == ["Élodie D’Haene"]
    assert names("noel") == ["Pascale Noël"]


def test_words_in_any_order() -> None:
    assert names("dupont marie") == ["Marie Dupont"]
    assert names("marie etat") == ["Marie Dupont"]


def test_a_department_finds_its_people() -> None:
    assert names("urba") == [
        "Fatima El Amrani",
        "Giulia Ferretti",
        "Luc Vandenbroeck",
        "Thierry Lambotte",
    ]


def test_an_extension_finds_its_owner_first() -> None:
    assert names("2014") == ["Marie Dupont"]
    assert names("203") == names("urba")


def test_a_name_comes_before_a_function() -> None:
    people = [
        Colleague(extension="1", name="Zoé Martin", function="Paul’s deputy"),
        Colleague(extension="2", name="Paul Martin"),
    ]
    assert [p.extension for p in find("paul", people)] == ["2", "1"]


def test_nothing_and_nobody() -> None:
    assert names("") == names("  ") == names("xyz") == []
