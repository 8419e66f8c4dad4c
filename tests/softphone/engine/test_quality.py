"""Facts about a call's quality: from counters alone, and of real calls through Asterisk."""

import itertools
import os
import re
import signal
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from socket import SOCK_DGRAM
from typing import Self

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softphone import protocol
from softphone.engine.quality import CallQuality
from softphone.engine.sound.levels import SILENCE, Second
from softphone.engine_process import EngineProcess
from tests.softphone.engine.conftest import NewEngine
from tests.softphone.engine.dialogue import BEGINNING, direct, ended, stats, talk
from tests.support.ports import free_port
from tests.support.sip import Peer, udp

Phone = Callable[..., EngineProcess]

PER_SECOND = 50
"""Packets, of 20 ms."""
TONE = Second(input=-15.0, output=-20.0, underruns=0)
"""No microphone: a test's tone speaks."""


def speech(level: float) -> Second:
    return Second(input=level, output=SILENCE, underruns=0, microphone=level - 10)


class Line:
    """A call's stream, which counts, and what is said about it."""

    def __init__(self, codec: str = "G722/16000") -> None:
        self.quality = CallQuality("c")
        self.counters = replace(BEGINNING, codec=codec)
        assert not self.quality.second(self.counters, TONE, muted=False), "not a second yet"

    def second(
        self,
        sound: Second = TONE,
        *,
        lost: int = 0,
        late: int = 0,
        received: int | None = None,
        gaps: int = 1,
        jitter_ms: float = 1.0,
        rtt_ms: float = 0.0,
        report: int | None = None,
        muted: bool = False,
    ) -> protocol.Quality:
        """One goes by; returns its quality. Troubles are kept in ``said``.

        ``received`` is what is left of a second's packets, unless it is given; ``gaps``: runs of
        those that are lost; ``report``: the other side says so many of ours were lost by now.
        """
        then = self.counters
        self.counters = replace(
            then,
            sent=then.sent + PER_SECOND,
            received=then.received + (PER_SECOND - lost if received is None else received),
            lost=then.lost + lost,
            late=then.late + late,
            gaps=then.gaps + (gaps if lost else 0),
            reports=then.reports + (report is not None),
            lost_there=then.lost_there if report is None else report,
            jitter_ms=jitter_ms,
            rtt_ms=rtt_ms,
        )
        quality, *troubles = self.quality.second(self.counters, sound, muted=muted)
        assert isinstance(quality, protocol.Quality)
        self.said = [(t.what, t.on) for t in troubles if isinstance(t, protocol.Trouble)]
        return quality

    def until(
        self,
        what: str,
        on: bool,
        sound: Second = TONE,
        *,
        lost: int = 0,
        received: int | None = None,
    ) -> int:
        """Seconds until it is said, at most 100, and nothing else before."""
        for seconds in range(1, 100):
            self.second(sound, lost=lost, received=received)
            if (what, on) in self.said:
                return seconds
            assert not self.said
        raise AssertionError(f"{what} was never said")


def test_a_second_in_which_all_is_well() -> None:
    quality = Line().second(rtt_ms=4.0)
    assert quality == protocol.Quality(
        call="c",
        codec="G722/16000",
        mos=4.34,
        loss=0,
        loss_there=0,
        jitter_ms=1,
        rtt_ms=4,
        buffer_ms=20,
        input=-15,
        output=-20,
        underruns=0,
    )


def test_loss_is_what_could_not_be_played() -> None:
    line = Line()
    assert line.second(lost=5).loss == 10
    assert line.second(late=5).loss == 10, "what comes too late is lost as well"
    assert line.second(lost=5, late=5).loss == 20
    assert line.second(late=60).loss == 100, "the buffer may empty itself of older packets"
    assert line.second(lost=-3, received=53).loss == 0, "some came after all"


def test_nothing_at_all_is_the_worst() -> None:
    nothing = Line().second(received=0)
    assert (nothing.mos, nothing.loss) == (1.0, 100)


def test_delay_is_the_network_s_and_the_buffer_s() -> None:
    quick = Line().second().mos
    assert Line().second(rtt_ms=400).mos < quick, "200 ms one way"
    assert Line().second(jitter_ms=200).mos < quick, "which the buffer will have to hold"
    line = Line()
    line.counters = replace(line.counters, buffer_ms=200)
    assert line.second().mos < quick


def test_a_run_of_lost_packets_is_worse_than_as_many_single_ones() -> None:
    single, run = (Line("PCMA/8000").second(lost=10, gaps=gaps).mos for gaps in (10, 1))
    assert run < single


