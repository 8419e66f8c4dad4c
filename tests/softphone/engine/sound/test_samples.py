"""Resampling, and the rate a device means."""

import numpy as np
import pytest

from softphone.engine.sound.samples import BLOCK, RATE, Resampler, Samples, Whole, nominal
from tests.support import sound


@pytest.mark.parametrize(
    ("source", "target"), [(48_000, 16_000), (16_000, 48_000), (44_100, 16_000)]
)
def test_a_tone_keeps_pitch_and_level(source: int, target: int) -> None:
    said = (sound.tone(1000, 2.0, source) * 32767).astype(np.int16)
    resampler, block = Resampler(), source // 100
    parts = [
        resampler.feed(said[at : at + block], target / source) for at in range(0, len(said), block)
    ]
    heard = np.concatenate(parts) / 32768
    assert 2 * target - len(heard) <= target // 500, "less than 2 ms are still on their way"
    assert sound.heard_seconds(heard, target, 1000) >= 1.8
    assert sound.level(heard[target // 10 :]) == pytest.approx(-15, abs=0.1)


def test_what_is_above_the_telephones_band_does_not_come_back_as_noise() -> None:
    whistle = (sound.tone(11_000, 1.0, 48_000) * 32767).astype(np.int16)
    heard = Resampler().feed(whistle, 1 / 3) / 32768
    assert sound.level(heard[1600:-1600]) < -70


def test_the_loudest_sound_is_clipped_and_does_not_wrap() -> None:
    square = np.repeat(np.array([32767, -32768] * 50, np.int16), 40)
    heard = Resampler().feed(square, 3.0).astype(int)
    assert heard.max() == 32767
    assert np.abs(np.diff(heard)).max() < 40_000, "a wrap would be a step of 65,535"


@pytest.mark.parametrize(
    ("says", "means"),
    [(48_000, 48_000), (48_010, 48_000), (44_099.7, 44_100), (16_000, 16_000), (37_800, 37_800)],
)
def test_the_rate_a_device_means(says: float, means: int) -> None:
    assert nominal(says) == means


@pytest.mark.parametrize("rate", [48_000, 44_100, RATE])
def test_each_block_is_whole_as_soon_as_it_comes(rate: int) -> None:
    """A resampler holds its beginning back, and its pieces are a sample longer or shorter."""
    said = (sound.tone(1000, 2.0, rate) * 32767).astype(np.int16)
    resampler, whole = Resampler(), Whole()
    got: list[Samples] = []
    for at in range(0, len(said), rate // 100):
        blocks = whole.feed(resampler.feed(said[at : at + rate // 100], RATE / rate))
        assert len(blocks) == 1, f"after {at} samples"
        got += blocks
    assert {len(block) for block in got} == {BLOCK}
    heard = np.concatenate(got) / 32768
    assert sound.heard_seconds(heard, RATE, 1000) >= 1.8


def test_nothing_makes_no_block() -> None:
    assert Whole().feed(np.zeros(0, np.int16)) == []
