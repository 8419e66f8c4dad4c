"""Calls between two engines, and to the trunk, through a real Asterisk."""

from collections.abc import Callable
from pathlib import Path

import pytest

from softphone import protocol
from softphone.engine_process import EngineProcess
from tests.softphone.engine.conftest import NewEngine, Pbx, tone_into
from tests.softphone.engine.dialogue import await_packets, ended, reached, stats, talk
from tests.support.console import ringing, wait_until
from tests.support.sound import dominant_frequency, tone_seconds

Phone = Callable[..., EngineProcess]

pytestmark = pytest.mark.parametrize("wire", ["tls", "tls12"])


def test_each_hears_the_other(phone: Phone, tmp_path: Path) -> None:
    marie, julien = phone(1, hz=440), phone(2, hz=1000)
    key = talk(marie, julien, to="2002")
    await_packets(marie, "c", 200)
    await_packets(julien, key, 1)

    counters = stats(marie, "c")
    assert counters.codec == "G722/16000"
    assert counters.srtp == "AES_CM_128_HMAC_SHA1_80"
    assert counters.sent > 190
    assert counters.seconds > 3

    marie.send(protocol.Hangup(call="c"))
    assert ended(marie, "c").why == "normal"
    assert ended(julien, key).why == "normal"
    assert tone_seconds(tmp_path / "heard-1.wav", 1000) >= 3
    assert tone_seconds(tmp_path / "heard-2.wav", 440) >= 3
    assert dominant_frequency(tmp_path / "heard-1.wav") == 1000
    assert dominant_frequency(tmp_path / "heard-2.wav") == 440


def test_the_caller_is_introduced(phone: Phone) -> None:
    marie, julien = phone(1), phone(2)
    marie.send(protocol.Dial(call="c", to="2002"))
    incoming = julien.wait(protocol.Incoming)
    assert (incoming.number, incoming.name) == ("2001", "Marie Dupont")
    assert incoming.queue == ""
    assert incoming.call_id.startswith("node1-")
    assert reached(marie, "c", "ringing").code == 180
    julien.send(protocol.Answer(call=incoming.call))
    reached(julien, incoming.call, "connected")
    julien.send(protocol.Hangup(call=incoming.call))
    assert ended(marie, "c").why == "normal"
    assert ended(julien, incoming.call).why == "normal"


def test_numbers_may_be_written_as_people_do(phone: Phone) -> None:
    marie, julien = phone(1), phone(2)
    marie.send(protocol.Dial(call="c", to=" 20.0 2/"))
    julien.wait(protocol.Incoming)


def test_cancelled_while_ringing(phone: Phone) -> None:
    marie, julien = phone(1), phone(2)
    marie.send(protocol.Dial(call="c", to="2002"))
    key = julien.wait(protocol.Incoming).call
    reached(marie, "c", "ringing")
    marie.send(protocol.Hangup(call="c"))
    assert ended(marie, "c").why == "cancelled"
    assert ended(julien, key).why == "cancelled"


def test_rejecting(phone: Phone) -> None:
    marie, julien = phone(1), phone(2)
    for why, word, code in (("busy", "busy", 486), ("decline", "declined", 603)):
        marie.send(protocol.Dial(call=why, to="2002"))
        key = julien.wait(protocol.Incoming).call
        julien.send(protocol.Reject(call=key, why="busy" if why == "busy" else "decline"))
        end = ended(julien, key)
        assert (end.why, end.code) == (word, code)
        marie.send(protocol.Hangup(call=why))  # their voicemail answers now
        ended(marie, why)


def test_mute_silences_and_goes_on_sending(phone: Phone, tmp_path: Path) -> None:
    marie, julien = phone(1, hz=440), phone(2, hz=1000)
    key = talk(marie, julien, to="2002")
    marie.send(protocol.Mute(call="c", on=True))
    assert marie.wait(protocol.Muted).on
    before = await_packets(julien, key, 10)  # what was under way
    # Another file from here on: what Julien hears while Marie is muted.
    julien.send(tone_into(tmp_path / "muted.wav", 1000))
    after = await_packets(julien, key, 100)
    assert after.received - before.received >= 100
    julien.send(tone_into(tmp_path / "again.wav", 1000))
    marie.send(protocol.Mute(call="c", on=False))
    await_packets(julien, key, 100)
    marie.send(protocol.Hangup(call="c"))
    ended(julien, key)
    assert dominant_frequency(tmp_path / "muted.wav") == 0
    assert tone_seconds(tmp_path / "again.wav", 440) >= 1.5


