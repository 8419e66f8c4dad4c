"""The room around a phone on a ``SoundCard``: its loudspeaker is heard by its microphone."""

import threading

import numpy as np
from numpy.typing import NDArray

from tests.support.sound import Samples, SoundCard, client

_LONGEST_S = 1.0


class Room:
    """A way from a loudspeaker's port to a microphone's, late and weaker, and somebody who speaks.

    ``measure`` plays what is said or hums in the room; the echo is there all the time.
    """

    def __init__(
        self, card: SoundCard, microphone: str, loudspeaker: str, delay_ms: float, gain_db: float
    ) -> None:
        """Ports of one phone. The delay is the room's alone: the card adds up to two periods."""
        self.rate = card.rate
        self._delay = round(delay_ms * card.rate / 1000)
        self._gain = 10 ** (gain_db / 20)
        self._past: NDArray[np.float32] = np.zeros(round(_LONGEST_S * card.rate), "f4")
        self._now = 0
        self._said: NDArray[np.float32] = np.zeros(0, "f4")
        self._mixed: NDArray[np.float32] = np.zeros(0, "f4")
        self._at = 0
        self._finished = threading.Event()
        self._client = client(card, "room")
        self._air = self._client.outports.register("air")
        self._sound = self._client.inports.register("sound")
        self._client.set_process_callback(self._process)
        self._client.activate()
        for other in self._client.get_all_connections(microphone):
            self._client.disconnect(other, microphone)
        self._client.connect(self._air, microphone)
        self._client.connect(loudspeaker, self._sound)

    def measure(self, samples: Samples) -> Samples:
        """Say it in the room; what the microphone heard meanwhile, the echo included."""
        self._finished.clear()
        self._mixed = np.zeros(len(samples), "f4")
        self._at = 0
        self._said = samples.astype("f4")
        arrived = self._finished.wait(len(samples) / self.rate + 5)
        assert arrived, "the sound card stands still"
        return self._mixed.astype(float)

    def close(self) -> None:
        """Unplug."""
        self._client.deactivate()
        self._client.close()

    def __enter__(self) -> "Room":
        return self

    def __exit__(self, *problem: object) -> None:
        self.close()

    def _process(self, frames: int) -> None:
        here = np.arange(self._now, self._now + frames)
        self._past[here % len(self._past)] = self._sound.get_array()
        air = self._gain * self._past[(here - self._delay) % len(self._past)]
        self._now += frames
        said = self._said[self._at : self._at + frames]
        air[: len(said)] += said
        self._air.get_array()[:] = air
        if len(said):
            self._mixed[self._at : self._at + len(said)] = air[: len(said)]
            self._at += len(said)
            if self._at >= len(self._said):
                self._finished.set()
