"""``python -m benchmarks [--only GROUP]``: measure, print a table, write results/latest.json."""

import argparse
import compileall
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from benchmarks import directory, engine, phone, pure, queue
from benchmarks.result import Result, show, write

GROUPS = {
    "directory": directory.measure,
    "engine": engine.measure,
    "phone": phone.measure,
    "pure": pure.measure,
    "queue": queue.measure,
}
ROOT = Path(__file__).parents[1]
LATEST = ROOT / "benchmarks" / "results" / "latest.json"


def main() -> int:
    """Run the asked groups in order."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", choices=sorted(GROUPS), help="measure this group alone")
    only = parser.parse_args().only
    console = Console()
    # Where Python may not keep compiled files (PYTHONDONTWRITEBYTECODE), every start would compile
    # all anew, which no installed program does: nearly twice the time of the engine's start.
    for package in ("softphone", "pbx_config", "provisioning"):
        compileall.compile_dir(ROOT / package, quiet=2)
    results: list[Result] = []
    for name, measure in GROUPS.items():
        if only in (None, name):
            console.print(f"measuring [bold]{name}[/bold] …")
            with tempfile.TemporaryDirectory(prefix="allo-bench-") as folder:
                results += measure(Path(folder))
    show(results, console)
    write(results, LATEST)
    console.print(f"written: {LATEST}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
