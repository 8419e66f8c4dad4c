"""Handing a call on, through a real Asterisk: blind, after asking, refused."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from socket import SOCK_DGRAM

import pytest

from softphone import protocol
from softphone.engine_process import EngineProcess
from tests.softphone.engine import dialogue
from tests.softphone.engine.conftest import NewEngine, Pbx
from tests.softphone.engine.dialogue import await_packets, direct, ended, reached
from tests.support.exchange import password_of
from tests.support.ports import free_port
from tests.support.sip import Message, Peer, tls, udp

Phone = Callable[..., EngineProcess]

pytestmark = pytest.mark.parametrize("wire", ["tls", "tls12"])


def state_of(phone: EngineProcess, state: str) -> protocol.Transferred:
    return phone.wait(protocol.Transferred, lambda fact: fact.state == state)


def talk(caller: EngineProcess, callee: EngineProcess, to: str, call: str = "c") -> str:
    """As in any dialogue, and the PBX has joined the two: nobody else can be handed on."""
    key = dialogue.talk(caller, callee, to, call)
    await_packets(callee, key, 1)
    return key


def hear_each_other(one: tuple[EngineProcess, str], other: tuple[EngineProcess, str]) -> None:
    for phone, call in (one, other):
        await_packets(phone, call, 10)


@pytest.mark.parametrize("by", ["caller", "callee"])
def test_blind(phone: Phone, by: str) -> None:
    marie, julien, sophie = phone(1), phone(2), phone(3)
    key = talk(marie, julien, to="2002")
    hander, mine, kept, its = (
        (julien, key, marie, "c") if by == "callee" else (marie, "c", julien, key)
    )
    hander.send(protocol.Transfer(call=mine, to="2003"))
    state_of(hander, "under_way")
    call = sophie.wait(protocol.Incoming)
    sophie.send(protocol.Answer(call=call.call))
    reached(sophie, call.call, "connected")
    state_of(hander, "done")
    assert ended(hander, mine).why == "normal"
    hear_each_other((kept, its), (sophie, call.call))
    kept.send(protocol.Hangup(call=its))
    ended(sophie, call.call)


def test_blind_to_a_number_that_does_not_exist_leaves_the_call(phone: Phone) -> None:
    marie, julien = phone(1), phone(2)
    key = talk(marie, julien, to="2002")
    julien.send(protocol.Transfer(call=key, to="2999"))
    assert state_of(julien, "refused").why == "not_found"
    hear_each_other((marie, "c"), (julien, key))


@contextmanager
def slow_phone(pbx: Pbx) -> Iterator[Peer]:
    """Phone 3, which takes its time to ring."""
    network = pbx.exchange.network
    wire = tls("127.0.0.1", network.sip_tls_port, pbx.exchange.certificates.ca)
    with closing(Peer(wire, "u3-1", password=password_of("u3-1"))) as slow:
        slow.register()
        slow.prove_alive()
        yield slow
        slow.register(expires=0)


def trying(slow: Peer) -> Message:
    """The call that came, and that does not ring yet."""
    invite = slow.expect(lambda message: not message.code and message.method == "INVITE")
    slow.reply(invite, "100 Trying")
    return invite


def test_who_is_handed_on_hangs_up_before_it_rings_there(phone: Phone, pbx: Pbx) -> None:
    """The PBX has given up our leg by then, and says nothing of it for a minute."""
    marie, julien = phone(1), phone(2)
    with slow_phone(pbx) as slow:
        key = talk(marie, julien, to="2002")
        julien.send(protocol.Transfer(call=key, to="2003"))
        invite = trying(slow)
        marie.send(protocol.Hangup(call="c"))
        slow.cancelled(invite)
        assert state_of(julien, "refused").why == "unavailable"
        assert ended(julien, key).why == "normal"


def test_a_call_is_handed_on_once(phone: Phone, pbx: Pbx) -> None:
    marie, julien = phone(1), phone(2)
    with slow_phone(pbx) as slow:
        key = talk(marie, julien, to="2002")
        for _ in range(2):
            julien.send(protocol.Transfer(call=key, to="2003"))
        invite = trying(slow)
        assert "under way" in julien.wait(protocol.Error).message
        slow.reply(invite, "180 Ringing")
        julien.rewind()
        state_of(julien, "done")
        ended(julien, key)
        marie.send(protocol.Hangup(call="c"))
        slow.cancelled(invite)


@pytest.mark.parametrize("by", ["caller", "callee"])
def test_after_asking(phone: Phone, by: str) -> None:
    marie, julien, sophie = phone(1), phone(2), phone(3)
    key = talk(marie, julien, to="2002")
    hander, mine, kept, its = (
        (julien, key, marie, "c") if by == "callee" else (marie, "c", julien, key)
    )
    hander.send(protocol.Hold(call=mine, on=True))
    hander.wait(protocol.Held, lambda fact: fact.here)
    asked = talk(hander, sophie, to="2003", call="ask")
    hander.send(protocol.Connect(call=mine, other="ask"))
    left = {mine, "ask"}  # in whatever order
    done = False
    while left or not done:
        match hander.wait(protocol.Fact):
            case protocol.CallState(call=call, state="ended"):
                left.remove(call)
            case protocol.Transferred(state="done"):
                done = True
    hear_each_other((kept, its), (sophie, asked))
    sophie.send(protocol.Hangup(call=asked))
    ended(kept, its)


def test_swapping_between_the_two_and_giving_up(phone: Phone) -> None:
    marie, julien, sophie = phone(1), phone(2), phone(3)
    key = talk(marie, julien, to="2002")

    def held(call: str, on: bool) -> None:
        marie.send(protocol.Hold(call=call, on=on))
        marie.wait(protocol.Held, lambda fact: (fact.call, fact.here) == (call, on))

    held("c", True)
    asked = talk(marie, sophie, to="2003", call="ask")
    held("ask", True)
    held("c", False)
    hear_each_other((marie, "c"), (julien, key))
    held("c", True)
    held("ask", False)
    hear_each_other((marie, "ask"), (sophie, asked))
    marie.send(protocol.Hangup(call="ask"))
    ended(sophie, asked)
    held("c", False)
    hear_each_other((marie, "c"), (julien, key))


def test_nobody_is_handed_on_to_what_changes_their_own_phone(phone: Phone, pbx: Pbx) -> None:
    marie, julien = phone(1), phone(2)
    for code in ("*26", "*21*0475123456", "*98"):
        key = talk(marie, julien, to="2002", call=code)
        marie.send(protocol.Transfer(call=code, to=code))
        ended(marie, code)
        ended(julien, key)
    assert "0 results" in pbx.ask("database show dnd")
    assert "0 results" in pbx.ask("database show forward")


def test_sent_where_nothing_more_is_heard_of_them(phone: Phone, pbx: Pbx) -> None:
    marie, julien = phone(1), phone(2)
    try:
        key = talk(marie, julien, to="2900")  # by the queue, so there is a leg between the two
        julien.send(protocol.Transfer(call=key, to="*43"))
        state_of(julien, "done")
        ended(julien, key)
        marie.send(protocol.Transfer(call="c", to="*43"))
        marie.wait(protocol.Transferred, lambda fact: fact.state == "done", timeout=30)
        ended(marie, "c")
    finally:
        pbx.ask("channel request hangup all")  # two machines, with each other


def test_what_cannot_be_handed_on(phone: Phone, pbx: Pbx) -> None:
    marie, julien = phone(1), phone(2)
    talk(marie, julien, to="2002")
    for command, said in (
        (protocol.Transfer(call="c", to=""), "no number"),
        (protocol.Transfer(call="d", to="2003"), "no such call"),
        (protocol.Connect(call="c", other="c"), "itself"),
        (protocol.Connect(call="c", other="d"), "no such call"),
    ):
        marie.send(command)
        assert said in marie.wait(protocol.Error).message


def test_nobody_tells_this_phone_whom_to_call(engine: NewEngine, wire: str) -> None:
    here, there = free_port(SOCK_DGRAM), free_port(SOCK_DGRAM)
    with closing(Peer(udp(("127.0.0.1", there), ("127.0.0.1", here)), "far")) as far:
        marie = engine("marie")
        marie.send(direct(here, there))
        marie.send(protocol.Dial(call="c", to="99"))
        call = far.answer(far.invited())
        reached(marie, "c", "connected")
        assert far.refer(call, f"sip:premium@127.0.0.1:{there}").code == 603
        with pytest.raises(TimeoutError):  # and it calls nobody
            far.expect(lambda message: message.target == "premium", 0.5)
        far.hang_up(call)
        ended(marie, "c")


def test_nobody_there_and_the_caller_comes_back(phone: Phone) -> None:
    marie, julien = phone(1), phone(2)
    key = talk(marie, julien, to="2002")
    julien.send(protocol.Transfer(call=key, to="2003"))  # who is not there
    back = julien.wait(protocol.Incoming)
    assert (back.number, back.returned) == ("2001", "2003")
    julien.send(protocol.Answer(call=back.call))
    reached(julien, back.call, "connected")
    hear_each_other((marie, "c"), (julien, back.call))
    julien.send(protocol.Hangup(call=back.call))
    ended(marie, "c")


def test_straight_to_voicemail(phone: Phone, pbx: Pbx) -> None:
    marie, julien = phone(1), phone(2)
    key = talk(marie, julien, to="2002")
    julien.send(protocol.Transfer(call=key, to="*982003"))
    state_of(julien, "done")
    ended(julien, key)
    await_packets(marie, "c", 20)
    assert "VoiceMail" in pbx.ask("core show channels concise")
    marie.send(protocol.Hangup(call="c"))
    ended(marie, "c")


def test_onto_a_call_that_waits(phone: Phone) -> None:
    """Two callers of Julien's, one on hold: he connects them."""
    marie, julien, sophie = phone(1), phone(2), phone(3)
    first = talk(marie, julien, to="2002")
    julien.send(protocol.Hold(call=first, on=True))
    julien.wait(protocol.Held, lambda fact: fact.here)
    second = talk(sophie, julien, to="2002")
    julien.send(protocol.Connect(call=second, other=first))
    for key in (first, second):
        julien.rewind()
        ended(julien, key)
    hear_each_other((marie, "c"), (sophie, "c"))
    marie.send(protocol.Hangup(call="c"))
    ended(sophie, "c")