def test_loss_there_is_as_of_the_last_report() -> None:
    line = Line()
    for _ in range(4):
        assert line.second().loss_there == 0
    assert line.second(report=25).loss_there == 10, "of 250 that we sent"
    assert line.second().loss_there == 10, "until the next one"
    for _ in range(3):
        line.second()
    assert line.second(report=25).loss_there == 0


SECONDS = st.tuples(st.integers(0, 50), st.floats(0, 900), st.floats(0, 900))
"""Packets lost, jitter, round-trip time."""


@given(SECONDS, SECONDS)
def test_worse_packets_make_no_better_score(
    one: tuple[int, float, float], other: tuple[int, float, float]
) -> None:
    better, worse = (
        Line().second(lost=int(lost), jitter_ms=jitter, rtt_ms=rtt).mos
        for lost, jitter, rtt in (map(choose, one, other) for choose in (min, max))
    )
    assert worse <= better


def test_a_poor_network_begins_late_and_ends_late() -> None:
    line = Line()
    for _ in range(5):
        line.second(lost=4), line.second(lost=4), line.second()
        assert not line.said, "two bad seconds are a hiccup"
    assert line.until("network_poor", True, lost=4) == 3
    for _ in range(5):
        for lost in (0, 0, 0, 0, 4):
            line.second(lost=lost)
            assert not line.said, "not over before five good seconds"
    for _ in range(20):
        assert 3 < line.second(lost=1).mos < 3.6
        assert not line.said, "better, but not good"
    assert line.until("network_poor", False) == 5


def test_what_the_other_side_misses_is_heavy_loss_too() -> None:
    line = Line()
    line.second(report=0)
    for _ in range(4):
        line.second()
    line.second(report=100)
    assert line.until("network_poor", True) == 1, "the second second of it"
    line.second(report=100)
    assert line.until("network_poor", False) == 4


def test_heavy_loss_is_said_sooner() -> None:
    assert Line().until("network_poor", True, lost=10) == 2
    narrow = Line(codec="PCMA/8000")
    assert narrow.second(lost=10).mos < 3
    assert narrow.until("network_poor", True, lost=10) == 1


def test_nothing_heard_is_over_with_the_first_packet() -> None:
    line = Line()
    assert line.until("nothing_heard", True, received=0) == 3
    for _ in range(10):
        line.second(received=0)
        assert not line.said, "said once; and it is not the network's quality as well"
    line.second(received=1)
    assert line.said == [("nothing_heard", False)]


def test_on_hold_nothing_is_to_be_heard() -> None:
    line = Line()
    line.until("nothing_heard", True, received=0)
    (over,) = line.quality.second(None, TONE, muted=False)
    assert over == protocol.Trouble(call="c", what="nothing_heard", on=False)
    for _ in range(10):
        assert not line.quality.second(None, TONE, muted=False)
    assert not line.quality.second(line.counters, TONE, muted=False), (
        "the first one is no whole one"
    )
    assert line.until("nothing_heard", True, received=0) == 3, "counted anew"


def test_a_microphone_switched_off() -> None:
    off = Second(input=SILENCE, output=-20, underruns=0, microphone=SILENCE)
    line = Line()
    assert line.until("microphone_silent", True, off) == 5
    line.second(replace(off, microphone=-72))
    assert not line.said, "neither on nor off"
    line.second(replace(off, microphone=-60))
    assert line.said == [("microphone_silent", False)], "a room is enough"


def test_noise_suppression_does_not_make_a_microphone_silent() -> None:
    line = Line()
    for _ in range(60):
        line.second(Second(input=-95, output=-20, underruns=0, microphone=-62))
        assert not line.said


@pytest.mark.parametrize("sound", [TONE, Second(input=SILENCE, output=-20, underruns=0)])
def test_what_is_no_microphone_is_not_judged(sound: Second) -> None:
    line = Line()
    for _ in range(30):
        line.second(sound)
        assert not line.said


def test_on_hold_the_microphone_is_nobody_s_concern() -> None:
    off = Second(input=SILENCE, output=-20, underruns=0, microphone=SILENCE)
    line = Line()
    line.until("microphone_silent", True, off)
    (over,) = line.quality.second(None, off, muted=False)
    assert over == protocol.Trouble(call="c", what="microphone_silent", on=False)
    assert not line.quality.second(line.counters, off, muted=False)
    assert line.until("microphone_silent", True, off) == 5, "counted anew"


def test_who_muted_us_knows_it() -> None:
    off = Second(input=-20, output=-20, underruns=0, microphone=SILENCE)
    line = Line()
    for _ in range(30):
        assert line.second(off, muted=True).input == SILENCE, "what is sent"
        assert not line.said
    assert line.until("microphone_silent", True, off) == 5
    line.second(off, muted=True)
    assert line.said == [("microphone_silent", False)]


