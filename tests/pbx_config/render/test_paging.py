"""An announcement to all of a service: who hears it, who is left alone, who may make one."""

import pytest

from tests.pbx_config.render.conftest import Phone
from tests.support import sip
from tests.support.console import wait_for, wait_until
from tests.support.pbx import Pbx


def test_phones_are_asked_to_answer_by_themselves_and_let_go_at_the_end(
    town: Pbx, phone: Phone, marie: sip.Peer, julien: sip.Peer
) -> None:
    amelie = phone("u3-1")
    for extension in ("2002", "2003"):
        wait_until(town.asterisk, f"core show hint {extension}", "State:Idle")
    page = marie.call("*812900")
    assert marie.response(page).code == 200
    for each in (julien, amelie):
        invite = each.invited()
        assert (invite.caller, invite["X-Allo-Page"], invite["X-Allo-Queue"]) == ("2001", "1", "")
        assert "answer-after=0" in invite["Call-Info"]
        each.answer(invite)
    assert marie.quiet(0.2), "not to oneself"
    wait_until(town.asterisk, "confbridge list", r"\s3\s+1\s")  # three, one of them marked
    marie.hang_up(page)
    for each in (julien, amelie):
        each.hung_up()


def test_who_is_in_a_call_or_wants_none_is_left_alone(
    town: Pbx, phone: Phone, marie: sip.Peer, julien: sip.Peer
) -> None:
    amelie = phone("u3-1")
    talking = julien.call("*43")
    assert julien.response(talking).code == 200
    wait_for(town.asterisk, "core show hint 2002", "InUse")
    assert amelie.response(amelie.call("*26")).code == 200
    amelie.hung_up()
    page = marie.call("*812900")
    assert marie.response(page).code == 200, "is told that nobody is there"
    marie.hung_up()
    assert julien.quiet(0.1)
    assert amelie.quiet(0.1)
    julien.hang_up(talking)
    assert amelie.response(amelie.call("#26")).code == 200
    amelie.hung_up()


def test_a_phone_that_does_not_answer_by_itself_is_let_go(
    town: Pbx, marie: sip.Peer, julien: sip.Peer
) -> None:
    wait_until(town.asterisk, "core show hint 2002", "State:Idle")
    page = marie.call("*812900")
    assert marie.response(page).code == 200
    julien.cancelled(julien.invited())
    marie.hang_up(page)


@pytest.mark.parametrize("code", ["*812999", "*812001"])
def test_only_services_are_called_out_to(marie: sip.Peer, julien: sip.Peer, code: str) -> None:
    trying = marie.call(code)
    assert marie.response(trying).code == 200
    marie.hung_up()
    assert julien.quiet(0.1)


def test_the_line_does_not_speak_to_anybody(
    town: Pbx, marie: sip.Peer, julien: sip.Peer, line: sip.Peer
) -> None:
    assert line.response(line.call("*812900", caller="+32471999999")).code == 404
    # Nor who is handed on to there: they come back.
    call = line.call("071000001", caller="0471999999")
    talking = marie.answer(marie.invited())
    assert line.response(call).code == 200
    wait_until(town.asterisk, "bridge show all", r"\s2\s+basic\s")
    assert marie.refer(talking, "sip:*812900@localhost").code == 202
    back = marie.invited()
    assert (back.caller, back["X-Allo-Returned"]) == ("+32471999999", "812900")
    assert julien.quiet(0.1)
    line.hang_up(call)
    marie.cancelled(back)
