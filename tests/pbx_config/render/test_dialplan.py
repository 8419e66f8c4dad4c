"""Who reaches whom, on a real Asterisk: phones over TLS on one side, the operator's line beyond."""

import re
import socket
import sqlite3
import time
from dataclasses import replace
from pathlib import Path

import pytest

from pbx_config.asterisk import Asterisk
from pbx_config.render.outside import EMERGENCY, HELP_LINES
from tests.support import sip
from tests.support.console import ringing, wait_for, wait_until
from tests.support.exchange import make_user, small_exchange
from tests.support.pbx import Pbx, running


def refuse(line: sip.Peer, invite: sip.Message) -> None:
    line.reply(invite, "486 Busy Here")
    line.expect(lambda m: m.start.startswith("ACK"))


@pytest.mark.parametrize("number", [*EMERGENCY, *HELP_LINES, "0112"])
def test_emergency_goes_out_with_the_sites_number(
    marie: sip.Peer, line: sip.Peer, number: str
) -> None:
    call = marie.call(number)
    invite = line.invited()
    assert invite.target == number.removeprefix("0")
    assert invite.caller == "+3271000112"
    marie.cancel(call)
    line.cancelled(invite)


def test_emergency_comes_before_an_extension_of_the_same_number(short_folder: Path) -> None:
    exchange = small_exchange(short_folder)
    joker = replace(make_user(4, "Agent 112"), extension="112")
    with running(replace(exchange, users=(*exchange.users, joker)), short_folder / "e") as pbx:
        phone, line, other = pbx.registered("u1-1"), pbx.line(), pbx.registered("u4-1")
        phone.call("112")
        assert line.invited().target == "112"
        assert other.quiet(0.3)


def test_emergency_tries_the_next_line_and_says_so_when_none_is_left(short_folder: Path) -> None:
    exchange = small_exchange(short_folder)
    (first,) = exchange.trunks
    second = replace(first, name="second", host="127.0.0.3")
    with running(replace(exchange, trunks=(first, second)), short_folder / "t") as pbx:
        phone, line = pbx.registered("u1-1"), pbx.line()
        spare = pbx.plain((second.host, second.port), "second")
        call = phone.call("112")
        refuse(line, line.invited())
        refuse(spare, spare.invited())
        assert phone.response(call).code >= 500
        assert "Emergency call to 112 from 2001 got no line" in pbx.asterisk.log_since(0)


def test_emergency_without_any_line_is_refused_loudly(short_folder: Path) -> None:
    exchange = small_exchange(short_folder, trunk=False)
    with running(exchange, short_folder / "n") as pbx:
        phone = pbx.registered("u1-1")
        call = phone.call("112")
        assert phone.response(call).code >= 500
        assert "Emergency call to 112 from 2001 got no line" in pbx.asterisk.log_since(0)


@pytest.mark.parametrize(
    ("dialled", "sent"),
    [
        ("0471234567", "+32471234567"),
        ("071999999", "+3271999999"),
        ("003312345678", "+3312345678"),
        ("+4912345678", "+4912345678"),
    ],
)
def test_outgoing_calls_leave_as_e164_with_the_agents_number(
    marie: sip.Peer, line: sip.Peer, dialled: str, sent: str
) -> None:
    call = marie.call(dialled)
    invite = line.invited()
    assert (invite.target, invite.caller) == (sent, "+3271000001")
    refuse(line, invite)
    assert marie.response(call).code == 486


def test_what_a_phone_registers_is_no_part_of_a_dial_string(town: Pbx, marie: sip.Peer) -> None:
    evil, victim = town.phone("u2-1"), town.registered("u3-1")
    evil.contact = "u2-1&PJSIP/u3-1,30,m"
    assert evil.register().code == 200
    evil.prove_alive()
    call = marie.call("2002")
    invite = evil.invited()
    assert victim.quiet(0.3)
    marie.cancel(call)
    evil.cancelled(invite)
    for phone in (evil, victim):
        phone.register(expires=0)


def test_an_agent_without_a_number_shows_the_sites(short_folder: Path) -> None:
    users = (make_user(1, "Sans Numéro", public=False),)
    with running(small_exchange(short_folder, users), short_folder / "s") as pbx:
        phone, line = pbx.registered("u1-1"), pbx.line()
        phone.call("0471234567")
        assert line.invited().caller == "+3271000100"


