"""A citizen asks when the garden waste is collected: each date below is said by a real Asterisk."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pbx_config import info as lines
from pbx_config.model import (
    Exchange,
    Info,
    InfoPage,
    InfoSeries,
    InfoZone,
    Language,
    Menu,
    Prompt,
    Recording,
    Target,
)
from pbx_config.render import info
from pbx_config.render.hours import NOW
from tests.support import sip
from tests.support.console import wait_for
from tests.support.exchange import small_exchange
from tests.support.pbx import Pbx, running
from tests.support.said import Said, listening
from tests.support.sound import tone, write_wav

BRUSSELS = ZoneInfo("Europe/Brussels")
NUMBER, IN_ENGLISH, ASKING = "071000280", "071000281", "071000282"
GARDEN = ("2027-01-12", "2027-02-01", "2027-03-28", "2027-05-31")
GLASS = ("2027-02-21",)


def spoken(name: str, *languages: Language) -> Prompt:
    files = tuple(Recording(language, f"{name}-{language}") for language in languages)
    return Prompt(name, name, files)


COLLECTIONS = Info(
    "collectes",
    "Collectes",
    "2980",
    "+3271000280",
    "Europe/Brussels",
    ("fr", "en"),
    "",
    (),
    (
        InfoZone(
            "rue Haute",
            "zone",
            (
                InfoSeries("déchets verts", "verts", "verts-none", GARDEN),
                InfoSeries("verre", "verre", "verre-none", GLASS),
            ),
        ),
    ),
    "again",
    Target("goodbye"),
    tuple(
        spoken(name, "fr", "en")
        for name in ("zone", "verts", "verts-none", "verre", "verre-none", "again")
    ),
)
"""One street, so nothing is asked."""
TWO_STREETS = replace(
    COLLECTIONS,
    name="rues",
    title="Rues",
    extension="2982",
    number="+3271000282",
    pages=(InfoPage("", "again", (("1", 0), ("2", 1))),),
    zones=COLLECTIONS.zones * 2,
    otherwise=Target("inside", "2001"),
)


@pytest.fixture(scope="module")
def hall(short_folder: Path) -> Iterator[Pbx]:
    """With sounds of a moment in the place of our words; the dates are Asterisk's own."""
    with (
        pytest.MonkeyPatch.context() as patch,
        running(with_lines(small_exchange(short_folder, 1), patch), short_folder / "i") as pbx,
    ):
        pbx.layout.prompts.mkdir(parents=True, exist_ok=True)
        for prompt in pbx.exchange.all_prompts:
            for recording in prompt.recordings:
                file = write_wav(pbx.layout.prompts / "x.wav", tone(440, 0.2, 16_000), 16_000)
                file.rename(pbx.layout.prompts / f"{recording.file}.wav16")
        yield pbx


def with_lines(exchange: Exchange, patch: pytest.MonkeyPatch) -> Exchange:
    """Two lines, and a menu that leads to the first in English; one second of patience."""
    patch.setattr(info, "_PATIENCE_S", 1)
    english = Menu(
        "english", "English", "2981", "+3271000281", "hello", (), Target("inside", "2980", "en"),
        times=1, seconds=1,
    )  # fmt: skip
    hello = spoken("hello", "fr")
    return replace(exchange, infos=(COLLECTIONS, TWO_STREETS), menus=(english,), prompts=(hello,))


@pytest.fixture
def said(hall: Pbx) -> Iterator[Said]:
    with listening(hall.asterisk) as said:
        yield said


@pytest.fixture
def line(hall: Pbx) -> Iterator[sip.Peer]:
    peer = hall.line()
    yield peer
    hall.asterisk.command("channel request hangup all")
    hall.asterisk.command(f'dialplan set global {NOW} ""')
    wait_for(hall.asterisk, "core show channels count", "0 active channels")
    peer.close()


def calls(hall: Pbx, line: sip.Peer, moment: str, number: str = NUMBER) -> None:
    """A citizen calls at that moment, and is let go when all is said."""
    pretend = datetime.fromisoformat(moment).replace(tzinfo=BRUSSELS)
    hall.asterisk.command(f"dialplan set global {NOW} {int(pretend.timestamp())}")
    call = line.call(number, caller="0471999999")
    assert line.response(call).code == 200
    line.expect(lambda m: m.start.startswith("BYE"), 30)


