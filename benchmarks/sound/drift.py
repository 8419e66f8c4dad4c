"""A sound card whose clock is not the network's: 200 ppm fast and slow.

The card runs at 48010 or 47990 frames a second; the engines take it for one of 48000, as they
would a real one. A steady tone through the call must stay one: whatever is put in or left out to
make up for the clocks is a click, and what is not makes the delay grow. baresip opens the card at a
multiple of its codec's rate alone: none beside this one.

The microphone's processing is off: it takes a steady tone for noise. It works
by the card's clock, 10 ms at a time, before the buffer that follows the other one.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.result import Result
from benchmarks.sound.load import GAP_MS, UNHEARD
from benchmarks.sound.rig import OFF, stage
from tests.support import hearing
from tests.support.probe import Probe
from tests.support.sound import tone

NOMINAL = 48_000
OFFSET = 10
"""Frames a second: 208 ppm."""
HZ = 440
SECONDS = 60
BURSTS = 6
LATE_MS = 5.0
"""Half a block: a virtual card is no clock of its own, it wakes when this machine lets it."""
DELAY_MS = 20.0
"""How much the delay may change: one frame."""


def card(folder: Path, offset: int, seconds: int) -> Iterator[Result]:
    """One call on a card that many frames a second off."""
    what = f"clock {offset / NOMINAL * 1e6:+.0f} ppm, {seconds} s, processing off"
    with (
        stage(folder, NOMINAL + offset) as set_up,
        set_up.ours(OFF) as talk,
        Probe(set_up.card, talk.into, talk.source) as probe,
    ):
        first = _delay(probe)
        steady, gaps, late, card_late, unheard = [], 0, [], 0, []
        for part in probe.steady(tone(HZ, 1.0, probe.rate), seconds):
            steady.append(hearing.steadiness(part, NOMINAL, HZ))
            late += [probe.late(at) for at in steady[-1].broken]
            card_late += sum(probe.late(at) > LATE_MS for at in range(0, len(part), NOMINAL // 2))
            gaps += sum(length > GAP_MS for length in hearing.gaps(part, NOMINAL))
            unheard.append(hearing.unheard(part))
        clicks = len(late)
        deviation = max(each.deviation_db for each in steady)
        yield Result("sound", f"{what}: gaps over {GAP_MS:g} ms", gaps, "", target=0)
        yield Result("sound", f"{what}: not listened to", float(np.mean(unheard)), "% of the time",
                     target=UNHEARD)  # fmt: skip
        yield Result("sound", f"{what}: clicks (20 ms that are no sine)", clicks, "", target=0)
        yield Result(
            "sound",
            f"{what}: clicks while the card was on time (to {LATE_MS:g} ms)",
            sum(each <= LATE_MS for each in late),
            "",
            target=0,
            beside={
                "half seconds in which it was late": card_late,
                "of": 2 * seconds,
                "least lateness at a click, ms": round(min(late, default=0.0), 1),
            },
        )
        yield Result("sound", f"{what}: largest deviation from the sine", deviation, "dB")
        last = _delay(probe)
        yield Result("sound", f"{what}: cards opened anew", talk.opened_anew(), "", target=0)
    yield Result("sound", f"{what}: change of the delay", abs(last - first), "ms", target=DELAY_MS,
                 beside={"at the beginning": first, "at the end": last})  # fmt: skip


def _delay(probe: Probe) -> float:
    heard = probe.measure(hearing.bursts(BURSTS, probe.rate))
    found = [one for one in hearing.delays(heard, probe.rate) if one is not None]
    return float(np.median(found or [np.inf]))