@pytest.mark.parametrize("number", ["2002", "071000002", "+3271000002", "003271000002"])
def test_colleagues_are_reached_inside_the_house(
    marie: sip.Peer, julien: sip.Peer, line: sip.Peer, number: str
) -> None:
    call = marie.call(number)
    invite = julien.invited()
    assert invite.caller == "2001"
    assert '"Marie Dupont"' in invite["From"]
    assert "AES_CM_128_HMAC_SHA1_80" in invite.body
    dialog = julien.answer(invite)
    assert marie.response(call).code == 200
    julien.hang_up(dialog)
    marie.hung_up()
    assert line.quiet(0.2)


@pytest.mark.parametrize("number", ["+3271000001", "3271000001", "003271000001", "071000001"])
def test_citizens_reach_an_agents_number(marie: sip.Peer, line: sip.Peer, number: str) -> None:
    call = line.call(number, caller="0471999999")
    invite = marie.invited()
    assert invite.caller == "+32471999999"
    assert invite["X-Allo-Queue"] == ""
    marie.answer(invite)
    assert line.response(call).code == 200
    line.hang_up(call)
    marie.hung_up()


@pytest.mark.parametrize(
    "number",
    [
        "+32470000000",
        "004412345678",
        "2001",
        "112",
        "*98",
        "*982001",
        "*972900",
        "*26",
        "#26",
        "#21",
        "*21*0470000000",
        "*63*0470000000",
        "*64*2002",
        "#63",
        "follow-2001",
        "filter-2001",
        "*601",
        "*411",
        "*812900",
        "*802001",
        "*7",
        "*771",
        "*8",
        "*82001",
        "dnd-2001",
    ],
)
def test_the_line_reaches_nothing_but_our_public_numbers(line: sip.Peer, number: str) -> None:
    assert line.response(line.call(number, caller="+32471999999")).code == 404


def test_a_citizen_given_back_from_outside_is_still_themselves(
    town: Pbx, marie: sip.Peer, line: sip.Peer
) -> None:
    call = line.call("071000001", caller="0471999999")
    talking = marie.answer(marie.invited())
    assert line.response(call).code == 200
    # Who answered is told before the two are joined, and only who is joined can be handed on.
    wait_until(town.asterisk, "bridge show all", r"\s2\s+basic\s")
    assert marie.refer(talking, "sip:0475123456@localhost").code == 202
    mobile = line.invited()
    assert (mobile.target, mobile.caller) == ("+32475123456", "+3271000100")
    refuse(line, mobile)
    back = marie.invited()
    assert (back.caller, back["X-Allo-Returned"]) == ("+32471999999", "32475123456")
    line.hang_up(call)
    marie.cancelled(back)


def test_a_missing_agent_has_voicemail(marie: sip.Peer) -> None:
    call = marie.call("2003")
    assert marie.response(call).code == 200
    marie.hang_up(call)


def test_echo_test_answers(marie: sip.Peer) -> None:
    call = marie.call("*43")
    assert marie.response(call).code == 200
    marie.hang_up(call)


@pytest.mark.parametrize("number", ["+3271000100", "+3271000200"])
def test_a_citizen_waits_with_music_and_an_agent_answers(
    town: Pbx, marie: sip.Peer, line: sip.Peer, number: str
) -> None:
    free(town.asterisk, "2001")
    call = line.call(number, caller="+32471999999")
    assert line.response(call).code == 200
    invite = marie.invited()
    assert invite.caller == "+32471999999"
    assert invite["X-Allo-Queue"] == "population"
    assert re.fullmatch(r"node1-\d+\.\d+", invite["X-Allo-Call"])
    dialog = marie.answer(invite)
    wait_for(town.asterisk, "queue show population", "No Callers")
    marie.hang_up(dialog)
    line.hung_up()


def test_who_did_not_answer_first_sees_answered_elsewhere(
    town: Pbx, marie: sip.Peer, julien: sip.Peer, line: sip.Peer
) -> None:
    free(town.asterisk, "2001", "2002")
    call = line.call("+3271000200", caller="+32471999999")
    line.response(call)
    his, hers = julien.invited(), marie.invited()
    ringing(town.asterisk, "u1-1", "u2-1")
    dialog = marie.answer(hers)
    assert "cause=200" in julien.cancelled(his)["Reason"]
    wait_for(town.asterisk, "queue show population", "No Callers")
    marie.hang_up(dialog)
    line.hung_up()


