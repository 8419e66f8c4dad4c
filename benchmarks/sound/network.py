"""A bad network towards who listens: packets lost (1, 5, 10 %), held up (a Wi-Fi that stands still
for 200 ms every two seconds), or late (80 ms, give or take 80).

The first phone is beside the exchange, the second on a laptop at the end of a bad cable. A steady
tone through the call: how long is the listener's loudspeaker silent? After the bad weather the
delay has to come back to what it was. Ours and baresip in turn.

Each weather's chances are drawn from the same seed, one after the other for all packets towards the
laptop, SIP and RTCP among them. So as many are lost for both makes and in the same pattern, but not
the same moments of the tone.

Our processing is off: it takes a steady tone for noise.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np

from benchmarks.result import Result
from benchmarks.sound.rig import OFF, Talk, result, stage
from softphone import protocol
from tests.support import hearing
from tests.support.probe import Probe
from tests.support.sound import tone
from tests.support.weather import FarLaptop

HZ = 440
SECONDS = 12
"""Of a weather, unless said otherwise."""
CALM = "no loss"
WORST = "10 % loss"
LOSSES = (CALM, "1 % loss", "5 % loss", WORST)
JITTER, STILL = "80 ms jitter, its first 10 s", "80 ms jitter, the 20 s after those"
WEATHER = {
    CALM: (0.0, 0.0, 0.0),
    "200 ms jams": (0.0, 0.0, 200.0),
    "1 % loss": (0.01, 0.0, 0.0),
    "5 % loss": (0.05, 0.0, 0.0),
    WORST: (0.1, 0.0, 0.0),
    JITTER: (0.0, 80.0, 0.0),
    STILL: (0.0, 80.0, 0.0),
}
"""Share that is lost, ms of jitter, ms of each jam. They begin while the tone sounds."""
SECONDS_OF = {JITTER: 10, STILL: 20}
"""Those that have a call of their own, one after the other."""
GAP_MS = 40.0
EVERY_S = 0.5
AFTER_S = 15
RECOVERED_MS = 40.0
"""Two frames more than before are as good as before."""
RECOVERED_S = 10.0
MOS_FALLS = 0.5
"""At least, from no loss to ten percent."""
MOS_STEP = 0.1
"""At least, from each loss to the next; by the E-model each is 0.4 or more."""


@dataclass
class Heard:
    """What came of one make."""

    silent: dict[str, float] = field(default_factory=dict)
    """Percent of the time, by weather."""
    gaps: dict[str, float] = field(default_factory=dict)
    """Number of those that are long."""
    longest: dict[str, float] = field(default_factory=dict)
    """Gap, ms."""
    spoilt: dict[str, float] = field(default_factory=dict)
    """Percent of the tone's 20 ms that were not it."""
    before_ms: float = np.inf
    """Delay in good weather."""
    after_ms: float = np.inf
    """Some time after the bad one."""
    back_s: float = np.inf
    """From the end of the jitter until the delay is what it was."""
    mos: dict[str, float] = field(default_factory=dict)
    """As our engine says, once it does."""


