"""The command line of benchmarks and soak: measure parts, print a table, write the JSON.

A part that fails is reported as failed, and the others are measured all the same. The JSON is
written after each figure: whatever ends a run, what it had measured is there.
"""

import argparse
import compileall
import tempfile
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

from rich.console import Console

from benchmarks.result import Result, show, write

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results"
Part = Callable[[Path], Iterable[Result]]
"""Measures in an empty folder of its own. What it yielded before it failed counts."""
Parts: TypeAlias = Mapping[str, "Part | Parts"]
"""By name; groups may be within groups."""


def run(program: str, about: str | None, parts: Parts, file: str, *, limits: bool = False) -> int:
    """Measure what is asked for, in order; the program's exit status.

    It is 1 when something could not be measured. A missed target is only said, as times on a busy
    machine are what they are; with ``limits`` it counts too.
    """
    named = dict(_named(parts))
    names = sorted({name for path in named for name in path})
    parser = argparse.ArgumentParser(prog=f"python -m {program}", description=about)
    parser.add_argument("--only", choices=names, nargs="+", help="measure these alone")
    only: list[str] | None = parser.parse_args().only
    console = Console()
    # Where Python may not keep compiled files (PYTHONDONTWRITEBYTECODE), every start would compile
    # all anew, which no installed program does: nearly twice the time of the engine's start.
    for package in ("softphone", "pbx_config", "provisioning"):
        compileall.compile_dir(ROOT / package, quiet=2)
    results: list[Result] = []
    for path, part in named.items():
        if only is None or set(only) & set(path):
            console.print(f"measuring [bold]{' '.join(path)}[/bold] …")
            for result in _measured(path, part):
                results.append(result)
                write(results, RESULTS / file)
    show(results, console)
    console.print(f"written: {RESULTS / file}")
    return int(any(one.problem or (limits and one.met is False) for one in results))


def _named(parts: Parts, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Part]]:
    """Each part, with the names of the groups that it is in before its own."""
    for name, inside in parts.items():
        if isinstance(inside, Mapping):
            yield from _named(inside, (*above, name))
        else:
            yield (*above, name), inside


def _measured(path: tuple[str, ...], part: Part) -> Iterator[Result]:
    try:
        with tempfile.TemporaryDirectory(prefix="allo-") as folder:
            yield from part(Path(folder))
    except Exception as problem:  # whatever it was, it is this part's alone
        traceback.print_exc()
        what = f"{' '.join(path[1:]) or path[0]}: could not be measured"
        yield Result(path[0], what, 0, "", problem=f"{type(problem).__name__}: {problem}")
