"""How colleagues are, what waits in the mailbox, what is switched on: told by a real PBX."""

from collections.abc import Callable, Iterator

import pytest

from pbx_config.render.codes import FORWARDS
from softphone import protocol
from softphone.engine_process import EngineProcess
from tests.softphone.engine.conftest import Pbx
from tests.softphone.engine.dialogue import await_packets, ended, reached, talk
from tests.support.relay import Relay

Phone = Callable[..., EngineProcess]

pytestmark = pytest.mark.parametrize("wire", ["tls", "tls12"])


@pytest.fixture(autouse=True)
def nothing_switched_on(pbx: Pbx) -> Iterator[None]:
    """Whatever a test left behind, the next one finds phones that ring."""
    yield
    for name in ("dnd", "follow", "filter", *(f"forward{when}" for when in FORWARDS)):
        pbx.ask(f"database deltree {name}")
        for number in (2001, 2002, 2003):
            pbx.ask(f"devstate change Custom:{name}-{number} NOT_INUSE")
    for number in (2001, 2002, 2003):
        pbx.ask(f"devstate change Custom:quiet-{number} INVALID")


def becomes(phone: EngineProcess, extension: str, state: str) -> None:
    phone.wait(protocol.Watched, lambda fact: (fact.extension, fact.state) == (extension, state))


def test_a_colleague_from_coming_to_going(phone: Phone) -> None:
    sophie, marie = phone(3), phone(1)
    sophie.send(protocol.Watch(extensions=("2002",)))
    becomes(sophie, "2002", "offline")
    julien = phone(2)
    becomes(sophie, "2002", "free")
    key = talk(marie, julien, to="2002")
    becomes(sophie, "2002", "ringing")
    becomes(sophie, "2002", "busy")
    marie.send(protocol.Hold(call="c", on=True))
    becomes(sophie, "2002", "held")
    marie.send(protocol.Hold(call="c", on=False))
    becomes(sophie, "2002", "busy")
    julien.send(protocol.Hangup(call=key))
    becomes(sophie, "2002", "free")
    julien.close()
    becomes(sophie, "2002", "offline")


def test_whom_one_no_longer_watches_is_not_told(phone: Phone) -> None:
    marie, julien, sophie = phone(1), phone(2), phone(3)
    marie.send(protocol.Watch(extensions=("2002", "2003")))
    for extension in ("2002", "2003"):
        marie.rewind()  # in whatever order, and perhaps offline until the PBX knows better
        becomes(marie, extension, "free")
    marie.send(protocol.Watch(extensions=("2003",)))
    marie.send(protocol.Stats(call="none"))
    marie.wait(protocol.Error)  # so it has read the line before
    said = len(marie.facts)
    julien.close()
    sophie.close()
    becomes(marie, "2003", "offline")
    told = [fact for fact in marie.facts[said:] if isinstance(fact, protocol.Watched)]
    assert [(fact.extension, fact.state) for fact in told] == [("2003", "offline")]


def test_after_a_lost_connection_the_picture_is_right_again(
    engine: Callable[..., EngineProcess], pbx: Pbx, phone: Phone, wire: str
) -> None:
    julien = phone(2)
    with Relay(pbx.account(1, transport=wire).port) as cable:
        marie = engine("marie")
        marie.send(pbx.account(1, transport=wire, port=cable.port))
        marie.send(protocol.Watch(extensions=("2002",)))
        becomes(marie, "2002", "free")
        cable.unplug()
        becomes(marie, "2002", "unknown")
        julien.send(protocol.Dial(call="echo", to="*43"))
        reached(julien, "echo", "connected")
        cable.plug()
        becomes(marie, "2002", "busy")
        julien.send(protocol.Hangup(call="echo"))
        becomes(marie, "2002", "free")
        marie.close()


def test_too_many_at_once_are_refused(phone: Phone) -> None:
    marie = phone(1)
    marie.send(protocol.Watch(extensions=tuple(str(number) for number in range(201))))
    assert "no more than 200" in marie.wait(protocol.Error).message


