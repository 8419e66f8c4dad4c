"""dBFS as a bar, and what the last seconds are called."""

import pytest
from pytestqt.qtbot import QtBot

from softphone.ui.look import Look
from softphone.ui.meter import Meter, fraction


@pytest.mark.parametrize(
    ("dbfs", "part"), [(-120.0, 0.0), (-70.0, 0.0), (-35.0, 0.5), (0.0, 1.0), (3.0, 1.0)]
)
def test_the_bar_goes_from_minus_70_to_0(dbfs: float, part: float) -> None:
    assert fraction(dbfs) == part


@pytest.fixture
def meter(look: Look, qtbot: QtBot) -> Meter:
    made = Meter(look, "meter", "Niveau du micro")
    qtbot.addWidget(made)
    made.resize(made.sizeHint())
    return made


def test_the_word_is_that_of_the_loudest_moment_of_three_seconds(meter: Meter) -> None:
    assert (meter.full(), meter.loudness) == (0, None)
    assert meter.show_level(-24.0)
    assert (meter.full(), meter.segments(), meter.loudness) == (17, 26, "good")
    for _ in range(29):
        assert not meter.show_level(-65.0), "a pause between two words"
    assert (meter.full(), meter.loudness) == (2, "good")
    assert meter.show_level(-65.0)
    assert meter.loudness == "faint"


def test_at_rest_it_says_nothing(meter: Meter) -> None:
    meter.show_level(-4.0)
    assert (meter.loudness, meter.token) == ("high", "red")
    meter.rest()
    assert (meter.full(), meter.loudness) == (0, None)
