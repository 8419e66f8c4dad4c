"""The sound devices in use: PortAudio (sounddevice) in a thread of its own.

Opening a device can take a second, and PortAudio wants one caller at a time, so every PortAudio
call happens in this thread. It is told what should be open (``Wanted``) and which devices there
are (the watcher's list), and sees to it: streams that are right stay as they are, the others are
closed and opened. PortAudio's own list is fixed when it is initialised, so where a device appeared
or went it is initialised anew, with all streams closed.
"""

import queue
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from softphone import protocol
from softphone.engine.sound import devices
from softphone.engine.sound.loudspeaker import Loudspeaker
from softphone.engine.sound.microphone import Microphone, mono
from softphone.engine.sound.processing import Processing
from softphone.engine.sound.samples import nominal

Role = Literal["microphone", "speaker", "ring"]
ROLES: tuple[Role, ...] = ("microphone", "speaker", "ring")

_BLOCK_MS = 10
_SILENT_S = 1.0
"""A stream without a callback for so long has stopped, whatever it says itself."""
_LOOK_S = 0.25
_RETRY_S = (1.0, 2.0, 5.0, 10.0)
"""After so long a device that could not be opened is tried again."""
_BUSY = -9985
"""paDeviceUnavailable: another shape would not help."""
_RATES = (48_000, 44_100, 32_000, 16_000, 8_000)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The chosen devices: a name, empty for the system's default, None where none is used."""

    microphone: str | None = ""
    speaker: str | None = ""
    ring: str | None = ""
    open: frozenset[Role] = frozenset()
    """The others are only looked up."""


@dataclass(frozen=True, slots=True)
class DeviceReport:
    """What is in use now, or would be. An empty name: nothing."""

    answers: int = 0
    """The number of the last ``want``."""
    microphone: str = ""
    speaker: str = ""
    ring: str = ""
    missing: tuple[str, ...] = ()
    """Chosen, but not there or not usable: the system's default stands in."""
    problem: str = ""
    """Why something wanted cannot be had, in words."""
    stalled: str = ""
    """This device gave or took nothing for a second, and was opened anew."""


