"""How long a caller waits for something to happen: from dialling to the first sound, or to a ring.

Every way in: a person, a service, a menu, a service that is closed, somebody who forwards. Callers
are raw sockets on the operator's side, so that the first packet of sound counts when it comes.
"""

import socket
import statistics
import struct
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path

from benchmarks.result import Result
from softphone import protocol
from softphone.state import State
from tests.support.ports import free_port
from tests.support.robot import RobotPhone
from tests.support.sip import Message, Peer, udp
from tests.support.town import CITIZEN, Town

TIMES = 20
PATIENCE_S = 10
ALAW = 8
SILENCE = b"\xd5" * 160
PROMPT_MS, RING_MS = 300.0, 500.0
MARIE, URBANISME = "071000011", "071000030"
CLOSED, MENU = "071000070", "071000090"

FLOWS = f"""
[[hours]]
name = "Jamais"
week = []

[[prompt]]
name = "Bienvenue"
fr = "Bienvenue à la commune. Pour la population, tapez un."

[[menu]]
name = "Menu"
extension = "2998"
number = "{MENU}"
prompt = "Bienvenue"
otherwise = "goodbye"
keys = {{ 1 = "Population" }}

[[service]]
name = "Travaux"
extension = "2970"
number = "{CLOSED}"
hours = "Jamais"
"""


def measure(folder: Path) -> list[Result]:
    """Median and slowest of each way."""
    with ExitStack() as stack:
        town = stack.enter_context(Town(folder))
        town.start()
        commune = town.home / "commune.toml"
        commune.write_text(commune.read_text(encoding="utf-8") + FLOWS, encoding="utf-8")
        town.allo("apply", "--yes")
        nathalie, marie, julien, francois = (
            town.phone(extension) for extension in ("2000", "2002", "2003", "2009")
        )
        for phone in (nathalie, marie, julien, francois):
            phone.wait("registered", lambda state: state.ready)
        pbx = ("127.0.0.1", town.installation["sip_udp_port"])
        wire = udp((CITIZEN, free_port(socket.SOCK_DGRAM)), pbx)
        citizen = stack.enter_context(closing(Peer(wire, "+32470000081")))
        end = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        end.bind((CITIZEN, free_port(socket.SOCK_DGRAM)))
        end.settimeout(PATIENCE_S)
        citizen.formats = str(ALAW)
        citizen.rtp_port = end.getsockname()[1]

        def first_sound(number: str) -> Callable[[], float]:
            return lambda: _first_sound(citizen, end, number)

        def rings(number: str, phone: RobotPhone) -> Callable[[], float]:
            return lambda: _rings(citizen, end, phone, number)

        results = [
            *_many("a service that is closed → its prompt", first_sound(CLOSED), PROMPT_MS),
            *_many("a menu → its prompt", first_sound(MENU), PROMPT_MS),
            *_many("an agent's number → rings", rings(MARIE, marie), RING_MS),
            *_many("a service → an agent rings", rings(URBANISME, francois), RING_MS),
            *_many("a colleague's extension → rings", lambda: _inside(julien, marie), RING_MS),
        ]
        _forward(marie, nathalie.extension)
        results += _many("an agent who forwards → the other rings", rings(MARIE, nathalie), RING_MS)
    return results


def _many(what: str, once: Callable[[], float], target: float) -> list[Result]:
    times = [1000 * once() for _ in range(TIMES)]
    return [
        Result("flows", f"{what} (slowest of {TIMES})", max(times), "ms", target=target,
               beside={"median": statistics.median(times)}),
    ]  # fmt: skip


def _first_sound(citizen: Peer, end: socket.socket, number: str) -> float:
    """Seconds from the INVITE to the first packet of sound."""
    began = time.monotonic()
    dialog = citizen.call(number)
    _speak(end, citizen.response(dialog))
    end.recv(2048)
    took = time.monotonic() - began
    citizen.hang_up(dialog)
    _drain(end)
    return took


def _rings(citizen: Peer, end: socket.socket, phone: RobotPhone, number: str) -> float:
    """Seconds from the INVITE until the telephone says that it rings."""
    began = time.monotonic()
    dialog = citizen.call(number)
    answered = number == URBANISME  # a queue does so by itself
    if answered:
        _speak(end, citizen.response(dialog))
    phone.engine.wait(protocol.Incoming)
    took = time.monotonic() - began
    phone.wait("ringing", _in_a_call)
    if answered:
        citizen.hang_up(dialog)
        _drain(end)
    else:
        citizen.response(dialog, least=180)
        citizen.cancel(dialog)
    phone.wait("idle", _idle)
    return took


def _speak(end: socket.socket, answer: Message) -> None:
    """A packet of sound, as any line sends once it is answered: Asterisk waits for the first, half
    a second at most, so that nothing is said into a way that is not open yet."""
    port = int(answer.body.split("m=audio ")[1].split()[0])
    header = struct.pack("!BBHII", 0x80, ALAW, 1, 160, 4711)
    end.sendto(header + SILENCE, ("127.0.0.1", port))


def _inside(caller: RobotPhone, phone: RobotPhone) -> float:
    began = time.monotonic()
    caller.dial("c", phone.extension)
    phone.engine.wait(protocol.Incoming)
    took = time.monotonic() - began
    caller.engine.send(protocol.Hangup(call="c"))
    for one in (caller, phone):
        one.wait("idle", _idle)
    return took


def _in_a_call(state: State) -> bool:
    return any(call.alive for call in state.calls.values())


def _idle(state: State) -> bool:
    return not _in_a_call(state)


def _forward(phone: RobotPhone, to: str) -> None:
    """All of its calls, by the code that any phone has."""
    phone.dial("code", f"*21*{to}")
    phone.wait("the code is over", _idle, timeout=PATIENCE_S)


def _drain(end: socket.socket) -> None:
    """What still came of the last call."""
    end.settimeout(0.1)
    try:
        while True:
            end.recv(2048)
    except TimeoutError:
        end.settimeout(PATIENCE_S)
