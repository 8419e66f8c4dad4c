"""The sound by which gaps are looked for: what a phone does to microphones leaves it whole."""

import numpy as np
import pytest

from benchmarks.sound.load import SETTLED_S
from softphone.engine.sound.processing import Processing
from softphone.engine.sound.samples import BLOCK, RATE
from tests.support import hearing
from tests.support.sound import level, siren


def test_it_is_as_loud_at_any_moment() -> None:
    twice = np.tile(siren(RATE), 2)
    blocks = twice.reshape(-1, RATE // 100)
    assert [level(block) for block in blocks] == pytest.approx([-20.0] * len(blocks), abs=2)
    assert np.abs(np.diff(twice)).max() < 0.2  # no leap from its end to its beginning


def test_all_processing_leaves_it_without_a_gap() -> None:
    processing = Processing()
    processing.prepare(delay_ms=20)
    blocks = (np.tile(siren(RATE), 20).reshape(-1, BLOCK) * 32_767).astype(np.int16)
    heard = np.concatenate([processing.said(block) for block in blocks])[SETTLED_S * RATE :] / 32768
    assert not processing.problem
    assert hearing.gaps(heard, RATE) == []
    assert level(heard) == pytest.approx(-20, abs=1.5)
