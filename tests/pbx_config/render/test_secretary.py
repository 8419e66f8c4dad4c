"""Calls to Marie ring at Julien's, her secretary, and only he gets through; by real calls."""

import pytest

from pbx_config.personal import decide, disturb
from tests.pbx_config.render.conftest import Phone
from tests.support import sip
from tests.support.console import wait_for, wait_until
from tests.support.pbx import Pbx

CITIZEN = "+32471999999"


@pytest.fixture
def sophie(phone: Phone) -> sip.Peer:
    return phone("u3-1")


@pytest.fixture(autouse=True)
def filtered(town: Pbx, undecided: None) -> None:
    decide(town.asterisk, "2001", {"filter": "2002"})


def decline(phone: sip.Peer, invite: sip.Message) -> None:
    phone.reply(invite, "486 Busy Here")
    phone.expect(lambda m: m.start.startswith("ACK"))


def test_calls_ring_at_the_secretarys(
    town: Pbx, marie: sip.Peer, julien: sip.Peer, sophie: sip.Peer, line: sip.Peer
) -> None:
    call = line.call("071000001", caller=CITIZEN)
    invite = julien.invited()
    assert invite.caller == CITIZEN
    assert invite["Diversion"].startswith("<sip:2001@"), "he sees for whom it is"
    line.cancel(call)
    julien.cancelled(invite)
    call = sophie.call("2001")
    assert julien.invited().caller == "2003"
    assert marie.quiet(0.3)
    sophie.cancel(call)


def test_the_secretary_gets_through(marie: sip.Peer, julien: sip.Peer) -> None:
    call = julien.call("2001")
    talk = marie.answer(marie.invited())
    assert julien.response(call).code == 200
    marie.hang_up(talk)
    julien.hung_up()


def test_with_a_caller_whom_he_hands_on(
    town: Pbx, marie: sip.Peer, julien: sip.Peer, line: sip.Peer
) -> None:
    call = line.call("071000001", caller=CITIZEN)
    talk = julien.answer(julien.invited())
    line.response(call)
    wait_until(town.asterisk, "bridge show all", r"\s2\s+basic\s")
    assert julien.refer(talk, "sip:2001@localhost").code == 202
    invite = marie.invited()
    assert invite.caller == CITIZEN
    decline(marie, invite)
    back = julien.invited()
    assert back["X-Allo-Returned"] == "2001", "and whom she does not take comes back to him"


def test_nobody_else_hands_a_caller_on_to_her(
    town: Pbx, marie: sip.Peer, julien: sip.Peer, sophie: sip.Peer, line: sip.Peer
) -> None:
    call = line.call("071000003", caller=CITIZEN)
    talk = sophie.answer(sophie.invited())
    line.response(call)
    wait_until(town.asterisk, "bridge show all", r"\s2\s+basic\s")
    assert sophie.refer(talk, "sip:2001@localhost").code == 202
    assert julien.invited().caller == CITIZEN
    assert marie.quiet(0.3)


def test_emergency_services_that_call_back_get_through(
    marie: sip.Peer, julien: sip.Peer, line: sip.Peer
) -> None:
    line.call("071000001", caller="112")
    assert marie.invited().caller == "112"
    assert julien.quiet(0.1)


@pytest.mark.parametrize("why", ["busy", "away", "quiet"])
def test_without_the_secretary_her_mailbox(
    town: Pbx, marie: sip.Peer, phone: Phone, line: sip.Peer, why: str
) -> None:
    if why == "quiet":
        disturb(town.asterisk, "2002", allowed=False)
    call = line.call("071000001", caller=CITIZEN)
    if why == "busy":
        line.cancel(call)
        julien = phone("u2-1")
        call = line.call("071000001", caller=CITIZEN)
        decline(julien, julien.invited())
    line.response(call)
    wait_for(town.asterisk, "core show channels concise", "!VoiceMail!2001@default")
    assert marie.quiet(0.2)


def test_the_secretarys_own_forwards_count(
    town: Pbx, marie: sip.Peer, sophie: sip.Peer, line: sip.Peer
) -> None:
    decide(town.asterisk, "2002", {"always": "2003"})
    line.call("071000001", caller=CITIZEN)
    assert sophie.invited().caller == CITIZEN
    assert marie.quiet(0.2)


@pytest.mark.parametrize("how", ["always", "filter"])
def test_two_who_send_to_each_other_lead_nobody_in_a_circle(
    town: Pbx, marie: sip.Peer, julien: sip.Peer, line: sip.Peer, how: str
) -> None:
    if how == "always":
        decide(town.asterisk, "2002", {"always": "2001"})
        rings, quiet = marie, julien
    else:
        decide(town.asterisk, "2002", {"filter": "2001"})
        rings, quiet = julien, marie
    line.call("071000001", caller=CITIZEN)
    assert rings.invited().caller == CITIZEN
    assert quiet.quiet(0.3)


def test_her_forward_is_for_whom_the_secretary_lets_through(
    town: Pbx, julien: sip.Peer, sophie: sip.Peer, line: sip.Peer
) -> None:
    decide(town.asterisk, "2001", {"always": "2003"})
    call = line.call("071000001", caller=CITIZEN)
    invite = julien.invited()
    line.cancel(call)
    julien.cancelled(invite)
    julien.call("2001")
    assert sophie.invited().caller == "2002"


def test_calls_of_the_service_are_nobodys_but_the_members(
    town: Pbx, marie: sip.Peer, line: sip.Peer
) -> None:
    wait_until(town.asterisk, "queue show population", r"2001 \(.*\(Not in use\)")
    line.response(line.call("+3271000200", caller=CITIZEN))
    assert marie.invited()["X-Allo-Queue"] == "population"
