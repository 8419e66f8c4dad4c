"""Too many calls at once wait before the library aborts, but not for ever."""

import pytest

from softphone.engine.pace import Pace, Patience


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds; the last one is now."""
    times = [100.0]
    monkeypatch.setattr("softphone.engine.pace.time.monotonic", lambda: times[-1])
    return times


def test_so_many_in_a_moment(clock: list[float]) -> None:
    pace = Pace()
    for _ in range(22):
        assert pace.has_room()
        pace.count()
    assert not pace.has_room()
    clock.append(100.7)
    assert pace.has_room()


def test_patience_ends(clock: list[float]) -> None:
    patience = Patience()
    assert patience.left()
    clock.append(100.9)
    assert patience.left()
    clock.append(101.1)
    assert not patience.left()


def test_patience_starts_anew_after_it_ended_or_it_worked(clock: list[float]) -> None:
    patience = Patience()
    assert patience.left()
    clock.append(100.9)
    patience.worked()
    clock.append(101.5)
    assert patience.left()
    clock.append(103.0)
    assert not patience.left()
    assert patience.left()
