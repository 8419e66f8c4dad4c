"""Too many calls at once wait before the library aborts, but not for ever."""

import pytest

from softphone.engine.pace import Pace


def test_so_many_in_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("softphone.engine.pace.time.monotonic", lambda: now)
    pace = Pace()
    for _ in range(22):
        assert pace.has_room()
        pace.count()
    assert not pace.has_room()
    assert pace.worth_waiting()
    now = 100.7
    assert pace.has_room()
    assert not pace.worth_waiting()


def test_a_storm_without_end_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("softphone.engine.pace.time.monotonic", lambda: now)
    pace = Pace()
    waited = []
    for step in range(30):
        now = 100 + step * 0.1
        for _ in range(22):
            pace.count()
        waited.append(pace.worth_waiting())
    assert waited[0]
    assert not waited[-1]
