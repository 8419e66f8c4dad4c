"""The command line of benchmarks and soak: measure groups, print a table, write the JSON."""

import argparse
import compileall
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from rich.console import Console

from benchmarks.result import Result, show, write

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results"
Group = Callable[[Path], list[Result]]
"""Measures in an empty folder of its own."""


def run(program: str, about: str | None, groups: Mapping[str, Group], file: str) -> list[Result]:
    """Measure the asked groups in order."""
    parser = argparse.ArgumentParser(prog=f"python -m {program}", description=about)
    parser.add_argument("--only", choices=sorted(groups), help="measure this group alone")
    only = parser.parse_args().only
    console = Console()
    # Where Python may not keep compiled files (PYTHONDONTWRITEBYTECODE), every start would compile
    # all anew, which no installed program does: nearly twice the time of the engine's start.
    for package in ("softphone", "pbx_config", "provisioning"):
        compileall.compile_dir(ROOT / package, quiet=2)
    results: list[Result] = []
    for name, measure in groups.items():
        if only in (None, name):
            console.print(f"measuring [bold]{name}[/bold] …")
            with tempfile.TemporaryDirectory(prefix="allo-") as folder:
                results += measure(Path(folder))
    show(results, console)
    write(results, RESULTS / file)
    console.print(f"written: {RESULTS / file}")
    return results