def test_a_voice_that_is_hardly_heard() -> None:
    line = Line()
    room, whisper, voice = speech(-70), speech(-50), speech(-30)
    line.second(room)
    assert line.until("microphone_quiet", True, whisper) == 10
    line.second(voice)
    assert not line.said, "a cough"
    line.second(voice)
    assert line.said == [("microphone_quiet", False)]


def test_a_device_that_begins_is_no_still_room() -> None:
    line = Line()
    line.second(Second(input=SILENCE, output=-20, underruns=0, microphone=-60))
    for _ in range(30):
        line.second(speech(-55))
        assert not line.said, "a fan"


def test_pauses_are_no_speech() -> None:
    line = Line()
    for _ in range(9):
        line.second(speech(-52)), line.second(speech(-70))
        assert not line.said
    assert line.until("microphone_quiet", True, speech(-52)) <= 2, "ten seconds of it in all"


def test_a_listener_in_a_noisy_room_is_not_told_to_speak_up() -> None:
    line = Line()
    for n in range(100):
        line.second(speech(-52 - n % 7))
        assert not line.said


def test_the_summary() -> None:
    line = Line()
    for jitter_ms, rtt_ms in ((1.0, 0.0), (9.0, 30.0), (2.0, 50.0)):
        line.second(replace(TONE, underruns=2), jitter_ms=jitter_ms, rtt_ms=rtt_ms)
    worst = line.second(lost=10, late=5).mos
    line.quality.stream_over(line.counters)
    # After a hold, another stream.
    assert not line.quality.second(None, TONE, muted=False)
    line.counters = replace(line.counters, sent=0, received=0, lost=0, late=0, gaps=0)
    assert not line.quality.second(line.counters, TONE, muted=False)
    assert line.second().loss == 0
    line.quality.stream_over(line.counters)
    summary = line.quality.summary(7.25)
    assert summary
    assert (summary.sent, summary.received, summary.lost) == (250, 240, 15)
    assert summary.jitter_ms == 9
    assert summary.rtt_ms == 40, "of those in which it was known"
    assert (summary.seconds, summary.underruns) == (7.25, 6)
    assert summary.mos_lowest == worst
    assert summary.mos == pytest.approx((4 * 4.34 + worst) / 5, abs=0.01)


def test_another_stream_counts_anew() -> None:
    line = Line()
    line.second(lost=5)
    line.quality.stream_over(line.counters)  # we moved to another address
    line.counters = replace(line.counters, sent=0, received=0, lost=0, gaps=0)
    assert not line.quality.second(line.counters, TONE, muted=False)
    assert line.second(lost=5).loss == 10


def test_a_call_of_a_moment_has_a_summary_too() -> None:
    line = Line()
    line.quality.stream_over(replace(line.counters, sent=30, received=27, lost=3))
    summary = line.quality.summary(0.6)
    assert summary
    assert summary.mos == summary.mos_lowest < 3.6
    assert (summary.sent, summary.received, summary.lost) == (30, 27, 3)


def test_a_call_without_sound_has_none() -> None:
    assert CallQuality("c").summary(12.0) is None


@pytest.mark.alone
def test_the_quality_of_a_call_every_second(phone: Phone) -> None:
    marie, julien = phone(1, hz=440), phone(2, hz=1000)
    key = talk(marie, julien, to="2002")
    marie.send(protocol.Mute(call="c", on=True))
    marie.wait(protocol.Muted)
    times = []
    for _ in range(4):
        fact = marie.wait(protocol.Quality, timeout=2.5)
        times.append(now(marie))
        assert (fact.call, fact.codec) == ("c", "G722/16000")
        assert fact.mos > 4
        assert (fact.loss, fact.loss_there) == (0, 0)
        assert 0 < fact.jitter_ms < 20
        assert fact.buffer_ms <= 60
        assert fact.input == SILENCE, "she is muted"
    assert all(0.8 < later - before < 1.2 for before, later in itertools.pairwise(times))
    assert julien.wait(protocol.Quality).call == key
    before = stats(marie, "c")
    marie.send(protocol.Hangup(call="c"))
    for who, call in ((marie, "c"), (julien, key)):
        ended(who, call)
        summary = who.wait(protocol.QualitySummary)
        assert (summary.call, summary.codec, summary.lost) == (call, "G722/16000", 0)
        assert summary.mos >= summary.mos_lowest > 4
        assert 0 <= summary.seconds - before.seconds + 0.01 < 1
        assert not [
            fact for fact in who.facts if isinstance(fact, protocol.Trouble | protocol.Fault)
        ]
        if who is marie:
            assert before.sent <= summary.sent <= before.sent + 20
            assert before.received <= summary.received <= before.received + 20


