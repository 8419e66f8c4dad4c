"""A call whose re-INVITE nobody answers, on a cable that loses it."""

from collections.abc import Callable

from softphone import protocol
from softphone.engine_process import EngineProcess
from tests.softphone.engine.conftest import Pbx
from tests.softphone.engine.dialogue import await_packets, ended, talk
from tests.support.relay import Relay

Phone = Callable[..., EngineProcess]


def test_it_is_there_as_long_as_sound_comes_and_over_without(pbx: Pbx, phone: Phone) -> None:
    """The far side hangs up between: the PBX's BYE goes to the connection that is gone."""
    marie, julien = phone(1), phone(2)
    with Relay(pbx.account(1).port, opens=pbx.exchange.certificates) as cable:
        marie.send(pbx.account(1, port=cable.port))
        marie.wait(protocol.Registration, lambda fact: fact.state == "registered")
        key = talk(julien, marie, to="2001")
        cable.lost = b"INVITE"
        cable.cut()
        marie.wait(protocol.Registration, lambda fact: fact.state == "offline")
        marie.wait(protocol.Registration, lambda fact: fact.state == "registered")
        await_packets(marie, key, 350)  # 7 s without an answer
        julien.send(protocol.Hangup(call="c"))
        assert ended(marie, key).why == "normal"
