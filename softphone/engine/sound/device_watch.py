"""The engine's side of ``watch_devices``: keeps one such process alive and hears what it says."""

import contextlib
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence

import msgspec

from softphone import protocol
from softphone.engine.sound.watch_devices import NO_PORTAUDIO

COMMAND = (
    (sys.executable, "--sound-devices")  # packaged: the executable is the phone, not Python
    if getattr(sys, "frozen", False)
    else (sys.executable, "-m", "softphone.main", "--sound-devices")
)
_SILENCE_S = 15.0
_FIRST_PAUSE_S = 1.0
_LONGEST_PAUSE_S = 60.0
_GOODBYE_S = 1.5
_NO_WINDOW = getattr(subprocess, "CREATE_NO_WINDOW", 0)
"""Windows would open a console for it."""
_END = b""

_Process = subprocess.Popen[bytes]


class DeviceWatch:
    """``tell`` hears, in a thread of its own, which devices there are: first, and at each change.

    A process that died, or said nothing for ``silence`` seconds because it hangs in a driver, is
    replaced: after a second, then after twice as long each time, up to a minute.
    """

    def __init__(
        self,
        tell: Callable[[protocol.Devices], None],
        *,
        command: Sequence[str] = COMMAND,
        silence: float = _SILENCE_S,
    ) -> None:
        self._tell = tell
        self._command = command
        self._silence = silence
        self._told: protocol.Devices | None = None
        self._pace = b"calm\n"
        self._process: _Process | None = None
        self._inbox: queue.SimpleQueue[tuple[_Process | None, bytes]] = queue.SimpleQueue()
        """What the process says, and (without a process) what it is to be told."""
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="device watch", daemon=True)
        self._thread.start()

    @property
    def pid(self) -> int:
        """Process id of the one that looks; 0: none does at the moment."""
        process = self._process
        return process.pid if process else 0

    def attentive(self, on: bool) -> None:
        """Look twice a second (``on``: in a call, or while a person chooses), or now and then."""
        self._pace = b"attentive\n" if on else b"calm\n"
        self._inbox.put((None, self._pace))

    def close(self) -> None:
        """End the process, at the latest after two seconds."""
        self._closing.set()
        self._inbox.put((None, _END))
        self._thread.join(_GOODBYE_S + 0.5)

    def _run(self) -> None:
        pause = _FIRST_PAUSE_S
        while not self._closing.is_set():
            born = time.monotonic()
            try:
                status = self._one_life()
            except OSError as problem:  # no memory, no processes left
                status = 0
                sys.stderr.write(f"sound devices: no process to look: {problem}\n")
            if status == NO_PORTAUDIO:
                pause = _LONGEST_PAUSE_S
            elif time.monotonic() - born > _LONGEST_PAUSE_S:
                pause = _FIRST_PAUSE_S
            self._closing.wait(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_S)

    def _one_life(self) -> int:
        """Start a process, hear it until it ends or is silent; its exit status."""
        process = self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            creationflags=_NO_WINDOW,
        )
        threading.Thread(
            target=self._read, args=(process,), name="device watch lines", daemon=True
        ).start()
        try:
            _write(process, protocol.encode(self._told) if self._told else b"\n")
            _write(process, self._pace)
            patience = self._hear(process)
        finally:
            self._process = None
        with contextlib.suppress(OSError):
            process.stdin.close()  # type: ignore[union-attr]
        with contextlib.suppress(subprocess.TimeoutExpired):
            return process.wait(patience)
        process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):  # it may hang in the kernel
            process.wait(_GOODBYE_S)
        return 0

    def _hear(self, process: _Process) -> float:
        """Until it is over; how many seconds a goodbye may take."""
        heard = time.monotonic()
        while True:
            left = heard + self._silence - time.monotonic()
            try:
                sender, line = self._inbox.get(timeout=max(0.0, left))
            except queue.Empty:
                sys.stderr.write(f"sound devices: a driver hangs, {process.pid} is replaced\n")
                return 0.0
            if sender is process:
                if line == _END:
                    return _GOODBYE_S
                heard = time.monotonic()
                self._say(line)
            elif sender is None:
                if line == _END:
                    return _GOODBYE_S
                _write(process, line)

    def _say(self, line: bytes) -> None:
        if not line.strip():
            return
        try:
            fact = protocol.decode_fact(line)
        except msgspec.DecodeError as problem:
            sys.stderr.write(f"sound devices: unreadable: {problem}\n")
            return
        if isinstance(fact, protocol.Devices) and fact != self._told:
            self._told = fact
            self._tell(fact)

    def _read(self, process: _Process) -> None:
        assert process.stdout
        with process.stdout:
            for line in process.stdout:
                self._inbox.put((process, line))
        self._inbox.put((process, _END))


def _write(process: _Process, line: bytes) -> None:
    assert process.stdin
    with contextlib.suppress(OSError):  # it is gone; its end of stdout says so too
        process.stdin.write(line)
        process.stdin.flush()
