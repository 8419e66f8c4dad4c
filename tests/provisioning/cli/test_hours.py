"""``allo hours``: what is open now, and deciding otherwise at once."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from provisioning.home import Home
from tests.provisioning.conftest import Run

Allo = Callable[..., Run]

ALWAYS = (
    '\n[[hours]]\nname = "Permanence"\nweek = ["lun-dim 00:00-24:00"]\nholidays = false\n'
    '\n[[service]]\nname = "Travaux"\nextension = "2970"\nhours = "permanence"\n'
)


@pytest.fixture
def open_town(town: Allo, town_home: Home) -> Iterator[Allo]:
    with town_home.commune.open("a", encoding="utf-8") as file:
        file.write(ALWAYS)
    yield town
    town("pbx", "down")


def test_without_hours_it_says_how_to_have_some(allo: Allo) -> None:
    allo("init")
    assert "[[hours]]" in allo("hours").out


def test_the_calendar_is_told_though_the_exchange_is_stopped(open_town: Allo) -> None:
    done = open_town("hours")
    assert done.code == 0, done.err
    assert "La centrale est arrêtée." in done.out
    assert re.search(r"Permanence +ouvert +— +Travaux", done.out)


def test_a_decision_needs_a_running_exchange(open_town: Allo) -> None:
    done = open_town("hours", "close", "Permanence")
    assert done.code == 1
    assert "allo pbx up" in done.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("close", "permanense"), "Vouliez-vous dire « Permanence » ?"),
        (("close", "Permanence", "--until", "hier"), "n'est pas un moment à venir"),
        (("night", "Permanence", "--until", "2020-01-01 10:00"), "n'est pas un moment à venir"),
    ],
)
def test_bad_usage_is_2_with_a_hint(open_town: Allo, arguments: tuple[str, ...], said: str) -> None:
    done = open_town("hours", *arguments)
    assert (done.code, done.out) == (2, "")
    assert said in done.err


@pytest.mark.timeout(180)
def test_closing_and_back_to_the_calendar(open_town: Allo) -> None:
    assert open_town("apply", "--yes").code == 0
    assert open_town("pbx", "up").code == 0

    end = datetime.now(ZoneInfo("Europe/Brussels")) + timedelta(hours=2)
    closed = open_town("hours", "close", "Permanence", "--until", f"{end:%Y-%m-%d %H:%M}", "--json")
    assert (closed.json["state"], closed.json["decided"]) == ("closed", True)
    (_, shown) = open_town("hours", "--json").json["hours"]
    assert shown["state"] == "closed"
    assert datetime.fromisoformat(shown["until"]) == end.replace(second=0, microsecond=0)

    assert "allo hours auto permanence" in open_town("hours", "night", "Permanence").out
    assert "nuit" in open_town("hours").out
    assert open_town("hours", "auto", "Permanence").code == 0
    (_, shown) = open_town("hours", "--json").json["hours"]
    assert (shown["state"], shown["decided"]) == ("open", False)
