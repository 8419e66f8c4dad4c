"""Opening hours at a moment, and until when."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from pbx_config.hours import DAY_MINUTES, Decision, Hours, Span, SpecialDay

BRUSSELS = ZoneInfo("Europe/Brussels")
MORNING, AFTERNOON = Span(8 * 60 + 30, 12 * 60), Span(13 * 60 + 30, 16 * 60)
COUNTER = Hours(
    "guichets",
    "Guichets",
    "Europe/Brussels",
    ((MORNING, AFTERNOON), (MORNING,), (MORNING, AFTERNOON), (MORNING,), (MORNING,), (), ()),
    (
        SpecialDay("2026-12-24", (MORNING,), "Réveillon"),
        SpecialDay("2026-12-25", (), "Noël"),
        SpecialDay("2026-12-26", (Span(600, 660),), "Marché"),
    ),
)
NIGHT_WATCH = Hours("garde", "Garde", "Europe/Brussels", ((Span(0, DAY_MINUTES),),) * 7)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BRUSSELS)


@pytest.mark.parametrize(
    ("moment", "state", "until", "reason"),
    [
        ("2026-11-30 08:29", "closed", "2026-11-30 08:30", ""),
        ("2026-11-30 08:30", "open", "2026-11-30 12:00", ""),
        ("2026-11-30 12:00", "closed", "2026-11-30 13:30", ""),
        ("2026-12-04 12:30", "closed", "2026-12-07 08:30", ""),  # over the weekend
        ("2026-12-24 11:00", "open", "2026-12-24 12:00", "Réveillon"),
        ("2026-12-25 10:00", "closed", "2026-12-26 10:00", "Noël"),
        ("2026-12-26 10:30", "open", "2026-12-26 11:00", "Marché"),
    ],
)
def test_what_the_calendar_says(moment: str, state: str, until: str, reason: str) -> None:
    opening = COUNTER.at(at(moment))
    assert (opening.state, opening.until, opening.reason) == (state, at(until), reason)


def test_the_moment_may_come_from_another_zone() -> None:
    assert COUNTER.at(datetime(2026, 11, 30, 7, 30, tzinfo=UTC)).state == "open"
    assert COUNTER.at(datetime(2026, 7, 6, 6, 30, tzinfo=UTC)).state == "open", "summer time"


def test_what_never_closes_has_no_end() -> None:
    assert NIGHT_WATCH.at(at("2026-11-30 23:59")).until is None


def test_a_decision_counts_until_it_ends() -> None:
    closed = Decision("closed", at("2026-11-30 10:00"))
    assert COUNTER.at(at("2026-11-30 09:00"), closed).state == "closed"
    assert COUNTER.at(at("2026-11-30 09:00"), closed).decided
    assert COUNTER.at(at("2026-11-30 10:00"), closed).state == "open"
    assert COUNTER.at(at("2030-01-01 10:00"), Decision("night")).state == "night"


@pytest.mark.parametrize(
    "decision", [Decision("open"), Decision("night", datetime(2026, 11, 30, 9, tzinfo=UTC))]
)
def test_a_decision_is_kept_as_a_word(decision: Decision) -> None:
    assert Decision.decode(decision.encode()) == decision


@pytest.mark.parametrize("text", ["", "ajar-0", "open", "open-soon", "open-"])
def test_what_we_did_not_write_is_no_decision(text: str) -> None:
    assert Decision.decode(text) is None
