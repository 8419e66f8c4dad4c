"""Which name of a sound device means which device today."""

import pytest

from softphone.device_names import alike, today

JABRA = "Jabra: USB Audio (hw:1,0), ALSA"
MOVED = "Jabra: USB Audio (hw:2,0), ALSA"
SECOND = "Jabra: USB Audio (hw:3,0), ALSA"
INSIDE = "PC: Analog (hw:0,0), ALSA"


@pytest.mark.parametrize(
    ("there", "now"),
    [
        ([INSIDE, JABRA, MOVED], JABRA),
        ([INSIDE, MOVED], MOVED),
        ([INSIDE, MOVED, SECOND], JABRA),
        ([INSIDE], JABRA),
        ([], JABRA),
    ],
    ids=["as it was", "another number", "which of two is not guessed", "gone", "nothing there"],
)
def test_a_remembered_device(there: list[str], now: str) -> None:
    assert today(JABRA, there) == now


def test_nothing_remembered_is_nothing() -> None:
    assert today("", [INSIDE]) == ""


def test_numbers_alone_do_not_make_another_device() -> None:
    assert alike("Casque, ALSA (2)", "Casque, ALSA")
    assert alike(JABRA, MOVED)
    assert not alike(JABRA, INSIDE)
    assert not alike("Casque 2, ALSA", "Casque 3, ALSA"), "a name may hold a number of its own"
