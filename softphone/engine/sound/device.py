"""The sound devices in use: PortAudio (sounddevice) in a thread of its own.

Opening a device can take a second, and PortAudio wants one caller at a time, so every PortAudio
call happens in this thread; while a driver hangs nobody else waits, and ``hangs`` says so. The
thread is told what should be open (``Wanted``) and which devices there are (the watcher's list),
and sees to it: streams that are right stay as they are, the others are closed and opened.

PortAudio's own list is fixed when it is initialised. Doing so again ends every stream, so it
happens only where the list is too old for what is to be opened, or where nothing works any more.
"""

import math
import queue
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from softphone import device_names, protocol
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
"""After so long a device that could not be opened is tried again; then as often as the last."""
_STEADY_S = 20.0
"""A stream that stops twice within so long is of no use: the system's default stands in."""
_FIRST_S = 1.0
"""So much longer a driver may take for the first callback: a headset by radio changes its way."""
_DISTRUST_S, _DISTRUST_MOST_S = 30.0, 600.0
"""After so long it is tried again, which may be a second of silence; twice as long each time."""
_SURE_S = 0.2
"""Until a second look where the first misses a device: the watcher may just have had it open."""
_HANGS_S = 5.0
"""A driver that takes longer for one thing hangs, as far as anybody can tell."""
_BUSY = -9985
"""paDeviceUnavailable: another shape would not help."""
_RATES = (48_000, 44_100, 32_000, 16_000, 8_000)
_MOST_CHANNELS = 32
"""A studio's; more are a plug-in's fancy."""


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
    problems: Mapping[Role, str] = field(default_factory=dict)
    """Why something wanted cannot be had, in words."""
    fault: str = ""
    """A device stopped by itself, and was opened anew: which, and how it was noticed."""

    @property
    def problem(self) -> str:
        """All of them in one line."""
        return "; ".join(dict.fromkeys(self.problems.values()))


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
        """They only note what is wanted or known; None is the last one."""
        self._thread: threading.Thread | None = None
        self._asked = 0
        self._asking_since: float | None = None
        """Since when the driver has not come back; None: it was not asked for anything."""
        # Below: of the thread alone.
        self._sounddevice: Any = None
        self._listed: devices.DeviceList | None = None
        """PortAudio's list in this process."""
        self._watched: protocol.Devices | None = None
        """The watcher's list. It can be newer, and knows devices that are only busy."""
        self._outdated = False
        """The watcher saw another list than PortAudio has here."""
        self._spoiled = False
        """What PortAudio has may be of no use any more: the system slept, or a call failed."""
        self._wanted = Wanted()
        self._answers = 0
        self._streams: dict[Role, _Stream] = {}
        self._failures = 0
        self._retry_at: float | None = None
        self._revived_at = -_STEADY_S
        self._distrusted: dict[str, tuple[float, float]] = {}
        """Devices that open and then are silent: until when not to try them, and for how long that
        was."""
        self._late = 0

    @property
    def late(self) -> int:
        """Times that PortAudio said a block was lost or late, since the start."""
        return self._late + sum(stream.late for stream in list(self._streams.values()))

    @property
    def hangs(self) -> bool:
        """Whether the driver does not answer. Nothing can be done about it but to wait."""
        since = self._asking_since
        return since is not None and time.monotonic() > since + _HANGS_S

    def want(self, wanted: Wanted) -> int:
        """From now on; the report with this number, or a later one, answers."""
        self._asked += 1
        number = self._asked

        def order() -> None:
            self._wanted, self._answers = wanted, number
            self._failures = 0
            self._distrusted.clear()

        self._order(order)
        return number

    def on_devices(self, there: protocol.Devices) -> None:
        """The watcher saw another list."""

        def order() -> None:
            if not self._watched or _names(there) != _names(self._watched):
                self._distrusted.clear()
            self._watched = there
            self._outdated = self._listed is not None and _newer(there, self._listed.devices)

        self._orders.put(order)  # the first list comes before anything is wanted: it waits there

    def renew(self) -> None:
        """The system slept, perhaps: open everything anew."""

        def order() -> None:
            self._spoiled = True

        if self._thread:
            self._order(order)

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
            orders = self._await_orders()
            if None in orders:
                self._close(ROLES)
                return
            self._asking()
            try:
                # Of many orders, as a driver that hung leaves them behind, the last counts.
                for order in orders:
                    if order:
                        order()
                if orders:
                    self._see_to_it()
                else:
                    self._look_after()
                if not self._processing.ready:
                    self._processing.prepare()
            except Exception as problem:  # a driver's own
                self._spoiled = True
                self._report(dict.fromkeys(ROLES, f"sound device: {problem}"))
            self._asking_since = None

    def _await_orders(self) -> list[Callable[[], None] | None]:
        """All that there are; none: it is time to look after the streams."""
        # Streams say nowhere that they stopped.
        wait = _LOOK_S if self._streams or self._retry_at is not None else None
        began = time.monotonic()
        try:
            orders = [self._orders.get(timeout=wait)]
        except queue.Empty:
            if time.monotonic() > began + _SILENT_S:  # this process stood still, not the devices
                for stream in self._streams.values():
                    stream.heard_at = time.monotonic()
            return []
        while not self._orders.empty():
            orders.append(self._orders.get())
        return orders

    def _asking(self) -> None:
        """The driver is asked for one more thing: it may hang from now on."""
        self._asking_since = time.monotonic()

    def _look_after(self) -> None:
        now = time.monotonic()
        dead = {
            role: f"{stream.name}: {'ended by itself' if stream.ended else 'no sound for a second'}"
            for role, stream in self._streams.items()
            if stream.ended or now > stream.heard_at + _SILENT_S
        }
        for stream in self._streams.values():
            if now > stream.since + _STEADY_S:
                self._distrusted.pop(stream.name, None)
        if dead:
            again = now < self._revived_at + _STEADY_S or any(
                self._streams[role].name in self._distrusted for role in dead
            )
            self._revived_at = now
            if again:  # the others go on meanwhile
                self._distrust({self._streams[role].name for role in dead})
                self._see_to_it(resting=dead, fault=f"{next(iter(dead.values()))}, again")
            else:
                self._failures = 0
                self._see_to_it(anew=True, fault=f"{next(iter(dead.values()))}, opened again")
        elif self._retry_at is not None and now >= self._retry_at:
            self._see_to_it(anew=not self._streams)

    def _distrust(self, names: Collection[str]) -> None:
        now = time.monotonic()
        for name in names:
            _, last = self._distrusted.get(name, (0.0, _DISTRUST_S / 2))
            pause = min(2 * last, _DISTRUST_MOST_S)
            self._distrusted[name] = now + pause, pause

    def _see_to_it(
        self, *, anew: bool = False, resting: Mapping[Role, str] | None = None, fault: str = ""
    ) -> None:
        """``resting``: what they use is of no use now, and why."""
        self._retry_at = None
        try:
            self._sounddevice = self._sounddevice or devices.load()
        except (ImportError, OSError) as problem:
            self._tell(_all_wrong(self._answers, f"PortAudio is not usable: {problem}"))
            return
        self._list(anew=anew)
        resting = resting or {}
        problems: dict[Role, str] = {}
        self._close([r for r in self._streams if r in resting or not self._right(r)])
        in_use: dict[Role, str] = {}
        for role in ROLES:
            wanted = getattr(self._wanted, role)
            if wanted is None:
                continue
            if role in resting and not self._another(role):
                problems[role] = resting[role]
                continue
            try:
                in_use[role] = self._use(role)
            except Exception as problem:  # PortAudio's errors, a driver's own, LookupError
                problems[role] = str(problem)
        self._hint_delay()
        self._report(problems, in_use, fault)

    def _report(
        self,
        problems: Mapping[Role, str],
        in_use: Mapping[Role, str] | None = None,
        fault: str = "",
    ) -> None:
        """Tell how it is, and come back to what could not be opened."""
        in_use = in_use or {}
        refused = any(stream.instead_of for stream in self._streams.values())
        if refused or self._wanted.open & problems.keys():
            self._retry_at = time.monotonic() + _RETRY_S[min(self._failures, len(_RETRY_S) - 1)]
            self._failures += 1
        chosen = {role: getattr(self._wanted, role) for role in in_use}
        missing = dict.fromkeys(
            chosen[r] for r in in_use if chosen[r] and not device_names.alike(chosen[r], in_use[r])
        )
        self._tell(
            DeviceReport(
                answers=self._answers,
                microphone=in_use.get("microphone", ""),
                speaker=in_use.get("speaker", ""),
                ring=in_use.get("ring", ""),
                missing=tuple(missing),
                problems=problems,
                fault=fault,
            )
        )

    def _list(self, *, anew: bool) -> None:
        """Have PortAudio's list, a new one if this one does not do."""
        if self._listed:
            to_open = any(
                not self._right(role) or self._streams[role].instead_of
                for role in self._wanted.open
            )
            if to_open:  # never by an index of an old list: it may be another device's by now
                anew = anew or self._outdated or not (self._streams or self._known_here())
        if self._wanted.open or not self._listed:
            anew = anew or self._spoiled
        if anew:
            self._close(ROLES)
            self._listed = None
            self._asking()
            if self._sounddevice._initialized:
                self._sounddevice._terminate()
        if not self._listed:
            self._asking()
            if not self._sounddevice._initialized:
                self._sounddevice._initialize()
            self._listed = devices.look(self._sounddevice)
            if self._missed():
                time.sleep(_SURE_S)
                self._asking()
                self._sounddevice._terminate()
                self._sounddevice._initialize()
                self._listed = devices.look(self._sounddevice)
            self._outdated = self._spoiled = False

    def _known_here(self) -> bool:
        """Whether PortAudio's list has all that the watcher saw and is to be opened."""
        assert self._listed
        return self._watched is None or all(
            self._openable(role, self._choice(role, self._watched)) for role in self._wanted.open
        )

    def _missed(self) -> bool:
        """Whether PortAudio's list lacks what is to be opened, and the watcher saw it free."""
        there = self._watched
        return there is not None and any(
            choice and choice not in there.busy and not self._openable(role, choice)
            for role in self._wanted.open
            for choice in [self._choice(role, there)]
        )

    def _openable(self, role: Role, name: str) -> bool:
        """Whether PortAudio's list has this device, and in this direction: a card of which another
        program had one when it was listed has the other alone."""
        assert self._listed
        return any(
            device.name == name and devices.channels(device, _direction(role))
            for device in self._listed.devices.devices
        )

    def _another(self, role: Role) -> bool:
        """Whether there is a device to stand in for one that is of no use."""
        there = self._there(role)
        default = _default(there, role)
        return default not in ("", self._choice(role, there)) and default not in self._distrusted

    def _choice(self, role: Role, there: protocol.Devices) -> str:
        """The device to use if these are there; empty: there is none."""
        try:
            return devices.choose(there, getattr(self._wanted, role) or "", _direction(role)).name
        except LookupError:
            return ""

    def _there(self, role: Role) -> protocol.Devices:
        """The devices to choose from."""
        assert self._listed
        if self._watched and (
            self._outdated or self._openable(role, self._choice(role, self._watched))
        ):
            return self._watched
        return self._listed.devices  # the newer list, or the only one we can open something from

    def _right(self, role: Role) -> bool:
        """Whether this stream is open and should stay."""
        stream = self._streams.get(role)
        if not stream or role not in self._wanted.open or getattr(self._wanted, role) is None:
            return False
        there = self._there(role)
        choice = self._choice(role, there)
        if stream.instead_of:
            return stream.instead_of == choice and stream.name == _default(there, role)
        return stream.name == choice

    def _use(self, role: Role) -> str:
        """Open it unless it is; its name. Raises what PortAudio raises, LookupError."""
        there = self._there(role)
        choice = devices.choose(there, getattr(self._wanted, role), _direction(role)).name
        stream = self._streams.get(role)
        if role not in self._wanted.open or (stream and stream.name == choice):
            return choice
        try:
            until, _ = self._distrusted.get(choice, (0.0, 0.0))
            if time.monotonic() < until and self._another(role):
                raise OSError(f"{choice}: it opens, and is silent")
            self._open(role, choice)
        except Exception:
            default = _default(there, role)
            if default in ("", choice):
                raise
            if role not in self._streams:
                self._open(role, default)
            self._streams[role].instead_of = choice
        return self._streams[role].name

    def _open(self, role: Role, name: str) -> None:
        """Instead of the stream that is open, which goes on if this fails early: most do.

        (Where that one is the same card by another name, it is busy until the call is over.)
        """
        assert self._listed
        if name not in self._listed.indices:
            raise LookupError(f"sound device {name!r} is not there any more")
        index = self._listed.indices[name]
        self._asking()
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

    def _start(self, role: Role, name: str, index: int, rate: float, channels: int) -> None:
        stream = _Stream(name)
        end = self._ends[role]
        callback: Callable[..., None]
        if isinstance(end, Microphone):
            kind = self._sounddevice.RawInputStream
            callback = _hearing(stream, end, channels)
        else:
            kind = self._sounddevice.RawOutputStream
            callback = _speaking(stream, end, channels)
        self._asking()
        stream.opened = kind(
            samplerate=rate,
            blocksize=round(rate * _BLOCK_MS / 1000),
            device=index,
            channels=channels,
            dtype="int16",
            latency="low",
            callback=callback,
            finished_callback=stream.finished,
        )
        self._close([role])
        end.open(nominal(rate))
        self._asking()
        try:
            stream.opened.start()
        except BaseException:
            stream.opened.close()
            raise
        stream.since = stream.heard_at = time.monotonic()
        if name not in self._distrusted and stream.since > self._revived_at + _STEADY_S:
            stream.heard_at += _FIRST_S
        self._streams[role] = stream

    def _close(self, roles: Collection[Role]) -> None:
        for role in roles:
            if stream := self._streams.pop(role, None):
                self._late += stream.late
                self._asking()
                try:
                    stream.opened.close()
                except Exception as problem:  # what is gone cannot be closed, and need not be
                    sys.stderr.write(f"closing {stream.name}: {problem}\n")

    def _hint_delay(self) -> None:
        if {"microphone", "speaker"} <= set(self._streams):
            seconds = sum(float(self._streams[r].opened.latency) for r in ("microphone", "speaker"))
            if math.isfinite(seconds):  # a driver may say anything
                self._processing.prepare(delay_ms=max(0, round(1000 * seconds)))


