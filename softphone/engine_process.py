"""Runs an engine as a child process and talks to it: for tests, demonstrations and benchmarks.

The window has its own (Qt) way; this one is plain: a subprocess, a thread that reads its facts, and
``wait`` for what should come. It knows the protocol and nothing of SIP.
"""

import contextlib
import os
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Self, TypeVar

import msgspec

from softphone import protocol

F = TypeVar("F", bound=protocol.Fact)

COMMAND = (sys.executable, "-m", "softphone.main", "--headless")
_STDERR_LINES = 200
_TIMED = (protocol.CallStats, protocol.Levels, protocol.Quality)
"""Facts that come by the clock or when asked: they would push out what happened."""


class EngineError(Exception):
    """The engine ended, or did not say what was awaited; the text holds its last words."""


class EngineProcess:
    """One engine. Use as a context manager: leaving ends the engine.

    ``facts`` is everything it said so far. Each ``wait`` looks at facts after the one the last
    ``wait`` returned, so a dialogue reads in order and never misses what came quickly.
    """

    def __init__(
        self,
        *,
        name: str = "engine",
        command: Sequence[str] = COMMAND,
        environment: Mapping[str, str] | None = None,
        on_fact: Callable[[protocol.AnyFact], None] = lambda fact: None,
        timeout: float = 10.0,
    ) -> None:
        """Start it and wait, at most ``timeout`` seconds, until it takes commands.

        ``on_fact`` sees every fact first, in the reader's thread.
        """
        self.name = name
        self.facts: list[protocol.AnyFact] = []
        self.started = time.monotonic()
        self._on_fact = on_fact
        self._mark = 0
        self._changed = threading.Condition()
        self._ended = False
        self._stderr: deque[str] = deque(maxlen=_STDERR_LINES)
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, **(environment or {})},
        )
        self._readers = [
            threading.Thread(target=read, name=f"{name} {what}", daemon=True)
            for what, read in (("facts", self._read_facts), ("stderr", self._read_stderr))
        ]
        for reader in self._readers:
            reader.start()
        try:
            self.wait(protocol.Ready, timeout=timeout)
        except EngineError:
            self.kill()
            raise

    @property
    def pid(self) -> int:
        """Process id."""
        return self.process.pid

    @property
    def stderr(self) -> str:
        """The last lines it wrote to stderr."""
        return "\n".join(self._stderr)

    def send(self, command: protocol.Command) -> None:
        """Tell it something; ``EngineError`` when it has ended."""
        self.send_line(protocol.encode(command))

    def send_line(self, line: bytes) -> None:
        """Send raw bytes, for what ``send`` could never say."""
        assert self.process.stdin
        try:
            self.process.stdin.write(line)
            self.process.stdin.flush()
        except (OSError, ValueError) as problem:
            raise EngineError(self._last_words(f"cannot be told anything: {problem}")) from None

    def wait(
        self,
        kind: type[F],
        where: Callable[[F], bool] = lambda fact: True,
        timeout: float = 10.0,
    ) -> F:
        """The next fact of this kind for which ``where`` holds.

        ``EngineError`` when it does not come within ``timeout`` seconds or the engine ends.
        """
        deadline = time.monotonic() + timeout
        at = self._mark
        with self._changed:
            while True:
                while at < len(self.facts):
                    fact = self.facts[at]
                    at += 1
                    if isinstance(fact, kind) and where(fact):
                        self._mark = at
                        return fact
                left = deadline - time.monotonic()
                if self._ended or left <= 0:
                    why = "ended" if self._ended else f"said no such thing in {timeout:g} s"
                    raise EngineError(self._last_words(f"{why}, awaiting {kind.__name__}"))
                self._changed.wait(left)

    def rewind(self) -> None:
        """Let the next ``wait`` look at all facts again."""
        self._mark = 0

    def kill(self) -> None:
        """End it without a goodbye (SIGKILL)."""
        self.process.kill()
        self._reap(5.0)

    def close(self, timeout: float = 5.0) -> int:
        """End its input, as a parent that goes away does; returns the exit status.

        Kills it after ``timeout`` seconds.
        """
        assert self.process.stdin
        with contextlib.suppress(OSError):
            self.process.stdin.close()
        return self._reap(timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _reap(self, timeout: float) -> int:
        try:
            self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(5.0)
        for reader in self._readers:
            reader.join(2.0)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream:
                with contextlib.suppress(OSError):
                    stream.close()
        return self.process.returncode

    def _read_facts(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            try:
                fact = protocol.decode_fact(line)
            except msgspec.DecodeError as problem:
                self._stderr.append(f"unreadable fact: {problem}")
                continue
            self._on_fact(fact)
            with self._changed:
                self.facts.append(fact)
                self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def _read_stderr(self) -> None:
        assert self.process.stderr
        for line in self.process.stderr:
            self._stderr.append(line.decode(errors="replace").rstrip())

    def _last_words(self, what: str) -> str:
        told = [fact for fact in self.facts if not isinstance(fact, _TIMED)] + self.facts[-1:]
        said = "\n".join(protocol.encode(fact).decode().rstrip() for fact in told[-20:])
        return f"{self.name} {what}\nlast facts:\n{said}\nstderr:\n{self.stderr}"
