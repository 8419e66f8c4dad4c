"""A measuring instrument on a ``SoundCard``: says something and listens in the same moment."""

import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from tests.support.sound import Samples, SoundCard, client

_PART_S = 30
_ON_THE_WAY_S = 0.3
"""Longest way of what is said."""
_BEFORE_S, _AFTER_S = 0.5, 0.02
"""What a late card does to a call is heard so much later at most, or so much before it is seen."""
_BLOCKS = 5
"""Of the card's, among which it was once on time."""


class Probe:
    """Between a port that a phone's microphone hears and one that a phone's loudspeaker writes.

    Both ends are of one clock, so what comes back is late by the whole way and by nothing else. On
    a busy machine the card may go on without the probe: it says and hears nothing then. What was
    heard is not a number there, and until what was not said has passed: no phone is blamed for it.
    """

    def __init__(self, card: SoundCard, into: str, source: str) -> None:
        """Plugged in at once; what was plugged into ``into`` is not any more."""
        self.rate = card.rate
        self._client = client(card, "probe")
        self._out = self._client.outports.register("say")
        self._in = self._client.inports.register("hear")
        self._said: NDArray[np.float32] = np.zeros(0, "f4")
        self._hum: NDArray[np.float32] = np.zeros(1, "f4")
        """Said over and over behind everything else."""
        self._heard: NDArray[np.float32] = np.zeros(0, "f4")
        self._at = 0
        self._due: int | None = None
        self._missed: list[tuple[int, int]] = []
        self._woken: list[tuple[int, float]] = []
        """At which sample of what is said, and when, s."""
        self._finished = threading.Event()
        self._client.set_process_callback(self._process)
        self._client.activate()
        for other in self._client.get_all_connections(into):
            self._client.disconnect(other, into)
        self._client.connect(self._out, into)
        self._client.connect(source, self._in)

    def measure(self, samples: Samples) -> Samples:
        """Say it once; what is heard from its first sample on, and as long."""
        self.begin(samples)
        return self.end()

    def steady(
        self,
        hum: Samples,
        seconds: int,
        settled: int = 1,
        then: Callable[[], None] = lambda: None,
    ) -> Iterator[Samples]:
        """Say ``hum`` over and over for so long without a pause; what is heard of it in parts.

        Its first seconds, until things have ``settled``, are left out. ``then`` is done after them.
        """
        self._hum = hum.astype("f4")
        self.measure(np.zeros(settled * self.rate))
        then()
        while seconds > 0:
            part = min(seconds, _PART_S)
            yield self.measure(np.zeros(part * self.rate))
            seconds -= part
        self._hum = np.zeros(1, "f4")

    def begin(self, samples: Samples) -> None:
        """Start to say it and to listen; the phones can be busy otherwise meanwhile."""
        self._finished.clear()
        self._said = np.zeros(0, "f4")  # the other thread has nothing to do until all is ready
        self._heard = np.zeros(len(samples), "f4")
        self._at, self._due = 0, None
        self._missed, self._woken = [], []
        self._said = samples.astype("f4")

    def end(self) -> Samples:
        """Wait until all is said; what was heard."""
        arrived = self._finished.wait(len(self._said) / self.rate + 5)
        assert arrived, "the sound card stands still"
        heard = self._heard.astype(float)
        for start, end in self._missed:
            heard[start : end + round(_ON_THE_WAY_S * self.rate)] = np.nan
        return heard

    def late(self, at: int) -> float:
        """How late the card was at most, ms, around a sample of what was said last.

        Beside the last blocks before: it keeps time by the system's clock, but one that is late by
        a whole block and more loses that time for good (JACK's xrun).
        """
        index, when = (np.array(column) for column in zip(*self._woken, strict=True))
        behind = np.lib.stride_tricks.sliding_window_view(when - index / self.rate, _BLOCKS + 1)
        risen, index = behind[:, -1] - behind[:, :-1].min(axis=1), index[_BLOCKS:]
        close = (index > at - _BEFORE_S * self.rate) & (index < at + _AFTER_S * self.rate)
        return 1000 * float(risen[close].max(initial=0.0))

    def close(self) -> None:
        """Unplug."""
        self._client.deactivate()
        self._client.close()

    def __enter__(self) -> "Probe":
        return self

    def __exit__(self, *problem: object) -> None:
        self.close()

    def _process(self, frames: int) -> None:
        out = self._out.get_array()
        woken, now = time.monotonic(), self._client.last_frame_time
        out[:] = self._hum[np.arange(now, now + frames) % len(self._hum)]
        if self._at >= len(self._said):
            return
        if self._due is not None and now != self._due:  # the card did not wait for us
            self._missed.append((self._at, self._at + now - self._due))
            self._at += now - self._due
        self._due = now + frames
        self._woken.append((self._at, woken))
        part = slice(self._at, self._at + frames)
        said = self._said[part]
        out[: len(said)] += said
        self._heard[part] = self._in.get_array()[: len(said)]
        self._at += frames
        if self._at >= len(self._said):
            self._finished.set()
