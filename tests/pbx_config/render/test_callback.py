"""Being called back in the place of waiting: every line is a real call to a real Asterisk."""

import asyncio
import contextlib
import os
import signal
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pbx_config.ami.client import Endpoint
from pbx_config.hours import Hours, Span
from pbx_config.live.exchange_watch import ExchangeWatch
from pbx_config.live.state import LiveState
from pbx_config.model import Closed, Exchange, Prompt, Queue, Recording, Target
from pbx_config.render import at_start, callback
from pbx_config.render.hours import NOW
from tests.pbx_config.live.playing import watching
from tests.pbx_config.render.conftest import Phone
from tests.support import sip
from tests.support.console import ringing, wait_until
from tests.support.exchange import small_exchange
from tests.support.pbx import Pbx, running
from tests.support.sound import tone, write_wav

BRUSSELS = ZoneInfo("Europe/Brussels")
OPEN, CLOSED = (datetime(2026, 11, 30, hour, tzinfo=BRUSSELS) for hour in (10, 20))
COUNTER = Hours("guichets", "Guichets", "Europe/Brussels", ((Span(540, 720),),) * 7)
POPULATION, WORKS = "+3271000200", "+3271000201"
ZOE = "+32471999999"
NAMES = (callback.OFFER, callback.LAST, callback.KEPT, callback.IMPOSSIBLE, callback.NOBODY)


def town_hall(folder: Path) -> Exchange:
    """Population (Marie) offers it while one waits; Travaux (Julien), which closes, afterwards."""
    exchange = small_exchange(folder)
    marie, julien, amelie = exchange.users
    users = (marie, julien, replace(amelie, language="nl"))
    population = replace(exchange.queues[0], members=("u1",), callback=True)
    works = Queue(
        "travaux", "Travaux", "2901", WORKS, "ringall", ("u2",), max_wait=1, hours="guichets",
        closed=Closed("ferme", Target("voicemail", "2901")), after_wait=Target("callback", "2901"),
    )  # fmt: skip
    prompts = tuple(
        Prompt(name, name, tuple(Recording(lang, f"{name}-{lang}-1") for lang in ("fr", "nl")))
        for name in (*NAMES, "ferme")
    )
    return replace(
        exchange, users=users, queues=(population, works), hours=(COUNTER,), prompts=prompts
    )


@pytest.fixture(scope="module")
def town(short_folder: Path) -> Iterator[Pbx]:
    """In a hurry: seconds in the place of minutes, and two tries."""
    with pytest.MonkeyPatch.context() as patch:
        for name, seconds in (("RETRY_SECONDS", 2), ("CLOSED_SECONDS", 1), ("TRIES", 2)):
            patch.setattr(callback, name, seconds)
        patch.setattr(callback, "PATIENCE_SECONDS", 2)
        patch.setattr(callback, "OFFER_AFTER", 1)
        exchange = town_hall(short_folder)
        with running(exchange, short_folder / "cb") as pbx:
            pbx.layout.prompts.mkdir(parents=True, exist_ok=True)
            for prompt in exchange.prompts:
                for recording in prompt.recordings:
                    file = write_wav(pbx.layout.prompts / "x.wav", tone(440, 0.5, 16_000), 16_000)
                    file.rename(pbx.layout.prompts / f"{recording.file}.wav16")
            for language in ("fr", "nl"):
                folder = pbx.layout.prompts / language
                folder.mkdir()
                name = f"{callback.offer_file(exchange.prompts[0])}.wav16"
                write_wav(folder / name, tone(440, 3, 16_000), 16_000)
            yield pbx


@pytest.fixture
def line(town: Pbx) -> Iterator[sip.Peer]:
    """The operator's end of the trunk; neither a call nor a request is left afterwards."""
    peer = town.line()
    at(town, OPEN)
    yield peer
    peer.close()
    town.asterisk.command(f"database deltree {callback.FAMILY}")
    town.asterisk.command("channel request hangup all")
    wait_until(town.asterisk, "core show channels count", "^0 active channels")
    town.asterisk.command(f'dialplan set global {NOW} ""')


def at(town: Pbx, moment: datetime) -> None:
    town.asterisk.command(f"dialplan set global {NOW} {int(moment.timestamp())}")


def waits(town: Pbx, line: sip.Peer, number: str = ZOE) -> sip.Dialog:
    """Somebody calls Population and waits there."""
    dialog = line.call(POPULATION, caller=number)
    assert line.response(dialog).code == 200
    wait_until(town.asterisk, "core show channels concise", r"!Queue!population,")
    return dialog


