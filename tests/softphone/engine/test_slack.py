"""When a call's jitter buffer holds back more than it needs: from counters alone.

With real packets: test_jitter.py.
"""

from dataclasses import replace

from softphone.engine.quality import Counters
from softphone.engine.slack import Slack
from tests.softphone.engine.dialogue import BEGINNING

SPEECH, PAUSE = -25.0, -70.0


def second(*, holds: float, burst: float = 20.0, jitter: float = 1.0) -> Counters:
    return replace(BEGINNING, buffer_ms=holds, burst_ms=burst, jitter_ms=jitter)


def begins(slack: Slack, now: Counters | None, level: float = PAUSE, most: int = 120) -> int:
    """In which second from now on it is time; 0: in none of them."""
    return next((n for n in range(1, most) if slack.second(now, level, may=True)), 0)


def test_a_buffer_that_holds_what_it_needs_stays() -> None:
    assert not begins(Slack(), second(holds=20))
    assert not begins(Slack(), second(holds=200, burst=160)), "packets still come at once"
    assert not begins(Slack(), second(holds=200, jitter=53)), "they still overtake each other"


def test_what_is_too_much_is_given_back_in_a_pause() -> None:
    assert begins(Slack(), second(holds=200)) == 3


def test_a_pause_is_not_waited_for_for_ever() -> None:
    slack = Slack()
    assert begins(slack, second(holds=200), SPEECH, most=4) == 0
    assert begins(slack, second(holds=200), PAUSE) == 1
    assert begins(Slack(), second(holds=200), SPEECH) == 7


def test_for_little_a_pause_is_waited_for_longer() -> None:
    """Clocks that differ add it up in minutes: there is no haste."""
    assert begins(Slack(), second(holds=90)) == 3
    slack = Slack()
    assert begins(slack, second(holds=90), SPEECH, most=60) == 0
    assert begins(slack, second(holds=90), PAUSE) == 1
    assert begins(Slack(), second(holds=90), SPEECH) == 63


def test_a_network_with_bad_moments_is_believed_less_each_time() -> None:
    slack = Slack()
    times = [begins(slack, second(holds=200)) for _ in range(6)]
    assert times == [3, 6, 12, 24, 48, 48]


def test_only_calm_seconds_in_a_row_count() -> None:
    for interruption in (second(holds=20), second(holds=200, jitter=60), None):
        slack = Slack()
        assert not begins(slack, second(holds=200), most=3)
        assert not slack.second(interruption, PAUSE, may=True)
        assert begins(slack, second(holds=200)) == 3


def test_where_it_may_not_be_it_is_soon_after() -> None:
    slack = Slack()
    for _ in range(100):
        assert not slack.second(second(holds=200), PAUSE, may=False)
    assert begins(slack, second(holds=200)) == 1
    assert begins(slack, second(holds=200)) == 6, "no patience was lost"
