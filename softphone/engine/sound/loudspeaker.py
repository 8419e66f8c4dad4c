"""From the calls to the loudspeaker: joined with the phone's own tones, measured, resampled.

``write`` runs in the bridge's thread and does the work (``softphone.engine.sound.microphone`` says
why), ``give`` in the sound device's. While nobody writes (ringing, a trial), it is done there.
"""

import threading
import time
from collections.abc import Callable
from typing import Protocol

import numpy as np

from softphone.engine.sound.clocks import Elastic
from softphone.engine.sound.levels import Meter
from softphone.engine.sound.processing import Processing
from softphone.engine.sound.samples import BLOCK, NOTHING, RATE, Resampler, Samples, Whole, joined
from softphone.engine.sound.tones import mix
from softphone.engine.stack import FRAME_MS

_NOBODY_S = 0.1
"""So long without writing, and nobody does."""
_MOST_SKEW = RATE // 2
"""More is another call, or another device."""
_SILENCE: Samples = np.zeros(BLOCK, np.int16)


class Playable(Protocol):
    """What can be played: a tone, a recording."""

    def read(self, count: int) -> Samples:
        """Exactly ``count`` samples; silence after the end."""


class Loudspeaker:
    """Plays what is written, and ``player``."""

    def __init__(
        self, processing: Processing | None = None, now: Callable[[], float] = time.perf_counter
    ) -> None:
        """With ``processing``, what is played is taken out of the microphone."""
        self._now = now
        self._processing = processing
        self._ratio = 1.0
        self._resampler, self._whole = Resampler(), Whole()
        self._at_work = threading.Lock()
        """When calls begin to write, the device's thread may still be at it."""
        self._skew = 0.0
        """Samples at ``RATE`` that the device made up, and nobody was told of yet."""
        self._ready = NOTHING
        self._written_at = 0.0
        self.sound = Elastic(FRAME_MS / 1000, early=True, card=self._played, now=now)
        self.meter = Meter()
        """Of what is heard."""
        self.player: Playable | None = None
        """A sound of the phone's own; may be set at any time."""
        self.taps: tuple[Callable[[Samples], None], ...] = ()
        """They get every block as well."""

    def open(self, rate: int) -> None:
        """A device with this rate will listen; before it does."""
        self._ratio = rate / RATE
        self._resampler, self._whole, self._ready = Resampler(), Whole(), NOTHING
        self.sound.begin(RATE, rate)

    def write(self, sound: Samples) -> None:
        """What the calls say, whole blocks."""
        self._written_at = self._now()
        self.sound.write(self._heard(sound))

    def give(self, count: int) -> Samples:
        """Exactly ``count`` samples for the device, at its rate."""
        if self._now() - self._written_at < _NOBODY_S:
            return self.sound.read(count)
        parts, have = [self._ready], len(self._ready)
        while have < count:
            part = self._played(self._heard(_SILENCE))
            parts.append(part)
            have += len(part)
        sound = np.concatenate(parts)
        self._ready = sound[count:]
        return sound[:count]

    def _heard(self, sound: Samples) -> Samples:
        if player := self.player:
            sound = mix(sound, player.read(len(sound)))
        self.meter.add(sound)
        for tap in self.taps:
            tap(sound)
        return sound

    def _played(self, sound: Samples) -> Samples:
        """By the device's clock: what may come back as echo, at the device's rate."""
        with self._at_work:
            if self._processing:
                for block in self._whole.feed(self._as_played(sound)):
                    self._processing.heard(block)
            return self._resampler.feed(sound, self._ratio) if self._ratio != 1.0 else sound

    def _as_played(self, sound: Samples) -> Samples:
        """With what was made up for the device, without what was dropped."""
        self._skew += self.sound.skew() / self._ratio
        made_up = round(self._skew)
        if not made_up:
            return sound
        if made_up > 0:
            made_up = min(made_up, _MOST_SKEW)
            self._skew = 0.0
            return joined([np.zeros(made_up, np.int16), sound])
        dropped = min(-made_up, len(sound))
        self._skew = max(self._skew + dropped, -_MOST_SKEW)
        return sound[dropped:]
