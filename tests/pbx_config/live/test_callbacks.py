"""A place-holder in a queue is older than its channel."""

from types import MappingProxyType

import pytest

from pbx_config.ami import events
from pbx_config.live import reducer, snapshot
from pbx_config.live.callbacks import asked_at
from pbx_config.live.state import LiveState, Queue

PLACE_HOLDER = "Local/2900_32471999999_1790000000@callback-0000000a;2"


@pytest.mark.parametrize(
    "channel",
    [
        "PJSIP/trunk-operator-00000001",
        "Local/u14@queue-member-00000001;1",
        "Local/2900@callback-1;2",
    ],
)
def test_nobody_else_is_one(channel: str) -> None:
    assert asked_at(channel) is None


def test_it_waits_since_it_was_asked_for() -> None:
    joined = events.CallerJoined("population", "n-1", PLACE_HOLDER, "+32471999999", "Rappel", 1)
    up = LiveState(True, queues=MappingProxyType({"population": Queue("population")}))
    state, _ = reducer.apply(up, joined, at=1_790_000_100.0)
    assert state.queues["population"].callers[0].since == 1_790_000_000.0
    listed = events.CallerListed(
        "population", "n-1", PLACE_HOLDER, "+32471999999", "Rappel", 1, wait=5
    )
    again = snapshot.rebuild([listed], LiveState(), at=1_790_000_100.0)
    assert again.queues["population"].callers[0].since == 1_790_000_000.0
