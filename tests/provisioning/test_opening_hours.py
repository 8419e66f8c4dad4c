"""Opening hours as administrators write them."""

from datetime import date

import pytest

from pbx_config.hours import DAY_MINUTES, Span, SpecialDay
from provisioning.opening_hours import (
    belgian_holidays,
    build_hours,
    read_exceptional,
    read_week,
)
from provisioning.problem import Wrong

MORNING, AFTERNOON = Span(510, 720), Span(810, 960)
WEEK = ((MORNING,),) * 5 + ((), ())


@pytest.mark.parametrize(
    "lines",
    [
        ["lun-ven 08:30-12:00"],
        ["lundi-vendredi 8h30-12h"],
        ["lundi au vendredi 08:30 - 12:00"],
        ["maandag-vrijdag 08:30-12:00"],
        ["Mon-Fri 8:30-12:00"],
        ["lun, mar, mer 08:30-12:00", "jeudi et vendredi 08:30-12:00"],
    ],
)
def test_a_week_may_be_written_in_many_ways(lines: list[str]) -> None:
    assert read_week(lines) == WEEK


def test_several_spans_and_lines_add_up_in_order() -> None:
    week = read_week(["mer 13:30-16:00", "lun-ven 08:30-12:00", "sam 9:00-10:00, 11:00-24:00"])
    assert week[2] == (MORNING, AFTERNOON)
    assert week[5] == (Span(540, 600), Span(660, DAY_MINUTES))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("lun-ven", "aucune heure"),
        ("lun-ven 8-12", "n'est pas une plage"),
        ("lun-ven 12:00-08:30", "finit avant de commencer"),
        ("lun-ven 08:30-25:00", "n'est pas une plage"),
        ("lun-ven 08:30-24:30", "finit avant de commencer"),
        ("lun-ven 08:70-12:00", "finit avant de commencer"),
        ("ven-lun 08:30-12:00", "les jours ne sont pas clairs"),
        ("landi 08:30-12:00", "n'est pas un jour"),
    ],
)
def test_what_is_no_week_is_refused_in_words(line: str, said: str) -> None:
    with pytest.raises(Wrong) as refused:
        read_week([line])
    assert said in refused.value.what.fr
    assert refused.value.remedy.fr


def test_contradictory_hours_are_refused() -> None:
    with pytest.raises(Wrong, match="overlaps") as refused:
        read_week(["lun-ven 08:30-12:00", "mercredi 11:30-13:00"])
    assert "mercredi : 11:30-13:00 recouvre 08:30-12:00" in refused.value.what.fr


def test_an_exceptional_date_has_times_and_a_reason_if_one_likes() -> None:
    eve = read_exceptional("2026-12-24 12:00-24:00 Réveillon")
    assert (eve.spans, eve.reason) == ((Span(720, DAY_MINUTES),), "Réveillon")
    week = read_exceptional("2026-12-28 au 2027-01-03 : congé")
    assert (len(list(week.dates)), week.spans, week.reason) == (7, (), "congé")
    assert read_exceptional("2026-12-28/2026-12-29").last == date(2026, 12, 29)


@pytest.mark.parametrize(
    "line",
    ["demain", "24/12/2026", "2026-02-30", "2027-01-03 au 2026-12-28", "2026-01-01 au 2027-06-01",
     "2026-12-24 25:00-26:00", "2026-12-24 12-13"],
)  # fmt: skip
def test_what_is_no_date_is_refused_with_an_example(line: str) -> None:
    with pytest.raises(Wrong) as refused:
        read_exceptional(line)
    assert "2026-12-24" in refused.value.remedy.fr


def test_belgian_holidays_have_names() -> None:
    days = belgian_holidays(2026, 2027)
    assert days[date(2026, 7, 21)] == "Fête nationale"
    assert days[date(2027, 3, 29)] == "Lundi de Pâques"


def special(closed: tuple[str, ...] = (), also_open: tuple[str, ...] = ()) -> dict[str, SpecialDay]:
    hours = build_hours(
        "guichets",
        "Guichets",
        "Europe/Brussels",
        WEEK,
        [read_exceptional(line) for line in closed],
        [read_exceptional(line) for line in also_open],
        True,
        date(2026, 11, 27),
    )
    return {day.date: day for day in hours.days}


def test_holidays_of_five_years_are_known_this_years_past_ones_too() -> None:
    days = special()
    assert days["2026-05-01"] == SpecialDay("2026-05-01", (), "Fête du Travail")
    assert days["2030-12-25"].reason == "Noël"
    assert "2026-11-01" not in days, "a Sunday, closed anyway"


def test_half_a_day_off() -> None:
    days = special(("2026-12-24 10:00-24:00 Réveillon",))
    assert days["2026-12-24"] == SpecialDay("2026-12-24", (Span(510, 600),), "Réveillon")


def test_an_opening_counts_more_than_a_holiday() -> None:
    days = special(("2026-07-20 au 2026-07-31 Été",), ("2026-07-21 10:00-12:00 Fête", "2026-07-25"))
    assert days["2026-07-20"] == SpecialDay("2026-07-20", (), "Été")
    assert days["2026-07-21"] == SpecialDay("2026-07-21", (Span(600, 720),), "Fête")
    assert days["2026-07-25"].spans == (Span(0, DAY_MINUTES),)
