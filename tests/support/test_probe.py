"""The probe and the room on a virtual card: what goes in comes out, as late and weak as it must."""

import time

import numpy as np
import pytest

from tests.support import hearing
from tests.support.probe import Probe
from tests.support.room import Room
from tests.support.sound import level, sound_card, tone

pytestmark = pytest.mark.alone

PERIOD_MS = 10.0


def test_the_room_gives_back_what_is_said_in_it() -> None:
    with (
        sound_card() as card,
        Room(card, "system:playback_1", "system:capture_1", 40, -6) as room,
        Probe(card, "room:sound", "room:air") as probe,
    ):
        said = hearing.bursts(6, card.rate, 0.5)
        heard = np.nan_to_num(probe.measure(said))
        late = hearing.delays(heard, card.rate, 0.5)
        hums = list(probe.steady(tone(500, 1.0, card.rate), 3))
        near = np.full(card.rate, 0.25)
        at_microphone = room.measure(near)
    assert late == pytest.approx([late[0]] * 6)
    assert late[0] is not None
    assert 40 <= late[0] <= 40 + 2 * PERIOD_MS
    assert level(hearing.aligned(heard, said[: 5 * card.rate // 2])) == pytest.approx(
        level(said) - 6, abs=1
    )
    assert sum(len(part) for part in hums) == 3 * card.rate
    assert all(hearing.gaps(part, card.rate) == [] for part in hums)
    assert np.median(at_microphone) == pytest.approx(0.25, abs=0.01)


def test_the_probe_knows_when_the_card_was_late() -> None:
    with (
        sound_card() as card,
        Room(card, "system:playback_1", "system:capture_1", 40, -6),
        Probe(card, "room:sound", "room:air") as probe,
    ):
        probe.begin(np.zeros(4 * card.rate))
        time.sleep(1.5)  # in the middle of what is said
        with card.still():
            time.sleep(0.05)
        probe.end()
        late = [probe.late(second * card.rate) for second in (1, 2, 3)]
    assert late[1] > 30
    assert late[2] < 30, "what it lost then is lost, but it is not late any more"
