"""Properties of the reducer: what must hold for any sequence of events."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from pbx_config.ami import events
from pbx_config.live.changes import CallerGone, PhoneChanged, PresenceChanged, QueueChanged
from pbx_config.live.reducer import (
    Input,
    WithdrawRefused,
    WithdrawRequested,
    apply,
    member_state,
    presence,
)
from pbx_config.live.snapshot import rebuild
from pbx_config.live.state import LiveState, MemberState, Presence

UP = LiveState(up=True)
QUEUE = "population"
callers = st.sampled_from([f"node1-1764000000.{n}" for n in range(4)])


def joined(uniqueid: str, position: int) -> events.CallerJoined:
    return events.CallerJoined(
        QUEUE, uniqueid, f"PJSIP/{uniqueid}", "+32470000001", "Zoé", position
    )


def listed(uniqueid: str, position: int, wait: int = 7) -> events.CallerListed:
    return events.CallerListed(
        QUEUE, uniqueid, f"PJSIP/{uniqueid}", "+32470000001", "Zoé", position, wait
    )


anything: st.SearchStrategy[Input] = st.one_of(
    st.builds(joined, callers, st.integers(1, 9)),
    st.builds(events.CallerLeft, st.just(QUEUE), callers),
    st.builds(events.CallerAbandoned, st.just(QUEUE), callers),
    st.builds(WithdrawRequested, st.just(QUEUE), callers),
    st.builds(WithdrawRefused, st.just(QUEUE), callers),
    st.builds(
        events.MemberChanged,
        st.just(QUEUE),
        st.sampled_from(["PJSIP/u1-1", "PJSIP/u2-1"]),
        st.just("u1"),
        st.just(""),
        st.integers(0, 8),
        st.booleans(),
    ),
    st.builds(events.MemberRemoved, st.just(QUEUE), st.sampled_from(["PJSIP/u1-1", "PJSIP/u2-1"])),
    st.builds(
        events.ExtensionStatus, st.sampled_from(["2014", "2015"]), st.just(""), st.integers(-2, 31)
    ),
    st.builds(
        events.DeviceState,
        st.sampled_from(["PJSIP/u1-1", "PJSIP/u2-2", "Custom:dnd-2014", "Queue:population"]),
        st.sampled_from(["NOT_INUSE", "INUSE", "UNAVAILABLE", "INVALID", "UNKNOWN", "RINGING"]),
    ),
)


@given(st.lists(anything))
def test_an_event_applied_twice_is_the_event_applied_once(sequence: list[Input]) -> None:
    state = UP
    for at, event in enumerate(sequence):
        state, _ = apply(state, event, at)
        again, changes = apply(state, event, at + 0.5)
        assert again == state
        assert changes == ()


@given(st.lists(anything))
def test_a_change_is_told_exactly_when_something_changed(sequence: list[Input]) -> None:
    state = UP
    for at, event in enumerate(sequence):
        after, changes = apply(state, event, at)
        told = {c.queue for c in changes if isinstance(c, QueueChanged)}
        seen = {
            name
            for name, queue in after.queues.items()
            if name not in state.queues or _visible(state, name) != _visible(after, name)
        }
        assert seen <= told
        presences = {c.extension for c in changes if isinstance(c, PresenceChanged)}
        assert presences == {
            e
            for e in state.extensions.keys() | after.extensions.keys()
            if state.extensions.get(e) != after.extensions.get(e)
        }
        state = after


def _visible(state: LiveState, name: str) -> object:
    queue = state.queues[name]
    unmarked = [replace(c, withdrawn=False, abandoned=False) for c in queue.callers]
    return unmarked, queue.members


@given(st.lists(anything))
def test_nobody_stands_in_line_twice(sequence: list[Input]) -> None:
    state = UP
    for at, event in enumerate(sequence):
        state, _ = apply(state, event, at)
        for queue in state.queues.values():
            ids = [c.uniqueid for c in queue.callers]
            assert len(ids) == len(set(ids))


@st.composite
def a_day(draw: st.DrawFn) -> list[tuple[Input, tuple[str, ...]]]:
    """Callers who come and go as Asterisk would tell it: each event with the true line after it."""
    line: list[str] = []
    story: list[tuple[Input, tuple[str, ...]]] = []
    for number in range(draw(st.integers(0, 12))):
        if bool(line) and draw(st.booleans()):
            leaver = line[draw(st.integers(0, len(line) - 1))]
            line.remove(leaver)
            story.append((events.CallerLeft(QUEUE, leaver), tuple(line)))
        else:
            position = draw(st.integers(1, len(line) + 1))  # priorities overtake
            line.insert(position - 1, f"c{number}")
            story.append((joined(f"c{number}", position), tuple(line)))
    return story


@given(a_day(), st.data())
def test_a_snapshot_in_the_middle_loses_and_doubles_nobody(
    story: list[tuple[Input, tuple[str, ...]]], data: st.DataObject
) -> None:
    """Events held back while the lists came, from before and after them, make no difference."""
    read_at = data.draw(st.integers(0, len(story)), label="events before the list")
    held_from = data.draw(st.integers(0, read_at), label="first event held back")
    line = story[read_at - 1][1] if read_at else ()
    items: list[events.Event] = [events.QueueListed(QUEUE)]
    items += (listed(c, n + 1) for n, c in enumerate(line))
    state = rebuild(items, LiveState(), 1000.0)
    assert [c.uniqueid for c in state.queues[QUEUE].callers] == list(line)
    for event, _ in story[held_from:]:
        state, _ = apply(state, event, 1001.0)
    truth = story[-1][1] if story else ()
    assert [c.uniqueid for c in state.queues[QUEUE].callers] == list(truth)


def test_a_withdrawn_caller_is_no_abandoned_one() -> None:
    state, _ = apply(UP, joined("a", 1), 1.0)
    state, _ = apply(state, WithdrawRequested(QUEUE, "a"), 2.0)
    state, _ = apply(state, events.CallerAbandoned(QUEUE, "a"), 3.0)  # Asterisk says this as well
    _, changes = apply(state, events.CallerLeft(QUEUE, "a"), 3.0)
    assert [c.reason for c in changes if isinstance(c, CallerGone)] == ["withdrawn"]


def test_a_refused_withdrawal_leaves_no_mark() -> None:
    state, _ = apply(UP, joined("a", 1), 1.0)
    state, _ = apply(state, WithdrawRequested(QUEUE, "a"), 2.0)
    state, _ = apply(state, WithdrawRefused(QUEUE, "a"), 2.0)
    state, _ = apply(state, events.CallerAbandoned(QUEUE, "a"), 3.0)
    _, changes = apply(state, events.CallerLeft(QUEUE, "a"), 3.0)
    assert [c.reason for c in changes if isinstance(c, CallerGone)] == ["abandoned"]


def test_a_caller_found_by_the_snapshot_waits_since_then() -> None:
    state = rebuild([listed("a", 1, wait=42)], LiveState(), 1000.0)
    assert state.queues[QUEUE].callers[0].since == 958.0
    later = rebuild([listed("a", 1, wait=50)], state, 1008.7)
    assert later.queues[QUEUE].callers[0].since == 958.0, "whole seconds must not make it jump"


def test_a_snapshot_forgets_everything_it_does_not_contain() -> None:
    state, _ = apply(UP, joined("a", 1), 1.0)
    state, _ = apply(state, events.ExtensionStatus("2014", "", 1), 1.0)
    assert rebuild([], state, 2.0) == LiveState(up=True)


def test_presence_in_one_word() -> None:
    said = {0: "free", 1: "busy", 2: "busy", 4: "offline", 8: "ringing", 9: "busy", 16: "hold"}
    assert {status: presence(status) for status in said} == said
    assert presence(17) == Presence.HOLD
    assert presence(-1) == Presence.OFFLINE


def test_a_paused_member_who_is_away_is_away() -> None:
    assert member_state(5, paused=True) == MemberState.OFFLINE
    assert member_state(1, paused=True) == MemberState.PAUSED
    assert member_state(1, paused=False) == MemberState.FREE
    assert member_state(0, paused=False) == MemberState.UNKNOWN


def test_a_phone_is_there_while_its_device_is_available() -> None:
    state, changes = apply(UP, events.DeviceState("PJSIP/u1-2", "NOT_INUSE"), 1.0)
    assert (state.phones, changes) == (frozenset({"u1-2"}), (PhoneChanged("u1-2"),))
    assert apply(state, events.DeviceState("PJSIP/u1-2", "INUSE"), 2.0) == (state, ())
    assert apply(state, events.DeviceState("Custom:u1-2", "UNAVAILABLE"), 2.0) == (state, ())
    gone, changes = apply(state, events.DeviceState("PJSIP/u1-2", "UNAVAILABLE"), 3.0)
    assert (gone, changes) == (UP, (PhoneChanged("u1-2"),))
    listed = [
        events.DeviceState("PJSIP/u1-2", "NOT_INUSE"),
        events.DeviceState("PJSIP/u2-1", "UNAVAILABLE"),
    ]
    assert rebuild(listed, LiveState(), 4.0).phones == {"u1-2"}
