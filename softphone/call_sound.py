"""How each call sounds and whether it is recorded, as values, and how facts change them. Pure.

Apart from ``calls`` because it changes every second: a card repaints its bars, not itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from softphone.calls import Call, Calls
from softphone.facts import RecordingWanted
from softphone.protocol import Error, Party, Quality, Recordable, Recording, Trouble, TroubleKind


@dataclass(frozen=True, slots=True)
class CallSound:
    """What the engine said last about one call's sound."""

    quality: Quality | None = None
    troubles: frozenset[TroubleKind] = frozenset()
    recordable: bool = False
    """The other side was told that the call may be recorded."""
    announcing: bool = False
    """The exchange was asked to tell them, and has not said that it did."""
    wanted: bool = False
    """Recording begins as soon as they were told."""
    refused: Literal["", "announce", "record"] = ""
    """What the person wanted last came to nothing: they were not told, or it did not begin."""
    recording: Recording | None = None
    """The last one; it runs while ``on``."""

    @property
    def records(self) -> bool:
        """It is being recorded now."""
        return self.recording is not None and self.recording.on


NOTHING = CallSound()

CallSounds = Mapping[str, CallSound]
"""By key of the call, for calls that are alive and of which something was said."""

SoundFact = Quality | Trouble | Recordable | Recording | RecordingWanted | Party | Error


def recorder_taken(sounds: CallSounds, key: str) -> bool:
    """Another call than ``key`` is recorded, or is about to be: the engine records one."""
    return any(other != key and (it.records or it.wanted) for other, it in sounds.items())


def apply(sounds: CallSounds, fact: SoundFact, calls: Calls) -> CallSounds:
    """The sounds after ``fact``; the same object when it changes nothing.

    A fact about a call that is unknown or over is a late echo and changes nothing.
    """
    call = calls.get(fact.call)
    if call is None or not call.alive:
        return sounds
    before = sounds.get(fact.call, NOTHING)
    after = _go_on(before, fact, call)
    return sounds if after == before else {**sounds, fact.call: after}


def of_living(sounds: CallSounds, calls: Calls) -> CallSounds:
    """Without those of calls that are over."""
    kept = {key: sound for key, sound in sounds.items() if key in calls and calls[key].alive}
    return sounds if len(kept) == len(sounds) else kept


def _go_on(sound: CallSound, fact: SoundFact, call: Call) -> CallSound:
    match fact:
        case Quality():
            return replace(sound, quality=fact)
        case Trouble(on=True):
            return replace(sound, troubles=sound.troubles | {fact.what})
        case Trouble():
            return replace(sound, troubles=sound.troubles - {fact.what})
        case RecordingWanted(on=True):
            return replace(sound, announcing=True, wanted=True, refused="")
        case RecordingWanted():
            return replace(sound, wanted=False)
        case Recordable():
            told = replace(sound, recordable=fact.on, announcing=False, wanted=False)
            return replace(told, refused="") if fact.on else told
        case Recording():
            return replace(sound, recording=fact, refused="")
        case Party():
            # Who is there now was told nothing, and the engine does not go on waiting for it.
            waits = sound.announcing and fact.number != call.number
            return _not_told(sound) if waits else sound
        case Error(command="announce"):
            return _not_told(sound)
        case Error(command="record"):
            return replace(sound, refused="record")
        case Error():
            return sound


def _not_told(sound: CallSound) -> CallSound:
    refused: Literal["", "announce"] = "announce" if sound.wanted else ""
    return replace(sound, announcing=False, wanted=False, refused=refused)
