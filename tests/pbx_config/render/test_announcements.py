"""What waiting people and who leaves them waiting are told, by Asterisk's own voice."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pbx_config.model import Menu, Prompt, Recording, Target
from tests.support import sip
from tests.support.console import wait_for, wait_until
from tests.support.exchange import small_exchange
from tests.support.pbx import Pbx, running
from tests.support.said import Said, listening
from tests.support.sound import tone, write_wav

NUMBER, IN_ENGLISH = "071000200", "071000281"


@pytest.fixture(scope="module")
def hall(short_folder: Path) -> Iterator[Pbx]:
    """A queue that says place and wait every 15 seconds, and a menu that leads there in English."""
    exchange = small_exchange(short_folder, 2)
    (queue,) = exchange.queues
    english = Menu(
        "english", "English", "2981", "+3271000281", "hello", (), Target("inside", "2900", "en"),
        times=1, seconds=1,
    )  # fmt: skip
    exchange = replace(
        exchange,
        queues=(replace(queue, members=("u1",), announce=15),),
        menus=(english,),
        prompts=(Prompt("hello", "Hello", (Recording("fr", "hello"),)),),
    )
    with running(exchange, short_folder / "a") as pbx:
        pbx.layout.prompts.mkdir(parents=True, exist_ok=True)
        file = write_wav(pbx.layout.prompts / "x.wav", tone(440, 0.2, 16_000), 16_000)
        file.rename(pbx.layout.prompts / "hello.wav16")
        yield pbx


@pytest.fixture
def said(hall: Pbx) -> Iterator[Said]:
    with listening(hall.asterisk) as said:
        yield said


@pytest.fixture
def line(hall: Pbx) -> Iterator[sip.Peer]:
    peer = hall.line()
    yield peer
    hall.asterisk.command("channel request hangup all")
    wait_for(hall.asterisk, "core show channels count", "0 active channels")
    peer.close()


def test_place_and_wait_are_said_in_the_language_of_who_waits(
    hall: Pbx, line: sip.Peer, said: Said
) -> None:
    """The wait is that of callers before, said from half a minute on."""
    first = line.call(NUMBER, caller="0471999991")
    assert line.response(first).code == 200
    wait_for(hall.asterisk, "queue show population", "has 1 calls")
    second = line.call(IN_ENGLISH, caller="0471999992")
    assert line.response(second).code == 200
    said.wait("queue-youarenext", language="fr", seconds=30)
    said.wait("queue-thereare", "digits/2", "queue-callswaiting", language="en", seconds=30)
    assert "queue-holdtime" not in said.files(), "nobody knows yet"

    wait_until(hall.asterisk, "queue show population", r"wait: 0:3[2-9]", 40)
    marie = hall.registered("u1-1")
    talking = marie.answer(marie.invited(40))
    wait_until(hall.asterisk, "queue show population", r"\([3-6][0-9]s holdtime")
    said.forget()
    third = line.call(NUMBER, caller="0471999993")
    assert line.response(third).code == 200
    said.wait(
        "queue-thereare", "digits/2", "queue-callswaiting", "queue-holdtime", "digits/1",
        "queue-minute", language="fr", seconds=30,
    )  # fmt: skip
    marie.hang_up(talking)
    marie.register(expires=0)
    marie.close()


def test_who_goes_to_the_shared_hold_first_hears_the_place(hall: Pbx, said: Said) -> None:
    """As phones transfer with a word before: call ``*7``, hear the place, then connect."""
    marie, julien = hall.registered("u1-1"), hall.registered("u2-1")
    talking = julien.call("2001")
    at_marie = marie.answer(marie.invited())
    assert julien.response(talking).code == 200
    wait_until(hall.asterisk, "bridge show all", r"\s2\s+basic\s")

    parking = marie.call("*7")
    assert marie.response(parking).code == 200
    said.wait("digits/7", "digits/1", channel="PJSIP/u1-1", language="fr")

    theirs, ours = (tag(parking.theirs), tag(parking.ours))
    replaces = f"{parking.call_id}%3Bto-tag%3D{theirs}%3Bfrom-tag%3D{ours}"
    assert marie.refer(at_marie, f"sip:*7@localhost?Replaces={replaces}").code == 202
    wait_until(hall.asterisk, "parking show default", r"(?s)Space\s+:\s+71\b.*u2-1")
    for phone in (marie, julien):
        phone.register(expires=0)
        phone.close()
    hall.asterisk.command("channel request hangup all")
    wait_for(hall.asterisk, "core show channels count", "0 active channels")


def tag(header: str) -> str:
    """Of a From or To."""
    return header.partition(";tag=")[2].partition(";")[0]
