"""Ring groups: whose telephones ring, who has the caller then, and where callers go on."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pbx_config.decisions import decide
from pbx_config.hours import Decision, Hours
from pbx_config.model import Closed, Prompt, Queue, Recording, Site, Target
from tests.pbx_config.render.conftest import Phone
from tests.support import sip
from tests.support.console import ringing, wait_for, wait_until
from tests.support.exchange import make_user, small_exchange
from tests.support.pbx import Pbx, running
from tests.support.sound import tone, write_wav

PEOPLE = ("Marie Dupont", "Julien Marchal", "Amélie Noël", "Şirin Öztürk")
MAIN, GROUP, WORKS, COUNTER = "+3271000100", "+3271000200", "+3271000201", "+3271000202"


@pytest.fixture(scope="module")
def town(short_folder: Path) -> Iterator[Pbx]:
    """Population (Marie, Julien) is a group and answers the main number; Amélie helps. Travaux
    (Şirin alone) rings 1 s and then goes on to Amélie; Guichet (Marie) is closed and does so."""
    users = tuple(make_user(number + 1, name) for number, name in enumerate(PEOPLE))
    exchange = small_exchange(short_folder, users)
    population = Queue(
        "population", "Population", "2900", GROUP, "group", ("u1", "u2"), 60, helpers=("u3",)
    )
    works = Queue(
        "travaux", "Travaux", "2901", WORKS, "group", ("u4",), 1,
        after_wait=Target("inside", "2003"),
    )  # fmt: skip
    counter = Queue(
        "guichet", "Guichet", "2902", COUNTER, "group", ("u1",), 60,
        hours="jamais", closed=Closed("ferme", Target("inside", "2003")),
    )  # fmt: skip
    sites = (Site("hv", "Hôtel de ville", MAIN, "population", "+3271000112"),)
    exchange = replace(
        exchange,
        queues=(population, works, counter),
        sites=sites,
        hours=(Hours("jamais", "Jamais", "Europe/Brussels", ((),) * 7),),
        prompts=(Prompt("ferme", "Fermé", (Recording("fr", "ferme-fr-1"),)),),
    )
    with running(exchange, short_folder / "house") as pbx:
        pbx.layout.prompts.mkdir(parents=True, exist_ok=True)
        said = write_wav(pbx.layout.prompts / "x.wav", tone(440, 0.3, 16_000), 16_000)
        said.rename(pbx.layout.prompts / "ferme-fr-1.wav16")
        yield pbx


@pytest.fixture
def amelie(phone: Phone) -> sip.Peer:
    return phone("u3-1")


def free(town: Pbx, *extensions: str) -> None:
    for extension in extensions:
        wait_until(town.asterisk, f"core show hint {extension}", "State:Idle")


def dial(phone: sip.Peer, code: str) -> None:
    """Change something of one's own, and wait until the PBX has said so."""
    assert phone.response(phone.call(code)).code == 200
    phone.hung_up()


@pytest.mark.parametrize("number", [MAIN, GROUP])
def test_all_ring_at_once_and_the_caller_hears_it(
    town: Pbx, marie: sip.Peer, julien: sip.Peer, amelie: sip.Peer, line: sip.Peer, number: str
) -> None:
    free(town, "2001", "2002", "2003")
    call = line.call(number, caller="0471999999")
    hers, his = marie.invited(), julien.invited()
    assert line.response(call, least=180).code == 180, "rings, and is not answered by music"
    for invite in (hers, his):
        assert (invite.caller, invite["X-Allo-Queue"]) == ("+32471999999", "population")
    assert hers["X-Allo-Call"] == his["X-Allo-Call"] != ""
    ringing(town.asterisk, "u1-1", "u2-1")
    dialog = julien.answer(his)
    assert "cause=200" in marie.cancelled(hers)["Reason"], "she sees: answered elsewhere"
    assert line.response(call).code == 200
    assert amelie.quiet(0.2), "a helper is not needed"
    julien.hang_up(dialog)
    line.hung_up()


def test_who_wants_no_calls_or_is_in_one_is_not_rung(
    town: Pbx, phone: Phone, marie: sip.Peer, julien: sip.Peer, amelie: sip.Peer, line: sip.Peer
) -> None:
    dial(marie, "*26")
    talking = julien.call("*43")
    assert julien.response(talking).code == 200
    wait_for(town.asterisk, "core show hint 2002", "InUse")
    call = line.call(GROUP, caller="0471999999")
    help_ = amelie.invited()
    assert help_["X-Allo-Queue"] == "population", "the helper, where no member can be rung"
    assert marie.quiet(0.2)
    assert julien.quiet(0.2)
    line.cancel(call)
    amelie.cancelled(help_)
    julien.hang_up(talking)
    dial(marie, "#26")


