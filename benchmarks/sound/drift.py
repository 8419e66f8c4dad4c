"""A sound card whose clock is not the network's: 200 ppm fast and slow.

The card runs at 48010 or 47990 frames a second; the engines take it for one of 48000, as they would
a real one. A steady tone through the call must stay one: whatever is put in or left out to make up
for the clocks is a click, and what is not makes the delay grow. baresip opens the card at a multiple
of its codec's rate alone: none beside this one.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.result import Result
from benchmarks.sound.rig import Talk, stage
from tests.support import hearing
from tests.support.probe import Probe
from tests.support.sound import SoundCard, tone

NOMINAL = 48_000
OFFSET = 10
"""Frames a second: 208 ppm."""
HZ = 440.0
SECONDS = 60
CHUNK_S = 30
BURSTS = 6
GAP_MS = 40.0
DELAY_MS = 20.0
"""How much the delay may change: one frame."""


def measure(folder: Path) -> list[Result]:
    """A fast card, a slow one; the sound of each for a minute."""
    return [*card(folder / "fast", OFFSET, SECONDS), *card(folder / "slow", -OFFSET, SECONDS)]


def card(folder: Path, offset: int, seconds: int) -> list[Result]:
    """One call on a card that many frames a second off."""
    folder.mkdir()
    with (
        stage(folder, NOMINAL + offset) as set_up,
        set_up.ours() as talk,
    ):
        first = _delay(set_up.card, talk)
        chunks = list(_tone(set_up.card, talk, seconds))
        last = _delay(set_up.card, talk)
    gaps = sum(length > GAP_MS for chunk in chunks for length in hearing.gaps(chunk, NOMINAL))
    steady = [hearing.steadiness(chunk, NOMINAL, HZ) for chunk in chunks]
    what = f"clock {offset / NOMINAL * 1e6:+.0f} ppm, {seconds} s"
    return [
        Result("sound", f"{what}: change of the delay", abs(last - first), "ms", target=DELAY_MS,
               beside={"at the beginning": first, "at the end": last}),
        Result("sound", f"{what}: gaps over {GAP_MS:g} ms", gaps, "", target=0),
        Result("sound", f"{what}: clicks (20 ms that are no sine)",
               sum(each.breaks for each in steady), "", target=0),
        Result("sound", f"{what}: largest deviation from the sine",
               max(each.deviation_db for each in steady), "dB"),
    ]  # fmt: skip


def _delay(card: SoundCard, talk: Talk) -> float:
    with Probe(card, talk.into, talk.source) as probe:
        heard = probe.measure(hearing.bursts(BURSTS, card.rate))
    found = [one for one in hearing.delays(heard, card.rate) if one is not None]
    return float(np.median(found or [np.inf]))


def _tone(card: SoundCard, talk: Talk, seconds: int) -> Iterator[np.ndarray[tuple[int], np.dtype[np.float64]]]:
    """What is heard of it, in parts; the first second of each, in which it sets in, left out."""
    with Probe(card, talk.into, talk.source) as probe:
        for _ in range(seconds // CHUNK_S):
            heard = probe.measure(tone(HZ, CHUNK_S + 2, NOMINAL))
            yield heard[NOMINAL : NOMINAL * (CHUNK_S + 1)]
