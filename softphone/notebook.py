"""What this laptop must not lose: messages typed and not yet on the server, and read marks.

A small SQLite file under the phone's home (0600). Every change is on disk when a method returns.
No network, no Qt.
"""

import contextlib
import sqlite3
import threading
from pathlib import Path
from typing import Any

from softphone.facts import MessageTyped, ReadMarks
from softphone.files import private_folder

FILE = "notebook.sqlite"

_SCHEMA = """
CREATE TABLE IF NOT EXISTS outbox (
    client_id TEXT PRIMARY KEY, "to" TEXT NOT NULL, text TEXT NOT NULL, typed_at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS read_mark (peer TEXT PRIMARY KEY, up_to INTEGER NOT NULL);
"""
_BASELINE = ""  # the row of read_mark that stands for everybody


class Notebook:
    """Outbox and read marks. Safe to use from several threads. Raises ``sqlite3.Error``."""

    def __init__(self, home: Path) -> None:
        private_folder(home)
        file = home / FILE
        file.touch(mode=0o600, exist_ok=True)
        self._lock = threading.Lock()
        # autocommit; SQLite's default synchronous=FULL: typed words survive a power cut
        self._db = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        self._db.executescript(_SCHEMA)

    def add(self, typed: MessageTyped) -> None:
        """Keep a message until ``remove``. The same ``client_id`` twice is one message."""
        self._run(
            "INSERT OR IGNORE INTO outbox VALUES (?, ?, ?, ?)",
            (typed.client_id, typed.to, typed.text, typed.typed_at),
        )

    def remove(self, client_id: str) -> None:
        """It is stored on the server, refused for good, or given up."""
        self._run("DELETE FROM outbox WHERE client_id = ?", (client_id,))

    def pending(self) -> tuple[MessageTyped, ...]:
        """Everything not yet on the server, in the order of typing."""
        rows = self._run('SELECT client_id, "to", text, typed_at FROM outbox ORDER BY rowid')
        return tuple(MessageTyped(*row) for row in rows)

    def mark_read(self, peer: str, up_to: int) -> None:
        """Remember that the conversation with ``peer`` was read up to message ``up_to``."""
        self._run(
            "INSERT INTO read_mark VALUES (?, ?) "
            "ON CONFLICT (peer) DO UPDATE SET up_to = max(up_to, excluded.up_to)",
            (peer, up_to),
        )

    def set_baseline(self, up_to: int) -> ReadMarks:
        """First connection ever: what was delivered before counts as read. Later calls: no effect.

        Returns the marks.
        """
        self._run("INSERT OR IGNORE INTO read_mark VALUES (?, ?)", (_BASELINE, up_to))
        return self.marks()

    def marks(self) -> ReadMarks:
        """All read marks."""
        rows: dict[str, int] = dict(self._run("SELECT peer, up_to FROM read_mark"))
        return ReadMarks(baseline=rows.pop(_BASELINE, 0), up_to=rows)

    def close(self) -> None:
        """No method may follow."""
        with self._lock, contextlib.suppress(sqlite3.Error):
            self._db.close()

    def _run(self, sql: str, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._db.execute(sql, values).fetchall()
