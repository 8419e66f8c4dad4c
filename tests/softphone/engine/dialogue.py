"""Words of the engine tests' dialogues."""

import time

from softphone import protocol
from softphone.engine.quality import Counters
from softphone.engine_process import EngineProcess

BEGINNING = Counters(
    codec="G722/16000",
    sent=0,
    received=0,
    lost=0,
    late=0,
    gaps=0,
    reports=0,
    lost_there=0,
    jitter_ms=1.0,
    rtt_ms=0.0,
    buffer_ms=20.0,
    burst_ms=20.0,
)
"""Of a stream in a good network."""


def direct(here: int, there: int) -> protocol.Account:
    """An account that calls a peer at port ``there`` without any PBX, by UDP in clear."""
    return protocol.Account(
        host="127.0.0.1",
        port=there,
        user="marie",
        transport="udp",
        srtp="off",
        register=False,
        bind="127.0.0.1",
        local_port=here,
    )


def ended(phone: EngineProcess, call: str, timeout: float = 10.0) -> protocol.CallState:
    """Wait for the end of a call."""
    return phone.wait(
        protocol.CallState, lambda f: f.call == call and f.state == "ended", timeout=timeout
    )


def reached(phone: EngineProcess, call: str, state: str) -> protocol.CallState:
    """Wait until a call is so far."""
    return phone.wait(protocol.CallState, lambda f: f.call == call and f.state == state)


def talk(caller: EngineProcess, callee: EngineProcess, to: str, call: str = "c") -> str:
    """Dial, ring, answer, hear each other; returns the callee's key."""
    caller.send(protocol.Dial(call=call, to=to))
    key = callee.wait(protocol.Incoming).call
    callee.send(protocol.Answer(call=key))
    for phone, mine in ((caller, call), (callee, key)):
        reached(phone, mine, "connected")
    return key


def stats(phone: EngineProcess, call: str) -> protocol.CallStats:
    """Ask for the counters of a call."""
    phone.send(protocol.Stats(call=call))
    return phone.wait(protocol.CallStats, lambda f: f.call == call)


def await_packets(phone: EngineProcess, call: str, packets: int) -> protocol.CallStats:
    """Wait until so many RTP packets (20 ms each) arrived since now."""
    enough = stats(phone, call).received + packets
    while True:
        now = stats(phone, call)
        if now.received >= enough:
            return now
        time.sleep(0.1)  # the counters tell only when asked
