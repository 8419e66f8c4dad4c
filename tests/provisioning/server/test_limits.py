"""Attempts per minute and address."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioning.server.limits import RateLimit
from provisioning.server.refusal import Refusal, language_of


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def allowed(limit: RateLimit, address: str = "192.0.2.1") -> bool:
    try:
        limit.check(address)
    except Refusal as refusal:
        return refusal.status != 429
    return True


def test_a_burst_then_one_every_three_seconds() -> None:
    clock = Clock()
    limit = RateLimit(20, clock)
    assert [allowed(limit) for _ in range(21)] == [True] * 20 + [False]
    assert allowed(limit, "192.0.2.2"), "somebody else is not concerned"
    clock.now += 2.9
    with pytest.raises(Refusal) as refused:
        limit.check("192.0.2.1")
    assert refused.value.headers == {"Retry-After": "1"}
    clock.now += 0.2
    assert [allowed(limit), allowed(limit)] == [True, False]


@given(st.lists(st.floats(0, 30), max_size=200))
def test_never_more_than_a_burst_and_the_rate(waits: list[float]) -> None:
    clock = Clock()
    limit = RateLimit(20, clock)
    through = 0
    for wait in waits:
        clock.now += wait
        through += allowed(limit)
    assert through <= 20 + clock.now * 20 / 60 + 1


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "fr"),
        ("en", "en"),
        ("nl-BE,nl;q=0.9,en;q=0.5,fr;q=0.4", "en"),
        ("fr-BE,en;q=0.9", "fr"),
        ("de", "fr"),
        ("en;q=0,fr;q=0.1", "fr"),
        ("en;q=x", "fr"),
        (";;,,", "fr"),
    ],
)
def test_the_readers_language(header: str, language: str) -> None:
    assert language_of(header) == language
