"""Extensions are lowest first, never given twice, never from a service."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioning.allotment import Allotment, RangeFull
from provisioning.commune import Commune, Installation, Service, Site

SITE = Site(code="a", name="A", extensions="200-219", main_number="071 00 00 00", main_service="S")
COMMUNE = Commune(
    installation=Installation(host="localhost"),
    site=(SITE,),
    service=(Service(name="S", extension="900"), Service(name="T", extension="205")),
)


@given(st.sets(st.integers(min_value=200, max_value=219)), st.integers(min_value=0, max_value=25))
def test_never_used_before_lowest_first(used: set[int], wanted: int) -> None:
    allotment = Allotment(COMMUNE, [str(number) for number in used])
    free = [number for number in range(200, 220) if number not in used and number != 205]
    got = []
    for _ in range(min(wanted, len(free))):
        got.append(int(allotment.next("a")))
    assert got == free[: len(got)]
    if wanted > len(free):
        with pytest.raises(RangeFull):
            allotment.next("a")
