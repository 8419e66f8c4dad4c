"""From a list of agents to a changed PBX: import, plan, apply at three sizes, and one change.

Everything through the real commands and a running Asterisk. Beside ``apply`` stands what Asterisk
alone takes to read the same files again.
"""

import csv
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.result import Result
from pbx_config.asterisk import Asterisk
from provisioning.agents_csv import read_table
from provisioning.home import Home
from provisioning.importing import import_agents
from provisioning.operations import asterisk_of, carry_out, opened, plan_of
from tests.support.town import Town

SIZES = (100, 1_000, 10_000)
LARGEST = SIZES[-1]
CHANGED_AT = 1_000

COMMUNE = """\
[installation]
host = "localhost"
bind = "127.0.0.1"

[[site]]
code = "ville"
name = "Ville"
extensions = "20000-39999"
main_number = "071 00 00 00"
main_service = "Service 0"
emergency_number = "071 00 00 00"
"""
SERVICE = """
[[service]]
name = "Service {number}"
extension = "{extension}"
queue = "ringall"
"""


def measure(folder: Path) -> list[Result]:
    """All sizes; at each, one agent's name changes afterwards."""
    results: list[Result] = []
    for size in SIZES:
        results += _size(folder / str(size), size)
    return results


def _size(folder: Path, size: int) -> list[Result]:
    folder.mkdir()
    agents = folder / "agents.csv"
    _write_agents(agents, size)
    commune = folder / "commune.toml"
    services = "".join(
        SERVICE.format(number=number, extension=40_000 + number)
        for number in range(_services(size))
    )
    commune.write_text(COMMUNE + services)
    with Town(folder / "h") as town:
        town.allo("init", "--from", str(commune), "--host", "localhost", "--free-ports")
        town.allo("apply", "--yes")
        town.pbx_up()
        asterisk = asterisk_of(Home(town.home))
        import_s, _ = _timed(lambda: town.allo("import", str(agents)))
        plan_s, _ = _timed(lambda: town.allo("plan"))
        apply_s, applied = _timed(lambda: town.allo("apply", "--yes"))
        own = _own_reload(asterisk, applied["reloaded"])
        target = 5.0 if size == LARGEST else None
        results = [
            Result("directory", f"{size} agents: import + plan", import_s + plan_s, "s",
                   target=target),
            Result("directory", f"{size} agents: apply, Asterisk running", apply_s, "s",
                   beside={"Asterisk alone, same files again": sum(own.values())}),
        ]  # fmt: skip
        if size == LARGEST:
            results += [
                Result("directory", f"{size} agents: Asterisk alone, {module}", seconds, "s")
                for module, seconds in own.items()
                if seconds > 0.1
            ]
        return results + _one_change(town, agents, size, asterisk)


def _one_change(town: Town, agents: Path, size: int, asterisk: Asterisk) -> list[Result]:
    """One agent's name changes: as a command, then without the start-up of an interpreter."""
    target = 0.5 if size == CHANGED_AT else None
    _write_agents(agents, size, changed="Renommée")
    command_s, done = _timed(lambda: town.allo("import", str(agents), "--apply", "--yes"))
    idle_s, _ = _timed(lambda: town.allo("agents", "show", "20000"))
    own = _own_reload(asterisk, done["apply"]["reloaded"])
    _write_agents(agents, size, changed="Renommée-encore")
    work_s, _ = _timed(lambda: _change_here(town, agents))
    asterisk_s = sum(own.values())
    return [
        Result("change", f"one change at {size}: allo import --apply", command_s, "s",
               target=target, beside={"a command that changes nothing": idle_s}),
        Result("change", f"one change at {size}: the same in a running process", work_s, "s",
               target=target, beside={"Asterisk alone, same files again": asterisk_s}),
        Result("change", f"one change at {size}: that, by what Asterisk alone takes",
               work_s / asterisk_s, "×", target=2.0 if size == CHANGED_AT else None),
    ]  # fmt: skip


def _change_here(town: Town, agents: Path) -> None:
    """What ``allo import --apply`` does, in this process: no interpreter to start."""
    with opened(Home(town.home)) as installation:
        table = read_table(agents.read_bytes(), agents.name)
        with installation.store.write() as session:
            import_agents(session, table, installation.commune, now=datetime.now(UTC))
        with installation.store.read() as session:
            plan = plan_of(installation, session)
        carry_out(installation, plan)


def _own_reload(asterisk: Asterisk, modules: Iterable[str]) -> dict[str, float]:
    """Seconds that Asterisk takes by itself for each module, its files unchanged but newer.

    Without the newer date most modules would not even open them.
    """
    for file in asterisk.layout.etc.iterdir():
        if file.is_file():
            file.touch()
    return {module: _timed(partial(asterisk.reload, module, 120))[0] for module in modules}


def _timed(do: Callable[[], Any]) -> tuple[float, Any]:
    began = time.monotonic()
    done = do()
    return time.monotonic() - began, done


def _services(size: int) -> int:
    return max(7, size // 50)


def _write_agents(path: Path, size: int, changed: str = "") -> None:
    """A list of ``size``; ``changed`` is another last name for the one in the middle."""
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["prénom", "nom", "e-mail", "site", "service", "numéro public"])
        for number in range(size):
            name = changed if changed and number == size // 2 else f"Dupont-{_letters(number)}"
            table.writerow(
                ["Marie", name, f"a{number}@commune.example", "Ville",
                 f"Service {number % _services(size)}", ""]
            )  # fmt: skip


def _letters(number: int) -> str:
    """A number as letters: names have no digits."""
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))
