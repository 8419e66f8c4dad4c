"""Tones as an ear would judge them: pitch, rhythm, level, no clicks; and playing them in blocks."""

from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from softphone.engine.sound.melodies import melody
from softphone.engine.sound.samples import RATE, Samples
from softphone.engine.sound.tones import (
    BUSY,
    CALL_WAITING,
    CONGESTION,
    HOLD_REMINDER,
    RINGBACK,
    RISE_DB,
    RISE_MS,
    TEST,
    Note,
    Player,
    Tone,
    mix,
    steady,
)
from softphone.protocol import RingMelody

KINDS: tuple[RingMelody, ...] = get_args(RingMelody)
FROM_THE_NETWORK = {"ringback": RINGBACK, "busy": BUSY, "congestion": CONGESTION}
EVERY: dict[str, Tone] = {
    **FROM_THE_NETWORK,
    "call waiting": CALL_WAITING,
    "hold reminder": HOLD_REMINDER,
    "test": TEST,
    **{kind: melody(kind) for kind in KINDS},
}
by_name = pytest.mark.parametrize("name", EVERY)


@pytest.mark.parametrize(
    ("tone", "hz", "cadence"),
    [
        (RINGBACK, 425, [1000, -3000, 1000, -3000]),
        (BUSY, 425, [500, -500, 500, -500]),
        (CONGESTION, 425, [167, -167, 167, -167]),
        (CALL_WAITING, 1400, [175, -175, 175, -3500, 175, -175, 175, -3500]),
    ],
)
def test_it_sounds_as_from_a_belgian_exchange(tone: Tone, hz: int, cadence: list[int]) -> None:
    twice = played(tone, 2 * tone.frames)
    assert sounding_ms(twice) == pytest.approx(cadence, abs=3), "sound, and −silence"
    [heard] = strongest(twice, 1)
    assert heard == pytest.approx(hz, abs=2)
    assert share_within(twice, hz - 100, hz + 100) > 0.998, "nothing but that"


@pytest.mark.parametrize(("tone", "hz"), [(TEST, [523, 659, 784]), (HOLD_REMINDER, [659, 523])])
def test_our_own_play_their_notes_in_order(tone: Tone, hz: list[int]) -> None:
    begin = 0
    for note, wanted in zip(tone.notes, hz, strict=False):
        frames = note.ms * RATE // 1000
        [heard] = strongest(played(tone, tone.frames)[begin : begin + frames], 1)
        assert heard == pytest.approx(wanted, abs=4)
        begin += frames


def test_somebody_waiting_is_remembered_every_30_seconds() -> None:
    minute = played(HOLD_REMINDER, 60 * RATE)
    lengths = sounding_ms(minute)
    assert [length > 0 for length in lengths] == [True, False, True, False]
    assert lengths[0] - lengths[1] == pytest.approx(30_000, abs=3)
    assert lengths[0] < 1000, "a chime, no music"


@pytest.mark.parametrize("name", FROM_THE_NETWORK)
def test_the_networks_tones_have_its_level(name: str) -> None:
    assert peak_db(EVERY[name].sound) == pytest.approx(-10 - 3.14, abs=0.2), "−10 dBm0"


@pytest.mark.parametrize("tone", [CALL_WAITING])
def test_beside_a_voice_they_are_soft(tone: Tone) -> None:
    assert peak_db(tone.sound) == pytest.approx(-24, abs=0.1)


