"""SIP MESSAGE is not how our phones write: one that comes all the same does nothing."""

from contextlib import closing
from socket import SOCK_DGRAM

from softphone import protocol
from tests.softphone.engine.conftest import NewEngine
from tests.softphone.engine.dialogue import direct, ended, reached
from tests.support.ports import free_port
from tests.support.sip import Peer, udp

TEXTS = ("Bonjour ✓", "", "x" * 3000, '{"do":"quit"}\n{"fact":"ready"}')
KINDS = ("message/cpim", "application/im-iscomposing+xml", "text/html")


def test_a_sip_message_is_answered_and_shown_to_nobody(engine: NewEngine) -> None:
    here, there = free_port(SOCK_DGRAM), free_port(SOCK_DGRAM)
    with closing(Peer(udp(("127.0.0.1", there), ("127.0.0.1", here)), "far")) as far:
        far.formats = "9"
        marie = engine("marie")
        marie.send(direct(here, there))
        marie.send(protocol.Dial(call="c", to="99"))
        call = far.answer(far.invited())
        reached(marie, "c", "connected")
        before = len(marie.facts)
        for text in TEXTS:
            assert far.request("MESSAGE", "marie", text).code == 200
            assert far.write(call, text).code == 200
        for kind in KINDS:
            extra = (("Content-Type", kind),)
            assert far.request("MESSAGE", "marie", "Bonjour", extra=extra).code == 200
        marie.send(protocol.Stats(call="c"))
        marie.wait(protocol.CallStats)
        # How the call sounds is said once a second, and a slow machine needs seconds for this.
        sounds = {protocol.Quality, protocol.Trouble}
        told = {type(fact) for fact in marie.facts[before:]} - sounds
        assert told <= {protocol.CallStats, protocol.Media, protocol.SoundState}
        assert "Bonjour" not in repr(marie.facts)
        far.hang_up(call)
        ended(marie, "c")