def asks(town: Pbx, line: sip.Peer, number: str = ZOE) -> None:
    """Somebody who waits for Population presses 1, and is told that it is noted."""
    dialog = waits(town, line, number)
    assert line.press(dialog, "1").code == 200
    line.hung_up()
    wait_until(
        town.asterisk, "database show callback", rf"/callback/2900/{number[1:]}\s*: \d+-0-0-fr-"
    )
    place_holder(town, number)


def place_holder(town: Pbx, number: str = ZOE, service: str = "2900") -> None:
    """Wait until the queue holds the citizen's place."""
    queue = "population" if service == "2900" else "travaux"
    wait_until(town.asterisk, f"queue show {queue}", rf"Local/{service}_{number[1:]}_\d+@callback-")


def forgotten(town: Pbx) -> None:
    """Wait until no request is left."""
    wait_until(town.asterisk, "database show callback", "0 results found")


def test_a_citizen_is_called_when_the_agent_is_free(
    town: Pbx, marie: sip.Peer, line: sip.Peer
) -> None:
    first = waits(town, line, "+32471000001")
    talking = marie.answer(marie.invited())
    wait_until(town.asterisk, "queue show population", "in call")
    asks(town, line)
    assert line.quiet(1.5), "nobody is called while the agent is busy"
    marie.hang_up(talking)
    line.hung_up()
    del first
    invite = marie.invited()
    assert invite.caller == ZOE
    assert invite["X-Allo-Queue"] == "population"
    assert invite["X-Allo-Call"].startswith("node1-")
    assert line.quiet(0.5), "nor before the agent has answered"
    agent = marie.answer(invite)
    theirs = line.invited()
    assert (theirs.target, theirs.caller) == (ZOE, POPULATION)
    citizen = line.answer(theirs)
    forgotten(town)
    wait_until(town.asterisk, "queue show population", "No Callers")
    talking_to_each_other(town)
    line.hang_up(citizen)
    marie.hung_up()
    del agent
    assert recorded(town, marie_answered=f"{ZOE} u1") == {
        f"{POPULATION} {ZOE[1:]}",
        f"{ZOE} u1",
    }, "one record of each leg, none of the place-holder"
    assert marie.quiet(2.5), "and not again"


def recorded(town: Pbx, marie_answered: str) -> set[str]:
    """From whom to whom, of every record of the whole call once there are two."""
    deadline = time.monotonic() + 8
    while True:
        with contextlib.closing(sqlite3.connect(town.layout.cdr)) as db:
            rows = db.execute(
                "SELECT src || ' ' || dst FROM cdr WHERE linkedid = (SELECT linkedid FROM cdr"
                " WHERE src || ' ' || dst = ? ORDER BY calldate DESC)",
                (marie_answered,),
            ).fetchall()
        if len(rows) > 1:
            return {row for (row,) in rows}
        assert time.monotonic() < deadline, rows
        time.sleep(0.05)


def talking_to_each_other(town: Pbx) -> None:
    """Agent, queue's leg, place-holder, citizen's leg, citizen: four bridges."""
    wait_until(town.asterisk, "bridge show all", r"(?s)(?:\s2\s+basic\s.*?){4}")


def test_the_agent_hangs_up_and_so_does_the_citizens_phone(
    town: Pbx, phone: Phone, line: sip.Peer
) -> None:
    asks(town, line)
    marie = phone("u1-1")
    agent = marie.answer(marie.invited())
    line.answer(line.invited())
    talking_to_each_other(town)
    marie.hang_up(agent)
    line.hung_up()


def test_a_citizen_who_does_not_answer_is_tried_again_and_then_given_up(
    town: Pbx, phone: Phone, line: sip.Peer
) -> None:
    mark = town.asterisk.log_mark()
    asks(town, line)
    marie = phone("u1-1")
    for _ in range(2):
        marie.answer(marie.invited())
        line.reply(line.invited(), "486 Busy Here")
        wait_until(town.asterisk, "core show channels concise", f"!Playback!allo/{callback.NOBODY}")
        marie.hung_up()
    forgotten(town)
    assert f"Callback of {ZOE[1:]} by 2900 given up after" in town.asterisk.log_since(mark)
    assert marie.quiet(3.0)


def test_an_agent_who_hangs_up_too_early_does_not_lose_them(
    town: Pbx, phone: Phone, line: sip.Peer
) -> None:
    asks(town, line)
    marie = phone("u1-1")
    agent = marie.answer(marie.invited())
    theirs = line.invited()
    marie.hang_up(agent)
    line.cancelled(theirs)
    marie.answer(marie.invited())
    line.answer(line.invited())
    forgotten(town)


