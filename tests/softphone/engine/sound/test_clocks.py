"""Two clocks that differ, and are not punctual: simulated, so that minutes take a moment."""

import heapq
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pytest

from softphone.engine.sound.clocks import Elastic
from softphone.engine.sound.samples import BLOCK, RATE, Samples

HZ = 440.0
PEAK = 8000.0
CLEAN = 1.1 * PEAK * (2 * np.pi * HZ / RATE) ** 2
"""Largest second difference of the tone itself, and a little: a click is far above."""


@dataclass
class Heard:
    """What came out, and when which delay was there."""

    sound: Samples
    delays: list[tuple[float, float]] = field(default_factory=list)
    """Second, ms."""

    def delay(self, since: float, until: float) -> float:
        return float(np.mean([ms for at, ms in self.delays if since <= at < until]))

    def roughest(self, since: float) -> float:
        return float(np.abs(np.diff(self.sound[int(since * RATE) :].astype(float), 2)).max())


def play(
    seconds: float,
    *,
    ppm: float,
    late_ms: float,
    pauses: tuple[tuple[float, float], ...] = (),
    early: bool = False,
) -> tuple[Elastic, Heard]:
    """A tone through the buffer; the writer's clock is faster by ``ppm``, both sides are late by
    about ``late_ms`` at random, the writer says nothing in the pauses."""
    now = [0.0]
    buffer = Elastic(early=early, now=lambda: now[0])
    chance = random.Random(f"{ppm} {late_ms}")
    blocks, delays = [], []

    def instants(step: float, kind: str) -> Iterator[tuple[float, str]]:
        start, number = chance.random() * step, 0
        while True:
            yield start + number * step + abs(chance.gauss(0, late_ms / 1000)), kind
            number += 1

    step = BLOCK / RATE
    sides = [instants(step / (1 + ppm / 1e6), "write"), instants(step, "read")]
    events = [(*next(side), index) for index, side in enumerate(sides)]
    heapq.heapify(events)
    written = 0
    while events[0][0] < seconds:
        at, kind, index = heapq.heappop(events)
        now[0] = max(now[0], at)
        if kind == "read":
            blocks.append(buffer.read(BLOCK))
            delays.append((at, buffer.delay_ms))
        else:
            if not any(a <= at < b for a, b in pauses):
                turns = 2 * np.pi * HZ * np.arange(written, written + BLOCK) / RATE
                buffer.write((PEAK * np.sin(turns)).astype(np.int16))
            written += BLOCK
        heapq.heappush(events, (*next(sides[index]), index))
    return buffer, Heard(np.concatenate(blocks), delays)


@pytest.mark.parametrize("ppm", [-200, 0, 200])
@pytest.mark.parametrize("late_ms", [0.2, 2])
@pytest.mark.parametrize("early", [False, True], ids=["late", "early"])
def test_clocks_that_differ_make_neither_delay_nor_clicks(
    ppm: float, late_ms: float, early: bool
) -> None:
    buffer, heard = play(300, ppm=ppm, late_ms=late_ms, early=early)
    assert buffer.jumps == 0
    assert buffer.underruns <= (late_ms > 1), "only a lateness that was never seen before"
    assert heard.delay(60, 120) == pytest.approx(heard.delay(240, 300), abs=3)
    assert heard.delay(240, 300) < 16
    if not buffer.underruns:
        assert heard.roughest(since=5) < CLEAN


def test_a_busy_machine_gets_the_buffer_it_needs() -> None:
    calm, heard_calm = play(60, ppm=50, late_ms=0.2)
    busy, heard_busy = play(60, ppm=50, late_ms=8)
    assert heard_calm.delay(40, 60) < 11
    assert heard_calm.delay(40, 60) + 8 < heard_busy.delay(40, 60) < 45
    assert calm.underruns == 0
    assert busy.underruns <= 4, "only until the lateness is known"


def test_a_pause_of_the_device_leaves_no_delay() -> None:
    buffer, heard = play(40, ppm=0, late_ms=0.2, pauses=((10, 11.5),))
    assert buffer.underruns == 1, "one, and not one for each block that is missing"
    assert not heard.sound[int(10.2 * RATE) : int(11.4 * RATE)].any()
    assert heard.delay(35, 40) == pytest.approx(heard.delay(8, 10), abs=3)
    assert heard.roughest(since=12) < CLEAN


def test_what_is_missing_fades_instead_of_clicking() -> None:
    _, heard = play(20, ppm=0, late_ms=0.2, pauses=((10, 10.5),))
    before = np.abs(heard.sound[int(9.8 * RATE) : int(10.3 * RATE)].astype(float))
    assert np.abs(np.diff(heard.sound[int(9.8 * RATE) : int(10.3 * RATE)].astype(float))).max() < (
        3 * 2 * np.pi * HZ / RATE * PEAK
    )
    assert before[-1600:].max() == 0


def test_what_nobody_read_is_old() -> None:
    now = [0.0]
    buffer = Elastic(now=lambda: now[0])
    old, new = np.full(BLOCK, 100, np.int16), np.full(BLOCK, 200, np.int16)
    for _ in range(500):
        now[0] += 0.01
        buffer.write(old)
    for _ in range(10):
        now[0] += 0.01
        buffer.write(new)
    heard = []
    for _ in range(10):
        now[0] += 0.01
        buffer.write(new)
        heard.append(buffer.read(BLOCK))
    assert not np.any(np.concatenate(heard[2:]) < 150)
    assert buffer.delay_ms < 40


def test_far_too_much_is_dropped_at_once() -> None:
    now = [0.0]
    buffer = Elastic(now=lambda: now[0])
    block = np.full(BLOCK, 100, np.int16)
    for number in range(1500):
        now[0] += 0.01
        buffer.write(block)
        if number == 300:  # a burst: the reader's side stood still, the writer's caught up
            for _ in range(15):
                buffer.write(block)
        buffer.read(BLOCK)
    assert buffer.jumps == 1
    assert buffer.delay_ms < 30


def test_what_was_made_up_for_the_card_and_what_it_never_got_is_told() -> None:
    now = [0.0]
    played = 0

    def card(sound: Samples) -> Samples:
        nonlocal played
        played += len(sound)
        return sound

    speaker = Elastic(0.02, early=True, card=card, now=lambda: now[0])
    read = skew = 0

    def go(seconds: float, *, write: bool = True, listen: bool = True) -> None:
        nonlocal read, skew
        for step in range(round(seconds * 100)):
            now[0] += 0.01
            if write and not step % 2:
                speaker.write(np.full(2 * BLOCK, 1000, np.int16))
            if listen:
                read += len(speaker.read(BLOCK))
            skew += speaker.skew()

    go(2)
    go(0.3, write=False)  # the bridge stands still: silence is made up
    go(2)
    go(1, listen=False)  # the card does: what waits too long is dropped
    go(2)
    assert skew
    assert read == pytest.approx(played + skew, abs=0.1 * RATE), "but for what still waits"


def test_what_a_microphone_said_and_nobody_read_is_told() -> None:
    now = [0.0]
    microphone = Elastic(card=lambda sound: sound, now=lambda: now[0])
    for _ in range(100):
        microphone.write(np.ones(BLOCK, np.int16))
    assert -microphone.skew() == pytest.approx(0.75 * RATE, abs=BLOCK), "it holds 250 ms"
    assert microphone.skew() == 0
    microphone.read(BLOCK)
    assert microphone.skew() < 0, "old sound is dropped, what is missing is made up elsewhere"
