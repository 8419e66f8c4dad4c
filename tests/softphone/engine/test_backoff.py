"""Asking again who said no."""

import pytest

from softphone.engine.backoff import Backoff, Impatience


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Its one element is the time."""
    now = [1000.0]
    monkeypatch.setattr("softphone.engine.backoff.time.monotonic", lambda: now[0])
    return now


def test_it_waits_longer_each_time_up_to_ten_minutes(clock: list[float]) -> None:
    again = Backoff()
    pauses = [again.refused() for _ in range(10)]
    for pause, due in zip(pauses, [10, 20, 40, 80, 160, 320, 600, 600, 600, 600], strict=True):
        assert 0.8 * due <= pause <= 1.2 * due


def test_it_is_due_once(clock: list[float]) -> None:
    again = Backoff()
    assert not again.due()
    pause = again.refused()
    assert not again.due()
    clock[0] += pause
    assert again.due()
    assert not again.due()


def test_a_lost_connection_is_tried_soon(clock: list[float]) -> None:
    again = Backoff()
    again.lost()
    clock[0] += 0.29
    assert not again.due()
    clock[0] += 1.31
    assert again.due()
    assert again.refused() <= 12, "a loss is no refusal"


def test_success_begins_anew(clock: list[float]) -> None:
    again = Backoff()
    for _ in range(5):
        again.refused()
    again.accepted()
    clock[0] += 3600
    assert not again.due()
    assert again.refused() <= 12


def test_who_does_not_answer_is_asked_anew(clock: list[float]) -> None:
    question = Impatience()
    for patience in (2.5, 5, 5, 5):
        question.asked()
        clock[0] += patience - 0.1
        assert not question.lost()
        clock[0] += 0.1
        assert question.lost()
        assert not question.lost(), "once"
    question.asked()
    question.answered()
    clock[0] += 3600
    assert not question.lost()
    question.asked()
    clock[0] += 2.5
    assert question.lost(), "the patience begins anew"


def test_without_a_way_there_is_nothing_to_wait_for(clock: list[float]) -> None:
    question = Impatience()
    question.asked()
    question.failed()
    clock[0] += 3600
    assert not question.lost()
