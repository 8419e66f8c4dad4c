"""What a caller meets, told before anybody calls; ``render/test_hours.py`` calls."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from pbx_config.flow import Step, flow, numbers, path
from pbx_config.hours import Decision
from pbx_config.model import Exchange, Target
from tests.pbx_config.render.test_golden import EXCHANGE

MONDAY = datetime(2026, 11, 30, 10, tzinfo=ZoneInfo("Europe/Brussels"))
CHRISTMAS = datetime(2026, 12, 25, 10, tzinfo=ZoneInfo("Europe/Brussels"))


def kinds(step: Step) -> list[str]:
    return [step.kind, *(kind for branch in step.next for kind in kinds(branch.to))]


def met(number: str, moment: datetime, **decisions: Decision) -> list[str]:
    start = flow(EXCHANGE, number)
    assert start
    return [f"{s.kind} {s.key}".strip() for _, s in path(EXCHANGE, start, moment, decisions)]


def test_every_number_leads_somewhere() -> None:
    for number in numbers(EXCHANGE):
        start = flow(EXCHANGE, number)
        assert start
        assert kinds(start)[-1] in ("voicemail", "end", "outside")


def test_a_group_rings_at_all_and_then_goes_on() -> None:
    assert met("2903", MONDAY) == ["number 2903", "group voirie", "person u14", "voicemail 2014"]
    start = flow(EXCHANGE, "2903")
    assert start
    (group,) = start.next
    assert group.to.what.fr.startswith("groupe « Voirie », sonne chez tous : Şirin")
    assert group.to.next[0].when == (
        "après 25 s, ou personne de libre",
        "after 25 s, or nobody free",
    )


def test_by_name_leads_to_a_person_or_on_as_the_menu_says() -> None:
    accueil, onthaal = EXCHANGE.menus
    accueil = replace(accueil, keys=(("0", Target("directory")),))
    start = flow(replace(EXCHANGE, menus=(accueil, onthaal)), "2999")
    assert start
    directory = start.next[0].to.next[0].to
    assert directory.what.en == "directory: the first 3 letters of the surname"
    assert [branch.to.kind for branch in directory.next] == ["person", "queue"]


def test_an_unknown_number_leads_nowhere() -> None:
    assert flow(EXCHANGE, "9999") is None


def test_a_person_rings_and_has_a_mailbox() -> None:
    assert met("+3271000014", MONDAY) == ["number +3271000014", "person u14", "voicemail 2014"]


@pytest.mark.parametrize(
    ("moment", "decision", "then"),
    [
        (MONDAY, None, ["queue social", "voicemail 2901"]),
        (CHRISTMAS, None, ["prompt ferme", "voicemail 2901"]),
        (CHRISTMAS, Decision("open"), ["queue social", "voicemail 2901"]),
        (MONDAY, Decision("night"), ["prompt ferme", "end"]),
        (MONDAY, Decision("closed", MONDAY), ["queue social", "voicemail 2901"]),
    ],
)
def test_a_service_by_its_hours(
    moment: datetime, decision: Decision | None, then: list[str]
) -> None:
    decisions = {"guichets": decision} if decision else {}
    assert met("2901", moment, **decisions) == ["number 2901", "hours guichets", *then]


def test_the_tree_shows_the_urgent_key() -> None:
    start = flow(EXCHANGE, "2901")
    assert start
    (hours,) = start.next
    night = hours.to.next[2]
    assert [branch.when.fr for branch in night.to.next] == ["touche 1", ""]
    assert night.to.next[0].to.key == "+32470112233"


def test_a_queue_nobody_is_in_says_so() -> None:
    lonely: Exchange = replace(EXCHANGE, queues=(replace(EXCHANGE.queues[0], members=()),))
    start = flow(lonely, "2900")
    assert start
    assert "personne" in start.next[0].to.what.fr


def test_a_menu_shows_every_key_and_the_way_without_any() -> None:
    start = flow(EXCHANGE, "+3271000999")
    assert start
    (menu,) = start.next
    assert [branch.when.fr for branch in menu.to.next] == [
        "touche 1", "touche 2 (nl)", "touche 3", "touche 4", "touche 5", "touche 9",
        "un numéro interne", "rien, 2 fois",
    ]  # fmt: skip
    assert [branch.to.kind for branch in menu.to.next] == [
        "queue", "menu", "voicemail", "outside", "prompt", "again", "person", "queue",
    ]  # fmt: skip
    assert met("+3271000999", MONDAY) == [
        "number +3271000999", "menu accueil", "queue population", "voicemail 2900",
    ]  # fmt: skip


def test_an_information_line_shows_every_street_and_tells_the_dates_of_a_moment() -> None:
    start = flow(EXCHANGE, "+3271000980")
    assert start
    (info,) = start.next
    assert [(branch.when.fr, branch.to.kind) for branch in info.to.next] == [
        ("touche 782", "dates"), ("touche 428 1", "dates"), ("touche 428 2", "dates"),
        ("rien, ou touche 0", "queue"),
    ]  # fmt: skip
    assert info.to.next[0].to.what.fr == (
        "rue de la Station : déchets verts, verre (jusqu'au 2027-07-06)"
    )
    met = [step for _, step in path(EXCHANGE, start, MONDAY, {})]
    assert [step.kind for step in met] == ["number", "info", "queue", "voicemail"]
    assert met[1].what.fr.startswith(
        "info « Collectes » ; 782 → rue de la Station : déchets verts mardi 12 janvier 2027, verre"
    )
    later = [step for _, step in path(EXCHANGE, start, MONDAY.replace(year=2027), {})]
    assert "428 1 → rue Haute: verre no date known" in later[1].what.en


def test_a_line_of_one_street_says_it_at_once() -> None:
    (line,) = EXCHANGE.infos
    single = replace(line, pages=(), zones=line.zones[:1])
    alone = replace(EXCHANGE, infos=(single,))
    start = flow(alone, "2980")
    assert start
    met = [step for _, step in path(alone, start, MONDAY, {})]
    assert [step.kind for step in met] == ["number", "info", "dates"]
    assert "déchets verts Tuesday 12 January 2027" in met[2].what.en


def test_menus_that_lead_back_are_drawn_once() -> None:
    accueil, onthaal = EXCHANGE.menus
    back = replace(onthaal, keys=(("1", Target("inside", accueil.extension)),))
    start = flow(replace(EXCHANGE, menus=(accueil, back)), "2999")
    assert start
    assert kinds(start).count("menu") == 2


def test_being_called_back_is_a_way_on() -> None:
    start = flow(EXCHANGE, "2902")
    assert start
    (queue,) = start.next
    key, later = queue.to.next
    assert (key.when.fr, key.to.kind, key.to.key) == ("touche 1", "callback", "travaux")
    assert [(branch.when.fr, branch.to.kind) for branch in later.to.next] == [
        ("touche 1", "callback"),
        ("", "voicemail"),
    ]
    assert met("2902", MONDAY) == [
        "number 2902", "queue travaux", "prompt allo-callback-last", "voicemail 2902",
    ]  # fmt: skip