@pytest.mark.alone
def test_the_other_side_falls_silent(phone: Phone) -> None:
    marie, julien = phone(1), phone(2)
    talk(marie, julien, to="2002")
    marie.wait(protocol.Quality)
    with stopped(julien):
        begun = now(marie)
        trouble = marie.wait(protocol.Trouble)
        assert trouble == protocol.Trouble(call="c", what="nothing_heard", on=True)
        assert 2.0 < now(marie) - begun < 4.5
    begun = now(marie)
    trouble = marie.wait(protocol.Trouble)
    assert trouble == protocol.Trouble(call="c", what="nothing_heard", on=False)
    assert now(marie) - begun < 1.5


@pytest.mark.alone
def test_a_network_that_loses_packets(engine: NewEngine) -> None:
    here, there = free_port(SOCK_DGRAM), free_port(SOCK_DGRAM)
    with closing(Peer(udp(("127.0.0.1", there), ("127.0.0.1", here)), "far")) as far:
        far.formats = "9"
        marie = engine("marie")
        marie.send(protocol.Sound(source="silence", sink="nothing"))
        marie.send(direct(here, there))
        marie.send(protocol.Dial(call="c", to="99"))
        invite = far.invited()
        call = far.answer(invite)
        with Voice(to=rtp_port(invite.body)) as voice:
            good = marie.wait(protocol.Quality, lambda fact: fact.loss == 0)
            voice.loses = 4  # every fourth packet
            assert marie.wait(protocol.Trouble, timeout=6.0) == protocol.Trouble(
                call="c", what="network_poor", on=True
            )
            bad = marie.wait(protocol.Quality)
            assert bad.loss == pytest.approx(25, abs=4)
            assert bad.mos < 2 < 4 < good.mos
            voice.loses = 0
            restored = now(marie)
            assert marie.wait(protocol.Trouble) == protocol.Trouble(
                call="c", what="network_poor", on=False
            )
            assert now(marie) - restored > 4
        far.hang_up(call)
        ended(marie, "c")
        summary = marie.wait(protocol.QualitySummary)
        assert summary.received == voice.sent
        assert summary.lost == voice.lost
        assert summary.mos_lowest <= bad.mos < summary.mos < good.mos


class Voice:
    """Sends silence in G.722, as a phone would (RTP: RFC 3550), and loses some on purpose."""

    def __init__(self, to: int) -> None:
        self.loses = 0
        """Every so manyth packet, or none."""
        self.sent = self.lost = 0
        self._to = ("127.0.0.1", to)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._speak)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _speak(self) -> None:
        begun = time.monotonic()
        with socket.socket(socket.AF_INET, SOCK_DGRAM) as out:
            for n in itertools.count():
                if self._over.wait(max(0.0, begun + 0.02 * n - time.monotonic())):
                    return
                if self.loses and n % self.loses == 0:
                    self.lost += 1
                else:
                    header = struct.pack("!BBHII", 0x80, 9, n, 160 * n, 4711)
                    out.sendto(header + bytes(160), self._to)
                    self.sent += 1


def rtp_port(sdp: str) -> int:
    """Where a phone wants to be talked to."""
    found = re.search(r"^m=audio (\d+) ", sdp, re.MULTILINE)
    assert found
    return int(found[1])


@pytest.mark.alone
def test_on_hold_there_is_no_quality_and_no_trouble(phone: Phone) -> None:
    marie, julien = phone(1), phone(2)
    key = talk(marie, julien, to="2002")
    marie.wait(protocol.Quality)
    julien.wait(protocol.Quality)
    before = stats(marie, "c")
    marie.send(protocol.Hold(call="c", on=True))
    marie.wait(protocol.Held)
    silence = len(marie.facts)
    for _ in range(5):
        julien.wait(protocol.Quality)  # music
    assert not [f for f in marie.facts[silence:] if isinstance(f, protocol.Quality)]
    marie.send(protocol.Hold(call="c", on=False))
    marie.wait(protocol.Held)
    assert marie.wait(protocol.Quality).mos > 4
    again = stats(marie, "c")
    marie.send(protocol.Hangup(call="c"))
    ended(marie, "c")
    summary = marie.wait(protocol.QualitySummary)
    assert summary.received >= before.received + again.received, "of both parts"
    assert summary.seconds > 6
    ended(julien, key)
    for who in (marie, julien):
        assert not [
            fact for fact in who.facts if isinstance(fact, protocol.Trouble | protocol.Fault)
        ]


def now(phone: EngineProcess) -> float:
    """Seconds since it was started."""
    return time.monotonic() - phone.started


@contextmanager
def stopped(phone: EngineProcess) -> Iterator[None]:
    """Its process stands still, and its sound with it."""
    os.kill(phone.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(phone.pid, signal.SIGCONT)
