"""From mouth to ear through the exchange: two phones of one make on one card, ours and baresip's.

A burst of noise goes into the first one's microphone port twice a second and is found again, by
correlation, in what the second one's loudspeaker port says. Both of a make talk G.722 over SRTP
with the exchange between them. Ours has all processing on, as a user has; beside it stands what it
is with all off.
"""

from pathlib import Path

import numpy as np

from benchmarks.result import Result
from benchmarks.sound.rig import OFF, ON, Talk, result, stage
from tests.support import hearing
from tests.support.probe import Probe
from tests.support.sound import SoundCard

CALLS = 3
"""Of each make: the clocks of card, network and codec stand differently in each."""
SECONDS = 12
SETTLED_S = 4
"""Jitter buffers have found their length then."""
EVERY_S = 0.5
BURSTS = round(CALLS * (SECONDS - SETTLED_S) / EVERY_S)


def measure(folder: Path) -> list[Result]:
    """The makes in turn."""
    heard: dict[str, list[float | None]] = {"ours": [], "processing off": [], "baresip": []}
    with stage(folder) as set_up:
        for _ in range(CALLS):
            for name, processing in (("ours", ON), ("processing off", OFF)):
                with set_up.ours(processing) as talk:
                    heard[name] += _delays(set_up.card, talk)
            with set_up.baresip() as talk:
                heard["baresip"] += _delays(set_up.card, talk)
    found = {name: [one for one in all_ if one is not None] for name, all_ in heard.items()}
    medians = {name: float(np.median(values or [np.inf])) for name, values in found.items()}
    slowest = {name: float(np.percentile(v or [np.inf], 99)) for name, v in found.items()}
    return [
        result("mouth to ear, processing on, median", medians, "ms", 100),
        result("mouth to ear, processing on, p99", slowest, "ms", 130),
        Result("sound", "mouth to ear, processing on, beside baresip",
               medians["ours"] / medians["baresip"], "times", target=1.1),
        result(f"bursts not heard, of {BURSTS}",
               {name: float(all_.count(None)) for name, all_ in heard.items()}, "", 0),
    ]  # fmt: skip


def _delays(card: SoundCard, talk: Talk) -> list[float | None]:
    with Probe(card, talk.into, talk.source) as probe:
        heard = probe.measure(hearing.bursts(round(SECONDS / EVERY_S), card.rate, EVERY_S))
    return hearing.delays(heard, card.rate, EVERY_S)[round(SETTLED_S / EVERY_S) :]