def test_who_pauses_is_not_rung(
    town: Pbx, marie: sip.Peer, julien: sip.Peer, line: sip.Peer
) -> None:
    free(town, "2001", "2002")
    dial(julien, "*282")
    call = line.call(GROUP, caller="0471999999")
    hers = marie.invited()
    assert julien.quiet(0.2)
    line.cancel(call)
    marie.cancelled(hers)
    dial(julien, "#28")
    call = line.call(GROUP, caller="0471999999")
    both = marie.invited(), julien.invited()
    line.cancel(call)
    for phone, invite in zip((marie, julien), both, strict=True):
        phone.cancelled(invite)


def test_where_nobody_can_be_rung_the_service_has_its_voicemail_at_once(
    town: Pbx, line: sip.Peer
) -> None:
    assert line.response(line.call(GROUP, caller="0471999999")).code == 200
    wait_for(town.asterisk, "core show channels concise", "!VoiceMail!2900@default")


def test_all_decline_and_the_caller_goes_on(town: Pbx, marie: sip.Peer, line: sip.Peer) -> None:
    free(town, "2001")
    call = line.call(GROUP, caller="0471999999")
    marie.reply(marie.invited(), "486 Busy Here")
    assert line.response(call).code == 200
    wait_for(town.asterisk, "core show channels concise", "!VoiceMail!2900@default")


def test_nobody_answers_and_the_caller_goes_on_as_the_service_says(
    town: Pbx, phone: Phone, amelie: sip.Peer, line: sip.Peer
) -> None:
    sirin = phone("u4-1")
    free(town, "2003", "2004")
    call = line.call(WORKS, caller="0471999999")
    sirin.cancelled(sirin.invited())
    further = amelie.invited()
    assert further.caller == "+32471999999"
    line.cancel(call)
    amelie.cancelled(further)


def test_a_closed_group_does_not_ring_and_an_opened_one_does(
    town: Pbx, marie: sip.Peer, amelie: sip.Peer, line: sip.Peer
) -> None:
    free(town, "2001", "2003")
    closed = line.call(COUNTER, caller="0471999999")
    assert line.response(closed).code == 200, "hears that it is closed"
    further = amelie.invited()
    assert marie.quiet(0.1)
    line.hang_up(closed)
    amelie.cancelled(further)
    decide(town.asterisk, "jamais", Decision("open"))
    opened = line.call(COUNTER, caller="0471999999")
    hers = marie.invited()
    line.cancel(opened)
    marie.cancelled(hers)
    decide(town.asterisk, "jamais", None)


def test_a_members_forward_does_not_divert_the_call_for_all(
    town: Pbx, marie: sip.Peer, julien: sip.Peer, line: sip.Peer
) -> None:
    dial(marie, "*21*0475123456")
    free(town, "2001", "2002")
    call = line.call(GROUP, caller="0471999999")
    hers, his = marie.invited(), julien.invited()
    # Nor a telephone's own.
    marie.reply(hers, "302 Moved Temporarily")
    assert line.quiet(0.3), "no call leaves the house"
    assert julien.answer(his)
    assert line.response(call).code == 200
    line.hang_up(call)
    julien.hung_up()
    dial(marie, "#21")


def test_forwards_and_groups_make_no_circle(
    town: Pbx, phone: Phone, amelie: sip.Peer, line: sip.Peer
) -> None:
    """Travaux goes on to Amélie, who forwards to Travaux: it ends with her."""
    dial(amelie, "*21*2901")
    free(town, "2003")
    call = line.call(WORKS, caller="0471999999")
    hers = amelie.invited()
    assert amelie.answer(hers)
    assert line.response(call).code == 200
    line.hang_up(call)
    amelie.hung_up()
    dial(amelie, "#21")


def test_who_calls_their_own_group_is_not_rung_by_it(
    town: Pbx, marie: sip.Peer, julien: sip.Peer
) -> None:
    free(town, "2001", "2002")
    call = marie.call("2900")
    his = julien.invited()
    assert his.caller == "2001"
    assert marie.quiet(0.2)
    marie.cancel(call)
    julien.cancelled(his)


@pytest.mark.parametrize("code", ["*8", "*82002"])
def test_a_member_whose_phone_was_spared_picks_it_up(
    town: Pbx, marie: sip.Peer, julien: sip.Peer, line: sip.Peer, code: str
) -> None:
    dial(marie, "*26")
    free(town, "2002")
    call = line.call(GROUP, caller="0471999999")
    his = julien.invited()
    ringing(town.asterisk, "u2-1")
    taking = marie.call(code)
    assert marie.response(taking).code == 200
    assert "cause=200" in julien.cancelled(his)["Reason"]
    assert line.response(call).code == 200
    marie.hang_up(taking)
    line.hung_up()
    dial(marie, "#26")


def test_a_second_caller_rings_where_the_first_does(
    town: Pbx, marie: sip.Peer, line: sip.Peer
) -> None:
    free(town, "2001")
    first = line.call(GROUP, caller="0471999991")
    one = marie.invited()
    wait_for(town.asterisk, "core show hint 2001", "Ringing")
    second = line.call(GROUP, caller="0471999992")
    other = marie.invited()
    assert (one.caller, other.caller) == ("+32471999991", "+32471999992")
    for call, invite in ((first, one), (second, other)):
        line.cancel(call)
        marie.cancelled(invite)
