"""What a caller meets, and when: each line below is a real call to a real Asterisk."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pbx_config.decisions import decide, decided
from pbx_config.hours import DAY_MINUTES, Decision, Hours, Span, SpecialDay
from pbx_config.model import Closed, Prompt, Recording, Target
from pbx_config.render.hours import NOW
from tests.support import sip
from tests.support.console import wait_for, wait_until
from tests.support.exchange import small_exchange
from tests.support.pbx import Pbx, running
from tests.support.sound import tone, write_wav

BRUSSELS = ZoneInfo("Europe/Brussels")
MORNING, EVENING = Span(8 * 60 + 30, 12 * 60), Span(20 * 60, DAY_MINUTES)
COUNTER = Hours(
    "guichets-pop",
    "Guichets",
    "Europe/Brussels",
    (
        (MORNING,),
        (MORNING, EVENING),
        (Span(0, 60),),
        (),
        (MORNING,),
        (),
        (Span(9 * 60, 9 * 60 + 1),),
    ),
    (SpecialDay("2026-12-25", (), "Noël"), SpecialDay("2026-12-26", (MORNING,), "Marché")),
)
NUMBER = "071000200"


@pytest.fixture(scope="module")
def hall(short_folder: Path) -> Iterator[Pbx]:
    """The service closes; prompts are there."""
    exchange = small_exchange(short_folder, 1)
    (queue,) = exchange.queues
    spoken = Prompt(
        "ferme", "Fermé", (Recording("fr", "ferme-fr-1"), Recording("nl", "ferme-nl-1"))
    )
    night = Prompt("nuit", "Nuit", (Recording("fr", "nuit-fr-1"),))
    exchange = replace(
        exchange,
        queues=(
            replace(
                queue,
                hours=COUNTER.name,
                closed=Closed("ferme", Target("voicemail", "2900")),
                night=Closed("nuit", Target("goodbye"), "+32470112233"),
            ),
        ),
        hours=(COUNTER,),
        prompts=(spoken, night),
    )
    with running(exchange, short_folder / "h") as pbx:
        pbx.layout.prompts.mkdir(parents=True, exist_ok=True)
        for prompt in (spoken, night):
            for recording in prompt.recordings:
                file = write_wav(pbx.layout.prompts / "x.wav", tone(440, 1.5, 16_000), 16_000)
                file.rename(pbx.layout.prompts / f"{recording.file}.wav16")
        yield pbx


@pytest.fixture
def marie(hall: Pbx) -> Iterator[sip.Peer]:
    phone = hall.registered("u1-1")
    yield phone
    phone.register(expires=0)
    phone.close()


@pytest.fixture
def line(hall: Pbx) -> Iterator[sip.Peer]:
    peer = hall.line()
    yield peer
    hall.asterisk.command("channel request hangup all")
    hall.asterisk.command(f'dialplan set global {NOW} ""')
    decide(hall.asterisk, COUNTER.name, None)
    wait_for(hall.asterisk, "core show channels count", "0 active channels")
    peer.close()


def met(pbx: Pbx, line: sip.Peer) -> str:
    """What a citizen meets who calls now: open, or the file that is played."""
    call = line.call(NUMBER, caller="0471999999")
    assert line.response(call).code == 200
    shown = wait_until(pbx.asterisk, "core show channels concise", "!(Queue|Playback|Read)!")
    pbx.asterisk.command("channel request hangup all")
    line.hung_up()
    wait_for(pbx.asterisk, "core show channels count", "0 active channels")
    if "!Queue!" in shown:
        return "open"
    return next(name for name in ("ferme-fr-1", "nuit-fr-1") if f"allo/{name}" in shown)


def pretend(pbx: Pbx, moment: datetime) -> None:
    pbx.asterisk.command(f"dialplan set global {NOW} {int(moment.timestamp())}")


MOMENTS = [
    "2026-11-30 08:29", "2026-11-30 08:30", "2026-11-30 11:59", "2026-11-30 12:00",
    "2026-12-01 00:00", "2026-12-01 23:59", "2026-12-02 00:00", "2026-12-02 00:59",
    "2026-12-02 01:00", "2026-12-03 10:00", "2026-12-25 10:00", "2026-12-26 09:08",
    "2026-12-27 09:00", "2026-12-27 09:01", "2027-03-28 09:00", "2026-10-25 09:00",
    "2027-07-05 08:30", "2028-02-29 09:09",
]  # fmt: skip
"""Edges of spans, midnights, a holiday, an open Saturday, both changes of the clock, a leap day."""


def test_the_dialplan_and_the_calendar_agree(hall: Pbx, line: sip.Peer) -> None:
    for text in MOMENTS:
        moment = datetime.fromisoformat(text).replace(tzinfo=BRUSSELS)
        pretend(hall, moment)
        expected = "open" if COUNTER.at(moment).state == "open" else "ferme-fr-1"
        assert met(hall, line) == expected, text


def test_closing_counts_at_once_and_ends_by_itself(hall: Pbx, line: sip.Peer) -> None:
    now = datetime(2026, 11, 30, 10, tzinfo=BRUSSELS)
    pretend(hall, now)
    assert met(hall, line) == "open"
    decide(hall.asterisk, COUNTER.name, Decision("closed", now + timedelta(hours=1)))
    assert met(hall, line) == "ferme-fr-1"
    pretend(hall, now + timedelta(minutes=59, seconds=59))
    assert met(hall, line) == "ferme-fr-1"
    pretend(hall, now + timedelta(hours=1))
    assert met(hall, line) == "open"


def test_a_decision_lives_through_a_restart(hall: Pbx, line: sip.Peer) -> None:
    decision = Decision("night", datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1))
    decide(hall.asterisk, COUNTER.name, decision)
    hall.asterisk.down()
    hall.asterisk.up(timeout=30)
    assert decided(hall.asterisk) == {COUNTER.name: decision}
    assert met(hall, line) == "nuit-fr-1"
    decide(hall.asterisk, COUNTER.name, None)
    assert decided(hall.asterisk) == {}


def test_opening_by_decision_on_a_holiday(hall: Pbx, marie: sip.Peer, line: sip.Peer) -> None:
    pretend(hall, datetime(2026, 12, 25, 10, tzinfo=BRUSSELS))
    decide(hall.asterisk, COUNTER.name, Decision("open"))
    line.call(NUMBER, caller="0471999999")
    assert marie.invited().caller == "+32471999999"


def test_after_the_prompt_a_message_for_the_service(hall: Pbx, line: sip.Peer) -> None:
    pretend(hall, datetime(2026, 12, 25, 10, tzinfo=BRUSSELS))
    assert line.response(line.call(NUMBER, caller="0471999999")).code == 200
    wait_for(hall.asterisk, "core show channels concise", "!VoiceMail!2900@default!")


def test_colleagues_meet_the_same(hall: Pbx, marie: sip.Peer, line: sip.Peer) -> None:
    pretend(hall, datetime(2026, 12, 25, 10, tzinfo=BRUSSELS))
    assert marie.response(marie.call("2900")).code == 200
    wait_for(hall.asterisk, "core show channels concise", "allo/ferme-fr-1")