def test_one_learns_who_the_other_side_is_now(phone: Phone) -> None:
    marie, julien, sophie = phone(1), phone(2), phone(3)
    key = talk(marie, julien, to="2002")
    marie.rewind()
    assert marie.wait(protocol.Party).name == "Julien Marchal", "whom one reached"
    julien.send(protocol.Hold(call=key, on=True))
    julien.wait(protocol.Held, lambda fact: fact.here)
    asked = talk(julien, sophie, to="2003", call="ask")
    julien.send(protocol.Connect(call=key, other="ask"))
    now = marie.wait(protocol.Party)
    assert (now.number, now.name) == ("2003", "Amélie Noël")
    assert sophie.wait(protocol.Party, lambda fact: fact.number == "2001").call == asked


def test_into_the_shared_hold_and_back(phone: Phone) -> None:
    """Marie hears the place first, then leaves Julien there; Sophie takes him back."""
    marie, julien, sophie = phone(1), phone(2), phone(3)
    key = talk(marie, julien, to="2002")
    marie.send(protocol.Hold(call="c", on=True))
    marie.wait(protocol.Held, lambda fact: fact.here)
    marie.send(protocol.Dial(call="place", to="*7"))
    reached(marie, "place", "connected")
    await_packets(marie, "place", 10)
    marie.send(protocol.Connect(call="c", other="place"))
    marie.rewind()
    assert ended(marie, "c").why == "normal"
    sophie.send(protocol.Dial(call="back", to="*771"))
    reached(sophie, "back", "connected")
    hear_each_other((julien, key), (sophie, "back"))
    sophie.rewind()
    assert sophie.wait(protocol.Party).name == "Julien Marchal"
    sophie.send(protocol.Hangup(call="back"))
    ended(julien, key)


def test_a_call_that_rings_elsewhere_is_picked_up(phone: Phone) -> None:
    """Everybody sees who is where: who picks up, who called, and who was called."""
    marie, julien, sophie = phone(1), phone(2), phone(3)
    marie.send(protocol.Dial(call="c", to="2002"))
    key = julien.wait(protocol.Incoming).call
    reached(marie, "c", "ringing")
    sophie.send(protocol.Dial(call="mine", to="*82002"))
    reached(sophie, "mine", "connected")
    assert ended(julien, key).why == "elsewhere"
    reached(marie, "c", "connected")
    hear_each_other((marie, "c"), (sophie, "mine"))
    sophie.rewind()
    assert sophie.wait(protocol.Party, lambda fact: fact.number == "2001").name == "Marie Dupont"
    marie.rewind()
    assert marie.wait(protocol.Party, lambda fact: fact.number == "2003").name == "Amélie Noël"
    sophie.send(protocol.Hangup(call="mine"))
    ended(marie, "c")
