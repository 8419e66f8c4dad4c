"""The database file: private, migrated whole or not at all, one writer at a time."""

import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, select
from sqlalchemy.exc import DatabaseError, IntegrityError, StatementError

from provisioning.store import database
from provisioning.store.database import HEAD, StoreTooNew, open_store
from provisioning.store.tables import Agent, Device, Enrolment, Table
from tests.provisioning.conftest import NOW


def someone(email: str = "a@commune.example", extension: str = "2000") -> Agent:
    return Agent(
        first_name="A", last_name="B", email=email, extension=extension, site="s", service="s"
    )


def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    store = open_store(tmp_path / "x" / "allo.db")
    with store.write() as session:
        session.add(someone())
        session.flush()
        modes = {
            path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "x").iterdir()
        }
    store.close()
    assert modes["allo.db"] == modes["allo.db-wal"] == 0o600
    assert stat.S_IMODE((tmp_path / "x").stat().st_mode) == 0o700


def test_the_migrations_end_where_the_tables_are(tmp_path: Path) -> None:
    open_store(tmp_path / "allo.db").close()
    engine = create_engine(f"sqlite:///{tmp_path / 'allo.db'}")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Table.metadata) == []
    engine.dispose()
    scripts = ScriptDirectory(str(Path(database.__file__).with_name("migrations")))
    assert scripts.get_current_head() == HEAD


def test_foreign_keys_and_uniqueness_are_enforced(tmp_path: Path) -> None:
    store = open_store(tmp_path / "allo.db")
    with pytest.raises(IntegrityError), store.write() as session:
        session.add(Device(agent_id=99, number=1, kind="softphone", ha1="00"))
    with pytest.raises(IntegrityError), store.write() as session:
        session.add_all([someone(), someone(extension="2001")])
    store.close()


def test_an_id_is_never_used_again(tmp_path: Path) -> None:
    store = open_store(tmp_path / "allo.db")
    for expected in ("u1", "u2"):
        with store.write() as session:
            agent = someone()
            session.add(agent)
            session.flush()
            assert agent.uid == expected
            session.delete(agent)
    store.close()


def test_a_failed_write_leaves_nothing(tmp_path: Path) -> None:
    store = open_store(tmp_path / "allo.db")

    def fail_half_way() -> None:
        with store.write() as session:
            session.add(someone())
            session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_half_way()
    with store.read() as session:
        assert session.scalars(select(Agent)).all() == []
    store.close()


def test_instants_keep_their_time_zone_and_naive_ones_are_refused(tmp_path: Path) -> None:
    store = open_store(tmp_path / "allo.db")
    with store.write() as session:
        agent = someone()
        agent.removed_at = NOW
        session.add(agent)
    with store.read() as session:
        assert session.scalars(select(Agent.removed_at)).one() == NOW
    naive = someone("b@commune.example", "2001")
    naive.removed_at = datetime(2026, 1, 1)  # noqa: DTZ001
    with pytest.raises(StatementError), store.write() as session:
        session.add(naive)
    store.close()


def test_two_writers_take_turns(tmp_path: Path) -> None:
    store = open_store(tmp_path / "allo.db")
    inside = threading.Event()
    order: list[str] = []

    def second() -> None:
        inside.wait()
        with store.write():
            order.append("second")

    thread = threading.Thread(target=second)
    thread.start()
    with store.write() as session:
        inside.set()
        session.add(someone())
        session.flush()
        order.append("first")
    thread.join()
    store.close()
    assert order == ["first", "second"]