class DeviceThread:
    """Opens and closes streams; ``tell`` gets the reports, in this thread."""

    def __init__(
        self,
        microphone: Microphone,
        speaker: Loudspeaker,
        ring: Loudspeaker,
        processing: Processing,
        tell: Callable[[DeviceReport], None],
    ) -> None:
        self._ends: Mapping[Role, Microphone | Loudspeaker] = {
            "microphone": microphone,
            "speaker": speaker,
            "ring": ring,
        }
        self._processing = processing
        self._tell = tell
        self._orders: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._asked = 0
        # Below: of the thread alone.
        self._sounddevice: Any = None
        self._listed: devices.DeviceList | None = None
        """PortAudio's list in this process."""
        self._there: protocol.Devices | None = None
        """What there is, as far as anybody knows."""
        self._wanted = Wanted()
        self._answers = 0
        self._streams: dict[Role, _Stream] = {}
        self._failures = 0
        self._retry_at: float | None = None
        self._late = 0

    @property
    def late(self) -> int:
        """Times that PortAudio said a block was lost or late, since the start."""
        return self._late + sum(stream.late for stream in list(self._streams.values()))

    def want(self, wanted: Wanted) -> int:
        """From now on; the report with this number answers."""
        self._asked += 1
        number = self._asked

        def order() -> None:
            self._wanted, self._answers = wanted, number
            self._failures = 0
            self._see_to_it()

        self._order(order)
        return number

    def on_devices(self, there: protocol.Devices) -> None:
        """The watcher saw another list."""

        def order() -> None:
            self._there = there
            self._see_to_it()

        if self._thread:
            self._order(order)

    def renew(self) -> None:
        """The system slept, perhaps: open everything anew."""
        if self._thread:
            self._order(lambda: self._see_to_it(anew=True))

    def close(self) -> None:
        """Stop the streams soon, for good."""
        if self._thread:
            self._orders.put(None)

    def _order(self, order: Callable[[], None]) -> None:
        if not self._thread:
            self._thread = threading.Thread(target=self._run, name="sound device", daemon=True)
            self._thread.start()
        self._orders.put(order)

    def _run(self) -> None:
        while True:
            try:
                # Streams say nowhere that they stopped.
                order = self._orders.get(timeout=_LOOK_S if self._busy() else None)
            except queue.Empty:
                order = self._look_after
            if order is None:
                self._close(ROLES)
                return
            try:
                order()
            except Exception as problem:  # a driver's own
                self._tell(DeviceReport(self._answers, problem=f"sound device: {problem}"))
            if not self._processing.ready:
                self._processing.prepare()

    def _busy(self) -> bool:
        return bool(self._streams) or self._retry_at is not None

    def _look_after(self) -> None:
        now = time.monotonic()
        still = [s.name for s in self._streams.values() if now - s.heard_at > _SILENT_S]
        if still:
            self._see_to_it(anew=True, stalled=still[0])
        elif self._retry_at is not None and now >= self._retry_at:
            self._see_to_it(anew=True)

    def _see_to_it(self, *, anew: bool = False, stalled: str = "") -> None:
        self._retry_at = None
        try:
            self._sounddevice = self._sounddevice or devices.load()
        except (ImportError, OSError) as problem:
            unusable = f"PortAudio is not usable: {problem}"
            self._tell(DeviceReport(self._answers, problem=unusable))
            return
        self._listed = self._listed or devices.look(self._sounddevice)
        if self._there is None:
            self._there = self._listed.devices
        if anew or (self._there != self._listed.devices and not self._all_right()):
            self._initialise()
        self._close([role for role in self._streams if not self._right(role)])
        problems: dict[str, None] = {}
        in_use: dict[Role, str] = {}
        missing: dict[str, None] = {}
        for role in ROLES:
            wanted = getattr(self._wanted, role)
            if wanted is None:
                continue
            try:
                name = self._use(role, wanted)
            except Exception as problem:  # PortAudio's errors, a driver's own, LookupError
                problems[str(problem)] = None
                continue
            in_use[role] = name
            if wanted and name != wanted:
                missing[wanted] = None
        self._hint_delay()
        if problems and self._wanted.open:
            wait = _RETRY_S[min(self._failures, len(_RETRY_S) - 1)]
            self._failures += 1
            self._retry_at = time.monotonic() + wait
        self._tell(
            DeviceReport(
                answers=self._answers,
                microphone=in_use.get("microphone", ""),
                speaker=in_use.get("speaker", ""),
                ring=in_use.get("ring", ""),
                missing=tuple(missing),
                problem="; ".join(problems),
                stalled=stalled,
            )
        )

    def _all_right(self) -> bool:
        """Whether all that is wanted is open on the devices it should be on."""
        return set(self._streams) >= self._wanted.open and all(map(self._right, self._streams))

    def _right(self, role: Role) -> bool:
        """Whether this stream should stay."""
        wanted = getattr(self._wanted, role)
        if role not in self._wanted.open or wanted is None or not self._there:
            return False
        try:
            choice = devices.choose(self._there, wanted, _direction(role))
        except LookupError:
            return False
        stream = self._streams[role]
        return choice.name == stream.name or stream.instead_of == choice.name

    def _initialise(self) -> None:
        """Let PortAudio list the devices anew."""
        self._close(ROLES)
        self._sounddevice._terminate()
        self._sounddevice._initialize()
        self._listed = devices.look(self._sounddevice)
        self._there = self._listed.devices

    def _use(self, role: Role, wanted: str) -> str:
        """Open it unless it is; its name. Raises what PortAudio raises, LookupError."""
        assert self._there
        if role in self._streams:
            return self._streams[role].name
        choice = devices.choose(self._there, wanted, _direction(role))
        if role not in self._wanted.open:
            return choice.name
        try:
            self._streams[role] = self._open(role, choice.name)
        except Exception:
            default = devices.choose(self._there, "", _direction(role)).name
            if default == choice.name:
                raise
            self._streams[role] = self._open(role, default)
            self._streams[role].instead_of = choice.name
        return self._streams[role].name

    def _open(self, role: Role, name: str) -> "_Stream":
        assert self._listed
        if name not in self._listed.indices:
            raise LookupError(f"sound device {name!r} is not there any more")
        index = self._listed.indices[name]
        found = self._sounddevice.query_devices(index)
        failure: Exception | None = None
        for rate, channels in _shapes(found, _direction(role)):
            try:
                return self._start(role, name, index, rate, channels)
            except self._sounddevice.PortAudioError as problem:
                failure = failure or problem
                if len(problem.args) > 1 and problem.args[1] == _BUSY:
                    break
        raise OSError(f"{name}: {failure}")

    def _start(self, role: Role, name: str, index: int, rate: float, channels: int) -> "_Stream":
        stream = _Stream(name)
        end = self._ends[role]
        end.open(nominal(rate))
        callback: Callable[..., None]
        if isinstance(end, Microphone):
            kind = self._sounddevice.RawInputStream
            callback = _hearing(stream, end, channels)
        else:
            kind = self._sounddevice.RawOutputStream
            callback = _speaking(stream, end, channels)
        opened = kind(
            samplerate=rate,
            blocksize=round(rate * _BLOCK_MS / 1000),
            device=index,
            channels=channels,
            dtype="int16",
            latency="low",
            callback=callback,
        )
        try:
            opened.start()
        except BaseException:
            opened.close()
            raise
        stream.opened = opened
        return stream

    def _close(self, roles: "tuple[Role, ...] | list[Role]") -> None:
        for role in roles:
            if stream := self._streams.pop(role, None):
                self._late += stream.late
                try:
                    stream.opened.close()
                except Exception as problem:  # what is gone cannot be closed, and need not be
                    sys.stderr.write(f"closing {stream.name}: {problem}\n")

    def _hint_delay(self) -> None:
        if {"microphone", "speaker"} <= set(self._streams):
            seconds = sum(float(self._streams[r].opened.latency) for r in ("microphone", "speaker"))
            self._processing.prepare(delay_ms=round(1000 * seconds))


