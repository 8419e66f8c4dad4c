"""The E-model: from codec, loss and delay to a rating R, and from R to a mean opinion score.

Two scales. G.711 is rated by ITU-T G.107 (300 to 3400 Hz, R at most 93.2), G.722 by ITU-T G.107.1
(50 to 7000 Hz, R at most 129). G.107.1 Annex A brings its R back to 100 (R / 1.29) and applies the
same curve, so both scores end at 4.5; each is what listeners used to that bandwidth would say, and
an undisturbed call has 4.4 on the one and 4.3 on the other.

All that this phone does not measure has the recommendations' default (G.107 Table 2): loudness,
room noise, sidetone. Echo is taken out at both ends, so of the delay only Idd is left, what it
does to a conversation. The result is an estimate for planning; nobody was asked.
"""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class _Codec:
    best: float
    """R without delay, loss and codec."""
    scale: float
    """What R is divided by before the curve."""
    impairment: float
    """Ie: what the codec takes away by itself."""
    robustness: float
    """Bpl: percent of loss that takes half of what is left."""
    knows_bursts: bool


_G711 = _Codec(
    best=93.2,  # G.107 §7.7: R with all defaults
    scale=1.0,
    impairment=0.0,  # G.113 Table I.1
    robustness=25.1,  # G.113 (2007) Appendix I, with concealment as pjmedia has it; 4.3 without
    knows_bursts=True,  # G.107 (7-29)
)
# G.113 Appendix IV gives Ie,wb of G.722 at 64 kbit/s (Table IV.1), but Bpl,wb (Table IV.4) for
# G.722.2 alone: 4.3 at 12.65 kbit/s, whose Ie,wb is the same 13. It stands in.
_G722 = _Codec(
    best=129.0,  # G.107.1 §7.2
    scale=1.29,  # G.107.1
    impairment=13.0,
    robustness=4.3,
    knows_bursts=False,  # G.107.1 (7-15) has no BurstR
)
_CODECS = {"G722": _G722, "PCMA": _G711, "PCMU": _G711}

_UNNOTICED_MS = 100.0
"""Delay that disturbs nobody: Ta of G.107 (7-27)."""
_MOST_BURSTY = 2.0
"""BurstR beyond which G.107 was not verified (§7.5)."""
_WORST = 95.0
"""What Ie,eff tends to when everything is lost; the same in G.107 and G.107.1."""


def mos(codec: str, *, loss: float, delay_ms: float, burst: float = 1.0) -> float:
    """Mean opinion score, 1 (bad) to 4.5 (best).

    ``codec``: as ``media`` says it, ``G722/16000``; one that is not known is rated as G.711.
    ``loss``: percent of the packets that were not there to be played. ``delay_ms``: from mouth to
    ear. ``burst``: BurstR, mean run of lost packets compared with that of random loss.
    """
    return _score(
        rating(codec, loss=loss, delay_ms=delay_ms, burst=burst) / _properties(codec).scale
    )


def rating(codec: str, *, loss: float, delay_ms: float, burst: float = 1.0) -> float:
    """R, arguments as of ``mos``: at most 93.2 for G.711, 116 for G.722, on their own scales."""
    its = _properties(codec)
    return its.best - _delay_impairment(delay_ms) - _loss_impairment(its, loss, burst)


def _properties(codec: str) -> _Codec:
    return _CODECS.get(codec.partition("/")[0], _G711)


def _delay_impairment(delay_ms: float) -> float:
    """Idd, G.107 (7-27) and (7-28); the same in G.107.1."""
    if delay_ms <= _UNNOTICED_MS:
        return 0.0
    x = math.log2(delay_ms / _UNNOTICED_MS)
    return 25 * (math.pow(1 + x**6, 1 / 6) - 3 * math.pow(1 + (x / 3) ** 6, 1 / 6) + 2)


def _loss_impairment(codec: _Codec, loss: float, burst: float) -> float:
    """Ie,eff: G.107 (7-29), G.107.1 (7-15)."""
    bursty = min(max(burst, 1.0), _MOST_BURSTY) if codec.knows_bursts else 1.0
    part = loss / (loss / bursty + codec.robustness)
    return min(_WORST, codec.impairment + (_WORST - codec.impairment) * part)


def _score(r: float) -> float:
    """G.107 Annex B (B-4). Below R = 6.5 its cubic falls under 1, which no listener can say."""
    if r <= 0:
        return 1.0
    if r >= 100:
        return 4.5
    return max(1.0, 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6)