def test_an_agent_calls_out_and_the_far_end_is_busy(
    phone: Phone, engine: NewEngine, pbx: Pbx, tmp_path: Path
) -> None:
    marie, citizen = phone(1), engine("citizen")
    citizen.send(pbx.citizen())
    marie.send(protocol.Dial(call="c", to="071 99 00 01"))
    incoming = citizen.wait(protocol.Incoming)
    assert incoming.number == "+3271000001", "her public number"
    citizen.send(protocol.Reject(call=incoming.call))
    end = ended(marie, "c")
    assert (end.why, end.code) == ("busy", 486)


def test_a_number_that_does_not_exist(phone: Phone) -> None:
    marie = phone(1)
    marie.send(protocol.Dial(call="c", to="2999"))
    assert ended(marie, "c").why == "not_found"


def test_a_citizen_reaches_an_agent_in_the_clear_on_the_trunk(
    phone: Phone, engine: NewEngine, pbx: Pbx, tmp_path: Path
) -> None:
    marie, citizen = phone(1, hz=440), engine("citizen")
    citizen.send(tone_into(tmp_path / "citizen.wav", 700))
    citizen.send(pbx.citizen())
    key = talk(citizen, marie, to="071000001")
    await_packets(marie, key, 200)
    assert stats(citizen, "c").srtp == ""
    assert stats(marie, key).srtp
    citizen.send(protocol.Hangup(call="c"))
    ended(marie, key)
    ended(citizen, "c")
    assert tone_seconds(tmp_path / "citizen.wav", 440) >= 3
    assert tone_seconds(tmp_path / "heard-1.wav", 700) >= 3


def test_a_call_through_a_queue_names_it(phone: Phone, engine: NewEngine, pbx: Pbx) -> None:
    marie, citizen = phone(1), engine("citizen")
    citizen.send(protocol.Sound(source="silence", sink="nothing"))
    citizen.send(pbx.citizen())
    citizen.send(protocol.Dial(call="c", to="071000200"))
    incoming = marie.wait(protocol.Incoming)
    assert incoming.queue == "population"
    assert incoming.call_id.startswith("node1-")
    assert incoming.number == "+3271990001"


def test_a_colleague_who_was_quicker_is_not_a_missed_call(
    phone: Phone, engine: NewEngine, pbx: Pbx
) -> None:
    marie, julien, citizen = phone(1), phone(2), engine("citizen")
    citizen.send(protocol.Sound(source="silence", sink="nothing"))
    citizen.send(pbx.citizen())
    citizen.send(protocol.Dial(call="c", to="071000200"))
    his, hers = (who.wait(protocol.Incoming).call for who in (julien, marie))
    ringing(pbx.asterisk, "u1-1")
    julien.send(protocol.Answer(call=his))
    assert ended(marie, hers).why == "elsewhere"
    citizen.send(protocol.Hangup(call="c"))
    assert ended(julien, his).why == "normal"


def test_redial(phone: Phone) -> None:
    marie, julien = phone(1), phone(2)
    marie.send(protocol.Redial(call="none"))
    assert "nothing was dialled" in marie.wait(protocol.Error).message
    for call in ("first", "again"):
        marie.send(
            protocol.Dial(call=call, to="2002") if call == "first" else protocol.Redial(call=call)
        )
        key = julien.wait(protocol.Incoming).call
        marie.send(protocol.Hangup(call=call))
        ended(julien, key)


@pytest.mark.parametrize("allowed", [True, False])
def test_an_intercom_answers_itself_where_that_is_allowed(
    phone: Phone, pbx: Pbx, wire: str, allowed: bool
) -> None:
    marie, julien = phone(1), phone(2)
    julien.send(pbx.account(2, transport=wire, auto_answer=allowed))
    julien.wait(protocol.Registration, lambda fact: fact.state == "registering")
    julien.wait(protocol.Registration, lambda fact: fact.state == "registered")
    marie.send(protocol.Dial(call="c", to="*802002"))
    incoming = julien.wait(protocol.Incoming)
    assert incoming.auto is allowed
    if allowed:
        reached(marie, "c", "connected")
        await_packets(julien, incoming.call, 10)
    else:
        reached(marie, "c", "ringing")
    marie.send(protocol.Hangup(call="c"))
    ended(julien, incoming.call)
    talk_normally = protocol.Dial(call="d", to="2002")
    marie.send(talk_normally)
    assert not julien.wait(protocol.Incoming).auto, "only when the PBX asks for it"
    marie.send(protocol.Hangup(call="d"))


