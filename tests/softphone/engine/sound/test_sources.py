"""Tones and files as sources."""

from pathlib import Path

import numpy as np
import pytest

from softphone.engine.sound.sources import Silence, tone, wav_file
from tests.support import sound


def test_a_tone_goes_on_without_a_click(tmp_path: Path) -> None:
    source = tone(440)
    samples = np.concatenate([source.read(320) for _ in range(150)]) / 32768
    file = sound.write_wav(tmp_path / "tone.wav", samples)
    assert sound.dominant_frequency(file) == 440
    assert sound.tone_seconds(file, 440) == pytest.approx(3.0)
    assert sound.level(samples) == pytest.approx(-15.0, abs=0.1), "RMS of a −12 dBFS sine"
    assert np.abs(np.diff(samples)).max() < 0.05


@pytest.mark.parametrize("hz", [0, -1, 8000, 1e9, float("nan")])
def test_impossible_tones_are_refused(hz: float) -> None:
    with pytest.raises(ValueError, match="tone_hz"):
        tone(hz)


def test_a_file_is_repeated(tmp_path: Path) -> None:
    file = sound.write_wav(tmp_path / "a.wav", sound.tone(300, 0.05))
    whole, _ = sound.read_wav(file)
    twice = wav_file(file).read(len(whole) * 2) / 32768
    assert np.array_equal(twice, np.concatenate([whole, whole]))


@pytest.mark.parametrize("content", [b"", b"RIFF", b"\x00" * 100])
def test_what_is_no_sound_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "bad.wav"
    file.write_bytes(content)
    with pytest.raises(ValueError, match=r"bad\.wav"):
        wav_file(file)


def test_another_rate_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="16000"):
        wav_file(sound.write_wav(tmp_path / "cd.wav", sound.tone(300, 0.1, 44100), 44100))


def test_silence() -> None:
    assert not Silence().read(4).any()
