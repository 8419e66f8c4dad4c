"""Trying the devices while no call has sound: the facts of ``sound_test``.

The microphone's trial records into memory and plays that back; nothing is kept.
"""

import time

import numpy as np

from softphone import protocol
from softphone.engine.outbox import Outbox
from softphone.engine.sound import tones
from softphone.engine.sound.device import Role
from softphone.engine.sound.levels import SILENCE, decibels
from softphone.engine.sound.loudspeaker import Loudspeaker
from softphone.engine.sound.melodies import melody
from softphone.engine.sound.microphone import Microphone
from softphone.engine.sound.samples import NOTHING, RATE, Samples
from softphone.engine.sound.tones import Player

_RECORD_S = 5
_WINDOW = RATE // 10
_REST_S = 0.2
"""What was given to the device is heard that much later."""
_PATIENCE_S = 5.0
"""So long may a device take until it is open."""


class Trial:
    """One trial, from its beginning to ``over``. Used by the SIP thread."""

    def __init__(
        self,
        wanted: protocol.SoundTest,
        ring: protocol.RingMelody,
        microphone: Microphone,
        speaker: Loudspeaker,
        ringer: Loudspeaker,
        outbox: Outbox,
    ) -> None:
        assert wanted.what != "stop"
        self._what = wanted.what
        self._microphone = microphone
        self._speaker = speaker
        self._outbox = outbox
        self._recorded: list[Samples] = []
        self._length = 0
        self.output = ringer if wanted.what == "ring" else speaker
        self.playable: Player | Playback | None = None
        """What the route is to play on ``output``."""
        self._done_at: float | None = None
        self.over = False
        self.needs: frozenset[Role]
        """The devices that must be open for it now."""
        self._last_sign = time.monotonic()
        self._seen = -1
        if wanted.what == "microphone":
            self.needs = frozenset({"microphone"})
            microphone.taps += (self._record,)
            self._say("recording")
        else:
            tone = melody(ring).once() if wanted.what == "ring" else tones.TEST
            self._play(Player(tone))

    def tick(self) -> None:
        """Go on when a part of it is complete."""
        if self.over:
            return
        if self.playable is None and self._length >= _RECORD_S * RATE:
            self._stop_recording()
            self._play(Playback(np.concatenate(self._recorded)))
        elif self.playable and self.playable.done:
            self._done_at = self._done_at or time.monotonic()
            if time.monotonic() > self._done_at + _REST_S:
                self._say("done")
                self.stop()
        else:
            self._doubt()

    def stop(self) -> None:
        """No more of it."""
        self._stop_recording()
        self.output.player = None
        self.over = True

    def failed(self, problem: str) -> None:
        """The device cannot be had."""
        self._outbox.put(protocol.Tested(what=self._what, state="failed", problem=problem))
        self.stop()

    def _doubt(self) -> None:
        """A device that takes or gives nothing."""
        now = time.monotonic()
        done = self.playable.played if self.playable else self._length
        if done != self._seen:
            self._seen, self._last_sign = done, now
        elif now > self._last_sign + _PATIENCE_S:
            self.failed("the sound device does not answer")

    def _play(self, player: "Player | Playback") -> None:
        self.playable = player
        self.needs = frozenset({"ring" if self._what == "ring" else "speaker"})
        self._say("playing")

    def _record(self, block: Samples) -> None:
        self._recorded.append(block)
        self._length += len(block)

    def _stop_recording(self) -> None:
        self._microphone.taps = tuple(t for t in self._microphone.taps if t != self._record)

    def _say(self, state: str) -> None:
        level = SILENCE
        if self._what == "microphone" and state in ("playing", "done"):
            level = _loudest(np.concatenate([NOTHING, *self._recorded]))
        self._outbox.put(
            protocol.Tested(what=self._what, state=state, level=level)  # type: ignore[arg-type]
        )


class Playback:
    """Plays samples once."""

    def __init__(self, samples: Samples) -> None:
        self._samples = samples
        self.played = 0

    @property
    def done(self) -> bool:
        """Only silence comes from now on."""
        return self.played >= len(self._samples)

    def read(self, count: int) -> Samples:
        """Exactly ``count``; silence after the end."""
        part = self._samples[self.played : self.played + count]
        self.played += count
        return np.pad(part, (0, count - len(part)))


def _loudest(samples: Samples) -> float:
    windows = samples[: len(samples) // _WINDOW * _WINDOW].reshape(-1, _WINDOW).astype(np.float64)
    if not len(windows):
        return SILENCE
    return round(decibels(float((windows**2).mean(axis=1).max())), 1)
