"""What people type and paste, and what is dialled."""

import pytest

from softphone.dialling import dialable, is_emergency, readable


@pytest.mark.parametrize(
    ("typed", "dialled"),
    [
        ("2014", "2014"),
        (" 20 14 ", "2014"),
        ("*43", "*43"),
        ("*21*0475/12.34.56", "*21*0475123456"),
        ("*21* +32 475 12 34 56", "*21*+32475123456"),
        ("*98 2001", "*982001"),
        ("112", "112"),
        ("1 1 2", "112"),
        ("100", "100"),
        ("1733", "1733"),
        ("116000", "116000"),
        ("071 12 34 56", "071123456"),
        ("071/12.34.56", "071123456"),
        ("Tél. : 071/12.34.56", "071123456"),
        ("+32 71 12 34 56", "071123456"),
        ("0032 71 12 34 56", "071123456"),
        ("+32 (0)71 12 34 56", "071123456"),
        ("0470/00.00.31", "0470000031"),
        ("GSM: 0470 00 00 31 (bureau)", "0470000031"),
        ("+33 1 23 45 67 89", "+33123456789"),
        ("tel:+3271123456", "071123456"),
        ("071\u00a012\u00a034\u00a056", "071123456"),
    ],
)
def test_a_number_is_found(typed: str, dialled: str) -> None:
    assert dialable(typed) == dialled


@pytest.mark.parametrize("typed", ["112", "1 1 2", "0112", "100", "101"])
def test_a_call_for_help(typed: str) -> None:
    assert is_emergency(typed)


@pytest.mark.parametrize("typed", ["", "1122", "00112", "0471121212", "*112", "urba"])
def test_no_call_for_help(typed: str) -> None:
    assert not is_emergency(typed)


@pytest.mark.parametrize(
    "typed", ["", "  ", "urba", "Rue de la Station 12", "Marie", "état civil", "é"]
)
def test_there_is_no_number(typed: str) -> None:
    assert dialable(typed) is None


@pytest.mark.parametrize(
    ("number", "read"),
    [
        ("+3271000042", "071 00 00 42"),
        ("071000042", "071 00 00 42"),
        ("+3225000042", "02 500 00 42"),
        ("+32470000031", "0470 00 00 31"),
        ("2014", "2014"),
        ("*43", "*43"),
        ("+33123456789", "+33123456789"),
        ("anonymous", "anonymous"),
        ("", ""),
    ],
)
def test_a_number_is_read_as_people_write_it(number: str, read: str) -> None:
    assert readable(number) == read