GARDEN_12 = ("allo/verts-", "digits/day-2", "digits/12", "digits/mon-0")
GARDEN_1 = ("allo/verts-", "digits/day-1", "digits/h-1", "digits/mon-1")
GLASS_21 = ("allo/verre-", "digits/day-0", "digits/20", "digits/et", "digits/1", "digits/mon-1")


@pytest.mark.parametrize(
    ("moment", "heard"),
    [
        ("2027-01-11 08:00", (*GARDEN_12, *GLASS_21)),
        ("2027-01-12 23:59", (*GARDEN_12, *GLASS_21)),
        ("2027-01-13 00:00", (*GARDEN_1, *GLASS_21)),
        ("2027-02-22 00:00", (
            "allo/verts-", "digits/day-0", "digits/20", "digits/8", "digits/mon-2",
            "allo/verre-none",
        )),
        ("2027-05-31 23:59", (
            "allo/verts-", "digits/day-1", "digits/30", "digits/et", "digits/1", "digits/mon-4",
            "allo/verre-none",
        )),
        ("2027-06-01 00:00", ("allo/verts-none", "allo/verre-none")),
    ],
)  # fmt: skip
def test_the_next_dates_are_said_in_french(
    hall: Pbx, line: sip.Peer, said: Said, moment: str, heard: tuple[str, ...]
) -> None:
    """The day itself counts until midnight; after the last date there is none, and it is said."""
    calls(hall, line, moment)
    said.wait("allo/zone-fr", *heard, "allo/again-fr", language="fr")


def test_in_another_language_words_and_dates_are_of_that_one(
    hall: Pbx, line: sip.Peer, said: Said
) -> None:
    calls(hall, line, "2027-01-20 08:00", IN_ENGLISH)
    said.wait(
        "allo/verts-en", "digits/day-1", "digits/h-1", "digits/mon-1", "allo/verre-en",
        language="en",
    )  # fmt: skip


def test_who_types_nothing_is_asked_three_times_and_reaches_somebody(
    hall: Pbx, line: sip.Peer, said: Said
) -> None:
    marie = hall.registered("u1-1")
    line.call(ASKING, caller="0471999999")
    assert marie.invited(30).caller == "+32471999999"
    assert said.files(language="fr") == ["allo/again-fr"] * 3
    marie.register(expires=0)
    marie.close()


def test_the_line_and_the_plan_agree(hall: Pbx) -> None:
    """What ``allo flow`` says of a moment, where the test above heard the same."""
    (zone,) = COLLECTIONS.zones
    before = datetime(2027, 1, 13, tzinfo=BRUSSELS)
    assert lines.said(zone, lines.today(COLLECTIONS, before)).fr == (
        "rue Haute : déchets verts lundi 1er février 2027, verre dimanche 21 février 2027"
    )
    after = datetime(2027, 5, 31, 22, 0, tzinfo=ZoneInfo("UTC"))
    assert lines.said(zone, lines.today(COLLECTIONS, after)).en == (
        "rue Haute: déchets verts no date known, verre no date known"
    )


def test_a_changed_calendar_is_a_reload_of_the_dialplan_and_nothing_else(
    hall: Pbx, line: sip.Peer, said: Said
) -> None:
    garden, glass = COLLECTIONS.zones[0].series
    earlier = replace(garden, dates=("2027-01-07", *GARDEN))
    zone = replace(COLLECTIONS.zones[0], series=(earlier, glass))
    new = replace(hall.exchange, infos=(replace(COLLECTIONS, zones=(zone,)), TWO_STREETS))
    before = hall.exchange
    try:
        assert hall.apply(new).reloaded == ("pbx_config.so",)
        calls(hall, line, "2027-01-05 12:00")
        said.wait("allo/verts-fr", "digits/day-4", "digits/7", "digits/mon-0")
    finally:
        hall.apply(before)
