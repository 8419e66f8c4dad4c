"""Opening the directory database: permissions, pragmas, migrations, sessions.

Owns how SQLite is used (WAL, foreign keys, one writer at a time that waits its turn) so that nobody
else writes a pragma. Knows nothing of what the rows mean.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.orm import Session

HEAD = "0003"
"""Newest migration; known here so that opening a current file does not load Alembic (200 ms)."""

BUSY_SECONDS = 10
"""How long a writer waits for another one before ``database is locked``."""

_MIGRATIONS = Path(__file__).with_name("migrations")


class StoreTooNew(Exception):
    """The file was written by a newer allo; this one would damage it."""

    def __init__(self, path: Path, revision: str) -> None:
        super().__init__(f"{path}: {revision} > {HEAD}")
        self.path = path
        self.revision = revision


class Store:
    """An open directory database. Sessions are short; objects stay readable after they end."""

    def __init__(self, engine: Engine) -> None:
        self._reading = engine
        self._writing = engine.execution_options(allo_write=True)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A consistent view of the data; nothing is written."""
        with Session(self._reading, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """The only writer until it ends: committed, or rolled back whole when anything raises."""
        with Session(self._writing, expire_on_commit=False) as session, session.begin():
            session.connection()  # takes the lock now; SQLAlchemy would begin at the first query
            yield session

    def close(self) -> None:
        """Give back all connections; SQLite then folds the WAL into the file."""
        self._reading.dispose()


def open_store(path: Path) -> Store:
    """Open the database, created (0600) or migrated when necessary.

    A migration is one transaction, after a copy of the file was put beside it. Raises StoreTooNew,
    OSError, or SQLAlchemy's DatabaseError (locked, disk full, not a database).
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        # Never for one that is there: closing it would take the locks (POSIX: the process's, not
        # the descriptor's) from connections open here, and another process could drop their WAL.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    engine = _engine(path)
    try:
        if _revision(path) != HEAD:
            with FileLock(path.with_suffix(".migration.lock"), mode=0o600):
                _migrate(engine, path)
    except BaseException:
        engine.dispose()
        raise
    return Store(engine)


def _engine(path: Path) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}",
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
        hide_parameters=True,  # an error's text goes to logs: no message, no name in it
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # transactions are ours, DDL included
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")  # safe with WAL after a crash
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # IMMEDIATE: a writer waits at its start, instead of failing where it first writes.
        writes = connection.get_execution_options().get("allo_write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _revision(path: Path) -> str | None:
    """Migration the file is at; None for an empty one."""
    with closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as connection:
        known = connection.execute(
            "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"
        ).fetchone()
        row = known and connection.execute("SELECT version_num FROM alembic_version").fetchone()
        return str(row[0]) if row else None


def _migrate(engine: Engine, path: Path) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    current = _revision(path)
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if current is not None and current not in known:
        raise StoreTooNew(path, current)
    if current is not None:
        _copy(path, path.with_name(f"{path.name}.before-{HEAD}"))
    with engine.execution_options(allo_write=True).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _copy(source: Path, target: Path) -> None:
    """A consistent copy through SQLite's own backup, so that the WAL is in it too."""
    target.unlink(missing_ok=True)
    os.close(os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