def test_opening_a_file_again_here_keeps_the_locks_of_those_who_have_it_open(
    tmp_path: Path,
) -> None:
    """Else another process takes itself for the last user and removes the WAL under them."""
    path = tmp_path / "allo.db"
    first = open_store(path)
    with first.read() as session:
        assert session.scalars(select(Agent)).all() == []
    open_store(path).close()
    come_and_go = (
        "import sys; from pathlib import Path; from sqlalchemy import select\n"
        "from provisioning.store.database import open_store; "
        "from provisioning.store.tables import Agent\n"
        "store = open_store(Path(sys.argv[1]))\n"
        "with store.read() as s: print(len(s.scalars(select(Agent)).all()))\n"
        "store.close()"
    )
    seen = []
    for number in range(2):
        with first.write() as session:
            session.add(someone(f"{number}@commune.example", f"200{number}"))
        done = subprocess.run(
            [sys.executable, "-c", come_and_go, str(path)],
            capture_output=True, text=True, check=True, timeout=60,
        )  # fmt: skip
        seen.append(done.stdout.strip())
    first.close()
    assert seen == ["1", "2"]


def test_a_file_of_a_newer_allo_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "allo.db"
    open_store(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    with pytest.raises(StoreTooNew):
        open_store(path)


def test_an_older_file_is_copied_before_it_is_migrated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a migration that fails half-way: the file is as it was, and the copy is there."""
    path = tmp_path / "allo.db"
    store = open_store(path)
    with store.write() as session:
        session.add(someone())
    store.close()
    migrations = tmp_path / "migrations"
    (migrations / "versions").mkdir(parents=True)
    shipped = Path(database.__file__).with_name("migrations")
    (migrations / "env.py").write_bytes((shipped / "env.py").read_bytes())
    for version in (shipped / "versions").glob("*.py"):
        (migrations / "versions" / version.name).write_bytes(version.read_bytes())
    (migrations / "versions" / "9999_bad.py").write_text(
        "from alembic import op\n"
        f"revision, down_revision, branch_labels, depends_on = '9999', '{HEAD}', None, None\n"
        "def upgrade() -> None:\n"
        "    op.execute('ALTER TABLE agent ADD COLUMN colour TEXT')\n"
        "    op.execute('UPDATE agent SET colour = no_such_column')\n"
    )
    monkeypatch.setattr(database, "_MIGRATIONS", migrations)
    monkeypatch.setattr(database, "HEAD", "9999")
    with pytest.raises(DatabaseError):
        open_store(path)
    with closing(sqlite3.connect(path)) as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(agent)")]
        assert "colour" not in columns
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (HEAD,)
    copy = tmp_path / "allo.db.before-9999"
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT email FROM agent").fetchall() == [("a@commune.example",)]
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600


def test_links_of_an_older_file_that_were_replaced_do_not_count_as_used(tmp_path: Path) -> None:
    path = tmp_path / "allo.db"
    old = create_engine(f"sqlite:///{path}")
    config = Config()
    config.set_main_option("script_location", str(database._MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with old.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.exec_driver_sql(
            "INSERT INTO agent VALUES (1, 'A', 'B', 'a@commune.example', '2000', 's', 's', '',"
            " NULL, 'agent', 'fr', 1, NULL)"
        )
        connection.exec_driver_sql(
            "INSERT INTO device VALUES (1, 1, 1, 'softphone', '', 'SHA-256', '00', NULL, NULL,"
            " NULL)"
        )
        for number, made, used in ((1, "01", "02"), (2, "02", "03"), (3, "04", None)):
            connection.exec_driver_sql(
                "INSERT INTO enrolment VALUES (?, 1, ?, ?, '2026-02-01 00:00:00.000000', ?)",
                (
                    number,
                    f"hash{number}",
                    f"2026-01-{made} 00:00:00.000000",
                    used and f"2026-01-{used} 00:00:00.000000",
                ),
            )
    old.dispose()
    store = open_store(path)
    with store.read() as session:
        links = session.scalars(select(Enrolment).order_by(Enrolment.id)).all()
    store.close()
    assert [(x.used_at is not None, x.replaced_at is not None) for x in links] == [
        (False, True),  # the second was made then
        (True, False),
        (False, False),
    ]
