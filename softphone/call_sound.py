"""How each call sounds and whether it is recorded, as values, and how facts change them. Pure.

Apart from ``calls`` because it changes every second: a card repaints its bars, not itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from softphone.calls import Calls
from softphone.protocol import Quality, Recordable, Recording, Trouble, TroubleKind


@dataclass(frozen=True, slots=True)
class CallSound:
    """What the engine said last about one call's sound."""

    quality: Quality | None = None
    troubles: frozenset[TroubleKind] = frozenset()
    recordable: bool = False
    """The other side was told that the call may be recorded."""
    recording: Recording | None = None
    """The last one; it runs while ``on``."""

    @property
    def records(self) -> bool:
        """It is being recorded now."""
        return self.recording is not None and self.recording.on


NOTHING = CallSound()

CallSounds = Mapping[str, CallSound]
"""By key of the call, for calls that are alive and of which something was said."""

SoundFact = Quality | Trouble | Recordable | Recording


def apply(sounds: CallSounds, fact: SoundFact, calls: Calls) -> CallSounds:
    """The sounds after ``fact``; the same object when it changes nothing.

    A fact about a call that is unknown or over is a late echo and changes nothing.
    """
    call = calls.get(fact.call)
    if call is None or not call.alive:
        return sounds
    before = sounds.get(fact.call, NOTHING)
    after = _go_on(before, fact)
    return sounds if after == before else {**sounds, fact.call: after}


def of_living(sounds: CallSounds, calls: Calls) -> CallSounds:
    """Without those of calls that are over."""
    kept = {key: sound for key, sound in sounds.items() if key in calls and calls[key].alive}
    return sounds if len(kept) == len(sounds) else kept


def _go_on(sound: CallSound, fact: SoundFact) -> CallSound:
    match fact:
        case Quality():
            return replace(sound, quality=fact)
        case Trouble(on=True):
            return replace(sound, troubles=sound.troubles | {fact.what})
        case Trouble():
            return replace(sound, troubles=sound.troubles - {fact.what})
        case Recordable():
            return replace(sound, recordable=True)
        case Recording():
            return replace(sound, recording=fact)