def test_a_busy_agent_is_not_rung_again_by_the_queue(
    town: Pbx, marie: sip.Peer, julien: sip.Peer, line: sip.Peer
) -> None:
    echo = marie.call("*43")
    marie.response(echo)
    wait_for(town.asterisk, "core show hint 2001", "InUse")
    free(town.asterisk, "2002")
    call = line.call("+3271000200", caller="+32471999999")
    line.response(call)
    assert julien.invited()["X-Allo-Queue"] == "population"
    assert marie.quiet(0.5)
    line.hang_up(call)
    marie.hang_up(echo)


def test_a_receptionist_takes_a_waiting_caller(town: Pbx, line: sip.Peer) -> None:
    """Nobody of the queue is registered when the citizen joins; then julien takes that caller."""
    call = line.call("+3271000200", caller="+32471999999")
    line.response(call)
    channel = waiting(town.asterisk)
    julien = town.registered("u2-1")
    quiet_queue(town, julien)
    withdraw(town, channel, "2002")
    invite = julien.invited()
    assert invite.caller == "+32471999999"
    assert invite["X-Allo-Queue"] == "population"
    dialog = julien.answer(invite)
    julien.hang_up(dialog)
    line.hung_up()
    julien.register(expires=0)


@pytest.mark.parametrize("taker", ["2003", "9999", "112", "abc"])
def test_a_caller_who_is_not_taken_waits_again(town: Pbx, line: sip.Peer, taker: str) -> None:
    call = line.call("+3271000200", caller="+32471999999")
    line.response(call)
    channel = waiting(town.asterisk)
    withdraw(town, channel, taker)
    wait_for(town.asterisk, "queue show population", "prio: 10")
    line.hang_up(call)
    assert line.quiet(0.1)


def test_waiting_too_long_ends_in_the_services_voicemail(short_folder: Path) -> None:
    exchange = small_exchange(short_folder)
    queues = (replace(exchange.queues[0], max_wait=1),)
    with running(replace(exchange, queues=queues), short_folder / "v") as pbx:
        line = pbx.line()
        line.response(line.call("+3271000200", caller="+32471999999"))
        wait_for(pbx.asterisk, "core show channels concise", "!VoiceMail!2900@default")


def test_every_call_is_recorded_at_hangup(town: Pbx, marie: sip.Peer) -> None:
    call = marie.call("*43")
    marie.response(call)
    marie.hang_up(call)
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        with sqlite3.connect(f"file:{town.layout.cdr}?mode=ro", uri=True) as database:
            rows = database.execute(
                "SELECT src, dst, disposition, uniqueid FROM cdr ORDER BY rowid DESC LIMIT 1"
            ).fetchall()
        database.close()
        if rows and rows[0][1] == "*43":
            assert rows[0][:3] == ("2001", "*43", "ANSWERED")
            assert rows[0][3].startswith("node1-")
            return
        time.sleep(0.05)
    pytest.fail("no row in the call records")


def test_nobody_sends_text_messages_through_the_pbx(marie: sip.Peer) -> None:
    assert marie.request("MESSAGE", "2002").code >= 400


def free(asterisk: Asterisk, *extensions: str) -> None:
    """Wait until the queue knows these members as free: states travel on their own."""
    for extension in extensions:
        wait_until(asterisk, "queue show population", rf"{extension} \(.*\(Not in use\)")


def waiting(asterisk: Asterisk) -> str:
    shown = wait_for(asterisk, "queue show population", "PJSIP/trunk-operator-")
    found = re.search(r"(PJSIP/trunk-operator-\w+)", shown)
    assert found
    return found[1]


def quiet_queue(town: Pbx, phone: sip.Peer) -> None:
    """The queue rings a phone as soon as it is registered: refuse that once, then be quick."""
    refuse(phone, phone.invited())


def withdraw(town: Pbx, channel: str, taker: str) -> None:
    """AMI action QueueWithdrawCaller, as the server does."""
    ami = town.exchange.ami
    with socket.create_connection(("127.0.0.1", town.exchange.network.ami_port), 5) as connection:
        connection.sendall(
            f"Action: Login\r\nUsername: {ami.username}\r\nSecret: {ami.secret}\r\n"
            "Events: off\r\n\r\n"
            f"Action: QueueWithdrawCaller\r\nQueue: population\r\nCaller: {channel}\r\n"
            f"WithdrawInfo: {taker}\r\n\r\nAction: Logoff\r\n\r\n".encode()
        )
        answer = b""
        while b"Goodbye" not in answer:
            answer += connection.recv(4096)
    assert b"Withdraw requested successfully" in answer, answer
