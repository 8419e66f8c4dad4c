"""The ears of the benchmarks: what was done to a sound is found in it again."""

import numpy as np
import pytest

from tests.support import hearing
from tests.support.sound import Samples, speech, tone

RATE = 48_000


def late(samples: Samples, ms: float) -> Samples:
    """The same, so much later, as long as before."""
    silence = np.zeros(round(ms * RATE / 1000))
    return np.concatenate([silence, samples])[: len(samples)]


def noise(like: Samples, db: float) -> Samples:
    """Of that level."""
    return np.asarray(np.random.default_rng(7).standard_normal(len(like)) * 10 ** (db / 20))


@pytest.mark.parametrize("ms", [0.0, 12.5, 480.0])
def test_how_late_a_burst_is(ms: float) -> None:
    said = hearing.bursts(4, RATE)
    heard = late(said, ms) * 0.3 + noise(said, -60)
    assert hearing.delays(heard, RATE) == pytest.approx([ms] * 4, abs=0.05)


def test_a_burst_that_does_not_come() -> None:
    heard = hearing.bursts(3, RATE)
    heard[RATE : 2 * RATE] = 0
    assert hearing.delays(heard, RATE) == [0.0, None, 0.0]
    assert hearing.delays(noise(heard, -50), RATE) == [None, None, None]


def test_a_burst_that_nobody_could_hear_does_not_count() -> None:
    heard = hearing.bursts(3, RATE)
    heard[RATE + 5] = np.nan
    assert hearing.delays(heard, RATE) == [0.0, 0.0]


def test_gaps_have_their_lengths() -> None:
    heard = tone(440, 2.0, RATE)
    heard[RATE // 2 : RATE // 2 + RATE * 60 // 1000] = 0
    heard[RATE : RATE + RATE * 20 // 1000] = 0
    assert hearing.gaps(heard, RATE) == [60.0, 20.0]
    assert hearing.gaps(tone(440, 2.0, RATE), RATE) == []


def test_silence_is_one_gap() -> None:
    assert hearing.gaps(np.zeros(RATE), RATE) == [1000.0]


def test_where_nobody_could_listen_is_no_gap() -> None:
    heard = tone(440, 2.0, RATE)
    heard[RATE : RATE + 4_800] = np.nan
    assert hearing.gaps(heard, RATE) == []
    assert hearing.steadiness(heard, RATE, 440).breaks == 0


def test_a_clock_200_ppm_off_is_no_click() -> None:
    steady = hearing.steadiness(tone(440 * 1.0002, 5.0, RATE), RATE, 440)
    assert steady.breaks == 0
    assert steady.deviation_db < -40


@pytest.mark.parametrize("faster", [1.005, 0.995])
def test_a_pitch_nine_cents_off_is_no_click(faster: float) -> None:
    assert hearing.steadiness(tone(440 * faster, 5.0, RATE), RATE, 440).breaks == 0


@pytest.mark.parametrize("left_out", [5, 480])
def test_samples_left_out_are_a_click(left_out: int) -> None:
    whole = tone(450, 2.0, RATE)
    heard = np.delete(whole, slice(50_000, 50_000 + left_out))
    assert hearing.steadiness(heard, RATE, 450).breaks == 1


def test_gain_is_that_of_what_was_said_alone() -> None:
    said = speech(3.0)
    assert hearing.gain_db(said / 2, said, 16_000) == pytest.approx(-6, abs=0.1)
    heard = said / 2 + noise(said, -30)
    assert hearing.gain_db(heard, said, 16_000) == pytest.approx(-6, abs=0.3)
    slower = hearing.resampled(said / 2, 16_000, 16_016)[: len(said)]
    assert hearing.gain_db(slower, said, 16_000) == pytest.approx(-6, abs=0.5), "a clock followed"


def test_signal_to_noise() -> None:
    said = speech(2.0)
    heard = 0.7 * said + noise(said, -43)
    assert hearing.snr_db(heard, said) == pytest.approx(20, abs=0.3)


def test_spectral_distance_grows_with_what_is_changed() -> None:
    said = speech(2.0)
    spectrum = np.fft.rfft(said)
    spectrum[np.fft.rfftfreq(len(said), 1 / 16_000) > 3_400] *= 0.01
    narrow = np.asarray(np.fft.irfft(spectrum, len(said)))
    same, dull = (hearing.spectral_distance_db(h, said, 16_000) for h in (said * 0.5, narrow))
    assert same == pytest.approx(0, abs=0.5)
    assert dull > 5


def test_the_same_sound_at_another_rate() -> None:
    made = hearing.resampled(tone(440, 1.0, RATE), RATE, 16_000)
    assert made == pytest.approx(tone(440, 1.0, 16_000), abs=1e-6)
