"""The sound device: PortAudio (sounddevice) in a thread of its own.

Opening a device can take a second, and PortAudio wants one caller at a time, so every PortAudio
call happens in this thread; answers go back as ``DeviceReport``. The streams' callbacks only touch
ring buffers. PortAudio is loaded when it is first wanted: a machine without it has a silent phone,
not a broken one.
"""

import queue
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from softphone.engine.sound.ring import Ring
from softphone.engine.sound.sources import RingTone

_BLOCK_MS = 10
_PREFILL_MS = 30
"""One 20 ms frame of the bridge and one block of the device: what two clocks need between them."""
_CAPACITY_MS = 80


@dataclass(frozen=True, slots=True)
class DeviceRequest:
    """What to look for or open. Names as ``name, host API``; empty: default; None: not wanted."""

    number: int
    input: str | None
    output: str | None
    open: bool
    ringing: bool = False
    """Play the ring tone instead of a call's sound."""


@dataclass(frozen=True, slots=True)
class OpenSide:
    """One direction of the device. ``ring`` is None when it was only looked for."""

    name: str
    rate: int
    """Samples per second at which it runs."""
    ring: Ring | None = None


@dataclass(frozen=True, slots=True)
class DeviceReport:
    """Answer to the request with that number."""

    number: int
    input: OpenSide | None = None
    output: OpenSide | None = None
    problem: str = ""
    """Why a wanted side is missing, in words."""


class DeviceThread:
    """Finds, opens and closes streams; ``tell`` gets the reports, in this thread."""

    def __init__(self, tell: Callable[[DeviceReport], None]) -> None:
        self._tell = tell
        self._requests: queue.SimpleQueue[DeviceRequest | None] = queue.SimpleQueue()
        self._streams: list[Any] = []
        self._thread: threading.Thread | None = None

    def request(self, wanted: DeviceRequest) -> None:
        """Look or open; what was open before is closed first."""
        if not self._thread:
            self._thread = threading.Thread(target=self._run, name="sound device", daemon=True)
            self._thread.start()
        self._requests.put(wanted)

    def close(self) -> None:
        """Stop the streams soon."""
        if self._thread:
            self._requests.put(None)

    def _run(self) -> None:
        while True:
            wanted = self._requests.get()
            self._stop()
            if wanted:
                self._tell(self._answer(wanted))

    def _stop(self) -> None:
        while self._streams:
            stream = self._streams.pop()
            try:
                stream.close()
            except Exception as problem:  # a device that is gone cannot be closed, and need not be
                sys.stderr.write(f"closing sound device: {problem}\n")

    def _answer(self, wanted: DeviceRequest) -> DeviceReport:
        try:
            import sounddevice
        except (ImportError, OSError) as problem:
            return DeviceReport(wanted.number, problem=f"PortAudio is not usable: {problem}")
        sides: dict[str, OpenSide] = {}
        problems = []
        for direction, name in (("input", wanted.input), ("output", wanted.output)):
            if name is None:
                continue
            try:
                sides[direction] = self._side(sounddevice, direction, name, wanted)
            except Exception as problem:  # PortAudio's errors, or a driver's own
                problems.append(str(problem))
        return DeviceReport(wanted.number, problem="; ".join(dict.fromkeys(problems)), **sides)

    def _side(self, sounddevice: Any, direction: str, name: str, wanted: DeviceRequest) -> OpenSide:
        index, found = _find(sounddevice, direction, name)
        label = _label(sounddevice, found)
        rate = int(found["default_samplerate"])
        if not wanted.open:
            return OpenSide(label, rate)
        per_ms = rate // 1000 * 2  # bytes; always whole samples
        ring = Ring(_PREFILL_MS * per_ms, _CAPACITY_MS * per_ms)
        read = RingTone(rate).read if wanted.ringing else ring.read
        kind = sounddevice.RawInputStream if direction == "input" else sounddevice.RawOutputStream
        stream = kind(
            samplerate=rate,
            blocksize=rate * _BLOCK_MS // 1000,
            device=index,
            channels=1,
            dtype="int16",
            latency="low",
            callback=_capture(ring) if direction == "input" else _play(read),
        )
        self._streams.append(stream)
        stream.start()
        return OpenSide(label, rate, ring)


def _capture(ring: Ring) -> Callable[..., None]:
    def callback(data: Any, frames: int, time: Any, status: Any) -> None:
        ring.write(bytes(data))

    return callback


def _play(read: Callable[[int], bytes]) -> Callable[..., None]:
    def callback(data: Any, frames: int, time: Any, status: Any) -> None:
        data[:] = read(len(data))

    return callback


def _find(sounddevice: Any, direction: str, name: str) -> tuple[int, Any]:
    """Index and description; LookupError in words. By name, never by a remembered index."""
    channels = f"max_{direction}_channels"
    devices = sounddevice.query_devices()
    if not name:
        index = sounddevice.default.device[direction]
        if index < 0:
            raise LookupError(f"no sound {direction} device")
        return index, devices[index]
    for index, found in enumerate(devices):
        if found[channels] > 0 and _label(sounddevice, found) == name:
            return index, found
    raise LookupError(f"sound {direction} device {name!r} is not there")


def _label(sounddevice: Any, found: Any) -> str:
    return f"{found['name']}, {sounddevice.query_hostapis(found['hostapi'])['name']}"