def measure(folder: Path) -> Iterator[Result]:
    """Every weather for one make, then for the other."""
    heard: dict[str, Heard] = {}
    with FarLaptop() as laptop, stage(folder, address=laptop.server) as set_up:
        makes: dict[str, Callable[[], AbstractContextManager[Talk]]] = {
            "ours": lambda: set_up.ours(OFF, listener=laptop.engine),
            "baresip": lambda: set_up.baresip(listener=laptop.command(), address=laptop.address),
        }
        for make, call in makes.items():
            one = heard[make] = Heard()
            with call() as talk, Probe(set_up.card, talk.into, talk.source) as probe:
                for sky in WEATHER:
                    if sky not in SECONDS_OF:
                        _listen(one, sky, talk, probe, laptop)
                laptop.weather()
            # A call that knows nothing of bad weather yet.
            with call() as talk, Probe(set_up.card, talk.into, talk.source) as probe:
                one.before_ms = _median(hearing.delays(_bursts(probe, 6), probe.rate, EVERY_S))
                for sky in SECONDS_OF:
                    _listen(one, sky, talk, probe, laptop)
                laptop.weather()
                late = hearing.delays(_bursts(probe, AFTER_S), probe.rate, EVERY_S)
            one.after_ms = _median(late[-6:])
            limit = one.before_ms + RECOVERED_MS
            bad = [n for n, delay in enumerate(late) if not delay or delay > limit]
            one.back_s = 0.0 if not bad else (bad[-1] + 1) * EVERY_S

    for sky in WEATHER:
        yield from [
            result(f"{sky}: silent", {name: one.silent[sky] for name, one in heard.items()},
                   "% of the time"),
            result(f"{sky}: gaps over {GAP_MS:g} ms in {_seconds(sky)} s",
                   {name: one.gaps[sky] for name, one in heard.items()}, "", 0),
            result(f"{sky}: longest gap", {name: one.longest[sky] for name, one in heard.items()},
                   "ms"),
            result(f"{sky}: spoilt", {name: one.spoilt[sky] for name, one in heard.items()},
                   "% of the time"),
        ]  # fmt: skip
    yield from [
        result("before the jitter: delay", {name: one.before_ms for name, one in heard.items()},
               "ms"),
        result(f"{AFTER_S} s after the jitter: delay",
               {name: one.after_ms for name, one in heard.items()}, "ms"),
        result("delay as before within", {name: one.back_s for name, one in heard.items()}, "s",
               RECOVERED_S),
    ]  # fmt: skip
    mos = heard["ours"].mos
    assert mos.keys() >= set(LOSSES), f"no MOS facts but in {list(mos)}"
    yield Result("sound", f"MOS falls from {CALM} to {WORST}", mos[CALM] - mos[WORST], "", "higher",
                 target=MOS_FALLS, beside=mos)  # fmt: skip
    for less, more in pairwise(LOSSES):
        yield Result("sound", f"MOS falls from {less} to {more}", mos[less] - mos[more], "",
                     "higher", target=MOS_STEP)  # fmt: skip


def _listen(heard: Heard, sky: str, talk: Talk, probe: Probe, laptop: FarLaptop) -> None:
    """To a tone while this weather begins and lasts."""
    seconds = _seconds(sky)
    said = len(talk.phones[1].facts) if talk.phones else 0
    lengths: list[float] = []
    breaks = 0
    begin = partial(laptop.weather, *WEATHER[sky])
    for part in probe.steady(tone(HZ, 1.0, probe.rate), seconds, then=begin):
        lengths += hearing.gaps(part, probe.rate)
        breaks += hearing.steadiness(part, probe.rate, HZ).breaks
    heard.spoilt[sky] = breaks * 0.02 / seconds * 100
    heard.silent[sky] = sum(lengths) / 1000 / seconds * 100
    heard.longest[sky] = max(lengths, default=0.0)
    heard.gaps[sky] = sum(length > GAP_MS for length in lengths)
    if told := _mos(talk, said):
        heard.mos[sky] = told


def _seconds(sky: str) -> int:
    return SECONDS_OF.get(sky, SECONDS)


def _median(late: list[float | None]) -> float:
    return float(np.median([one for one in late if one is not None] or [np.inf]))


def _bursts(probe: Probe, seconds: int) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    return probe.measure(hearing.bursts(round(seconds / EVERY_S), probe.rate, EVERY_S))


def _mos(talk: Talk, since: int) -> float | None:
    """Mean of the last seconds, without the first two: the loss has to be seen."""
    if not talk.phones:
        return None
    told = [f.mos for f in talk.phones[1].facts[since:] if isinstance(f, protocol.Quality)][2:]
    return float(np.mean(told)) if told else None
