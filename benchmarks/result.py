"""One figure of a benchmark, and the table and JSON of many."""

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

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None without a target."""
        if self.target is None:
            return None
        return self.value <= self.target if self.better == "lower" else self.value >= self.target


def write(results: list[Result], path: Path) -> None:
    """Write the list as JSON, one object per figure with the fields of ``Result``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(result) for result in results], indent=2) + "\n")


def show(results: list[Result], console: Console) -> None:
    """Print the table that people read."""
    table = Table("group", "figure", "value", "target", "beside it, same run")
    for result in results:
        goal = (
            ""
            if result.target is None
            else f"{'≤' if result.better == 'lower' else '≥'} {readable(result.target, 6)}"
        )
        mark = {True: " ✓", False: " ✗", None: ""}[result.met]
        beside = ", ".join(
            f"{name}: {readable(value)} {result.unit}" for name, value in result.beside.items()
        )
        value = f"{readable(result.value)} {result.unit}"
        table.add_row(result.group, result.name, value, goal + mark, beside)
    console.print(table)


def readable(value: float, digits: int = 3) -> str:
    """So many significant digits, thousands apart, never an exponent."""
    return f"{Decimal(f'{value:.{digits}g}'):,f}".replace(",", "\N{NO-BREAK SPACE}")