@by_name
def test_nothing_clicks(name: str) -> None:
    tone = EVERY[name]
    silence = np.zeros(RATE // 10, dtype=np.int16)
    whole = np.concatenate([silence, played(tone, 2 * tone.frames), silence])
    assert click_db(whole) < -75
    assert np.abs(np.diff(whole.astype(int))).max() < 0.7 * np.abs(whole.astype(int)).max()


@by_name
def test_a_click_would_be_heard_by_these_tests(name: str) -> None:
    sound = EVERY[name].sound
    middle = int(np.argmax(np.abs(sound.astype(int))))
    assert click_db(np.concatenate([sound[:middle], np.zeros(800, dtype=np.int16)])) > -40


@by_name
def test_it_has_no_dc_and_ends_with_its_period(name: str) -> None:
    tone = EVERY[name]
    assert abs(tone.sound.mean()) < 1
    assert len(tone.sound) <= tone.frames
    assert tone.sound.nbytes < 80_000


def test_a_tone_costs_nothing_until_somebody_wants_to_hear_it() -> None:
    asked: list[float] = []

    def voice(hz: float, ms: int) -> NDArray[np.float64]:
        asked.append(hz)
        return steady(hz, ms)

    tone = Tone((Note(500, 20), Note(0, 20), Note(600, 20)), -20, voice)
    assert asked == []
    first = Player(tone)
    assert asked == [500, 600], "before the first block, not in the audio callback"
    assert np.array_equal(Player(tone).read(999), first.read(999))
    assert asked == [500, 600], "once"


blocks = st.lists(st.integers(0, 4000), max_size=40)


@given(blocks, st.sampled_from([CONGESTION, CALL_WAITING, TEST, melody("queue-2")]))
def test_whatever_the_blocks_it_goes_on_where_it_stopped(sizes: list[int], tone: Tone) -> None:
    player = Player(tone)
    pieces = [player.read(size) for size in sizes]
    assert [len(piece) for piece in pieces] == sizes
    assert all(piece.dtype == np.int16 for piece in pieces)
    assert np.array_equal(joined(pieces), Player(tone).read(sum(sizes)))


@given(blocks)
def test_an_endless_tone_is_its_period_over_and_over(sizes: list[int]) -> None:
    def count(_hz: float, ms: int) -> NDArray[np.float64]:
        return np.arange(1, ms * RATE // 1000 + 1, dtype=np.float64)

    tone = Tone((Note(1, 2), Note(0, 1)), -20, voice=count)
    period = np.pad(tone.sound, (0, RATE // 1000))
    assert len(set(period.tolist())) == 32 + 1, "every sample is known from the others"
    player = Player(tone)
    heard = joined([player.read(size) for size in sizes])
    assert np.array_equal(heard, np.resize(period, len(heard)))
    assert not player.done


@given(st.integers(1, 700))
def test_a_finite_tone_is_over_when_its_last_sample_was_read(size: int) -> None:
    player = Player(TEST)
    pieces = []
    while not player.done:
        pieces.append(player.read(size))
    heard = joined(pieces)
    assert 0 <= len(heard) - len(TEST.sound) < size
    assert np.array_equal(heard[: len(TEST.sound)], TEST.sound)
    assert not heard[len(TEST.sound) :].any(), "zeros after the end"
    assert not player.read(size).any()


def test_a_rising_tone_begins_softly_and_is_at_its_level_after_three_seconds() -> None:
    second = Tone((Note(500, 1000),), -10, endless=True, rising=True)
    heard = np.split(played(second, 5 * RATE), 5)
    levels = [rms_db(part) - rms_db(second.sound) for part in heard]
    assert levels[:3] == pytest.approx([-16.4, -9.7, -3.1], abs=0.3), "6.7 dB more each second"
    assert levels[3:] == pytest.approx([0, 0], abs=0.01)
    tenth = played(second, RATE // 10)
    assert rms_db(tenth) - rms_db(second.sound[: RATE // 10]) == pytest.approx(-RISE_DB, abs=0.6)
    full = RISE_MS * RATE // 1000
    at_level = Player(second).read(full + RATE)[full:]
    assert np.array_equal(at_level, second.sound), "also within a block"


def test_once_is_a_single_period_at_full_level() -> None:
    tone = melody("internal")
    player = Player(tone.once())
    assert np.array_equal(player.read(len(tone.sound)), tone.sound)
    assert player.done, "nobody waits for the pause at its end"
    assert tone.endless
    assert tone.rising


def test_mixed_sounds_are_added() -> None:
    assert mix(block(1, -2, 300), block(10, 20, -300)).tolist() == [11, 18, 0]


def test_what_is_too_loud_is_clipped() -> None:
    loud = mix(block(32767, -32768, 20000, -20000), block(1, -1, 20000, -20000))
    assert loud.tolist() == [32767, -32768, 32767, -32768]
    assert loud.dtype == np.int16


@given(st.lists(st.tuples(st.integers(-32768, 32767), st.integers(-32768, 32767))))
def test_mixing_never_wraps_around(pairs: list[tuple[int, int]]) -> None:
    heard = mix(block(*(one for one, _ in pairs)), block(*(two for _, two in pairs)))
    assert heard.tolist() == [max(-32768, min(32767, one + two)) for one, two in pairs]


def block(*samples: int) -> Samples:
    return np.array(samples, dtype=np.int16)


def joined(pieces: list[Samples]) -> Samples:
    return np.concatenate([block(), *pieces])


def played(tone: Tone, frames: int) -> Samples:
    """In blocks as a device asks for them."""
    player = Player(tone)
    return joined([player.read(160) for _ in range(-(-frames // 160))])[:frames]


def peak_db(samples: Samples) -> float:
    return float(20 * np.log10(np.abs(samples.astype(int)).max() / 32767))


def rms_db(samples: Samples) -> float:
    return float(10 * np.log10(np.mean(samples.astype(float) ** 2)))


def strongest(samples: Samples, count: int) -> list[float]:
    """Frequencies in Hz, within 1 Hz."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)), max(RATE, len(samples))))
    hz = np.fft.rfftfreq(max(RATE, len(samples)), 1 / RATE)
    return [float(hz[at]) for at in np.argsort(spectrum)[-count:]]


def share_within(samples: Samples, low: float, high: float) -> float:
    """Share of the energy between two frequencies, Hz."""
    energy = np.abs(np.fft.rfft(samples)) ** 2
    hz = np.fft.rfftfreq(len(samples), 1 / RATE)
    return float(energy[(low <= hz) & (hz <= high)].sum() / energy.sum())


def sounding_ms(samples: Samples) -> list[float]:
    """How long it sounds and, negative, is silent, in turn."""
    level = np.abs(samples.astype(int))
    loud = np.flatnonzero(level > level.max() / 50)
    breaks = np.flatnonzero(np.diff(loud) > RATE // 50)  # 20 ms
    edges = [0]
    for at in breaks.tolist():
        edges += [int(loud[at]), int(loud[at + 1])]
    edges += [int(loud[-1]), len(samples)]
    signs = [1, -1] * len(edges)
    return [
        sign * (end - begin) * 1000 / RATE
        for sign, begin, end in zip(signs, edges, edges[1:], strict=False)
    ]


def click_db(samples: Samples) -> float:
    """Loudest 16 ms above 5 kHz, where no tone of ours lies, against the loudest of all."""
    window = np.hanning(256)
    frames = np.lib.stride_tricks.sliding_window_view(samples, 256)[::64]
    spectrum = np.abs(np.fft.rfft(frames * window))
    return float(20 * np.log10(spectrum[:, 5000 * 256 // RATE :].max() / spectrum.max()))
