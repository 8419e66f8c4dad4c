"""The example town, read and stored, and the real ``allo`` executable."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from provisioning.agents_csv import read_table
from provisioning.commune import Commune
from provisioning.commune_file import read_commune
from provisioning.home import Home
from provisioning.importing import ImportResult, import_agents
from provisioning.initialise import initialise
from provisioning.operations import opened
from provisioning.store.database import Store, open_store

EXAMPLES = Path(__file__).parents[2] / "examples"
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture
def commune() -> Commune:
    return read_commune(EXAMPLES / "commune.toml")


@pytest.fixture
def town_csv() -> str:
    return (EXAMPLES / "commune.csv").read_text(encoding="utf-8")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.make()
    return home


@pytest.fixture
def store(home: Home) -> Iterator[Store]:
    store = open_store(home.database)
    yield store
    store.close()


@pytest.fixture
def bring_in(store: Store, commune: Commune) -> Callable[..., ImportResult]:
    """Import a text as ``agents.csv``."""

    def bring_in(text: str, **options: Any) -> ImportResult:
        with store.write() as session:
            table = read_table(text.encode(), "agents.csv")
            return import_agents(session, table, commune, now=NOW, **options)

    return bring_in


@dataclass
class Run:
    """What a run of ``allo`` left."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def allo(tmp_path: Path) -> Callable[..., Run]:
    """Run the real command on a home of its own, in French, with nobody at the terminal."""

    def allo(*arguments: str | Path, timeout: float = 60, **environment: str) -> Run:
        done = subprocess.run(
            [sys.executable, "-m", "provisioning.cli.main", *map(str, arguments)],
            env={
                **os.environ,
                "ALLO_HOME": str(tmp_path / "h"),
                "ALLO_LANG": "fr",
                "PYTHONWARNINGS": "error",
                **environment,
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Run(done.returncode, done.stdout, done.stderr)

    return allo


@pytest.fixture
def town_home(tmp_path: Path) -> Home:
    """Home of ``allo`` with the example town initialised for this machine, nobody imported."""
    home = Home(tmp_path / "h")
    initialise(home, source=EXAMPLES / "commune.toml", host="localhost", choose_ports=True)
    return home


@pytest.fixture
def town(allo: Callable[..., Run], town_home: Home, town_csv: str) -> Callable[..., Run]:
    """``allo`` on the example town with its 24 agents."""
    with opened(town_home) as installation, installation.store.write() as session:
        table = read_table(town_csv.encode(), "commune.csv")
        import_agents(session, table, installation.commune, now=NOW)
    return allo
