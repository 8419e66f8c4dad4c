"""Steady noise around the agent: how much of it does the far side hear, and what becomes of speech?

Noise like a ventilator's, 22 dB below speech. After some seconds of it alone, its level at the
microphone is compared with what arrives; then somebody speaks in it. All processing is on but for
the gain, which would lift both.
"""

from pathlib import Path

import numpy as np

from benchmarks.result import Result
from benchmarks.sound.office import office
from benchmarks.sound.rig import stage
from softphone import protocol
from tests.support import hearing
from tests.support.sound import TELEPHONE_RATE, Samples, level
from tests.support.voice import NEAR, voice

NOISE_DB = -42.0
SPEECH_DB = -20.0
LEARN_S = 4.0
SECONDS = 4.0
SUPPRESSED_DB = 12.0
ATTENUATED_DB = 2.0


def measure(folder: Path) -> list[Result]:
    """One call."""
    with (
        stage(folder) as set_up,
        office(set_up, folder / "call", protocol.Processing(gain=False), None) as desk,
    ):
        rate = set_up.card.rate
        desk.room.measure(ventilator(LEARN_S, rate))
        noise, rest = desk.say(ventilator(SECONDS, rate))
        lost = []
        for sentence in NEAR:
            near = voice((sentence,), rate, db=SPEECH_DB, pause_s=0.5)
            _, heard = desk.say(near + ventilator(len(near) / rate, rate))
            said = hearing.resampled(near, rate, TELEPHONE_RATE)
            lost.append(-hearing.gain_db(hearing.aligned(heard, said), said, TELEPHONE_RATE))
    middle = rest[len(rest) // 4 : -len(rest) // 4]
    return [
        Result("sound", "steady noise, gain off: suppressed", level(noise) - level(middle), "dB",
               "higher", target=SUPPRESSED_DB),
        Result("sound", "steady noise, gain off: speech in it is attenuated",
               float(np.median(lost)), "dB", target=ATTENUATED_DB),
    ]  # fmt: skip


def ventilator(seconds: float, rate: int) -> Samples:
    """Noise whose power falls with the frequency, from 100 Hz to 7 kHz."""
    size = round(seconds * rate)
    spectrum = np.fft.rfft(np.random.default_rng(2).standard_normal(size))
    hz = np.fft.rfftfreq(size, 1 / rate)
    spectrum *= np.where((hz > 100) & (hz < 7_000), 1 / np.sqrt(hz + 1), 0)
    noise = np.asarray(np.fft.irfft(spectrum, size))
    return noise * 10 ** ((NOISE_DB - level(noise)) / 20)
