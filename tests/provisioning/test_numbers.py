"""Belgian numbers as people and spreadsheets write them."""

import pytest

from provisioning.numbers import as_written, belgian
from provisioning.problem import Wrong


@pytest.mark.parametrize(
    ("written", "e164"),
    [
        ("071 00 00 42", "+3271000042"),
        ("071/00.00.42", "+3271000042"),
        ("+32 71 00 00 42", "+3271000042"),
        ("0032 71 00 00 42", "+3271000042"),
        ("+32 (0)71 00 00 42", "+3271000042"),
        ("071\u00a000\u00a000\u00a042", "+3271000042"),
        ("71000042", "+3271000042"),  # a spreadsheet ate the zero
        ("02 500 00 00", "+3225000000"),
        ("04 223 45 67", "+3242234567"),
        ("0475 12 34 56", "+32475123456"),
        ("0800 12 345", "+3280012345"),
    ],
)
def test_is_understood(written: str, e164: str) -> None:
    assert belgian(written) == e164


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("+33 1 23 45 67 89", "étranger (+33, FR)"),
        ("0033 1 23 45 67 89", "étranger (+33, FR)"),
        ("+31 20 123 4567", "étranger (+31, NL)"),
        ("112", "longueur"),
        ("071 00 00 4", "longueur"),
        ("071 00 00 423", "longueur"),
        ("0475 12 34 5", "longueur"),
        ("3,27E+10", "tableur"),
        ("071 ABC DEF", "pas un numéro"),
        ("071 00 00 42 ext. 3", "pas un numéro"),
        ("071 00 00 42; 43", "pas un numéro"),
    ],
)
def test_is_refused_with_its_reason(written: str, why: str) -> None:
    with pytest.raises(Wrong) as refused:
        belgian(written)
    assert why in refused.value.what.fr
    assert refused.value.remedy.fr
    assert refused.value.what.en


def test_is_shown_as_people_write_it() -> None:
    assert as_written("+3271000042") == "071 00 00 42"