class _Stream:
    """An open stream, and its signs of life."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.opened: Any = None
        self.instead_of = ""
        """The chosen device is there, but could not be opened."""
        self.heard_at = time.monotonic()
        self.late = 0


def _hearing(stream: _Stream, end: Microphone, channels: int) -> Callable[..., None]:
    def callback(data: Any, frames: int, timing: Any, status: Any) -> None:
        stream.heard_at = time.monotonic()
        if status:
            stream.late += 1
        end.take(mono(np.frombuffer(bytes(data), np.int16), channels))

    return callback


def _speaking(stream: _Stream, end: Loudspeaker, channels: int) -> Callable[..., None]:
    def callback(data: Any, frames: int, timing: Any, status: Any) -> None:
        stream.heard_at = time.monotonic()
        if status:
            stream.late += 1
        sound = end.give(frames)
        data[:] = (sound if channels == 1 else np.repeat(sound, channels)).tobytes()

    return callback


def _direction(role: Role) -> devices.Direction:
    return "input" if role == "microphone" else "output"


def _shapes(found: Mapping[str, Any], direction: devices.Direction) -> Iterator[tuple[float, int]]:
    """Sampling rate and channels to try, best first."""
    own = found["default_samplerate"]
    most = found[f"max_{direction}_channels"]
    for rate in (own, *(rate for rate in _RATES if rate != own)):
        for channels in (1, 2):
            if channels <= most:
                yield rate, channels
