"""From a list of agents to a changed PBX: import, plan, apply at three sizes, and one change.

Everything through the real commands and a running Asterisk; Asterisk's own reload of the same files
stands beside ``apply``.
"""

import csv
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.result import Result
from pbx_config.asterisk import Asterisk
from provisioning.home import Home
from provisioning.operations import asterisk_of
from tests.support.town import Town

SIZES = (100, 1_000, 10_000)
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
    """All sizes, then one change at 1,000 agents."""
    results: list[Result] = []
    for size in SIZES:
        results += _size(folder / str(size), size)
    return results


def _size(folder: Path, size: int) -> list[Result]:
    folder.mkdir()
    agents = folder / "agents.csv"
    _write_agents(agents, size, first_name="Marie")
    commune = folder / "commune.toml"
    services = max(7, size // 50)
    commune.write_text(
        COMMUNE + "".join(SERVICE.format(number=n, extension=40_000 + n) for n in range(services))
    )
    results: list[Result] = []
    with Town(folder / "h") as town:
        town.allo("init", "--from", str(commune), "--host", "localhost", "--free-ports")
        town.allo("apply", "--yes")
        town.pbx_up()
        asterisk = asterisk_of(Home(town.home))
        import_s = _seconds(lambda: town.allo("import", str(agents)))
        plan_s = _seconds(lambda: town.allo("plan"))
        apply_s = _seconds(lambda: town.allo("apply", "--yes"))
        own_s = _own_reload(asterisk)
        target = 5.0 if size == SIZES[-1] else None
        results += [
            Result("directory", f"{size} agents: import + plan", import_s + plan_s, "s",
                   target=target),
            Result("directory", f"{size} agents: apply, Asterisk running", apply_s, "s",
                   peer="Asterisk's own reload", peer_value=own_s),
        ]  # fmt: skip
        if size == CHANGED_AT:
            results += _one_change(town, agents, size, asterisk)
    return results


def _one_change(town: Town, agents: Path, size: int, asterisk: Asterisk) -> list[Result]:
    """One agent's name changes: import of the list and apply, as two commands."""
    _write_agents(agents, size, first_name="Marie", last="Renommée")
    import_s = _seconds(lambda: town.allo("import", str(agents)))
    done: dict[str, float] = {}

    def apply() -> None:
        done["inside"] = float(town.allo("apply", "--yes")["seconds"])

    apply_s = _seconds(apply)
    idle_s = _seconds(lambda: town.allo("agents", "show", "20000"))
    return [
        Result("change", f"one change at {size}: import + apply", import_s + apply_s, "s",
               target=0.5, peer="two commands that do nothing", peer_value=2 * idle_s),
        Result("change", f"one change at {size}: apply itself", done["inside"], "s",
               peer="Asterisk's own reload", peer_value=_own_reload(asterisk)),
    ]  # fmt: skip


def _own_reload(asterisk: Asterisk) -> float:
    """What Asterisk itself takes for the modules that a new agent touches."""
    return _seconds(
        lambda: [
            asterisk.reload(module) for module in ("res_pjsip.so", "pbx_config.so", "app_queue.so")
        ]
    )


def _seconds(do: Callable[[], object]) -> float:
    began = time.monotonic()
    do()
    return time.monotonic() - began


def _write_agents(path: Path, size: int, *, first_name: str, last: str = "") -> None:
    services = max(7, size // 50)
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["prénom", "nom", "e-mail", "site", "service", "numéro public"])
        for number in range(size):
            name = last if last and number == size // 2 else f"Dupont-{_letters(number)}"
            table.writerow(
                [first_name, name, f"a{number}@commune.example", "Ville",
                 f"Service {number % services}", ""]
            )  # fmt: skip


def _letters(number: int) -> str:
    """A number as letters: names have no digits."""
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))
