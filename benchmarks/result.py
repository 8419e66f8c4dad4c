"""One figure of a benchmark; the table, the verdict and the JSON of many."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Literal

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Result:
    """A measured value with the limit we aim for and, where there are any, values beside it.

    Those are others' in the same unit, measured in the same run on the same machine.
    """

    group: str
    name: str
    value: float
    unit: str
    better: Literal["lower", "higher"] = "lower"
    target: float | None = None
    beside: Mapping[str, float] = field(default_factory=dict)
    problem: str = ""
    """Why it could not be measured; the value then says nothing."""

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None without a target, or a value."""
        if self.target is None or self.problem:
            return None
        return self.value <= self.target if self.better == "lower" else self.value >= self.target


def write(results: list[Result], path: Path) -> None:
    """Write the list as JSON, one object per figure with the fields of ``Result``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(result) for result in results], indent=2) + "\n")


def show(results: list[Result], console: Console) -> None:
    """Print the table that people read, and below it what was missed and what failed."""
    table = Table("group", "figure", "value", "target", "beside it, same run")
    for result in results:
        if result.problem:
            table.add_row(result.group, result.name, "failed", "✗", _first_line(result.problem))
            continue
        mark = {True: " ✓", False: " ✗", None: ""}[result.met]
        beside = ", ".join(
            f"{name}: {readable(value)} {result.unit}" for name, value in result.beside.items()
        )
        table.add_row(result.group, result.name, _value(result), _goal(result) + mark, beside)
    console.print(table)
    for line in verdict(results):
        console.print(line, markup=False, highlight=False)


def verdict(results: list[Result]) -> list[str]:
    """A line for each target that was missed, then for each part that failed."""
    missed = [
        f"missed: {one.group}: {one.name}: {_value(one)}, target {_goal(one)}"
        for one in results
        if one.met is False
    ]
    failed = [
        f"failed: {one.group}: {one.name}: {_first_line(one.problem)}"
        for one in results
        if one.problem
    ]
    return [*missed, *failed] or ["no target missed, nothing failed"]


def _value(result: Result) -> str:
    return f"{readable(result.value)} {result.unit}".rstrip()


def _goal(result: Result) -> str:
    if result.target is None:
        return ""
    return f"{'≤' if result.better == 'lower' else '≥'} {readable(result.target, 6)}"


def _first_line(text: str) -> str:
    return text.splitlines()[0]


def readable(value: float, digits: int = 3) -> str:
    """So many significant digits, thousands apart, never an exponent."""
    return f"{Decimal(f'{value:.{digits}g}'):,f}".replace(",", "\N{NO-BREAK SPACE}")
