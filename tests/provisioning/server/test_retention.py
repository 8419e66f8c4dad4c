"""Old messages go, the others stay, and nobody's numbering changes under their hands."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pbx_config import mailboxes
from pbx_config.ami.client import Endpoint
from pbx_config.layout import Layout
from pbx_config.live.exchange_watch import ExchangeWatch
from pbx_config.model import Voicemail
from provisioning.server.retention import Retention
from tests.pbx_config.live.playing import soon, watching
from tests.support import sip
from tests.support.console import wait_until
from tests.support.exchange import small_exchange
from tests.support.pbx import Pbx, running
from tests.support.sound import tone, write_wav

pytestmark = pytest.mark.anyio

DAYS = 30
DAY = 24 * 3600.0


@pytest.fixture(scope="module")
def town(short_folder: Path) -> Iterator[Pbx]:
    exchange = replace(small_exchange(short_folder), voicemail=Voicemail(keep_days=DAYS))
    with running(exchange, short_folder / "pbx") as pbx:
        yield pbx


@pytest.fixture(autouse=True)
def empty_boxes(town: Pbx) -> None:
    for message in mailboxes.messages(town.layout):
        mailboxes.remove_orphan(message)


@pytest.fixture
async def retention(town: Pbx) -> AsyncIterator[Retention]:
    ami = town.exchange.ami
    port = town.exchange.network.ami_port
    watch = ExchangeWatch([Endpoint(port, ami.username, ami.secret)], waits=soon)
    async with watching(watch):
        yield Retention(town.layout, watch)


@pytest.fixture
def marie(town: Pbx) -> Iterator[sip.Peer]:
    phone = town.registered("u1-1")
    yield phone
    phone.register(expires=0)
    town.asterisk.command("channel request hangup all")
    wait_until(town.asterisk, "core show channels count", "^0 active channels")


def left(layout: Layout, box: str, folder: str, number: int, days: float, name: str) -> None:
    """A message as Asterisk keeps it."""
    place = layout.spool / "voicemail" / "default" / box / folder
    place.mkdir(parents=True, exist_ok=True)
    write_wav(place / f"msg{number:04}.wav", tone(500, 0.5, 8000), 8000)
    (place / f"msg{number:04}.txt").write_text(
        f";\n; Message Information file\n;\n[message]\norigmailbox={box}\ncontext=internal\n"
        f"exten={box}\nrdnis=unknown\npriority=2\ncallerchan=PJSIP/u2-1-00000001\n"
        f'callerid="{name}" <2002>\norigdate=\norigtime={int(time.time() - days * DAY)}\n'
        f"category=\nmsg_id={name}-0000000{number}\nflag=\nduration=1\n"
    )


def kept(layout: Layout) -> dict[str, list[str]]:
    """Box and folder → file and id of each message, all of whose files are there."""
    found: dict[str, list[str]] = {}
    for message in sorted(mailboxes.messages(layout), key=lambda each: each.text):
        assert message.text.with_suffix(".wav").exists()
        shown = f"{message.text.stem} {message.id.partition('-')[0]}"
        found.setdefault(f"{message.box}/{message.folder}", []).append(shown)
    return found


def lamp(phone: sip.Peer, new: int) -> None:
    """Wait until the phone is told so many new messages."""
    told = phone.expect(
        lambda m: m.start.startswith("NOTIFY") and f"Voice-Message: {new}/0" in m.body
    )
    phone.reply(told, "200 OK")


async def test_only_what_is_too_old_goes_heard_or_not(town: Pbx, retention: Retention) -> None:
    left(town.layout, "2001", "INBOX", 0, DAYS + 1, "old")
    left(town.layout, "2001", "INBOX", 1, DAYS - 1, "young")
    left(town.layout, "2001", "INBOX", 2, DAYS + 5, "older")
    left(town.layout, "2001", "INBOX", 3, 0, "new")
    left(town.layout, "2001", "Old", 0, DAYS + 1, "heard")
    left(town.layout, "2900", "INBOX", 0, DAYS + 1, "service")
    left(town.layout, "2900", "Work", 0, 1, "filed")
    assert await retention.remove_old()
    assert kept(town.layout) == {
        "2001/INBOX": ["msg0000 young", "msg0001 new"],
        "2900/Work": ["msg0000 filed"],
    }
    sounds = sorted((town.layout.spool / "voicemail/default").glob("*/*/msg*"))
    assert len(sounds) == 6, "nothing of the others is left behind"


async def test_phones_are_told(town: Pbx, retention: Retention) -> None:
    left(town.layout, "2003", "INBOX", 0, DAYS + 1, "old")
    left(town.layout, "2003", "INBOX", 1, 1, "young")
    phone = town.phone("u3-1")
    assert phone.register().code == 200
    assert await retention.remove_old()
    await asyncio.to_thread(lamp, phone, 1)  # it was told nothing of ours before, or two
    phone.register(expires=0)


async def test_a_box_that_somebody_listens_to_comes_later(
    town: Pbx, retention: Retention, marie: sip.Peer
) -> None:
    left(town.layout, "2001", "INBOX", 0, DAYS + 1, "old")
    left(town.layout, "2002", "INBOX", 0, DAYS + 1, "other")
    call = await asyncio.to_thread(marie.call, "*98")
    assert (await asyncio.to_thread(marie.response, call)).code == 200
    wait_until(town.asterisk, "core show channels concise", "!VoiceMailMain!2001@default,s!")
    assert not await retention.remove_old()
    assert kept(town.layout) == {"2001/INBOX": ["msg0000 old"]}
    await asyncio.to_thread(marie.hang_up, call)
    wait_until(town.asterisk, "core show channels count", "^0 active channels")
    assert await retention.remove_old()
    assert kept(town.layout) == {}


async def test_of_who_is_gone_nothing_is_kept_for_ever(town: Pbx, retention: Retention) -> None:
    left(town.layout, "2999", "INBOX", 0, DAYS + 1, "old")
    left(town.layout, "2999", "INBOX", 1, 1, "young")
    assert await retention.remove_old()
    assert kept(town.layout) == {"2999/INBOX": ["msg0001 young"]}


async def test_what_asterisk_does_not_have_does_not_stop_the_rest(
    town: Pbx, retention: Retention
) -> None:
    left(town.layout, "2001", "Nowhere", 0, DAYS + 1, "lost")
    left(town.layout, "2001", "INBOX", 0, DAYS + 1, "old")
    assert await retention.remove_old()
    assert "2001/INBOX" not in kept(town.layout)


async def test_without_a_limit_nothing_goes(town: Pbx, retention: Retention) -> None:
    left(town.layout, "2001", "INBOX", 0, 4000, "ancient")
    limited = town.exchange
    town.apply(replace(limited, voicemail=Voicemail(keep_days=0)))
    try:
        assert await retention.remove_old()
        assert kept(town.layout) == {"2001/INBOX": ["msg0000 ancient"]}
    finally:
        town.apply(limited)
