"""Hold, resume and keys in a call, through a real Asterisk: who hears what meanwhile."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from socket import SOCK_DGRAM
from typing import Literal

import pytest

from softphone import protocol
from softphone.engine_process import EngineProcess
from tests.softphone.engine.conftest import NewEngine
from tests.softphone.engine.dialogue import await_packets, direct, ended, reached, talk
from tests.support.ports import free_port
from tests.support.sip import Peer, udp
from tests.support.sound import heard_seconds, level, read_wav

Phone = Callable[..., EngineProcess]

pytestmark = pytest.mark.parametrize("wire", ["tls", "tls12"])


def hold(phone: EngineProcess, call: str, on: bool) -> None:
    """Hold or resume, and wait until the other side has agreed."""
    phone.send(protocol.Hold(call=call, on=on))
    phone.wait(protocol.Held, lambda fact: fact.call == call and fact.here is on)


def test_the_other_waits_and_talks_again(phone: Phone) -> None:
    marie, julien = phone(1), phone(2)
    key = talk(marie, julien, to="2002")
    for holder, call in ((marie, "c"), (julien, key)):
        hold(holder, call, on=True)
        hold(holder, call, on=False)
        await_packets(marie, "c", 10)
        await_packets(julien, key, 10)
    marie.send(protocol.Hangup(call="c"))
    ended(julien, key)


def test_on_hold_the_other_hears_music(phone: Phone, tmp_path: Path) -> None:
    marie, julien = phone(1, hz=440), phone(2)
    key = talk(marie, julien, to="2002")
    await_packets(julien, key, 25)
    hold(marie, "c", on=True)
    await_packets(julien, key, 150)  # the PBX sends in Marie's place
    julien.send(protocol.Hangup(call=key))
    assert ended(marie, "c").why == "normal", "a far hang-up ends a call on hold as well"
    assert julien.close() == 0
    heard, rate = read_wav(tmp_path / "heard-2.wav")
    last = heard[-rate // 2 :]
    assert level(last) > -50, "not silence"
    assert heard_seconds(last, rate, 440) == 0, "not Marie"


def test_after_a_second_of_music_the_other_is_heard_at_once(phone: Phone, tmp_path: Path) -> None:
    marie, julien = phone(1), phone(2, hz=440)
    key = talk(marie, julien, to="2002")
    await_packets(marie, "c", 25)
    hold(julien, key, on=True)
    await_packets(marie, "c", 50)
    hold(julien, key, on=False)
    await_packets(marie, "c", 75)
    marie.send(protocol.Hangup(call="c"))
    ended(julien, key)
    assert marie.close() == 0
    heard, rate = read_wav(tmp_path / "heard-1.wav")
    last = heard[-round(1.2 * rate) :]
    assert heard_seconds(last, rate, 440) >= 1.0, "nothing of it taken for misordered packets"


def test_twice_is_once(phone: Phone) -> None:
    marie, julien = phone(1), phone(2)
    talk(marie, julien, to="2002")
    hold(marie, "c", on=True)
    marie.send(protocol.Hold(call="c", on=True))
    hold(marie, "c", on=False)
    assert [f.here for f in marie.facts if isinstance(f, protocol.Held)] == [True, False]


def test_both_hold_at_once_and_both_come_back(phone: Phone) -> None:
    marie, julien = phone(1), phone(2)
    key = talk(marie, julien, to="2002")
    marie.send(protocol.Hold(call="c", on=True))
    julien.send(protocol.Hold(call=key, on=True))
    for who in (marie, julien):
        who.wait(protocol.Held, lambda fact: fact.here)
    marie.send(protocol.Hold(call="c", on=False))
    julien.send(protocol.Hold(call=key, on=False))
    for who in (marie, julien):
        who.wait(protocol.Held, lambda fact: not fact.here)
    await_packets(marie, "c", 10)
    await_packets(julien, key, 10)


def test_only_a_call_that_is_connected_can_wait(phone: Phone) -> None:
    marie, _ = phone(1), phone(2)
    marie.send(protocol.Dial(call="c", to="2002"))
    for command in (protocol.Hold(call="c", on=True), protocol.Dtmf(call="c", digits="1")):
        marie.send(command)
        assert "not connected" in marie.wait(protocol.Error).message


@pytest.mark.parametrize("by", ["events", "info"])
def test_keys_arrive_once_and_in_order(phone: Phone, by: Literal["events", "info"]) -> None:
    marie, julien = phone(1), phone(2)
    key = talk(marie, julien, to="2002")
    await_packets(marie, "c", 5)
    marie.send(protocol.Dtmf(call="c", digits="19#0*", by=by))
    for digit in "19#0*":
        assert julien.wait(protocol.Pressed, lambda fact: fact.call == key).digit == digit
    julien.send(protocol.Hangup(call=key))
    ended(marie, "c")
    assert len([fact for fact in julien.facts if isinstance(fact, protocol.Pressed)]) == 5


def test_keys_go_by_info_where_the_other_side_knows_no_events(engine: NewEngine, wire: str) -> None:
    here, there = free_port(SOCK_DGRAM), free_port(SOCK_DGRAM)
    with closing(Peer(udp(("127.0.0.1", there), ("127.0.0.1", here)), "old")) as old:
        marie = engine("marie")
        marie.send(direct(here, there))
        marie.send(protocol.Dial(call="c", to="99"))
        old.answer(old.invited())
        reached(marie, "c", "connected")
        marie.send(protocol.Dtmf(call="c", digits="7"))
        info = old.expect(lambda message: message.start.startswith("INFO"))
        assert "Signal=7" in info.body.replace(" ", "")
        old.reply(info, "200 OK")


def test_a_refused_hold_is_said_and_may_be_asked_again(engine: NewEngine, wire: str) -> None:
    here, there = free_port(SOCK_DGRAM), free_port(SOCK_DGRAM)
    with closing(Peer(udp(("127.0.0.1", there), ("127.0.0.1", here)), "old")) as old:
        old.formats = "8"
        marie = engine("marie")
        marie.send(direct(here, there))
        marie.send(protocol.Dial(call="c", to="99"))
        old.answer(old.invited())
        reached(marie, "c", "connected")
        for _ in range(2):
            marie.send(protocol.Hold(call="c", on=True))
            offer = old.expect(lambda m: not m.code and "a=sendonly" in m.body)
            old.reply(offer, "488 Not Acceptable Here")
            assert "488" in marie.wait(protocol.Error, lambda fact: fact.call == "c").message
