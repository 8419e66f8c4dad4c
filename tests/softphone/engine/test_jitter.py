"""What the jitter buffer makes of a bad network: raw packets in, the engine's own figures out."""

import ctypes
import random
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from socket import SOCK_DGRAM

import pjsua2 as pj
import pytest

from softphone import protocol
from softphone.engine.stack import NEVER, never_shrink
from softphone.engine_process import EngineProcess
from tests.softphone.engine.conftest import NewEngine
from tests.softphone.engine.dialogue import direct, ended, reached, stats
from tests.support.ports import free_port
from tests.support.sip import Message, Peer, udp

G722 = 9
PACKET_S = 0.02
SILENCE = bytes(160)
Line = tuple[EngineProcess, Peer, "Sender"]
Weather = Callable[[float], float]
"""When a packet arrives that was sent then."""


def last(phone: EngineProcess, seconds: int) -> list[protocol.Quality]:
    """Of the last seconds."""
    return [fact for fact in phone.facts if isinstance(fact, protocol.Quality)][-seconds:]


def jammed(sent: float) -> float:
    """A busy Wi-Fi: nothing for 200 ms of every two seconds, then all at once."""
    return max(sent, sent - sent % 2 + 0.2)


def third_second(phone: EngineProcess) -> protocol.Quality:
    """From now on: the first may be half of before."""
    return [phone.wait(protocol.Quality) for _ in range(3)][-1]


class Sender:
    """Sends the other side's sound as the network would deliver it."""

    def __init__(self, end: socket.socket, to: tuple[str, int]) -> None:
        self._end, self.to = end, to
        self._number = 0
        self._begin = time.monotonic()

    def send(self, seconds: float, weather: Weather = lambda sent: sent) -> None:
        """So much sound; packets still on the way at its end arrive before what is sent next."""
        first, self._number = self._number, self._number + round(seconds / PACKET_S)
        numbers = range(first, self._number)
        for due, number in sorted((weather(n * PACKET_S), n) for n in numbers):
            time.sleep(max(0.0, self._begin + due - time.monotonic()))
            header = struct.pack("!BBHII", 0x80, G722, number, 160 * number, 4711)
            self._end.sendto(header + SILENCE, self.to)

    def listens(self, old: Peer, offer: Message) -> None:
        """Accept it, and send where it says from now on."""
        old.answer(offer)
        self.to = ("127.0.0.1", int(offer.body.split("m=audio ")[1].split()[0]))

    @contextmanager
    def going_on(self, weather: Weather = lambda sent: sent) -> Iterator[None]:
        """Sound goes on meanwhile, in that weather."""
        enough = threading.Event()

        def send() -> None:
            while not enough.is_set():
                self.send(0.1, weather)

        thread = threading.Thread(target=send)
        thread.start()
        try:
            yield
        finally:
            enough.set()
            thread.join()


@contextmanager
def calling(engine: NewEngine, number: str) -> Iterator[Line]:
    """A phone in a call, and who sends it the other side's sound."""
    here, there = free_port(SOCK_DGRAM), free_port(SOCK_DGRAM)
    wire = udp(("127.0.0.1", there), ("127.0.0.1", here))
    with closing(Peer(wire, "old")) as old, socket.socket(socket.AF_INET, SOCK_DGRAM) as end:
        end.bind(("127.0.0.1", free_port(SOCK_DGRAM)))
        end.settimeout(5)
        old.formats, old.rtp_port = f"{G722} 101", end.getsockname()[1]
        marie = engine("marie")
        marie.send(protocol.Sound(source="silence", sink="nothing"))
        marie.send(direct(here, there))
        marie.send(protocol.Dial(call="c", to=number))
        dialog = old.answer(old.invited())
        reached(marie, "c", "connected")
        yield marie, old, Sender(end, end.recvfrom(2048)[1])
        old.hang_up(dialog)
        ended(marie, "c")


@pytest.fixture
def line(engine: NewEngine) -> Iterator[Line]:
    """In a call like any other."""
    with calling(engine, "99") as line:
        yield line


