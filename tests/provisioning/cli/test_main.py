"""The command as people meet it: help that teaches, errors without tracebacks, exit codes."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from provisioning.agents_csv import read_table
from provisioning.cli.errors import explain
from provisioning.cli.main import common_first
from provisioning.commune import Commune
from provisioning.directory import present_agents
from provisioning.home import Home
from provisioning.importing import import_agents
from provisioning.store import database
from tests.provisioning.conftest import NOW, Run

Allo = Callable[..., Run]

COMMANDS = [
    ["init"], ["import"], ["plan"], ["apply"], ["enrol"], ["serve"],
    ["agents", "list"], ["agents", "show"], ["mail", "password"], ["mail", "test"],
    ["pbx", "install"], ["pbx", "up"], ["pbx", "down"], ["pbx", "status"], ["pbx", "logs"],
]  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help_teaches_by_example(allo: Allo, command: list[str]) -> None:
    for language, everywhere in (("fr", "Partout"), ("en", "Everywhere")):
        shown = allo(*command, "--help", "--lang", language)
        assert shown.code == 0
        assert f"allo {' '.join(command)}" in shown.out.partition("\n")[2]
        assert everywhere in shown.out


def test_the_root_help_lists_the_way(allo: Allo) -> None:
    shown = allo("--help")
    assert shown.out.index("allo init") < shown.out.index("allo import")
    assert "Codes de sortie" in shown.out
    assert "Exit codes" in allo("--help", ALLO_LANG="en").out


@pytest.mark.parametrize(
    "arguments",
    [["nonsense"], ["plan", "--nonsense"], ["import"], ["import", "absent.csv"], ["enrol"],
     ["enrol", "2000", "--days", "0"], ["enrol", "--all", "2000"], ["pbx", "logs", "-n", "x"]],
    ids=" ".join,
)  # fmt: skip
def test_bad_usage_is_2(allo: Allo, arguments: list[str]) -> None:
    assert allo(*arguments).code == 2


@pytest.mark.parametrize(
    "command",
    [["plan"], ["apply"], ["agents", "list"], ["enrol", "2000"], ["pbx", "status"], ["serve"]],
    ids=" ".join,
)
def test_without_an_installation_the_remedy_is_named(allo: Allo, command: list[str]) -> None:
    done = allo(*command)
    assert done.code == 2
    assert "allo init" in done.err


def test_common_options_may_stand_anywhere() -> None:
    assert common_first(["plan", "--json", "--home", "x"]) == ["--json", "--home", "x", "plan"]
    assert common_first(["enrol", "2000", "--home=x"]) == ["--home=x", "enrol", "2000"]
    assert common_first(["agents", "show", "--", "--json"]) == ["agents", "show", "--", "--json"]


def test_json_carries_errors_too(allo: Allo) -> None:
    done = allo("plan", "--json", "--lang", "en")
    assert done.code == 2
    assert done.json["error"]["id"] == "not-initialised"
    assert "no installation" in done.json["error"]["message"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["nonsense"], "nonsense"), (["plan", "--nonsense"], "--nonsense"),
     (["import"], "Missing argument"),
     (["enrol", "2000", "--days", "0"], "--days"), ([], "Missing command"),
     (["agents"], "allo agents"), (["enrol"], "allo enrol 2014")],
    ids=" ".join,
)  # fmt: skip
def test_json_carries_usage_errors_too(allo: Allo, arguments: list[str], said: str) -> None:
    done = allo(*arguments, "--json")
    assert done.code == 2
    assert set(done.json["error"]) == {"id", "message", "problems"}
    assert said in done.json["error"]["message"]
    assert said in done.err


def test_after_two_dashes_json_is_no_option(allo: Allo) -> None:
    assert allo("agents", "show", "--", "--json", "x").out == ""


def test_a_damaged_directory_is_said_in_words(town: Allo, tmp_path: Path) -> None:
    for file in (tmp_path / "h").glob("allo.db-*"):
        file.unlink()
    (tmp_path / "h" / "allo.db").write_bytes(b"this is no database" * 100)
    done = town("agents", "list")
    assert done.code == 1
    assert "abîmé" in done.err


def test_a_busy_directory_is_said_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not through the command, which waits ten seconds for the other one to end."""
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    store = database.open_store(tmp_path / "allo.db")
    with store.write(), pytest.raises(DatabaseError) as busy, store.write():
        pass
    store.close()
    explained = explain(busy.value, "fr")
    assert explained is not None
    assert explained.code == 1
    assert "occupé" in explained.message


def test_a_full_disk_is_said_in_words_and_nothing_is_stored(
    tmp_path: Path, commune: Commune, town_csv: str
) -> None:
    """SQLite's own limit on pages fails as a full disk does."""
    store = database.open_store(tmp_path / "allo.db")

    def bring_in() -> None:
        with store.write() as session:
            pages = session.scalar(text("PRAGMA page_count"))
            session.execute(text(f"PRAGMA max_page_count = {pages}"))
            import_agents(session, read_table(town_csv.encode(), "x"), commune, now=NOW)
            session.execute(text("CREATE TABLE more AS SELECT randomblob(99999) AS x"))

    with pytest.raises(DatabaseError) as full:
        bring_in()
    with store.read() as session:
        assert present_agents(session) == []
    store.close()
    explained = explain(full.value, "fr")
    assert explained is not None
    assert explained.code == 1
    assert "disque est plein" in explained.message


def test_a_bad_commune_toml_is_3_with_every_problem(town: Allo, tmp_path: Path) -> None:
    file = tmp_path / "h" / "commune.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("2000-2199", "x").replace('"rrmemory"', '"rr"'), "utf-8")
    done = town("plan", "--json")
    assert done.code == 3
    assert {p["column"] for p in done.json["error"]["problems"]} == {
        "site[1].extensions",
        "service[2].queue",
        "service[3].queue",
    }
    assert all(problem["line"] for problem in done.json["error"]["problems"])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("options", [[], ["--json"]])
def test_output_to_a_full_disk_is_said_and_fails(
    town: Allo, town_home: Home, options: list[str]
) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "provisioning.cli.main", "agents", "list", *options],
            stdout=full,
            stderr=subprocess.PIPE,
            env={**os.environ, "ALLO_HOME": str(town_home.path), "ALLO_LANG": "fr"},
            check=False,
            text=True,
        )
    assert done.returncode == 1
    assert "disque est plein" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_limit_on_file_sizes_is_said_and_nothing_is_stored(
    allo: Allo, tmp_path: Path, town_csv: str
) -> None:
    """A real limit of the system (RLIMIT_FSIZE), as an admin's shell may have one."""
    assert allo("init", "--host", "localhost").code == 0
    agents = tmp_path / "agents.csv"
    agents.write_text(town_csv, encoding="utf-8")
    done = subprocess.run(
        [
            *("bash", "-c", 'ulimit -f 8; exec "$@"', "bash"),
            *(sys.executable, "-m", "provisioning.cli.main", "import", str(agents)),
        ],
        capture_output=True,
        env={**os.environ, "ALLO_HOME": str(tmp_path / "h"), "ALLO_LANG": "fr"},
        check=False,
        text=True,
    )
    assert done.returncode == 1
    assert "ulimit -f" in done.stderr
    assert "Traceback" not in done.stderr
    assert allo("agents", "list", "--json").json["agents"] == []


def test_json_is_one_document(town: Allo) -> None:
    done = town("agents", "list", "--json")
    assert len(json.loads(done.out)["agents"]) == 24
    assert done.err == ""


def test_the_version(allo: Allo) -> None:
    done = allo("--version")
    assert (done.code, done.out.split()[0]) == (0, "allo")
