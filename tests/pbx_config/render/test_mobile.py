"""A person's mobile rings beside their phones: who takes the call, and who does not."""

import time

import pytest

from pbx_config.personal import decide, disturb
from pbx_config.render.mobile import SECONDS
from tests.support import sip
from tests.support.console import ringing, wait_for
from tests.support.pbx import Pbx

CITIZEN, MOBILE = "+32471999999", "0475123456"


@pytest.fixture(autouse=True)
def followed(town: Pbx, undecided: None) -> None:
    """Marie's mobile rings too."""
    decide(town.asterisk, "2001", {"follow": MOBILE})


def asked(town: Pbx, line: sip.Peer, invite: sip.Message) -> sip.Dialog:
    """Somebody answers at the mobile, and hears the question."""
    dialog = line.answer(invite)
    wait_for(town.asterisk, "core show channels concise", "followme/options")
    return dialog


def hung_up(line: sip.Peer, dialog: sip.Dialog, seconds: float = 5) -> None:
    """The PBX ends this call, of several that the line has."""
    bye = line.expect(
        lambda m: m.start.startswith("BYE") and m["Call-ID"] == dialog.call_id, seconds
    )
    line.reply(bye, "200 OK")


def test_who_presses_1_takes_the_call(town: Pbx, marie: sip.Peer, line: sip.Peer) -> None:
    call = line.call("071000001", caller=CITIZEN)
    desk = marie.invited()
    mobile = line.invited()
    assert (mobile.target, mobile.caller) == ("+32475123456", "+3271000001")
    assert CITIZEN not in str(mobile)
    ringing(town.asterisk, "u1-1")
    talk = asked(town, line, mobile)
    line.press(talk, "1")
    assert "cause=200" in marie.cancelled(desk)["Reason"], "it is no missed call"
    assert line.response(call).code == 200
    line.hang_up(talk)
    line.hung_up()


def test_who_presses_another_key_takes_nothing(town: Pbx, marie: sip.Peer, line: sip.Peer) -> None:
    call = line.call("071000001", caller=CITIZEN)
    desk = marie.invited()
    talk = asked(town, line, line.invited())
    line.press(talk, "2")
    hung_up(line, talk)
    marie.answer(desk)
    assert line.response(call).code == 200
    line.hang_up(call)
    marie.hung_up()


def test_a_mobiles_voicemail_takes_nothing_and_then_it_is_the_mailbox_here(
    town: Pbx, marie: sip.Peer, line: sip.Peer
) -> None:
    """It presses no key; the phones ring on, until nobody came."""
    call = line.call("071000001", caller=CITIZEN)
    desk = marie.invited()
    began = time.monotonic()
    talk = asked(town, line, line.invited())
    hung_up(line, talk, 30)
    cancelled = marie.expect(lambda m: m.start.startswith("CANCEL"), SECONDS)
    assert SECONDS - 2 < time.monotonic() - began < SECONDS + 5
    assert "cause=200" not in cancelled["Reason"]
    marie.reply(cancelled, "200 OK")
    marie.reply(desk, "487 Request Terminated")
    assert line.response(call).code == 200
    wait_for(town.asterisk, "core show channels concise", "!VoiceMail!2001@default")


def test_the_desk_answers_first_and_the_mobile_stops_ringing(
    town: Pbx, marie: sip.Peer, line: sip.Peer
) -> None:
    call = line.call("071000001", caller=CITIZEN)
    desk = marie.invited()
    mobile = line.invited()
    ringing(town.asterisk, "trunk-operator")
    marie.answer(desk)
    line.cancelled(mobile)
    assert line.response(call).code == 200
    line.hang_up(call)
    marie.hung_up()


def test_the_desk_answers_while_the_mobile_is_asked(
    town: Pbx, marie: sip.Peer, line: sip.Peer
) -> None:
    call = line.call("071000001", caller=CITIZEN)
    desk = marie.invited()
    talk = asked(town, line, line.invited())
    marie.answer(desk)
    hung_up(line, talk)
    assert line.response(call).code == 200
    line.hang_up(call)
    marie.hung_up()


