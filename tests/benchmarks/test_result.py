"""The table of figures as people read it."""

import io

import pytest
from rich.console import Console

from benchmarks.result import Result, readable, show


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (0.00001234, "0.0000123"), (2.0, "2"), (99.96, "100"), (999.6, "1 000"),
     (1234.5, "1 230"), (1_234_567.0, "1 230 000")],
)  # fmt: skip
def test_no_figure_has_an_exponent(value: float, text: str) -> None:
    assert readable(value).replace("\N{NO-BREAK SPACE}", " ") == text


def test_value_target_and_others_are_readable() -> None:
    out = io.StringIO()
    figure = Result(
        "pbx", "apply", 1013.0, "ms", target=1_500.0, beside={"other": 12_345.0, "third": 2.0}
    )
    show([figure], Console(file=out, width=200))
    shown = out.getvalue().replace("\N{NO-BREAK SPACE}", " ")
    for text in ("1 010 ms", "≤ 1 500 ✓", "other: 12 300 ms, third: 2 ms"):
        assert text in shown
