"""What is left of speech from one microphone to the other loudspeaker, ours and baresip's.

Sentences go in; what comes out is laid over them by correlation, half a second at a time, and
compared: signal-to-noise ratio (of the wave itself: G.722 alone costs most of it) and log-spectral
distance (nearer to what an ear makes of it). A half second that is late by another time than the
one before was leapt to: something was put in or left out between. Our processing is off: it changes
speech on purpose. What it does to speech, ``echo`` and ``noise`` say.

Where ViSQOL is installed (``pip install '.[visqol]'``) all of it gets a MOS too, for speech, by its
polynomial: that is generous, so only the two beside each other say something.
"""

import importlib.util
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.result import Result
from benchmarks.sound.rig import OFF, Stage, Talk, result, stage
from tests.support import hearing
from tests.support.probe import Probe
from tests.support.sound import TELEPHONE_RATE, Samples, level
from tests.support.voice import FAR, NEAR, voice

SPEECH_DB = -20.0
LEAD_S = 4
"""Jitter buffers have found their length then."""
TAIL_S = 0.5
"""Longer than the way."""
PIECE_S = 0.5
LEAP_MS = 1.0


@dataclass
class Compared:
    """Of every piece in which something is said."""

    snr_db: list[float] = field(default_factory=list)
    distance_db: list[float] = field(default_factory=list)
    late_ms: list[float] = field(default_factory=list)

    mos: float | None = None
    """ViSQOL's, of everything."""

    def leaps(self) -> int:
        """How often the sound came by another time later than before."""
        return int((np.abs(np.diff(self.late_ms)) > LEAP_MS).sum())


def measure(folder: Path) -> list[Result]:
    """Medians of the pieces."""
    heard: dict[str, Compared] = {}
    with stage(folder) as set_up:
        with set_up.ours(OFF) as talk:
            heard["ours"] = _compare(set_up, talk)
        with set_up.baresip() as talk:
            heard["baresip"] = _compare(set_up, talk)
    seconds = len(heard["ours"].late_ms) * PIECE_S
    mos = {name: one.mos for name, one in heard.items() if one.mos}
    visqol = (
        [result("speech, processing off: MOS by ViSQOL", mos, "", better="higher")] if mos else []
    )
    return [
        *visqol,
        result("speech, processing off: signal to noise",
               {name: float(np.median(one.snr_db)) for name, one in heard.items()}, "dB",
               better="higher"),
        result("speech, processing off: log-spectral distance",
               {name: float(np.median(one.distance_db)) for name, one in heard.items()}, "dB"),
        result(f"speech, processing off: leaps in time, in {seconds:g} s",
               {name: one.leaps() for name, one in heard.items()}, "", 0),
    ]  # fmt: skip


def _compare(set_up: Stage, talk: Talk) -> Compared:
    compared = Compared()
    with Probe(set_up.card, talk.into, talk.source) as probe:
        probe.measure(np.zeros(LEAD_S * probe.rate))
        said = np.concatenate(
            [
                voice(NEAR, probe.rate, db=SPEECH_DB),
                voice(FAR, probe.rate, db=SPEECH_DB, who="fr+m3"),
            ]
        )
        tail = round(TAIL_S * probe.rate)
        heard = probe.measure(np.r_[said, np.zeros(tail)])
        size = round(PIECE_S * probe.rate)
        for start in range(0, len(said) - size + 1, size):
            _piece(compared, heard[start : start + size + tail], said[start : start + size], probe)
    if importlib.util.find_spec("visqol"):
        compared.mos = _visqol(hearing.resampled(heard, probe.rate, TELEPHONE_RATE),
                               hearing.resampled(said, probe.rate, TELEPHONE_RATE))  # fmt: skip
    return compared


def _visqol(heard: Samples, said: Samples) -> float:
    """Samples where nobody could listen count as silence."""
    from visqol import VisqolApi  # type: ignore[import-not-found, unused-ignore]

    api = VisqolApi()
    api.create(mode="speech")
    return float(api.measure_from_arrays(said, np.nan_to_num(heard), TELEPHONE_RATE).moslqo)


def _piece(compared: Compared, heard: Samples, said: Samples, probe: Probe) -> None:
    if np.isnan(heard).any() or level(said) < SPEECH_DB - 10:
        return
    compared.late_ms.append(1000 * hearing.lag(heard, said) / probe.rate)
    there, here = (
        hearing.resampled(one, probe.rate, TELEPHONE_RATE)
        for one in (hearing.aligned(heard, said), said)
    )
    compared.snr_db.append(hearing.snr_db(there, here))
    compared.distance_db.append(hearing.spectral_distance_db(there, here, TELEPHONE_RATE))