def test_a_message_left_at_once_is_counted(phone: Phone) -> None:
    marie, julien = phone(1), phone(2)
    marie.rewind()  # it may come with the registration
    before = marie.wait(protocol.Voicemail).new
    julien.send(protocol.Dial(call="c", to="*98 2001"))
    reached(julien, "c", "connected")
    await_packets(julien, "c", 50)
    julien.send(protocol.Dtmf(call="c", digits="#"))  # no greeting, please
    await_packets(julien, "c", 250)
    julien.send(protocol.Hangup(call="c"))
    ended(julien, "c")
    assert marie.wait(protocol.Voicemail).new == before + 1


def test_do_not_disturb(phone: Phone) -> None:
    marie, julien = phone(1), phone(2)
    marie.send(protocol.Watch(extensions=("dnd-2001",)))
    julien.send(protocol.Watch(extensions=("2001",)))
    becomes(julien, "2001", "free")
    marie.send(protocol.Dial(call="on", to="*26"))
    becomes(marie, "dnd-2001", "busy")
    becomes(julien, "2001", "busy")
    ended(marie, "on")
    julien.send(protocol.Dial(call="c", to="2001"))
    reached(julien, "c", "connected")  # the mailbox
    julien.send(protocol.Hangup(call="c"))
    ended(julien, "c")
    assert not any(isinstance(fact, protocol.Incoming) for fact in marie.facts)
    marie.send(protocol.Dial(call="off", to="#26"))
    becomes(marie, "dnd-2001", "free")
    ended(marie, "off")
    becomes(julien, "2001", "free")
    marie.close()
    becomes(julien, "2001", "offline")


def test_forwarded_calls_say_by_whom(phone: Phone) -> None:
    marie, julien, sophie = phone(1), phone(2), phone(3)
    marie.send(protocol.Watch(extensions=("forward-2001",)))
    marie.send(protocol.Dial(call="on", to="*21*2003"))
    becomes(marie, "forward-2001", "busy")
    ended(marie, "on")
    julien.send(protocol.Dial(call="c", to="2001"))
    incoming = sophie.wait(protocol.Incoming)
    assert (incoming.number, incoming.diverted_by) == ("2002", "2001")
    julien.send(protocol.Hangup(call="c"))
    ended(julien, "c")
    marie.send(protocol.Dial(call="off", to="#21"))
    becomes(marie, "forward-2001", "free")
    ended(marie, "off")
    talk(julien, marie, to="2001")


def test_to_a_mobile_but_not_abroad_nor_to_112(phone: Phone, pbx: Pbx) -> None:
    marie = phone(1)
    for number in ("0033123456789", "112", "0112", "090012345", "+3290912345", "9999", "2001"):
        marie.send(protocol.Dial(call=number, to=f"*21*{number}"))
        reached(marie, number, "connected")  # to say that it cannot be
        ended(marie, number)
        assert "0 results" in pbx.ask("database show forward"), number
    for typed, number in (
        ("*21*0475/12.34.56", "0475123456"),
        ("*21* +32 475 12 34 56", "+32475123456"),
    ):
        marie.send(protocol.Dial(call="on", to=typed))
        reached(marie, "on", "connected")
        ended(marie, "on")
        assert f"/forward/2001                                     : {number}" in pbx.ask(
            "database show forward"
        )


def test_forwards_in_a_circle_end_at_somebody(phone: Phone) -> None:
    marie, julien, sophie = phone(1), phone(2), phone(3)
    for who, target in ((marie, "2002"), (julien, "2001")):
        who.send(protocol.Dial(call="on", to=f"*21*{target}"))
        reached(who, "on", "connected")
        ended(who, "on")
    sophie.send(protocol.Dial(call="c", to="2001"))
    incoming = julien.wait(protocol.Incoming)
    julien.send(protocol.Answer(call=incoming.call))
    reached(sophie, "c", "connected")
    for who in (marie, julien):
        who.send(protocol.Dial(call="off", to="#21"))
        reached(who, "off", "connected")
        ended(who, "off")


