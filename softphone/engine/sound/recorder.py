"""Records one call at a time: left what is said here, right what the other side says.

Owns the two ports of the bridge that hear it; who speaks into them is the route's business. As
every port they live as long as the library (``softphone.engine.sound.port``).
"""

from pathlib import Path
from typing import Literal

from softphone import protocol
from softphone.engine.faults import Refused
from softphone.engine.outbox import Outbox
from softphone.engine.sound.clock_thread import ClockThread
from softphone.engine.sound.port import Port
from softphone.engine.sound.samples import NOTHING, Samples
from softphone.engine.sound.tape import Tape

OTHER_PARTY = "the other side is somebody else, who was not told"
_GOODBYE_S = 0.3
"""How long the last second may take to be written when the engine ends."""


class Recorder:
    """Used by the SIP thread only; the bridge's clock brings the sound."""

    def __init__(self, outbox: Outbox, thread: ClockThread) -> None:
        self._outbox = outbox
        self._thread = thread
        self.key: str | None = None
        """The call that is recorded, also when the recording ended by itself."""
        self._tape: Tape | None = None
        self._here: Port | None = None
        self._there: Port | None = None

    @property
    def running(self) -> bool:
        """A call is being recorded."""
        return self._tape is not None and self._tape.running

    def here(self, key: str) -> tuple[Port, ...]:
        """The port that wants to hear us, if this call is the one."""
        return (self._here,) if self._here and key == self.key else ()

    def there(self, key: str) -> tuple[Port, ...]:
        """The port that wants to hear the other side."""
        return (self._there,) if self._there and key == self.key else ()

    def start(self, key: str, file: Path) -> None:
        """Record into a new file; raises ``Refused``. Its end is a fact, whatever ends it."""
        if self.running:
            raise Refused("a call is being recorded already")

        def over(problem: str) -> None:
            why: Literal["", "file", "other_party"] = "file" if problem else ""
            if problem == OTHER_PARTY:
                why = "other_party"
            self._outbox.put(
                protocol.Recording(call=key, on=False, file=str(file), why=why, problem=problem)
            )

        try:
            tape = Tape(file, over)
        except (OSError, ValueError) as problem:
            raise Refused(f"file: {problem}") from None
        self._outbox.put(protocol.Recording(call=key, on=True, file=str(file)))
        self.key, self._tape = key, tape
        self._here = self._here or Port(self._outbox, self._thread)
        self._there = self._there or Port(self._outbox, self._thread)
        said = _Latest()
        self._here.sink, self._there.sink = said, _Both(said, tape)

    def stop(self, problem: str = "") -> None:
        """No more; ``problem`` says why, if nobody wanted it."""
        self.key = None
        if self._tape:
            self._tape.close(problem)
        for port in (self._here, self._there):
            if port:
                port.sink = None

    def close(self) -> None:
        """Stop, and wait until the file is complete."""
        self.stop()
        if self._tape:
            self._tape.join(_GOODBYE_S)


class _Latest:
    """What we said in the last frame."""

    def __init__(self) -> None:
        self.frame = NOTHING

    def write(self, sound: Samples) -> None:
        self.frame = sound


class _Both:
    """Both sides. The other one's frames beat the time: so the channels never drift apart."""

    def __init__(self, here: _Latest, tape: Tape) -> None:
        self._here = here
        self._tape = tape

    def write(self, sound: Samples) -> None:
        here = self._here.frame
        self._tape.put(here.tobytes() or bytes(2 * len(sound)), sound.tobytes())
