"""What a recording says about the way a sound came: delay, gaps, clicks, level, likeness.

Pure: arrays in, figures out; rates in samples a second, times in milliseconds, levels in dB. Where
nobody could listen a sample is not a number: delay, gaps and steadiness leave that out.
"""

from dataclasses import dataclass

import numpy as np

from tests.support.sound import Samples, level

_BLOCK_MS = 1
_FOUND = 8.0
"""A burst is found where it fits so many times better than the middle of all places."""
_HEARD_DB = -80.0


def burst(rate: int) -> Samples:
    """20 ms of noise, limited to what a telephone carries; always the same."""
    size = rate // 50
    spectrum = np.fft.rfft(np.random.default_rng(1).standard_normal(size))
    hz = np.fft.rfftfreq(size, 1 / rate)
    spectrum[(hz < 300) | (hz > 6_500)] = 0
    noise = np.fft.irfft(spectrum, size)
    return np.asarray(noise * 0.5 / np.abs(noise).max())


def bursts(count: int, rate: int, every: float = 1.0) -> Samples:
    """One burst at the beginning of each ``every`` seconds."""
    period = np.zeros(int(every * rate))
    one = burst(rate)
    period[: len(one)] = one
    return np.tile(period, count)


def delays(heard: Samples, rate: int, every: float = 1.0) -> list[float | None]:
    """How late each of the ``bursts`` came; None for one that is not to be found."""
    one, period = burst(rate), int(every * rate)
    found: list[float | None] = []
    for start in range(0, len(heard) - period + 1, period):
        part = heard[start : start + period]
        if np.isnan(part).any():
            continue
        match = np.abs(_correlation(part, one))
        best = int(match.argmax())
        clear = match[best] > _FOUND * (float(np.median(match)) + 1e-9)
        audible = level(part[best : best + len(one)]) > _HEARD_DB
        found.append(1000 * best / rate if clear and audible else None)
    return found


def gaps(heard: Samples, rate: int) -> list[float]:
    """Lengths of the times in which a steady sound is 12 dB or more weaker than it is mostly."""
    block = rate * _BLOCK_MS // 1000
    whole = heard[: len(heard) // block * block].reshape(-1, block)
    envelope = np.sqrt(np.mean(whole**2, axis=1))
    silent = envelope < max(float(np.nanmedian(envelope)) / 4, 10 ** (_HEARD_DB / 20))
    edges = np.flatnonzero(np.diff(np.r_[0, silent.astype(int), 0]))
    return [float(length) * _BLOCK_MS for length in edges[1::2] - edges[::2]]


def unheard(heard: Samples) -> float:
    """Percent of the time in which nobody could listen."""
    return 100 * float(np.mean(np.isnan(heard)))


@dataclass(frozen=True, slots=True)
class Steadiness:
    """How well a steady tone stayed one."""

    deviation_db: float
    """The largest difference from the sine that fits around it, beside the sine's amplitude."""
    broken: tuple[int, ...]
    """First samples of the blocks of 20 ms in which it is more than a tenth of the amplitude."""

    @property
    def breaks(self) -> int:
        """How many."""
        return len(self.broken)


def steadiness(heard: Samples, rate: int, hz: float) -> Steadiness:
    """Fit a sine to each 20 ms; what is left over is a click, a gap, or a leap in time.

    A clock that runs a little fast only turns the phase from block to block, which is no fault; nor
    is a pitch some tenths of a percent off, as long as a clock is followed. So the sine may turn
    within the block, too (the first term of its frequency's series).
    """
    size = rate // 50
    at = np.arange(size) / rate - 0.01
    cosine, sine = np.cos(2 * np.pi * hz * at), np.sin(2 * np.pi * hz * at)
    basis = np.stack([cosine, sine, 100 * at * cosine, 100 * at * sine])
    inverse = np.linalg.pinv(basis)
    blocks = heard[: len(heard) // size * size].reshape(-1, size)
    whole = ~np.isnan(blocks).any(axis=1)
    blocks, first = blocks[whole], np.flatnonzero(whole) * size
    fitted = blocks @ inverse
    left = np.abs(blocks - fitted @ basis).max(axis=1)
    amplitude = float(np.median(np.hypot(fitted[:, 0], fitted[:, 1]))) + 1e-9
    return Steadiness(
        20 * float(np.log10(left.max() / amplitude + 1e-9)),
        tuple(int(at) for at in first[left > amplitude / 10]),
    )


def lag(heard: Samples, said: Samples) -> int:
    """By how many samples ``heard`` is later than ``said``, which it holds."""
    return int(np.argmax(np.abs(_correlation(heard, said))))


def aligned(heard: Samples, said: Samples) -> Samples:
    """The part of ``heard`` in which ``said`` is heard, as long as that."""
    late = lag(heard, said)
    return heard[late : late + len(said)]


def gain_db(heard: Samples, said: Samples, rate: int) -> float:
    """How loud ``said`` is in ``heard`` beside what it was; what is between the words is left out.

    Both aligned. Powers of the moments and frequencies in which it is within 25 dB of its loudest:
    there nothing else is of its size. Not phases: two clocks are followed by tenths of a percent,
    and after a sentence that is several periods.
    """
    there, here = (np.abs(_spectrogram(each, rate)) ** 2 for each in (heard, said))
    loud = here > here.max() * 10**-2.5
    return 10 * float(np.log10(there[loud].sum() / here[loud].sum() + 1e-12))


def snr_db(heard: Samples, said: Samples) -> float:
    """Power of what was said beside that of all that differs from it. Both aligned."""
    factor = float(heard @ said / (said @ said + 1e-12))
    return level(factor * said) - level(heard - factor * said)


def spectral_distance_db(heard: Samples, said: Samples, rate: int) -> float:
    """Log-spectral distance, mean of the 32 ms in which something is said. Both aligned.

    Between 200 Hz and 7 kHz; a difference in level alone does not count.
    """
    there, here = (np.abs(_spectrogram(one, rate)) ** 2 for one in (heard, said))
    hz = np.fft.rfftfreq(_window(rate), 1 / rate)
    band = (hz >= 200) & (hz <= 7_000)
    loud = here.sum(axis=1) > here.sum(axis=1).max() / 1_000
    floor = here[loud].mean() / 10_000
    difference = 10 * np.log10((there[loud][:, band] + floor) / (here[loud][:, band] + floor))
    return float(np.mean(np.sqrt(np.mean((difference - difference.mean()) ** 2, axis=1))))


def resampled(samples: Samples, rate: int, to: int) -> Samples:
    """The same sound at another rate, in one piece: for the laboratory, not for a call."""
    size = round(len(samples) * to / rate)
    return np.asarray(np.fft.irfft(np.fft.rfft(samples), size) * size / len(samples))


def _window(rate: int) -> int:
    return rate * 32 // 1000


def _spectrogram(
    samples: Samples, rate: int
) -> np.ndarray[tuple[int, int], np.dtype[np.complex128]]:
    size = _window(rate)
    frames = np.lib.stride_tricks.sliding_window_view(samples, size)[:: size // 2]
    return np.asarray(np.fft.rfft(frames * np.hanning(size), axis=1))


def _correlation(long: Samples, short: Samples) -> Samples:
    """At each place of ``long`` where ``short`` fits in whole."""
    size = len(long) + len(short) - 1
    product = np.fft.rfft(long, size) * np.fft.rfft(short, size).conj()
    return np.asarray(np.fft.irfft(product, size)[: len(long) - len(short) + 1])
