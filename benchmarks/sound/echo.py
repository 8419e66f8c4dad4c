"""The far side must not hear itself, and must hear the near side while both speak.

The room gives back the citizen's speech 40, 80 and 120 ms later, 6 dB weaker. Return loss: the
level of that echo at the microphone beside what of it arrives at the citizen, from two seconds
after it began. Then the agent speaks too: how loud is what arrives of that beside what they said,
all else left out (``hearing.gain_db``)?

All of the agent's processing is on, but for the gain while both speak, which would lift again what
was attenuated.
"""

from pathlib import Path

import numpy as np

from benchmarks.result import Result
from benchmarks.sound.office import Office, office
from benchmarks.sound.rig import ON, Stage, stage
from softphone import protocol
from tests.support import hearing
from tests.support.sound import TELEPHONE_RATE, level
from tests.support.voice import FAR, NEAR, voice

DELAYS_MS = (40, 80, 120)
CALLS = 3
ECHO_DB = -6.0
SPEECH_DB = -20.0
LEARN_S = 2.0
SECONDS = 8.0
RETURN_LOSS_DB = 30.0
DOUBLE_TALK_DB = 3.0


def measure(folder: Path) -> list[Result]:
    """``CALLS`` for each delay; the median counts, the worst stands beside it."""
    results = []
    with stage(folder) as set_up:
        for delay in DELAYS_MS:
            calls = [_call(set_up, folder / f"{delay}-{call}", delay) for call in range(CALLS)]
            losses, attenuated = zip(*calls, strict=True)
            worst = f"worst of {CALLS}"
            results += [
                Result("sound", f"echo of {delay} ms: return loss after {LEARN_S:g} s",
                       float(np.median(losses)), "dB", "higher", target=RETURN_LOSS_DB,
                       beside={worst: min(losses)}),
                Result("sound",
                       f"echo of {delay} ms, both speak, gain off: the near side is attenuated",
                       float(np.median(attenuated)), "dB", target=DOUBLE_TALK_DB,
                       beside={worst: max(attenuated)}),
            ]  # fmt: skip
    return results


def _call(set_up: Stage, folder: Path, delay: float) -> tuple[float, float]:
    far = voice(FAR, TELEPHONE_RATE, db=SPEECH_DB, who="fr+m3")
    with office(set_up, folder, ON, far, delay, ECHO_DB) as desk:
        rate = set_up.card.rate
        desk.room.measure(np.zeros(round(LEARN_S * rate)))
        echo, heard = desk.say(np.zeros(round(SECONDS * rate)))
        loss = level(echo) - level(heard)
        desk.agent.send(protocol.Processing(gain=False))
        desk.room.measure(np.zeros(round(LEARN_S * rate)))
        return loss, _attenuated(desk, rate)


def _attenuated(desk: Office, rate: int) -> float:
    """Median of the sentences."""
    lost = []
    for sentence in NEAR:
        near = voice((sentence,), rate, db=SPEECH_DB)
        _, heard = desk.say(near)
        said = hearing.resampled(near, rate, TELEPHONE_RATE)
        lost.append(-hearing.gain_db(hearing.aligned(heard, said), said, TELEPHONE_RATE))
    return float(np.median(lost))