def test_a_colleague_by_the_letters_of_their_name(phone: Phone) -> None:
    marie, amelie = phone(1), phone(3)
    marie.send(protocol.Dial(call="c", to="*411"))
    reached(marie, "c", "connected")
    await_packets(marie, "c", 50)  # she hears what is wanted
    marie.send(protocol.Dtmf(call="c", digits="663"))  # Noël, letter by letter then
    await_packets(marie, "c", 150)
    marie.send(protocol.Dtmf(call="c", digits="1"))
    assert amelie.wait(protocol.Incoming).number == "2001"
    marie.send(protocol.Hangup(call="c"))


def test_112_finds_a_place_when_all_are_taken(phone: Phone, engine: NewEngine, pbx: Pbx) -> None:
    operator, marie = engine("operator"), phone(1)
    operator.send(pbx.citizen())
    for call in ("a", "b", "c", "d"):
        marie.send(protocol.Dial(call=call, to="*43"))
        reached(marie, call, "connected")
    marie.send(protocol.Hold(call="b", on=True))
    marie.wait(protocol.Held)
    marie.send(protocol.Dial(call="fifth", to="2002"))
    assert "no more than 4" in marie.wait(protocol.Error).message
    marie.send(protocol.Dial(call="help", to="112"))
    assert ended(marie, "b").why == "normal", "who waited gave their place"
    help_ = operator.wait(protocol.Incoming).call
    operator.send(protocol.Answer(call=help_))
    reached(marie, "help", "connected")
    for call in ("a", "c", "d", "help"):
        marie.send(protocol.Hangup(call=call))
        ended(marie, call)


def test_an_intercom_does_not_break_into_a_conversation(phone: Phone, pbx: Pbx, wire: str) -> None:
    marie, julien, sophie = phone(1), phone(2), phone(3)
    julien.send(pbx.account(2, transport=wire, auto_answer=True))
    julien.wait(protocol.Registration, lambda fact: fact.state == "registering")
    julien.wait(protocol.Registration, lambda fact: fact.state == "registered")
    talk(sophie, julien, to="2002")
    marie.send(protocol.Dial(call="c", to="*802002"))
    assert not julien.wait(protocol.Incoming).auto
    reached(marie, "c", "ringing")


def test_an_announcement_is_heard_where_that_is_allowed_and_rings_nowhere_else(
    phone: Phone, pbx: Pbx, wire: str, tmp_path: Path
) -> None:
    marie, julien, sophie = phone(1, hz=440), phone(2, hz=700), phone(3)
    julien.send(pbx.account(2, transport=wire, auto_answer=True))
    julien.wait(protocol.Registration, lambda fact: fact.state == "registering")
    julien.wait(protocol.Registration, lambda fact: fact.state == "registered")
    for extension in ("2002", "2003"):
        wait_until(pbx.asterisk, f"core show hint {extension}", "State:Idle")
    marie.send(protocol.Dial(call="page", to="*812900"))
    reached(marie, "page", "connected")
    heard = julien.wait(protocol.Incoming)
    assert heard.auto
    await_packets(julien, heard.call, 200)
    marie.send(protocol.Hangup(call="page"))
    ended(julien, heard.call)
    marie.send(protocol.Dial(call="c", to="2003"))
    # The first that rings at hers: what had rung before could not be answered any more.
    sophie.send(protocol.Answer(call=sophie.wait(protocol.Incoming).call))
    reached(marie, "c", "connected")
    marie.send(protocol.Hangup(call="c"))
    for who in (marie, julien):
        assert who.close() == 0
    assert tone_seconds(tmp_path / "heard-2.wav", 440) >= 2
    assert tone_seconds(tmp_path / "heard-1.wav", 700) == 0, "one way"


def test_a_room_for_three(phone: Phone, tmp_path: Path) -> None:
    marie, julien, sophie = phone(1, hz=440), phone(2, hz=700), phone(3, hz=1000)
    for who in (marie, julien, sophie):
        who.send(protocol.Dial(call="room", to="*601"))
        reached(who, "room", "connected")
    await_packets(sophie, "room", 300)
    for who in (marie, julien, sophie):
        who.send(protocol.Hangup(call="room"))
        ended(who, "room")
        assert who.close() == 0
    assert tone_seconds(tmp_path / "heard-1.wav", 700, among=2) >= 2
    assert tone_seconds(tmp_path / "heard-1.wav", 1000, among=2) >= 2
    assert tone_seconds(tmp_path / "heard-3.wav", 440, among=2) >= 2
