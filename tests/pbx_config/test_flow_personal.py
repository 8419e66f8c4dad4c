"""What a caller meets with what people decided, told beside what a real call meets."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from pbx_config.flow import Step, flow, path
from pbx_config.flow_personal import with_decisions
from pbx_config.model import Target
from pbx_config.personal import Personal
from tests.pbx_config.render.test_golden import EXCHANGE

NOW = datetime(2026, 11, 30, 10, tzinfo=ZoneInfo("Europe/Brussels"))


def tree(number: str, **decided: Personal) -> Step:
    start = flow(EXCHANGE, number)
    assert start
    by_extension = {f"20{key[1:]}": one for key, one in decided.items()}
    return with_decisions(start, EXCHANGE, by_extension)


def met(number: str, **decided: Personal) -> list[str]:
    steps = path(EXCHANGE, tree(number, **decided), NOW, {})
    return [f"{step.kind} {step.key}" for _, step in steps][1:]


@pytest.mark.parametrize(
    ("decided", "expected"),
    [
        ({}, ["person u14", "voicemail 2014"]),
        ({"u14": Personal(always="2015")}, ["person u14", "person u15", "voicemail 2014"]),
        ({"u14": Personal(always="071000016")}, ["person u14", "person u16", "voicemail 2014"]),
        ({"u14": Personal(unanswered="2015")}, ["person u14", "person u15", "voicemail 2014"]),
        ({"u14": Personal(dnd=True)}, ["person u14", "voicemail 2014"]),
        (
            {"u14": Personal(dnd=True, busy="0475123456")},
            ["person u14", "outside 0475123456", "voicemail 2014"],
        ),
        ({"u14": Personal(always="2900")}, ["person u14", "queue population", "voicemail 2900"]),
        (
            {"u14": Personal(filter="2015"), "u15": Personal(filter="2014")},
            ["person u14", "person u15", "voicemail 2014"],
        ),
        (
            {"u14": Personal(filter="2015"), "u15": Personal(always="2014")},
            ["person u14", "person u15", "person u14", "voicemail 2014"],
        ),
        ({"u14": Personal(filter="2099", always="2098")}, ["person u14", "voicemail 2014"]),
        (  # forwarded three times, as the dialplan does
            {"u14": Personal(always="2015"), "u15": Personal(always="2014")},
            ["person u14", "person u15", "person u14", "person u15", "voicemail 2014"],
        ),
    ],
)
def test_one_way(decided: dict[str, Personal], expected: list[str]) -> None:
    assert met("2014", **decided) == expected


def test_every_condition_is_drawn() -> None:
    own = Personal(busy="2015", offline="071999999", follow="0475123456")
    (person,) = tree("2014", u14=own).next
    assert person.to.what.fr == "sonne chez Marie Dupont et au 0475123456"
    assert [(b.when.fr, b.to.key) for b in person.to.next] == [
        ("occupé", "u15"),
        ("téléphone éteint", "071999999"),
        ("après 40 s", "2014"),
    ]


def test_of_a_stopped_exchange_nobody_knows() -> None:
    start = flow(EXCHANGE, "2014")
    assert start
    (person,) = with_decisions(start, EXCHANGE, None).next
    assert "unless forwarded" in person.to.what.en


def test_persons_behind_a_menu_too_and_a_menu_behind_a_person() -> None:
    accueil, onthaal = EXCHANGE.menus
    menu = replace(accueil, keys=(("1", Target("inside", "2014")),))
    exchange = replace(EXCHANGE, menus=(menu, onthaal))
    start = flow(exchange, "2999")
    assert start
    now = with_decisions(start, exchange, {"2014": Personal(always="2999")})
    assert now.next[0].to.next[0].to.what.fr == "renvoi de Marie Dupont"
