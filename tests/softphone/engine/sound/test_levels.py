"""How loud it was."""

import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from softphone.engine.sound.levels import SILENCE, Meter
from softphone.engine.sound.samples import RATE
from softphone.engine.sound.sources import tone


def heard(*blocks: NDArray[np.int16]) -> float:
    meter = Meter()
    for block in blocks:
        meter.add(block)
    return meter.level()


def sine(peak: float) -> NDArray[np.int16]:
    return (peak * np.sin(2 * np.pi * np.arange(RATE) / 100)).astype(np.int16)


def test_known_levels() -> None:
    assert heard(np.full(320, -32768, np.int16)) == 0.0, "nothing is louder"
    assert heard(sine(32767)) == pytest.approx(-3.01, abs=0.01)
    assert heard(sine(3276.7)) == pytest.approx(-23.01, abs=0.01)
    assert heard(np.ones(320, np.int16)) == pytest.approx(-90.31, abs=0.01), "one step of 16 bits"


def test_the_test_tone() -> None:
    assert heard(tone(440).read(RATE)) == pytest.approx(-15.05, abs=0.05), "its peak is at −12"


def test_silence_and_nothing_at_all() -> None:
    assert heard(np.zeros(320, np.int16)) == SILENCE
    assert heard(np.zeros(0, np.int16)) == SILENCE
    assert heard() == SILENCE


def test_each_answer_is_about_what_came_since_the_last_one() -> None:
    meter = Meter()
    meter.add(sine(32767))
    assert meter.level() > -4
    assert meter.level() == SILENCE
    meter.add(sine(327.67))
    assert meter.level() == pytest.approx(-43.0, abs=0.1)


@given(st.lists(st.integers(-32768, 32767), min_size=2, max_size=400), st.data())
def test_how_it_is_cut_into_blocks_does_not_matter(samples: list[int], data: st.DataObject) -> None:
    block = np.array(samples, np.int16)
    cut = data.draw(st.integers(1, len(samples) - 1))
    whole = heard(block)
    assert heard(block[:cut], block[cut:]) == pytest.approx(whole, abs=1e-3)
    assert SILENCE <= whole <= 0.001


def test_whoever_asks_while_it_sounds_gets_a_true_part() -> None:
    meter, loud = Meter(), np.full(8, 16384, np.int16)

    def sound() -> None:
        for _ in range(5000):
            meter.add(loud)

    writer = threading.Thread(target=sound)
    writer.start()
    answers = []
    while writer.is_alive():
        answers.append(meter.level())
    answers.append(meter.level())
    parts = [level for level in answers if level != SILENCE]
    assert parts
    assert all(level == pytest.approx(-6.02, abs=0.01) for level in parts)