def test_a_citizen_who_was_called_back_can_be_handed_on(
    town: Pbx, phone: Phone, line: sip.Peer
) -> None:
    asks(town, line)
    marie, julien = phone("u1-1"), phone("u2-1")
    agent = marie.answer(marie.invited())
    citizen = line.answer(line.invited())
    talking_to_each_other(town)
    assert marie.refer(agent, "sip:2002@localhost").code == 202
    invite = julien.invited()
    assert invite.caller == ZOE
    julien.answer(invite)
    talking_to_each_other(town)
    line.hang_up(citizen)
    julien.hung_up()
    forgotten(town)


def test_a_restart_forgets_nobody_and_keeps_their_order(
    town: Pbx, phone: Phone, line: sip.Peer
) -> None:
    second = "+32471000002"
    asks(town, line)
    older_than_a_second(town)
    asks(town, line, second)
    on_disk(town, ZOE, second)
    killed(town)
    town.asterisk.up(timeout=30)
    place_holder(town)
    place_holder(town, second)
    marie = phone("u1-1")
    for citizen in (ZOE, second):
        invite = marie.invited()
        assert (invite.caller, invite["X-Allo-Queue"]) == (citizen, "population")
        agent = marie.answer(invite)
        theirs = line.invited()
        assert theirs.target == citizen
        line.answer(theirs)
        talking_to_each_other(town)
        marie.hang_up(agent)
        line.hung_up()
    forgotten(town)


def on_disk(town: Pbx, *numbers: str) -> None:
    """Asterisk writes its database within a second."""
    wanted = {f"/callback/2900/{number[1:]}" for number in numbers}
    deadline = time.monotonic() + 8
    found: set[str] = set()
    while not wanted <= found:
        assert time.monotonic() < deadline, found
        with sqlite3.connect(f"file:{town.layout.lib}/astdb.sqlite3?mode=ro", uri=True) as kept:
            found = {key for (key,) in kept.execute("SELECT key FROM astdb")}
        kept.close()
        time.sleep(0.05)


def killed(town: Pbx) -> None:
    """As a power cut would."""
    pid = town.asterisk.status().pid
    assert pid
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def older_than_a_second(town: Pbx) -> None:
    """Places are kept by the second."""
    now = int(time.time())
    wait_until(town.asterisk, "core show uptime seconds", "System uptime")
    while int(time.time()) == now:
        time.sleep(0.05)


def test_one_keeps_the_place_that_one_had(town: Pbx, line: sip.Peer) -> None:
    waits(town, line, "+32471000001")
    older_than_a_second(town)
    dialog = line.call(POPULATION, caller=ZOE)
    line.response(dialog)
    wait_until(town.asterisk, "queue show population", r"2\. PJSIP")
    older_than_a_second(town)
    line.response(line.call(POPULATION, caller="+32471000003"))
    wait_until(town.asterisk, "queue show population", r"3\. PJSIP")
    line.press(dialog, "1")
    line.hung_up()
    wait_until(
        town.asterisk,
        "queue show population",
        r"1\. PJSIP[^\n]*\n[^\n]*2\. Local/[^\n]*\n[^\n]*3\. PJSIP",
    )


def test_one_number_waits_once(town: Pbx, line: sip.Peer) -> None:
    asks(town, line)
    before = town.asterisk.command("database show callback")
    dialog = waits(town, line)
    line.press(dialog, "1")
    line.hung_up()
    wait_until(town.asterisk, "core show channels count", "^2 active channels")
    assert town.asterisk.command("database show callback") == before
    town.asterisk.command(at_start.COMMAND)
    wait_until(town.asterisk, "core show channels count", "^2 active channels")


@pytest.mark.parametrize(
    "number",
    ["anonymous", "0033123456789", "0902123456", "112", "071000200", "071000001", "04719999999"],
)
def test_who_cannot_be_called_is_told_and_keeps_waiting(
    town: Pbx, line: sip.Peer, number: str
) -> None:
    dialog = waits(town, line, number)
    line.press(dialog, "1")
    wait_until(
        town.asterisk, "core show channels concise", rf"!Playback!allo/{callback.IMPOSSIBLE}-fr"
    )
    wait_until(town.asterisk, "queue show population", r"1\. PJSIP/trunk")
    forgotten(town)


def test_a_withheld_number_is_not_used(town: Pbx, line: sip.Peer) -> None:
    line.privacy = "id"
    dialog = waits(town, line)
    line.press(dialog, "1")
    wait_until(town.asterisk, "core show channels concise", f"!Playback!allo/{callback.IMPOSSIBLE}")
    forgotten(town)