@pytest.mark.parametrize(("code", "when"), [("67", "cfb"), ("61", "cfnr"), ("62", "unavailable")])
def test_forwarded_only_when_busy_or_unanswered_or_not_there(
    phone: Phone, pbx: Pbx, code: str, when: str
) -> None:
    marie, julien, sophie = phone(1), phone(2), phone(3)
    marie.send(protocol.Watch(extensions=(f"forward-{when}-2001",)))
    marie.send(protocol.Dial(call="on", to=f"*{code}*2003"))
    becomes(marie, f"forward-{when}-2001", "busy")
    ended(marie, "on")
    if when == "unavailable":
        marie.close()
        sophie.send(protocol.Watch(extensions=("2001",)))
        becomes(sophie, "2001", "offline")
    julien.send(protocol.Dial(call="c", to="2001"))
    if when == "cfb":
        marie.send(protocol.Reject(call=marie.wait(protocol.Incoming).call))
    incoming = sophie.wait(protocol.Incoming, timeout=40)  # unanswered: after 25 s
    assert (incoming.number, incoming.diverted_by) == ("2002", "2001")
    julien.send(protocol.Hangup(call="c"))
    ended(julien, "c")
    if when != "unavailable":
        marie.send(protocol.Dial(call="off", to=f"#{code}"))
        becomes(marie, f"forward-{when}-2001", "free")
        ended(marie, "off")


def test_unanswered_forwards_in_a_circle_end_in_the_mailbox(phone: Phone, pbx: Pbx) -> None:
    marie, julien, sophie = phone(1), phone(2), phone(3)
    for who, target in ((marie, "2002"), (julien, "2001")):
        who.send(protocol.Dial(call="on", to=f"*67*{target}"))
        reached(who, "on", "connected")
        ended(who, "on")
    sophie.send(protocol.Dial(call="c", to="2001"))
    for who in (marie, julien, marie, julien):
        who.send(protocol.Reject(call=who.wait(protocol.Incoming).call))
    reached(sophie, "c", "connected")
    assert "!VoiceMail!2001@default" in pbx.ask("core show channels concise")


def test_a_secretary_who_asked_first_puts_a_caller_through(phone: Phone) -> None:
    marie, julien, sophie = phone(1), phone(2), phone(3)
    marie.send(protocol.Watch(extensions=("filter-2001",)))
    marie.send(protocol.Dial(call="on", to="*64*2002"))
    becomes(marie, "filter-2001", "busy")
    ended(marie, "on")
    sophie.send(protocol.Dial(call="c", to="2001"))
    incoming = julien.wait(protocol.Incoming)
    assert (incoming.number, incoming.diverted_by) == ("2003", "2001")
    julien.send(protocol.Answer(call=incoming.call))
    reached(sophie, "c", "connected")
    await_packets(julien, incoming.call, 1)
    julien.send(protocol.Hold(call=incoming.call, on=True))
    julien.wait(protocol.Held, lambda fact: fact.here)
    asked = talk(julien, marie, to="2001", call="ask")
    await_packets(marie, asked, 1)
    julien.send(protocol.Connect(call=incoming.call, other="ask"))
    julien.rewind()
    ended(julien, "ask")
    await_packets(sophie, "c", 10)
    await_packets(marie, asked, 10)
    sophie.send(protocol.Hangup(call="c"))
    ended(marie, asked)
    marie.send(protocol.Dial(call="off", to="#64"))
    becomes(marie, "filter-2001", "free")
    ended(marie, "off")
    talk(sophie, marie, to="2001", call="again")


def test_a_mobile_is_outside_and_has_to_be_one(phone: Phone, pbx: Pbx) -> None:
    marie = phone(1)
    marie.send(protocol.Watch(extensions=("follow-2001",)))
    for number in ("2002", "112", "071000002", "0033123456789"):
        marie.send(protocol.Dial(call=number, to=f"*63*{number}"))
        reached(marie, number, "connected")  # to say that it cannot be
        ended(marie, number)
        assert "0 results" in pbx.ask("database show follow"), number
    marie.send(protocol.Dial(call="on", to="*63* 0475 12 34 56"))
    becomes(marie, "follow-2001", "busy")
    ended(marie, "on")
    assert "0475123456" in pbx.ask("database show follow")
    marie.send(protocol.Dial(call="off", to="#63"))
    becomes(marie, "follow-2001", "free")
    ended(marie, "off")
    assert "0 results" in pbx.ask("database show follow")
