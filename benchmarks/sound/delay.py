"""From mouth to ear through the exchange: two phones of one make on one card, ours and baresip's.

A burst of noise each second goes into the first one's microphone port and is found again, by
correlation, in what the second one's loudspeaker port says. Both of a make talk G.722 over SRTP with
the exchange between them.
"""

from pathlib import Path

import numpy as np

from benchmarks.result import Result
from benchmarks.sound.rig import Talk, result, stage
from tests.support import hearing
from tests.support.probe import Probe
from tests.support.sound import SoundCard

SECONDS = 25
SETTLED_S = 4
"""Jitter buffers have found their length then."""


def measure(folder: Path) -> list[Result]:
    """One make after the other."""
    heard: dict[str, list[float | None]] = {}
    with stage(folder) as set_up:
        with set_up.ours() as talk:
            heard["ours"] = _delays(set_up.card, talk)
        with set_up.baresip() as talk:
            heard["baresip"] = _delays(set_up.card, talk)
    found = {name: [one for one in all_ if one is not None] for name, all_ in heard.items()}
    medians = {name: float(np.median(values or [np.inf])) for name, values in found.items()}
    return [
        result("mouth to ear, median", medians, "ms", 100),
        result("mouth to ear, p99",
               {name: float(np.percentile(values or [np.inf], 99)) for name, values in found.items()},
               "ms", 130),
        Result("sound", "mouth to ear, ours beside baresip", medians["ours"] / medians["baresip"],
               "times", target=1.1),
        result(f"bursts not heard, of {SECONDS - SETTLED_S}",
               {name: float(all_.count(None)) for name, all_ in heard.items()}, "", 0),
    ]  # fmt: skip


def _delays(card: SoundCard, talk: Talk) -> list[float | None]:
    with Probe(card, talk.into, talk.source) as probe:
        heard = probe.measure(hearing.bursts(SECONDS, card.rate))
    return hearing.delays(heard, card.rate)[SETTLED_S:]
