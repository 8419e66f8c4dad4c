"""A service's voicemail: who may listen to it, one at a time, and whose phones count it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pbx_config.model import Queue
from tests.pbx_config.render.conftest import Phone
from tests.support import sip
from tests.support.console import wait_for, wait_until
from tests.support.exchange import make_user, small_exchange
from tests.support.pbx import Pbx, running

CHANNELS = "core show channels concise"


@pytest.fixture(scope="module")
def town(short_folder: Path) -> Iterator[Pbx]:
    """Marie (two telephones) and Julien answer for Population 2900, Amélie for Travaux 2901, Julien
    for both."""
    users = (
        make_user(1, "Marie Dupont", devices=2),
        make_user(2, "Julien Marchal"),
        make_user(3, "Amélie Noël"),
    )
    exchange = small_exchange(short_folder, users)
    population = replace(exchange.queues[0], members=("u1", "u2"))
    works = Queue("travaux", "Travaux", "2901", None, "ringall", ("u3", "u2"))
    with running(replace(exchange, queues=(population, works)), short_folder / "house") as pbx:
        yield pbx


@pytest.fixture(autouse=True)
def nobody_calls(town: Pbx) -> Iterator[None]:
    yield
    town.asterisk.command("channel request hangup all")
    wait_until(town.asterisk, "core show channels count", "^0 active channels")


def listens(town: Pbx, phone: sip.Peer, code: str, box: str) -> sip.Dialog:
    """Dial, and be in the mailbox."""
    call = phone.call(code)
    assert phone.response(call).code == 200
    wait_until(
        town.asterisk, CHANNELS, rf"PJSIP/{phone.user}-[^\n]*!VoiceMailMain!{box}@default,s!"
    )
    return call


def hears(town: Pbx, phone: sip.Peer, code: str, prompt: str) -> None:
    """Dial, be told something, and be hung up on."""
    call = phone.call(code)
    assert phone.response(call).code == 200
    shown = wait_for(town.asterisk, CHANNELS, f"!Playback!{prompt}")
    assert f"{phone.user}-" in shown
    phone.hang_up(call)


@pytest.mark.parametrize("code", ["*972900", "*972901"])
def test_a_member_listens_to_the_messages_of_each_service(
    town: Pbx, julien: sip.Peer, code: str
) -> None:
    julien.hang_up(listens(town, julien, code, code[3:]))


@pytest.mark.parametrize("code", ["*972901", "*972002", "*972001", "*972999"])
def test_nobody_else_does(town: Pbx, marie: sip.Peer, code: str) -> None:
    hears(town, marie, code, "feature-not-avail-line")
    assert "VoiceMailMain" not in town.asterisk.command(CHANNELS)


def test_nobody_is_handed_on_to_it(town: Pbx, marie: sip.Peer, phone: Phone) -> None:
    """Marie may, but at her own wish only."""
    amelie = phone("u3-1")
    call = marie.call("2003")
    talking = amelie.answer(amelie.invited())
    assert marie.response(call).code == 200
    wait_until(town.asterisk, "bridge show all", r"\s2\s+basic\s")
    assert amelie.refer(talking, "sip:*972900@localhost").code == 202
    marie.hung_up()
    assert "VoiceMailMain" not in town.asterisk.command(CHANNELS)


@pytest.mark.parametrize(
    ("first", "second", "code", "box"),
    [("u1-1", "u2-1", "*972900", "2900"), ("u1-1", "u1-2", "*98", "2001")],
)
def test_one_at_a_time(
    town: Pbx, phone: Phone, first: str, second: str, code: str, box: str
) -> None:
    one, other = phone(first), phone(second)
    listening = listens(town, one, code, box)
    hears(town, other, code, "is-in-use&please-try-call-later")
    assert f"!VoiceMailMain!{box}@default,s!" in town.asterisk.command(CHANNELS)
    one.hang_up(listening)
    wait_until(town.asterisk, "core show channels count", "^0 active channels")
    other.hang_up(listens(town, other, code, box))


def test_two_boxes_at_once(town: Pbx, marie: sip.Peer, julien: sip.Peer) -> None:
    own = listens(town, marie, "*98", "2001")
    service = listens(town, julien, "*972900", "2900")
    marie.hang_up(own)
    julien.hang_up(service)


@pytest.mark.parametrize(
    ("device", "boxes"),
    [
        ("u1-1", "2001@default,2900@default"),
        ("u1-2", "2001@default,2900@default"),
        ("u2-1", "2002@default,2900@default,2901@default"),
        ("u3-1", "2003@default,2901@default"),
    ],
)
def test_whose_messages_a_phone_counts(town: Pbx, device: str, boxes: str) -> None:
    wait_until(town.asterisk, f"pjsip show endpoint {device}", rf"(?m)^ mailboxes +: {boxes}\s*$")