def test_the_caller_hangs_up_while_the_mobile_is_asked(
    town: Pbx, marie: sip.Peer, line: sip.Peer
) -> None:
    call = line.call("071000001", caller=CITIZEN)
    desk = marie.invited()
    talk = asked(town, line, line.invited())
    line.cancel(call)
    marie.cancelled(desk)
    hung_up(line, talk)


def test_without_a_phone_the_mobile_rings_at_once_and_then_the_mailbox(
    town: Pbx, line: sip.Peer
) -> None:
    call = line.call("071000001", caller=CITIZEN)
    mobile = line.invited(3)
    line.reply(mobile, "486 Busy Here")
    assert line.response(call).code == 200
    wait_for(town.asterisk, "core show channels concise", "!VoiceMail!2001@default")


def test_a_phone_that_is_off_is_forwarded_so_though_there_is_a_mobile(
    town: Pbx, julien: sip.Peer, line: sip.Peer
) -> None:
    decide(town.asterisk, "2001", {"offline": "2002"})
    line.call("071000001", caller=CITIZEN)
    line.reply(line.invited(3), "486 Busy Here")
    assert julien.invited()["Diversion"].startswith("<sip:2001@")


def test_a_number_that_became_ours_is_not_called(town: Pbx, line: sip.Peer) -> None:
    decide(town.asterisk, "2001", {"follow": "071000002"})
    call = line.call("071000001", caller=CITIZEN)
    assert line.response(call).code == 200
    wait_for(town.asterisk, "core show channels concise", "!VoiceMail!2001@default")
    assert line.quiet(0.2)


def test_a_colleague_does_not_learn_the_mobiles_number(
    town: Pbx, julien: sip.Peer, line: sip.Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[sip.Message] = []
    receive = julien.wire.receive

    def received(deadline: float) -> sip.Message:
        told.append(receive(deadline))
        return told[-1]

    monkeypatch.setattr(julien.wire, "receive", received)
    call = julien.call("2001")
    mobile = line.invited(3)
    assert mobile.caller == "+3271000001"
    line.press(asked(town, line, mobile), "1")
    assert julien.response(call).code == 200
    julien.hang_up(call)
    line.hung_up()
    assert len(told) > 3
    assert not any("475123456" in str(message) for message in told)


def test_do_not_disturb_is_for_the_mobile_too(town: Pbx, marie: sip.Peer, line: sip.Peer) -> None:
    disturb(town.asterisk, "2001", allowed=False)
    call = line.call("071000001", caller=CITIZEN)
    assert line.response(call).code == 200
    wait_for(town.asterisk, "core show channels concise", "!VoiceMail!2001@default")
    assert line.quiet(0.5)
    assert marie.quiet(0.1)


def test_calls_of_a_service_are_not_for_the_mobile(town: Pbx, line: sip.Peer) -> None:
    line.response(line.call("+3271000200", caller=CITIZEN))
    wait_for(town.asterisk, "queue show population", "PJSIP/trunk-operator-")
    assert line.quiet(2)


def test_who_is_forwarded_by_a_colleague_reaches_the_mobile(town: Pbx, line: sip.Peer) -> None:
    decide(town.asterisk, "2002", {"always": "2001"})
    line.call("071000002", caller=CITIZEN)
    assert line.invited(3).caller == "+3271000001"


def test_a_mobile_that_is_forwarded_back_goes_round_once(
    town: Pbx, marie: sip.Peer, line: sip.Peer
) -> None:
    """The operator sends the call back to the agent's own number, as who called the mobile."""
    line.call("071000001", caller=CITIZEN)
    marie.invited()
    mobile = line.invited()
    line.call("071000001", caller=mobile.caller)
    assert marie.invited().caller == "+3271000001"
    assert line.quiet(7)


def test_a_mobile_that_is_forwarded_back_as_itself_goes_round_once(
    town: Pbx, line: sip.Peer
) -> None:
    line.call("071000001", caller=CITIZEN)
    line.invited(3)
    back = line.call("071000001", caller="+32475123456")
    assert line.response(back).code == 200
    wait_for(town.asterisk, "core show channels concise", "!VoiceMail!2001@default")
    assert line.quiet(1)
