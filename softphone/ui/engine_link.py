"""The engine's process: started, spoken to, started again when it dies.

Commands go down as lines, facts come up as values. The account (with its secret) is sent again to
every new engine over stdin. Decides nothing about calls: that is the State's.
"""

import logging
import sys
import time
from collections.abc import Callable, Sequence

import msgspec
from PySide6.QtCore import QObject, QProcess, QTimer, Signal

from softphone import protocol
from softphone.facts import EngineChanged
from softphone.protocol import Account, AnyFact, Command, Quit

log = logging.getLogger(__name__)

COMMAND = (sys.executable, "-m", "softphone.main", "--headless")

_QUICK_DEATH = 5.0
"""Seconds; an engine that dies younger than this counts towards the back-off."""
_WAITS = (0.0, 0.2, 1.0, 2.0, 5.0, 10.0)
"""Seconds before the next start after so many quick deaths in a row."""
_GOODBYE_MS = 2000


class EngineLink(QObject):
    """``on_fact`` is called on the GUI thread with every fact and ``EngineChanged``."""

    levels = Signal(object)
    """``Levels``, past ``on_fact``: ten times a second is too often for all that listen there."""

    def __init__(
        self,
        on_fact: Callable[[AnyFact | EngineChanged], None],
        first: Sequence[Command] = (),
        command: Sequence[str] = COMMAND,
        parent: QObject | None = None,
    ) -> None:
        """``first``: what every new engine is told before anything else."""
        super().__init__(parent)
        self._on_fact = on_fact
        self._first = tuple(first)
        self._account: Account | None = None
        self._command = tuple(command)
        self._process: QProcess | None = None
        self._rest = b""
        self._skipping = False
        self._born = 0.0
        self._quick_deaths = 0
        self.restarts = 0
        self._closing = False

    @property
    def pid(self) -> int:
        """Process id of the running engine, 0 when there is none."""
        return self._process.processId() if self._process is not None else 0

    def use(self, account: Account) -> None:
        """Say this account now and to every engine to come."""
        self._account = account
        if self._process is not None:
            self.send(account)

    def prefer(self, *first: Command) -> None:
        """Say these now, and to every engine to come before anything else."""
        self._first = first
        if self._process is not None:
            for command in first:
                self.send(command)

    def start(self) -> None:
        self._on_fact(EngineChanged("restarting" if self.restarts else "starting", self.restarts))
        self._spawn()

    def send(self, command: Command) -> None:
        """Dropped (and logged) while no engine runs: a new one starts without calls anyway."""
        if self._process is None or self._process.state() == QProcess.ProcessState.NotRunning:
            log.warning("no engine for %s", type(command).__name__)
            return
        self._process.write(protocol.encode(command))

    def register_again(self) -> None:
        """Say the account again: the engine registers at once."""
        if self._account is not None:
            self.send(self._account)

    def close(self) -> None:
        """Ask the engine to leave; end it if it does not within 2 s."""
        self._closing = True
        process, self._process = self._process, None
        if process is None or process.state() == QProcess.ProcessState.NotRunning:
            return
        process.finished.disconnect()
        process.write(protocol.encode(Quit()))
        process.closeWriteChannel()
        if not process.waitForFinished(_GOODBYE_MS):
            process.kill()
            process.waitForFinished(_GOODBYE_MS)

    def _spawn(self) -> None:
        if self._closing:
            return
        process = QProcess(self)
        self._process, self._rest, self._skipping = process, b"", False
        process.readyReadStandardOutput.connect(self._read)
        process.readyReadStandardError.connect(self._read_errors)
        process.finished.connect(self._finished)
        process.errorOccurred.connect(self._failed)
        self._born = time.monotonic()
        process.start(self._command[0], list(self._command[1:]))
        opening = self._first if self._account is None else (*self._first, self._account)
        for command in opening:
            process.write(protocol.encode(command))

    def _read(self) -> None:
        if self._process is None:
            return
        *lines, self._rest = (
            self._rest + bytes(self._process.readAllStandardOutput().data())
        ).split(b"\n")
        for line in lines:
            if self._skipping:
                self._skipping = False  # the end of a line that was too long
            elif line.strip():
                self._line(line)
        if len(self._rest) > protocol.MAX_LINE:
            log.error("engine line longer than %d bytes skipped", protocol.MAX_LINE)
            self._rest, self._skipping = b"", True

    def _line(self, line: bytes) -> None:
        try:
            fact = protocol.decode_fact(line)
        except msgspec.DecodeError as error:
            log.error("engine line not understood: %s", error)
            return
        if isinstance(fact, protocol.Levels):
            self.levels.emit(fact)
            return
        if isinstance(fact, protocol.Ready):
            self._on_fact(EngineChanged("running", self.restarts))
        self._on_fact(fact)

    def _read_errors(self) -> None:
        if self._process is not None:
            text = bytes(self._process.readAllStandardError().data()).decode(errors="replace")
            for line in text.splitlines():
                log.warning("engine: %s", line)

    def _failed(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:  # then there is no ``finished``
            self._finished()

    def _finished(self) -> None:
        process, self._process = self._process, None
        if process is None or self._closing:
            return
        log.error("engine ended with code %s: %s", process.exitCode(), process.errorString())
        process.deleteLater()
        quick = time.monotonic() - self._born < _QUICK_DEATH
        self._quick_deaths = self._quick_deaths + 1 if quick else 0
        self.restarts += 1
        self._on_fact(EngineChanged("restarting", self.restarts))
        wait = _WAITS[min(self._quick_deaths, len(_WAITS) - 1)]
        QTimer.singleShot(round(wait * 1000), self, self._spawn)