class _Stream:
    """An open stream, and its signs of life."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.opened: Any = None
        self.instead_of = ""
        """The chosen device is there, but could not be opened."""
        self.since = self.heard_at = time.monotonic()
        self.ended = False
        self.late = 0

    def finished(self) -> None:
        """From PortAudio: no callback any more."""
        self.ended = True


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


def _names(there: protocol.Devices) -> set[str]:
    return {device.name for device in there.devices}


def _newer(seen: protocol.Devices, listed: protocol.Devices) -> bool:
    """Whether PortAudio's list is older than what the watcher saw. What is only in use does not
    count: another list would say no more of it."""
    old = {device.name: device for device in listed.devices}
    return (
        any(
            device != old.get(device.name)
            for device in seen.devices
            if device.name not in seen.busy
        )
        or not old.keys() <= _names(seen)
        or (seen.input != listed.input and seen.input not in seen.busy)
        or (seen.output != listed.output and seen.output not in seen.busy)
    )


def _default(there: protocol.Devices, role: Role) -> str:
    return there.input if _direction(role) == "input" else there.output


def _all_wrong(answers: int, problem: str) -> DeviceReport:
    return DeviceReport(answers, problems=dict.fromkeys(ROLES, problem))


def _shapes(found: Mapping[str, Any], direction: devices.Direction) -> Iterator[tuple[float, int]]:
    """Sampling rate and channels to try, best first."""
    own = found["default_samplerate"]
    most = found[f"max_{direction}_channels"]
    for rate in (own, *(rate for rate in _RATES if rate != own)):
        for channels in sorted({1, 2, most}):
            if channels <= min(most, _MOST_CHANNELS):
                yield rate, channels
