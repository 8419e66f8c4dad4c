"""The measuring instruments measure."""

from pathlib import Path

import numpy as np
import pytest

from tests.support import sound


def test_recognises_a_tone(tmp_path: Path) -> None:
    file = sound.write_wav(tmp_path / "a.wav", sound.tone(440, 2.0))
    assert sound.dominant_frequency(file) == 440
    assert sound.tone_seconds(file, 440) == pytest.approx(2.0)
    assert sound.tone_seconds(file, 1000) == 0


def test_does_not_take_silence_noise_or_another_tone_for_it(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).standard_normal(32000) * 0.2
    for samples in (np.zeros(32000), noise, sound.tone(450, 2.0), sound.speech(2.0)):
        file = sound.write_wav(tmp_path / "b.wav", samples)
        assert sound.tone_seconds(file, 440) == 0
    silent = sound.write_wav(tmp_path / "c.wav", np.zeros(16000))
    assert sound.dominant_frequency(silent) == 0


def test_a_mixture_counts_for_neither(tmp_path: Path) -> None:
    both = sound.tone(440, 2.0) + sound.tone(1000, 2.0)
    file = sound.write_wav(tmp_path / "d.wav", both / 2)
    assert sound.tone_seconds(file, 440) == sound.tone_seconds(file, 1000) == 0


def test_half_a_tone_counts_half(tmp_path: Path) -> None:
    samples = np.concatenate([sound.tone(440, 1.0), np.zeros(16000)])
    file = sound.write_wav(tmp_path / "e.wav", samples)
    assert sound.tone_seconds(file, 440) == pytest.approx(1.0)
