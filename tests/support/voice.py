"""Speech for measuring: sentences that the machine reads aloud (espeak-ng), always the same."""

import subprocess
import tempfile
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.support.hearing import resampled
from tests.support.sound import Samples, level, read_wav

NEAR = (
    "Bonjour, vous êtes bien à l'hôtel de ville.",
    "Le service population est ouvert de huit heures trente à midi.",
    "Je vous passe ma collègue, ne quittez pas s'il vous plaît.",
    "Votre carte d'identité sera prête jeudi prochain.",
)
FAR = (
    "Bonjour madame, je téléphone au sujet de mon déménagement.",
    "J'habite depuis trois semaines dans la rue du Moulin.",
    "Dois-je venir moi-même avec ma nouvelle adresse ?",
    "Merci beaucoup, je viendrai mercredi matin avec mon épouse.",
)


def voice(
    sentences: tuple[str, ...], rate: int, *, db: float, pause_s: float = 0.0, who: str = "fr+f2"
) -> Samples:
    """The sentences one after the other, at ``db`` while something is said."""
    parts = []
    for sentence in sentences:
        said, own = _said(sentence, who)
        parts += [resampled(said, own, rate), np.zeros(round(pause_s * rate))]
    whole = np.concatenate(parts)
    return whole * 10 ** ((db - spoken_level(whole, rate)) / 20)


def spoken_level(samples: Samples, rate: int) -> float:
    """Level of the 20 ms in which somebody speaks: those within 25 dB of the loudest."""
    return level(samples[spoken(samples, rate)])


def spoken(samples: Samples, rate: int) -> NDArray[np.bool_]:
    """Of each sample, whether somebody speaks then."""
    block = rate // 50
    power = np.mean(samples[: len(samples) // block * block].reshape(-1, block) ** 2, axis=1)
    loud = np.repeat(power > power.max() / 10**2.5, block)
    return np.concatenate([loud, np.zeros(len(samples) - len(loud), bool)])


@cache
def _said(sentence: str, who: str) -> tuple[Samples, int]:
    with tempfile.TemporaryDirectory(prefix="allo-") as folder:
        file = Path(folder) / "said.wav"
        subprocess.run(
            ["espeak-ng", "-v", who, "-s", "160", "-w", str(file), sentence],
            check=True,
            capture_output=True,
            timeout=30,
        )
        samples, rate = read_wav(file)
    heard = np.flatnonzero(np.abs(samples) > 0.01)
    return samples[heard[0] : heard[-1]], rate
