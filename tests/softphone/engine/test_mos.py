"""The E-model against its recommendations."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softphone.engine.mos import mos, rating

CODECS = st.sampled_from(["G722/16000", "PCMA/8000", "PCMU/8000"])
LOSS = st.floats(0, 100)
DELAY = st.floats(0, 2000)


def test_a_narrowband_call_with_nothing_wrong() -> None:
    """G.107 §7.7: all defaults make R = 93.2, which is 4.41 by Annex B."""
    assert rating("PCMA/8000", loss=0, delay_ms=0) == 93.2
    assert mos("PCMA/8000", loss=0, delay_ms=0) == pytest.approx(4.41, abs=0.005)


def test_a_wideband_call_with_nothing_wrong() -> None:
    """G.107.1: 129, less the 13 of G.722; brought back to 100 that is 89.9."""
    assert rating("G722/16000", loss=0, delay_ms=0) == 116
    assert mos("G722/16000", loss=0, delay_ms=0) == pytest.approx(4.337, abs=0.0005)


@pytest.mark.parametrize(
    ("delay_ms", "impairment"), [(0, 0), (100, 0), (150, 0.16), (200, 3.04), (400, 24.07)]
)
@pytest.mark.parametrize("codec", ["PCMA/8000", "G722/16000"])
def test_delay(codec: str, delay_ms: float, impairment: float) -> None:
    """Idd of G.107 (7-27), worked out by hand."""
    lost = rating(codec, loss=0, delay_ms=0) - rating(codec, loss=0, delay_ms=delay_ms)
    assert lost == pytest.approx(impairment, abs=0.005)


@pytest.mark.parametrize(
    ("r", "score"), [(90, 4.34), (80, 4.03), (70, 3.60), (60, 3.10), (50, 2.58)]
)
def test_from_rating_to_score(r: float, score: float) -> None:
    """G.107 Table B.1; so much loss brings a G.711 call down to each R."""
    part = (93.2 - r) / 95
    loss = 25.1 * part / (1 - part)
    assert rating("PCMU/8000", loss=loss, delay_ms=0) == pytest.approx(r)
    # (The table has 4.03 where its formula (B-4) gives 4.024.)
    assert mos("PCMU/8000", loss=loss, delay_ms=0) == pytest.approx(score, abs=0.0065)


def test_bpl_percent_of_loss_take_half_of_what_is_left() -> None:
    assert rating("PCMA/8000", loss=25.1, delay_ms=0) == pytest.approx(93.2 - 95 / 2)
    assert rating("G722/16000", loss=4.3, delay_ms=0) == pytest.approx(129 - (13 + 82 / 2))


def test_bursts_are_worse_than_as_much_random_loss() -> None:
    random, bursty = (mos("PCMA/8000", loss=10, delay_ms=0, burst=burst) for burst in (1.0, 2.0))
    assert bursty < random
    assert mos("PCMA/8000", loss=10, delay_ms=0, burst=9.0) == bursty, "no further than G.107 goes"
    assert mos("G722/16000", loss=5, delay_ms=0, burst=2.0) == mos(
        "G722/16000", loss=5, delay_ms=0
    ), "G.107.1 knows random loss alone"


def test_a_codec_from_elsewhere_is_rated_as_g711() -> None:
    assert mos("opus/48000", loss=1, delay_ms=0) == mos("PCMA/8000", loss=1, delay_ms=0)


@given(CODECS, LOSS, LOSS, DELAY, DELAY, st.floats(1, 2), st.floats(1, 2))
def test_more_of_anything_bad_is_never_better(
    codec: str, a: float, b: float, c: float, d: float, e: float, f: float
) -> None:
    better = mos(codec, loss=min(a, b), delay_ms=min(c, d), burst=min(e, f))
    worse = mos(codec, loss=max(a, b), delay_ms=max(c, d), burst=max(e, f))
    assert 1.0 <= worse <= better + 1e-9
    assert better <= 4.5
