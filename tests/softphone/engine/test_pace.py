"""Too many calls at once are refused before the library aborts."""

import pytest

from softphone.engine import pace


def test_twenty_in_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("softphone.engine.pace.time.monotonic", lambda: now)
    counter = pace.Pace()
    counter.count()
    assert [counter.allows() for _ in range(20)] == [True] * 19 + [False]
    now = 101.1
    assert counter.allows()
