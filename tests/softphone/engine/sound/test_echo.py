"""The echo of what is played stays away while the buffers follow the card's clock and its whims.

Loudspeaker, microphone and the real processing, on a card and in a thread of the bridge's whose
clocks are the test's: what takes ten seconds takes one, and is the same each time.
"""

import random

import numpy as np
import pytest

from softphone.engine.sound.loudspeaker import Loudspeaker
from softphone.engine.sound.microphone import Microphone
from softphone.engine.sound.processing import Processing
from softphone.engine.sound.samples import RATE, Samples
from softphone.engine.stack import FRAME_MS
from tests.support.sound import level
from tests.support.voice import FAR, voice

SECONDS = 12
LEARN_S = 2
ECHO_MS = 40
STALL_AT_S = 6
BLOCK_S = 0.01
FRAME = RATE * FRAME_MS // 1000


class Room:
    """Gives back what it is told, 6 dB weaker and ``ECHO_MS`` later."""

    def __init__(self, rate: int) -> None:
        self._on_the_way: Samples = np.zeros(rate * ECHO_MS // 1000, np.int16)
        self.echo: list[Samples] = []

    def answer(self, sound: Samples) -> Samples:
        line = np.concatenate((self._on_the_way, sound // 2))
        heard, self._on_the_way = line[: len(sound)], line[len(sound) :]
        self.echo.append(heard)
        return heard


def return_loss(ppm: float, late_s: float, rate: int, stalls_s: float = 0.0) -> list[float]:
    """Of each second after ``LEARN_S``, in dB.

    ``ppm``: the card is that much faster; ``late_s``: so late the bridge is at most, now and then;
    ``stalls_s``: once, after ``STALL_AT_S``, it is that late.
    """
    chance = random.Random(7)
    clock = [100.0]
    processing = Processing()
    processing.prepare(delay_ms=30)
    speaker = Loudspeaker(processing, now=lambda: clock[0])
    microphone = Microphone(processing, now=lambda: clock[0])
    speaker.open(rate)
    microphone.open(rate)
    far = np.resize(np.asarray(voice(FAR, RATE, db=-20.0) * 32767, np.int16), SECONDS * RATE)
    room, sent = Room(rate), []
    card_at = bridge_at = clock[0]
    card_blocks = frames = 0
    while frames < len(far) // FRAME:
        clock[0] = min(card_at, bridge_at)
        if card_at <= bridge_at:
            microphone.take(room.answer(speaker.give(round(rate * BLOCK_S))))
            card_blocks += 1
            card_at = 100.003 + card_blocks * BLOCK_S / (1 + ppm / 1e6)
        else:
            speaker.write(far[frames * FRAME : (frames + 1) * FRAME])
            sent.append(microphone.read(FRAME))
            frames += 1
            late = late_s * chance.random() if chance.random() < 0.03 else 0.0
            if frames == STALL_AT_S * 1000 // FRAME_MS:
                late = stalls_s
            bridge_at = max(bridge_at, 100 + frames * FRAME_MS / 1000 + late)
    came, left = np.concatenate(room.echo) / 32768, np.concatenate(sent) / 32768
    return [
        level(came[at * rate : (at + 1) * rate]) - level(left[at * RATE : (at + 1) * RATE])
        for at in range(LEARN_S, SECONDS - 1)
    ]


@pytest.mark.parametrize("rate", [48_000, 44_100, 16_000])
@pytest.mark.parametrize(
    ("ppm", "late_s"),
    [(0, 0.0), (200, 0.008), (-200, 0.008), (0, 0.02), (200, 0.03), (-200, 0.03)],
)
def test_echo_stays_away(ppm: float, late_s: float, rate: int) -> None:
    """No second of it comes through, whatever the buffers make up for: with up to 30 ms of
    lateness there are underruns as well."""
    assert min(return_loss(ppm, late_s, rate)) > 30


@pytest.mark.parametrize("stalls_s", [0.15, 0.5])
def test_after_a_bridge_that_stood_still_echo_is_away_again(stalls_s: float) -> None:
    """What waits too long at the microphone is dropped, what the loudspeaker lacks is made up."""
    losses = return_loss(0, 0.0, 48_000, stalls_s)
    at = STALL_AT_S - LEARN_S
    assert min(losses[:at]) > 30
    assert min(losses[at + 2 :]) > 30, losses


def test_what_was_dropped_is_not_said_either() -> None:
    """The far side hears the newest, at once and without a pause."""
    clock = [100.0]
    microphone = Microphone(Processing(), now=lambda: clock[0])
    microphone.open(RATE)
    sent = []
    for block in range(300):
        clock[0] += BLOCK_S
        microphone.take(np.full(FRAME // 2, 1000, np.int16))
        if block % 2 and not 100 < block < 140:
            sent.append(microphone.read(FRAME))
    heard = np.concatenate(sent)
    assert not heard[: FRAME * 4].all(), "it fills first"
    assert heard[FRAME * 4 : FRAME * 50].all()
    assert heard[FRAME * 56 :].all(), "after the pause in which nobody read"
    assert microphone.sound.delay_ms < 40
    assert not microphone.sound.jumps
