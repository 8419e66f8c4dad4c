"""What must hold for every state and every fact, tried with thousands of them."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from softphone import protocol
from softphone.calls import SHOW_ENDED
from softphone.facts import (
    ConversationRead,
    Dialled,
    EngineChanged,
    HistoryLoaded,
    LinkChanged,
    MessageDiscarded,
    MessageRefused,
    MessageStored,
    MessageTyped,
    Problem,
    ReadMarks,
    RecordingWanted,
    SoundChosen,
    SoundTestAsked,
    TakeAnswered,
    TakeAsked,
    Tick,
)
from softphone.live import (
    Caller,
    Colleague,
    ColleagueChanged,
    Message,
    MessageChanged,
    PbxChanged,
    Queue,
    QueueChanged,
    Snapshot,
)
from softphone.profile import Agent
from softphone.protocol import (
    CallState,
    Device,
    Devices,
    Error,
    Held,
    Incoming,
    Levels,
    Media,
    Muted,
    Party,
    Quality,
    Ready,
    Recordable,
    Recording,
    Registration,
    SoundState,
    Trouble,
)
from softphone.sound_settings import SoundSettings
from softphone.state import Fact, State, apply, initial

ME = Agent(extension="2014", name="Marie")
EXTENSIONS = st.sampled_from(["2014", "2015", "2016", "2017"])
PEERS = st.sampled_from(["2015", "2016"])
KEYS = st.sampled_from(["a", "b"])
CALLER_IDS = st.sampled_from(["n-1", "n-2"])
CLIENT_IDS = st.sampled_from(["c1", "c2", "c3"])
QUEUES = st.sampled_from(["population", "travaux"])
NAMES = st.sampled_from(["Luc", "Éva", "abel", ""])
PROBLEM = Problem("caller-gone")

colleagues = st.builds(
    Colleague,
    extension=EXTENSIONS,
    name=NAMES,
    presence=st.sampled_from(["free", "busy", "unknown"]),
    since=st.none() | st.just(1.0),
)
callers = st.builds(Caller, id=CALLER_IDS, position=st.just(1), since=st.just(1.0))
queues = st.builds(
    Queue,
    name=QUEUES,
    title=NAMES,
    callers=st.lists(callers, max_size=2, unique_by=lambda c: c.id).map(tuple),
)


@st.composite
def messages(draw: st.DrawFn) -> Message:
    """A message as a server would have it: its text and times follow from its id."""
    id_ = draw(st.integers(1, 6))
    sender, to = ("2014", "2015") if id_ % 2 else ("2015", "2014")
    at = datetime.fromtimestamp(id_, UTC)
    return Message(
        id=id_,
        client_id=f"c{id_}",
        sender=sender,
        to=to,
        text=f"message {id_}",
        stored_at=at,
        handed_at=draw(st.sampled_from([None, at])),
        delivered_at=draw(st.sampled_from([None, at])),
    )


snapshots = st.builds(
    Snapshot,
    seq=st.just(1),
    pbx=st.sampled_from(["up", "down"]),
    me=st.just(ME),
    colleagues=st.lists(colleagues, max_size=4, unique_by=lambda c: c.extension).map(tuple),
    queues=st.lists(queues, max_size=2, unique_by=lambda q: q.name).map(tuple),
    queue_titles=st.dictionaries(QUEUES, NAMES),
    messages=st.lists(messages(), max_size=6, unique_by=lambda m: m.id).map(tuple),
)
deltas = st.one_of(
    st.builds(ColleagueChanged, seq=st.just(2), colleague=colleagues),
    st.builds(QueueChanged, seq=st.just(2), queue=queues),
    st.builds(MessageChanged, seq=st.just(2), message=messages()),
    st.builds(PbxChanged, seq=st.just(2), pbx=st.sampled_from(["up", "down"])),
)
qualities = st.builds(
    Quality,
    call=KEYS, codec=st.just("G722"), mos=st.sampled_from([2.0, 4.2]), loss=st.just(0.0),
    loss_there=st.just(0.0), jitter_ms=st.just(1.0), rtt_ms=st.just(9.0), buffer_ms=st.just(40.0),
    input=st.just(-20.0), output=st.just(-20.0), underruns=st.just(0),
)  # fmt: skip
engine_facts = st.one_of(
    st.builds(Ready, pid=st.just(1)),
    st.builds(Registration, state=st.sampled_from(["registering", "registered", "offline"])),
    st.builds(Incoming, call=KEYS, number=EXTENSIONS, name=NAMES, queue=st.just("") | QUEUES),
    st.builds(
        CallState,
        call=KEYS,
        state=st.sampled_from(["calling", "ringing", "connected", "ended"]),
    ),
    st.builds(Party, call=KEYS, number=EXTENSIONS, name=NAMES),
    st.builds(Media, call=KEYS, codec=st.just("G722")),
    st.builds(Muted, call=KEYS, on=st.booleans()),
    st.builds(Held, call=KEYS, here=st.booleans()),
    st.builds(SoundState, device=st.booleans()),
    st.builds(Devices, devices=st.lists(st.builds(Device, name=NAMES), max_size=2).map(tuple)),
    st.builds(Levels, input=st.just(-20.0), output=st.just(-60.0)),
    st.builds(
        protocol.Tested,
        what=st.just("microphone"),
        state=st.sampled_from(["recording", "done", "failed"]),
    ),
    qualities,
    st.builds(
        Trouble,
        call=KEYS,
        what=st.sampled_from(["network_poor", "nothing_heard"]),
        on=st.booleans(),
    ),
    st.builds(
        Error,
        command=st.sampled_from(["announce", "record", "hold"]),
        call=KEYS,
        message=st.just("no"),
    ),
    st.builds(Recordable, call=KEYS, on=st.booleans()),
    st.builds(Recording, call=KEYS, on=st.booleans(), file=st.just("a.wav")),
)
local_facts = st.one_of(
    st.builds(
        LinkChanged,
        state=st.sampled_from(["connecting", "live", "stale", "refused"]),
        heard=st.none() | st.just(5.0),
    ),
    st.builds(EngineChanged, state=st.sampled_from(["running", "restarting"])),
    st.builds(Dialled, call=KEYS, number=EXTENSIONS),
    st.builds(SoundChosen, settings=st.builds(SoundSettings, microphone=NAMES, echo=st.booleans())),
    st.builds(
        MessageTyped, client_id=CLIENT_IDS, to=PEERS, text=st.just("…"), typed_at=st.just(9.0)
    ),
    st.builds(MessageStored, message=messages()),
    st.builds(MessageRefused, client_id=CLIENT_IDS, problem=st.just(PROBLEM)),
    st.builds(MessageDiscarded, client_id=CLIENT_IDS),
    st.builds(
        HistoryLoaded,
        peer=st.just("2015"),
        messages=st.lists(messages(), max_size=3, unique_by=lambda m: m.id).map(tuple),
        complete=st.booleans(),
    ),
    st.builds(ReadMarks, baseline=st.integers(0, 6)),
    st.builds(ConversationRead, peer=PEERS, up_to=st.integers(0, 6)),
    st.builds(TakeAsked, queue=st.just("population"), caller_id=CALLER_IDS),
    st.builds(
        TakeAnswered,
        queue=st.just("population"),
        caller_id=CALLER_IDS,
        problem=st.sampled_from([None, PROBLEM]),
    ),
    st.builds(RecordingWanted, call=KEYS, on=st.booleans()),
    st.just(SoundTestAsked()),
    st.just(Tick()),
)
facts: st.SearchStrategy[Fact] = st.one_of(snapshots, deltas, engine_facts, local_facts)


@st.composite
def states(draw: st.DrawFn) -> State:
    """Any state that facts can lead to."""
    state = initial(ME)
    for now, fact in enumerate(draw(st.lists(facts, max_size=25))):
        state = apply(state, fact, float(now))
    return state


@given(states(), facts)
def test_a_fact_told_twice_is_told_once(state: State, fact: Fact) -> None:
    once = apply(state, fact, 30.0)
    assert apply(once, fact, 30.0) is once


@given(states(), facts)
def test_what_did_not_change_is_the_same_object(state: State, fact: Fact) -> None:
    after = apply(state, fact, 30.0)
    for part in (
        *("calls", "board", "messages", "takes", "me", "line", "link", "engine"),
        *("sound", "devices", "tested", "sounds", "sound_settings"),
    ):
        old, new = getattr(state, part), getattr(after, part)
        assert (old == new) == (old is new), part


@given(states(), snapshots)
def test_a_snapshot_replaces_everything_of_the_server(state: State, snapshot: Snapshot) -> None:
    here, fresh = apply(state, snapshot, 30.0), apply(initial(ME), snapshot, 30.0)
    assert here.board == fresh.board
    assert here.me == fresh.me

    def stored(held: State) -> dict[str, list[int]]:
        by_peer = {
            peer: [entry.id for entry in conversation.entries if entry.id is not None]
            for peer, conversation in held.messages.with_.items()
        }
        return {peer: ids for peer, ids in by_peer.items() if ids}

    assert stored(here) == stored(fresh)


@given(states(), facts)
def test_nothing_typed_is_lost(state: State, fact: Fact) -> None:
    def waiting(held: State) -> set[str]:
        return {
            entry.client_id
            for conversation in held.messages.with_.values()
            for entry in conversation.entries
            if entry.id is None
        }

    def stored(held: State) -> set[str]:
        return {
            entry.client_id
            for conversation in held.messages.with_.values()
            for entry in conversation.entries
            if entry.id is not None
        }

    after = apply(state, fact, 30.0)
    given_up = {fact.client_id} if isinstance(fact, MessageDiscarded) else set()
    assert waiting(state) <= waiting(after) | stored(after) | given_up


@given(states())
def test_ended_calls_leave_nothing(state: State) -> None:
    for key in ("a", "b"):
        state = apply(state, CallState(call=key, state="ended"), 40.0)
    assert apply(state, Tick(), 40.0 + SHOW_ENDED).calls == {}


@given(states(), facts)
def test_only_living_calls_sound(state: State, fact: Fact) -> None:
    after = apply(state, fact, 30.0)
    living = {key for key, call in after.calls.items() if call.alive}
    assert set(after.sounds) <= living


@given(states())
def test_a_new_engine_knows_nothing_of_the_sound_before(state: State) -> None:
    fresh = apply(state, EngineChanged("restarting"), 30.0)
    assert (fresh.sound, fresh.devices, fresh.tested, fresh.sounds) == (None, None, None, {})
    assert fresh.sound_settings is state.sound_settings


@given(states())
def test_never_pretend(state: State) -> None:
    if not state.board.fresh:
        assert {c.presence for c in state.colleagues} <= {"unknown"}
    if state.link.state != "live":
        lost = apply(state, LinkChanged(state.link.state), 30.0)
        assert not lost.board.fresh
    assert [c.extension for c in state.colleagues] == list(state.board.order)
    assert set(state.board.order) == set(state.board.colleagues)


@given(states())
def test_takes_are_for_those_who_wait_or_are_on_their_way(state: State) -> None:
    rang = {call.caller_id for call in state.calls.values()}
    for caller_id, take in state.takes.items():
        on_the_way = take.state != "refused" and caller_id not in rang
        assert state.board.has_caller(take.queue, caller_id) or on_the_way


@given(states())
def test_messages_are_in_order_and_only_once(state: State) -> None:
    for conversation in state.messages.with_.values():
        ids = [entry.id for entry in conversation.entries if entry.id is not None]
        assert ids == sorted(set(ids))
        keys = [(entry.sender, entry.client_id) for entry in conversation.entries]
        assert len(keys) == len(set(keys))
