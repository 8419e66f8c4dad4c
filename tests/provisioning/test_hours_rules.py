"""Opening hours that contradict themselves are refused, all at once; what only serves nobody is
hinted at."""

from datetime import date

import pytest

from provisioning import hours_rules
from provisioning.commune import Commune
from provisioning.commune_file import parse_commune
from provisioning.problem import InputRefused, Problem
from tests.provisioning.conftest import EXAMPLES

TODAY = date(2026, 11, 27)


def written(**lines: list[str]) -> Commune:
    given = {"week": ["lun-ven 08:30-12:00"], **lines}
    text = (EXAMPLES / "commune.toml").read_text(encoding="utf-8")
    block = "".join(f"{key} = {value!r}\n" for key, value in given.items())
    return parse_commune(f'{text}\n[[hours]]\nname = "Essai"\n{block}'.encode())


def refused(**lines: list[str]) -> list[Problem]:
    with pytest.raises(InputRefused) as problems:
        written(**lines)
    return list(problems.value.problems)


def hinted(**lines: list[str]) -> list[str]:
    hours = written(**lines).hours[-1]
    return [f"{key}: {what.fr}" for key, what, _ in hours_rules.hints(hours, TODAY)]


@pytest.mark.parametrize(
    ("closed", "opened"),
    [
        ("2026-12-24", "2026-12-24"),
        ("2026-12-24 12:00-24:00", "2026-12-24 10:00-16:00"),
        ("2026-12-24 12:00-24:00", "2026-12-24"),
        ("2026-12-24 12:00-16:00", "2026-12-24 12:00-16:00"),
        ("2026-12-20 au 2026-12-31", "2026-12-20 au 2026-12-31"),
        ("2026-12-22", "2026-12-20 au 2026-12-31"),
        ("2026-12-20 au 2026-12-26", "2026-12-24 au 2026-12-31"),
    ],
)
def test_an_opening_that_is_no_part_of_a_closing_contradicts_it(closed: str, opened: str) -> None:
    (problem,) = refused(closed=[closed], open=[opened])
    assert (problem.column, problem.line is not None) == ("hours[2].open", True)
    assert problem.what.fr == f"« {opened} » contredit closed « {closed} »."
    assert "l'emporte" in problem.remedy.fr


@pytest.mark.parametrize(
    ("closed", "opened"),
    [
        ("2026-12-20 au 2026-12-31", "2026-12-22"),
        ("2026-12-20 au 2026-12-31", "2026-12-22 09:00-12:00 Marché"),
        ("2026-12-24", "2026-12-24 09:00-12:00"),
        ("2026-12-24 08:00-16:00", "2026-12-24 10:00-11:00"),
        ("2026-12-24 12:00-24:00", "2026-12-24 08:00-12:00"),
        ("2026-12-24", "2026-12-25"),
    ],
)
def test_the_exception_of_an_exception_is_meant(closed: str, opened: str) -> None:
    assert written(closed=[closed], open=[opened])


def test_every_contradiction_comes_at_once_with_its_place() -> None:
    found = refused(
        week=["lun-ven 08:30-12:00", "mer 11:00-13:00", "ven 09:00-10:00", "sam 10:00-12:00"],
        closed=["2026-12-24", "2026-12-28 08:00-10:00, 09:00-11:00"],
        open=["2026-12-24"],
    )
    assert [(problem.column, problem.what.fr) for problem in found] == [
        ("hours[2].week", "mercredi : 11:00-13:00 recouvre 08:30-12:00."),
        ("hours[2].week", "vendredi : 09:00-10:00 recouvre 08:30-12:00."),
        (
            "hours[2].closed",
            "« 2026-12-28 08:00-10:00, 09:00-11:00 » : 08:00-10:00 et 09:00-11:00 se recouvrent.",
        ),
        ("hours[2].open", "« 2026-12-24 » contredit closed « 2026-12-24 »."),
    ]


def test_every_line_that_cannot_be_read_comes_at_once_with_its_number() -> None:
    found = refused(
        week=["lun 08:30-12:00", "landi 8:00-9:00", "mar 9-8"], closed=["demain"], open=["hier"]
    )
    assert [problem.column for problem in found] == [
        "hours[2].week[2]", "hours[2].week[3]", "hours[2].closed[1]", "hours[2].open[1]",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ({"closed": ["2026-11-26"]}, "closed: « 2026-11-26 » est passé."),
        ({"open": ["2026-10-01 au 2026-11-26"]}, "est passé"),
        ({"closed": ["2026-12-05"]}, "ne ferme rien"),  # a Saturday
        ({"closed": ["2026-12-24 14:00-18:00"]}, "ne ferme rien"),
        ({"closed": ["2026-12-25"]}, "ne ferme rien"),  # Christmas
        ({"open": ["2026-12-24 09:00-12:00"]}, "n'ouvre rien de plus"),
    ],
)
def test_lines_that_change_nothing_are_hinted_at(lines: dict[str, list[str]], said: str) -> None:
    (hint,) = hinted(**lines)
    assert said in hint


@pytest.mark.parametrize(
    "lines",
    [
        {"closed": ["2026-11-27"]},
        {"closed": ["2026-12-05 au 2026-12-07"]},
        {"closed": ["2026-12-24 11:00-18:00"]},
        {"open": ["2026-12-25 09:00-12:00"]},
        {"open": ["2026-12-24 09:00-13:00"]},
    ],
)
def test_lines_that_change_something_are_not(lines: dict[str, list[str]]) -> None:
    assert hinted(**lines) == []
