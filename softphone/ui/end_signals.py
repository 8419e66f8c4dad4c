"""SIGINT and SIGTERM end the program, whatever it is doing, without a timer that polls.

Python runs its signal handlers only between two of its own instructions, and Qt's loop may wait for
hours without one. So the operating system writes each signal into a socket that the loop watches.
"""

import signal
import socket

from PySide6.QtCore import QCoreApplication, QObject, QSocketNotifier, Qt, Signal


class EndSignals(QObject):
    """From its making until ``close`` (main thread), the two signals end ``app`` with status 0."""

    _heard = Signal()

    def __init__(self, app: QCoreApplication) -> None:
        super().__init__(app)
        self._reading, self._writing = socket.socketpair()
        for end in (self._reading, self._writing):
            end.setblocking(False)
        signal.set_wakeup_fd(self._writing.fileno(), warn_on_full_buffer=False)
        # Queued: a signal before the loop runs ends it as it begins.
        self._heard.connect(lambda: app.exit(0), Qt.ConnectionType.QueuedConnection)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self._heard.emit())
        self._notifier = QSocketNotifier(self._reading.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._drain)

    def _drain(self) -> None:
        """Python is running again: by now it has called the handler."""
        self._reading.recv(4096)

    def close(self) -> None:
        """The signals do again what they do without us."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        self._reading.close()
        self._writing.close()