def test_the_delay_grows_with_the_jitter_and_comes_back(line: Line) -> None:
    marie, old, sender = line
    chance = random.Random(1)
    sender.send(3)
    calm = last(marie, 2)
    sender.send(12, lambda sent: sent + chance.uniform(0, 0.16))  # overtaking each other
    late = last(marie, 3)
    sender.send(4, jammed)
    jams = last(marie, 2)
    assert old.quiet(0.05), "no new stream while packets come late"
    stats(marie, "c")  # what is awaited now is of now
    with sender.going_on():
        old.answer(old.invited())
        marie.wait(protocol.Media)  # as before: only whether anybody answers
        sender.listens(old, old.invited())
        marie.wait(protocol.Media)
        after = third_second(marie)
    assert max(one.buffer_ms for one in calm) <= 40
    assert sum(one.loss for one in late) / len(late) < 10, "it waits for them by now"
    assert max(one.buffer_ms for one in jams) >= 100
    assert sum(one.loss for one in jams) / len(jams) < 5
    assert after.buffer_ms <= 60
    assert after.loss == 0


def test_a_new_stream_that_is_refused_is_asked_for_again(line: Line) -> None:
    marie, old, sender = line
    sender.send(3, jammed)
    stats(marie, "c")
    with sender.going_on():
        old.answer(old.invited())
        marie.wait(protocol.Media)
        old.reply(old.invited(), "488 Not Acceptable Here")
        sender.listens(old, old.invited())
        marie.wait(protocol.Media)
        after = third_second(marie)
    assert after.buffer_ms <= 60
    assert after.loss == 0
    assert not [fact for fact in marie.facts if isinstance(fact, protocol.Error)]


def test_where_nobody_answers_the_sound_stays_as_it_is(line: Line) -> None:
    marie, old, sender = line
    sender.send(3, jammed)
    stats(marie, "c")
    with sender.going_on():
        asked = old.invited()
        after = third_second(marie)
        old.answer(asked)
        sender.listens(
            old, old.expect(lambda m: m.method == "INVITE" and m["CSeq"] != asked["CSeq"])
        )
    assert after.loss == 0
    assert after.buffer_ms >= 100


def test_a_sender_whose_clock_is_fast_makes_no_delay_that_stays(line: Line) -> None:
    marie, old, sender = line
    with sender.going_on(lambda sent: 0.99 * sent):
        while last(marie, 1)[-1:] == [] or last(marie, 1)[0].buffer_ms < 70:
            marie.wait(protocol.Quality)
        stats(marie, "c")
        old.answer(old.invited())
        marie.wait(protocol.Media)
        sender.listens(old, old.invited())
        marie.wait(protocol.Media)
        after = third_second(marie)
    assert after.buffer_ms <= 70
    assert after.loss == 0


def test_a_sender_whose_clock_is_slow_is_waited_for(line: Line) -> None:
    marie, _, sender = line
    sender.send(12, lambda sent: 1.01 * sent)
    late = last(marie, 8)
    assert max(one.buffer_ms for one in late) <= 60
    assert sum(one.loss for one in late) / len(late) < 1


def test_while_keys_are_pressed_there_is_no_new_stream(line: Line) -> None:
    marie, old, sender = line
    sender.send(3, jammed)
    with sender.going_on():
        for key in "12345678":
            marie.send(protocol.Dtmf(call="c", digits=key))
            assert old.quiet(1), "they would be lost"
        old.answer(old.invited())
        sender.listens(old, old.invited())


def test_an_emergency_call_keeps_its_stream(engine: NewEngine) -> None:
    with calling(engine, "112") as (marie, old, sender):
        sender.send(4, jammed)
        stats(marie, "c")
        late = last(marie, 2)
        with sender.going_on():
            assert old.quiet(9)
    assert max(one.buffer_ms for one in late) >= 100, "there would be something to give back"


def test_the_binding_takes_how_the_delay_comes_back() -> None:
    config = pj.EpConfig()
    for _ in range(2):
        never_shrink(config.medConfig)
        algorithm = config.medConfig.jbDiscardAlgo
        algorithm.disown()
        assert ctypes.c_int.from_address(int(algorithm)).value == NEVER


def test_a_packet_that_comes_too_late_counts_once(line: Line) -> None:
    marie, _, sender = line
    sender.send(2)
    sender.send(5, lambda sent: sent + 0.5 * (round(sent / PACKET_S) % 4 == 0))
    late = last(marie, 3)
    assert 20 <= sum(one.loss for one in late) / len(late) <= 30, "one of four"
