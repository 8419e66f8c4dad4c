"""Melodies: known apart by everybody, heard on any loudspeaker; who gets which."""

import subprocess
import sys
from itertools import combinations, pairwise
from typing import get_args

import numpy as np
import pytest
from numpy.typing import NDArray

from softphone.engine.sound.melodies import melody, melody_of
from softphone.engine.sound.samples import RATE, Samples
from softphone.engine.sound.tones import Player
from softphone.protocol import RingMelody

KINDS: tuple[RingMelody, ...] = get_args(RingMelody)
every = pytest.mark.parametrize("kind", KINDS)
each_two = pytest.mark.parametrize(("one", "two"), [*combinations(KINDS, 2)])

Picture = NDArray[np.float64]
"""Energy: a row per semitone, a column per 20 ms."""


@each_two
@pytest.mark.parametrize("heard_up_to_hz", [1000, 2000])
def test_two_melodies_are_different_also_for_bad_ears(
    one: RingMelody, two: RingMelody, heard_up_to_hz: int
) -> None:
    first, second = picture(one, heard_up_to_hz), picture(two, heard_up_to_hz)
    assert likeness(first, second) < 0.6


@each_two
def test_rhythm_alone_tells_them_apart(one: RingMelody, two: RingMelody) -> None:
    assert likeness(beats(one), beats(two)) < 0.5


@every
def test_one_that_begins_later_is_still_the_same(kind: RingMelody) -> None:
    assert likeness(picture(kind, 2000), np.roll(picture(kind, 2000), 37, axis=1)) > 0.99
    assert likeness(beats(kind), np.roll(beats(kind), 37, axis=1)) > 0.99


@every
def test_it_lies_where_ears_and_small_loudspeakers_are_good(kind: RingMelody) -> None:
    sound = melody(kind).sound
    energy = np.abs(np.fft.rfft(sound)) ** 2
    energy /= energy.sum()
    hz = np.fft.rfftfreq(len(sound), 1 / RATE)
    assert energy[(hz >= 400) & (hz <= 2000)].sum() > 0.95
    pitches = {note.hz for note in melody(kind).notes if note.hz}
    assert all(400 < pitch < 1000 for pitch in pitches)
    fundamental = np.any([abs(hz / pitch - 1) < 0.05 for pitch in pitches], axis=0)
    assert 0.05 < energy[~fundamental].sum() < 0.3, "harmonics, for loudspeakers without bass"


@every
def test_it_is_loud_enough_and_never_too_loud(kind: RingMelody) -> None:
    sound = melody(kind).sound
    peak = 20 * np.log10(np.abs(sound.astype(int)).max() / 32768)
    assert peak == pytest.approx(-7, abs=0.01)
    loudest = max(rms_db(part) for part in np.array_split(sound, len(sound) // (RATE // 10)))
    assert -20 < loudest < -12, "none is a shock after the other"


@every
def test_it_rises_and_pauses(kind: RingMelody) -> None:
    tone = melody(kind)
    assert tone.endless
    player = Player(tone)
    first, second, third, fourth = (player.read(tone.frames) for _ in range(4))
    begin = slice(RATE // 4)
    assert rms_db(first[begin]) < rms_db(second[begin]) - 15
    assert np.array_equal(third, fourth), "at its level since the third second"
    assert not third[-RATE:].any(), "a second of silence, to hear people and to answer"
    assert 2 < tone.frames / RATE < 5


@pytest.mark.parametrize(
    ("queue", "number", "kind"),
    [
        ("", "2001", "internal"),
        ("", "12345", "internal"),
        ("", "123456", "external"),
        ("", "+3281246000", "external"),
        ("", "081246000", "external"),
        ("", "anonymous", "external"),
        ("", "", "external"),
        ("", "²³", "external"),
    ],
)
def test_who_calls_decides_without_a_queue(queue: str, number: str, kind: RingMelody) -> None:
    assert melody_of(queue, number) == kind


def test_the_queue_decides_whoever_calls() -> None:
    assert melody_of("Population", "2001") == melody_of("Population", "+3281246000")
    assert melody_of("Population", "2001").startswith("queue")


def test_a_title_that_is_no_text_rings_too() -> None:
    assert melody_of("\udce9tat civil", "").startswith("queue"), "a byte that is not UTF-8"


def test_a_queue_sounds_alike_on_every_phone() -> None:
    titles = ["Population", "État civil", "Urbanisme", "Travaux"]
    program = (
        "from softphone.engine.sound.melodies import melody_of\n"
        f"print([melody_of(title, '') for title in {titles!r}])"
    )
    here = str([melody_of(title, "") for title in titles])
    for seed in ("1", "2"):
        there = subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path), "PYTHONUTF8": "1"},
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
        assert there.stdout.strip() == here


def test_all_four_queue_melodies_are_used() -> None:
    used = [melody_of(f"Service {number}", "") for number in range(400)]
    for kind in KINDS:
        expected = 100 if kind.startswith("queue") else 0
        assert used.count(kind) == pytest.approx(expected, abs=40)


def picture(kind: RingMelody, top_hz: int) -> Picture:
    """Eight seconds at full level, from 400 Hz."""
    tone = melody(kind)
    period = np.pad(tone.sound, (0, tone.frames - len(tone.sound)))
    frames = np.lib.stride_tricks.sliding_window_view(np.resize(period, 8 * RATE), 640)[::320]
    spectrum = np.abs(np.fft.rfft(frames * np.hanning(640), 2048))
    hz = np.fft.rfftfreq(2048, 1 / RATE)
    edges = 400 * 2 ** (np.arange(49) / 12)
    rows = [
        spectrum[:, (low <= hz) & (hz < high)].sum(axis=1)
        for low, high in pairwise(edges.tolist())
        if high <= top_hz
    ]
    return np.stack(rows)


def beats(kind: RingMelody) -> Picture:
    """Where notes begin, whatever their pitch: a single row."""
    loudness = picture(kind, 4000).sum(axis=0, keepdims=True)
    return np.asarray(np.diff(loudness).clip(min=0))


def likeness(one: Picture, two: Picture) -> float:
    """Correlation, 1: the same; whichever begins later."""
    one, two = np.asarray(one - one.mean()), np.asarray(two - two.mean())
    shifted = (np.roll(one, shift, axis=1) for shift in range(one.shape[1]))
    scale = float(np.linalg.norm(one) * np.linalg.norm(two))
    return max(float((other * two).sum()) for other in shifted) / scale


def rms_db(samples: Samples) -> float:
    """dBFS."""
    return float(10 * np.log10(np.mean((samples / 32768) ** 2)))
