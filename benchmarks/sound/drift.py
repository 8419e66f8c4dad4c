"""A sound card whose clock is not the network's: 200 ppm fast and slow.

The card runs at 48010 or 47990 frames a second; the engines take it for one of 48000, as they
would a real one. A steady tone through the call must stay one: whatever is put in or left out to
make up for the clocks is a click, and what is not makes the delay grow. baresip opens the card at a
multiple of its codec's rate alone: none beside this one.
"""

from pathlib import Path

import numpy as np

from benchmarks.result import Result
from benchmarks.sound.rig import stage
from tests.support import hearing
from tests.support.probe import Probe

NOMINAL = 48_000
OFFSET = 10
"""Frames a second: 208 ppm."""
HZ = 440
SECONDS = 60
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
        Probe(set_up.card, talk.into, talk.source) as probe,
    ):
        first = _delay(probe)
        steady, gaps = [], 0
        for part in probe.steady(HZ, seconds):
            steady.append(hearing.steadiness(part, NOMINAL, HZ))
            gaps += sum(length > GAP_MS for length in hearing.gaps(part, NOMINAL))
        last = _delay(probe)
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


def _delay(probe: Probe) -> float:
    heard = probe.measure(hearing.bursts(BURSTS, probe.rate))
    found = [one for one in hearing.delays(heard, probe.rate) if one is not None]
    return float(np.median(found or [np.inf]))