def test_a_colleague_is_called_back_too(
    town: Pbx, phone: Phone, julien: sip.Peer, line: sip.Peer
) -> None:
    dialog = julien.call("2900")
    assert julien.response(dialog).code == 200
    julien.press(dialog, "1")
    julien.hung_up()
    wait_until(town.asterisk, "database show callback", r"/callback/2900/2002\s*: \d+-0-0-fr-u2")
    marie = phone("u1-1")
    invite = marie.invited()
    assert (invite.caller, invite["X-Allo-Queue"]) == ("2002", "population")
    marie.answer(invite)
    theirs = julien.invited()
    assert theirs.caller == "2900"
    julien.answer(theirs)
    forgotten(town)


def test_after_the_longest_wait_one_is_asked(town: Pbx, line: sip.Peer) -> None:
    waited_too_long(town, line)
    wait_until(town.asterisk, "core show channels concise", "!VoiceMail!2901@default,u!")
    forgotten(town)


def waited_too_long(town: Pbx, line: sip.Peer) -> sip.Dialog:
    dialog = line.call(WORKS, caller=ZOE)
    assert line.response(dialog).code == 200
    wait_until(town.asterisk, "core show channels concise", rf"!Read!key,allo/{callback.LAST}-fr")
    return dialog


def test_nobody_is_called_while_the_service_is_closed(
    town: Pbx, phone: Phone, line: sip.Peer
) -> None:
    dialog = waited_too_long(town, line)
    line.press(dialog, "1")
    line.hung_up()
    place_holder(town, service="2901")
    at(town, CLOSED)
    wait_until(town.asterisk, "queue show travaux", "No Callers")
    wait_until(
        town.asterisk, "core show channels concise", r"@callback-[^!]*!callback![^\n]*!Wait!"
    )
    julien = phone("u2-1")
    assert julien.quiet(3.0)
    at(town, OPEN)
    invite = julien.invited()
    assert (invite.caller, invite["X-Allo-Queue"]) == (ZOE, "travaux")
    julien.answer(invite)
    theirs = line.invited()
    assert (theirs.target, theirs.caller) == (ZOE, WORKS)


@pytest.mark.parametrize("rings_already", [False, True])
def test_the_reception_sees_and_takes_it(
    town: Pbx, phone: Phone, line: sip.Peer, rings_already: bool
) -> None:
    asks(town, line)
    amelie = phone("u3-1")
    if rings_already:
        marie = phone("u1-1")
        hers = marie.invited()
        ringing(town.asterisk, "u1-1")
    wait_until(town.asterisk, "core show hints", r"2003@internal[^\n]*State:Idle")
    before = time.time()

    async def take() -> LiveState:
        ami = town.exchange.ami
        watch = ExchangeWatch([Endpoint(town.exchange.network.ami_port, ami.username, ami.secret)])
        async with watching(watch):
            seen = watch.state
            (caller,) = seen.queues["population"].callers
            await watch.withdraw("population", caller.uniqueid, "2003")
            return seen

    (caller,) = asyncio.run(take()).queues["population"].callers
    if rings_already:
        marie.cancelled(hers)
    assert (caller.number, caller.name) == (ZOE, "Rappel")
    assert before - 30 < caller.since < before
    invite = amelie.invited()
    assert invite.caller == ZOE
    amelie.answer(invite)
    assert line.invited().target == ZOE


def test_a_service_that_is_gone_gives_up(town: Pbx, line: sip.Peer) -> None:
    town.asterisk.command("database put callback/2999 32471999999 1790000000-0-0-fr-")
    town.asterisk.command(at_start.COMMAND)
    forgotten(town)


@pytest.mark.parametrize(("who", "language"), [("u2-1", "fr"), ("u3-1", "nl")])
def test_it_is_offered_in_ones_language(
    town: Pbx, phone: Phone, line: sip.Peer, who: str, language: str
) -> None:
    colleague = phone(who)
    assert colleague.response(colleague.call("2900")).code == 200
    folder = town.layout.prompts / language
    pid = town.asterisk.status().pid
    deadline = time.monotonic() + 8
    while not any(folder in file.parents for file in opened(pid)):
        assert time.monotonic() < deadline, "Asterisk never played it"
        time.sleep(0.05)


def opened(pid: int | None) -> set[Path]:
    """Files that a process reads or writes now."""
    found = set()
    for each in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            found.add(each.readlink())
    return found


def test_who_asked_is_called_also_when_it_is_not_offered_any_more(
    town: Pbx, phone: Phone, line: sip.Peer
) -> None:
    asks(town, line)
    before = town.exchange
    plain = tuple(replace(queue, callback=False, after_wait=None) for queue in before.queues)
    town.apply(replace(before, queues=plain, prompts=before.prompts[-1:]))
    try:
        marie = phone("u1-1")
        marie.answer(marie.invited())
        refused = line.invited()
        line.reply(refused, "486 Busy Here")
        marie.hung_up()
        marie.answer(marie.invited())
        assert line.invited().target == ZOE
    finally:
        town.apply(before)
