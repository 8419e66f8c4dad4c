"""The phone's state read as a story: facts go in, what the window shows comes out."""

from dataclasses import replace
from datetime import UTC, datetime

import msgspec
import pytest

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
    Answered,
    CallAnswered,
    Caller,
    Colleague,
    ColleagueChanged,
    Member,
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
    EndCause,
    Incoming,
    Levels,
    Media,
    Muted,
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

ME = Agent(extension="2014", name="Marie Dupont", roles=("agent", "receptionist"))
AGENT = msgspec.structs.replace(ME, roles=("agent",))
LUC = Colleague(extension="2015", name="Luc Étienne", presence="free", since=5.0)
EVE = Colleague(extension="2016", name="Ève Zola", presence="busy", since=6.0)
ABEL = Colleague(extension="2017", name="abel martin", presence="offline")
CITIZEN = Caller(id="n1-1.2", number="+32470000001", position=1, since=90.0)
POPULATION = Queue(
    name="population",
    title="Population",
    callers=(CITIZEN,),
    members=(Member(extension="2014", name="Marie Dupont", state="free"),),
)


def message(
    id_: int,
    sender: str,
    to: str,
    text: str = "…",
    *,
    delivered: bool = False,
    handed: bool = False,
) -> Message:
    at = datetime.fromtimestamp(1000 + id_, UTC)
    return Message(
        id=id_,
        client_id=f"c{id_}",
        sender=sender,
        to=to,
        text=text,
        stored_at=at,
        handed_at=at if handed else None,
        delivered_at=at if delivered else None,
    )


def snapshot(
    *messages: Message,
    pbx: str = "up",
    colleagues: tuple[Colleague, ...] = (
        LUC,
        EVE,
        ABEL,
    ),
) -> Snapshot:
    assert pbx in ("up", "down")
    return Snapshot(
        seq=1,
        pbx="up" if pbx == "up" else "down",
        me=ME,
        colleagues=colleagues,
        queues=(POPULATION,),
        queue_titles={"population": "Population", "etat-civil": "État civil"},
        messages=messages,
    )


def after(*facts: Fact, start: State | None = None, now: float = 100.0) -> State:
    state = start or initial(ME)
    for fact in facts:
        state = apply(state, fact, now)
    return state


LIVE = after(LinkChanged("live"), snapshot())


# The line


def test_from_start_to_registered() -> None:
    state = initial(ME)
    assert (state.engine.state, state.line.state, state.ready) == ("starting", "unknown", False)
    state = after(Ready(pid=1), start=state)
    assert state.engine.state == "running"
    state = apply(state, Registration(state="registering"), 101.0)
    state = apply(state, Registration(state="registered", code=200, tls="TLSv1.3"), 102.0)
    assert state.ready
    assert (state.line.since, state.line.tls) == (102.0, "TLSv1.3")
    assert apply(state, Registration(state="registered", code=200, tls="TLSv1.3"), 300.0) is state


def test_a_dead_engine_takes_its_calls_and_its_registration_with_it() -> None:
    state = after(
        Ready(pid=1),
        Registration(state="registered"),
        SoundState(device=True),
        Dialled("k", "2015"),
        CallState(call="k", state="connected"),
        start=LIVE,
    )
    state = apply(state, EngineChanged("restarting", restarts=1), 110.0)
    assert not state.ready
    assert (state.line.state, state.sound) == ("unknown", None)
    assert (state.calls["k"].state, state.calls["k"].why) == ("ended", "failed")
    state = apply(state, Ready(pid=2), 111.0)
    assert (state.engine.state, state.engine.restarts) == ("running", 1)
    assert apply(state, Tick(), 110.0 + SHOW_ENDED).calls == {}


# Calls


def test_an_outgoing_call_from_dial_to_nothing() -> None:
    state = apply(LIVE, Dialled("k", "2015"), 100.0)
    assert (state.calls["k"].name, state.calls["k"].state) == ("Luc Étienne", "calling")
    state = apply(state, CallState(call="k", state="ringing", code=180), 101.0)
    assert state.calls["k"].state == "ringing"
    state = apply(state, CallState(call="k", state="connected", code=200), 104.0)
    state = apply(state, Media(call="k", codec="G722/16000", srtp="AES_CM_128"), 104.1)
    state = apply(state, Muted(call="k", on=True), 105.0)
    call = state.calls["k"]
    assert (call.started, call.connected, call.muted) == (100.0, 104.0, True)
    assert (call.codec, call.srtp) == ("G722/16000", "AES_CM_128")
    state = apply(state, CallState(call="k", state="ended", why="normal"), 110.0)
    assert (state.calls["k"].ended, state.calls["k"].why) == (110.0, "normal")
    assert apply(state, Tick(), 110.0 + SHOW_ENDED - 0.1) is state
    assert apply(state, Tick(), 110.0 + SHOW_ENDED) == LIVE


def test_an_incoming_call_through_a_queue() -> None:
    ringing = Incoming(call="k", number="+32470000001", queue="population", call_id="n1-1.2")
    call = after(ringing, start=LIVE).calls["k"]
    assert (call.direction, call.state, call.queue) == ("in", "incoming", "population")
    assert (call.name, call.caller_id) == ("", CITIZEN.id)


def test_a_queue_has_its_title_without_the_receptionist_role() -> None:
    theirs = msgspec.structs.replace(snapshot(), me=AGENT, queues=())
    ringing = Incoming(call="k", number="+32470000001", queue="etat-civil")
    state = after(theirs, ringing, start=initial(AGENT))
    assert (state.queues, state.calls["k"].queue_title) == ((), "État civil")
    elsewhere = Incoming(call="l", number="+32470000002", queue="just-made")
    assert after(elsewhere, start=state).calls["l"].queue_title == "just-made"
    early = after(ringing, start=initial(AGENT))
    assert early.calls["k"].queue_title == "etat-civil", "the server has not said yet"
    assert after(theirs, start=early).calls["k"].queue_title == "État civil"
    cut = after(LinkChanged("stale", heard=99.0), ringing, start=after(theirs))
    assert cut.calls["k"].queue_title == "État civil", "a title does not grow stale"


@pytest.mark.parametrize("name", ["", "2016"])
def test_a_caller_without_a_name_gets_the_directorys(name: str) -> None:
    ringing = Incoming(call="k", number="2016", name=name)
    assert after(ringing, start=LIVE).calls["k"].name == "Ève Zola"
    early = after(ringing)
    assert early.calls["k"].name == ""
    assert after(snapshot(), start=early).calls["k"].name == "Ève Zola"


@pytest.mark.parametrize(("extension", "mine"), [("2016", False), (AGENT.extension, True)])
@pytest.mark.parametrize("first", ["told", "ended"])
@pytest.mark.parametrize("why", ["elsewhere", "cancelled"])
def test_who_took_a_call_that_rang_here_too(
    extension: str, mine: bool, first: str, why: EndCause
) -> None:
    """Whatever the exchange gave as the reason: nobody is said to have been missed."""
    ringing = Incoming(call="k", number="+32470000001", queue="etat-civil", call_id="node1-1.2")
    told = CallAnswered(
        seq=9, answered=Answered(call_id="node1-1.2", extension=extension, name="Ève Zola")
    )
    ended = CallState(call="k", state="ended", why=why)
    then = (told, ended) if first == "told" else (ended, told)
    call = after(ringing, *then, start=LIVE).calls["k"]
    assert (call.taken_by, call.by_me, call.missed) == ("Ève Zola", mine, False)
    assert call.why == "elsewhere"


def test_who_took_another_call_is_nothing_to_us() -> None:
    ringing = after(Incoming(call="k", number="2016", call_id="node1-1.3"), start=LIVE)
    other = Answered(call_id="node1-1.2", extension="2016", name="Ève Zola")
    assert after(CallAnswered(seq=9, answered=other), start=ringing) is ringing


def test_late_echoes_change_nothing() -> None:
    assert after(CallState(call="gone", state="connected"), start=LIVE) is LIVE
    assert after(Muted(call="gone", on=True), start=LIVE) is LIVE
    state = after(Dialled("k", "2015"), CallState(call="k", state="ended", why="busy"), start=LIVE)
    assert after(CallState(call="k", state="connected"), start=state) is state
    connected = after(Dialled("k", "2015"), CallState(call="k", state="connected"), start=LIVE)
    assert after(CallState(call="k", state="ringing"), start=connected) is connected


# Sound

HEADSET = Device(name="Casque, ALSA", inputs=1, outputs=2, rate=48000)
TALKING = after(Dialled("k", "2015"), CallState(call="k", state="connected"), start=LIVE)


def quality(call: str = "k", mos: float = 4.2) -> Quality:
    return Quality(
        call=call, codec="G722/16000", mos=mos, loss=0.5, loss_there=0.0, jitter_ms=4.0,
        rtt_ms=21.0, buffer_ms=40.0, input=-24.0, output=-26.0, underruns=0,
    )  # fmt: skip


def test_how_a_call_sounds_while_it_lasts() -> None:
    state = after(quality(), Trouble(call="k", what="microphone_quiet", on=True), start=TALKING)
    state = after(quality(mos=2.9), Trouble(call="k", what="network_poor", on=True), start=state)
    sound = state.sounds["k"]
    assert sound.quality == quality(mos=2.9)
    assert sound.troubles == {"microphone_quiet", "network_poor"}
    assert state.calls is TALKING.calls, "a card is not built anew every second"
    state = after(Trouble(call="k", what="microphone_quiet", on=False), start=state)
    assert state.sounds["k"].troubles == {"network_poor"}
    state = after(CallState(call="k", state="ended", why="normal"), start=state)
    assert state.sounds == {}, "nothing of it outlives the call"
    assert after(quality(), start=state) is state
    assert after(quality("gone"), start=TALKING) is TALKING


def test_a_call_is_recorded_when_the_exchange_has_said_so() -> None:
    assert TALKING.sounds == {}
    state = after(Recordable(call="k"), start=TALKING)
    assert (state.sounds["k"].recordable, state.sounds["k"].records) == (True, False)
    state = after(Recording(call="k", on=True, file="a.wav"), start=state)
    assert state.sounds["k"].records
    state = after(Recording(call="k", on=False, file="a.wav", problem="disk full"), start=state)
    assert (state.sounds["k"].recordable, state.sounds["k"].records) == (True, False)


def test_a_wish_to_record_waits_for_the_announcement() -> None:
    wish = RecordingWanted(call="k", on=True)
    sound = after(wish, start=TALKING).sounds["k"]
    assert (sound.announcing, sound.wanted, sound.recordable) == (True, True, False)
    sound = after(wish, Recordable(call="k"), start=TALKING).sounds["k"]
    assert (sound.announcing, sound.wanted, sound.recordable) == (False, False, True)
    sound = after(wish, RecordingWanted(call="k", on=False), start=TALKING).sounds["k"]
    assert (sound.announcing, sound.wanted) == (True, False), "they hear it all the same"
    late = protocol.Error(command="announce", call="k", message="nobody heard it")
    sound = after(wish, late, start=TALKING).sounds["k"]
    assert (sound.announcing, sound.wanted, sound.refused) == (False, False, "announce")
    sound = after(wish, late, wish, start=TALKING).sounds["k"]
    assert (sound.announcing, sound.refused) == (True, "")


def test_somebody_else_was_not_told() -> None:
    told = after(Recordable(call="k"), start=TALKING)
    assert not after(Recordable(call="k", on=False), start=told).sounds["k"].recordable
    waits = after(RecordingWanted(call="k", on=True), start=TALKING)
    same = protocol.Party(call="k", number=waits.calls["k"].number, name="Luc")
    assert after(same, start=waits).sounds == waits.sounds
    other = protocol.Party(call="k", number="2099", name="Luc")
    assert after(other, start=waits).sounds["k"].refused == "announce"


def test_errors_about_other_things_say_nothing_of_recording() -> None:
    error = protocol.Error(command="hold", call="k", message="no")
    assert after(error, start=TALKING) is TALKING


def test_levels_make_no_new_state() -> None:
    assert after(Levels(input=-20.0, output=-60.0), start=TALKING) is TALKING


def test_a_result_is_old_when_another_test_is_asked_for_or_another_device_chosen() -> None:
    result = protocol.Tested(what="microphone", state="done", level=-21.0)
    assert after(result, start=LIVE).tested == result
    assert after(result, SoundTestAsked(), start=LIVE) == LIVE
    mine = SoundSettings(microphone=HEADSET.name)
    assert after(result, SoundChosen(mine), start=LIVE).tested is None
    chosen = after(SoundChosen(mine), result, SoundChosen(mine), start=LIVE)
    assert chosen.tested == result, "nothing was chosen anew"


def test_a_call_ends_a_test() -> None:
    playing = protocol.Tested(what="ring", state="playing")
    assert after(playing, Incoming(call="k", number="2015"), start=LIVE).tested is None
    assert after(playing, Dialled("k", "2015"), start=LIVE).tested is None


def test_what_an_engine_said_of_sound_goes_with_it_and_what_people_chose_stays() -> None:
    mine = SoundSettings(microphone=HEADSET.name, noise=False)
    state = after(
        SoundChosen(mine),
        Devices(devices=(HEADSET,), input=HEADSET.name),
        protocol.Tested(what="microphone", state="done", level=-21.0),
        quality(),
        start=TALKING,
    )
    assert state.devices is not None
    assert state.tested is not None
    assert state.sounds
    state = after(EngineChanged("restarting", restarts=1), start=state)
    assert (state.devices, state.tested, state.sounds) == (None, None, {})
    assert state.sound_settings == mine


# Colleagues and queues


def test_colleagues_are_sorted_as_people_do() -> None:
    assert [c.name for c in LIVE.colleagues] == ["abel martin", "Ève Zola", "Luc Étienne"]
    renamed = msgspec.structs.replace(ABEL, name="Zoé Martin")
    state = after(ColleagueChanged(seq=2, colleague=renamed), start=LIVE)
    assert [c.name for c in state.colleagues] == ["Ève Zola", "Luc Étienne", "Zoé Martin"]


def test_one_changed_colleague_leaves_the_others_alone() -> None:
    busy = msgspec.structs.replace(LUC, presence="busy", since=99.0)
    state = after(ColleagueChanged(seq=2, colleague=busy), start=LIVE)
    assert state.board.colleagues["2015"] is busy
    assert state.board.colleagues["2016"] is LIVE.board.colleagues["2016"]
    assert state.board.order is LIVE.board.order
    assert state.board.queues is LIVE.board.queues
    assert state.messages is LIVE.messages


def test_never_pretend_when_the_link_is_lost() -> None:
    state = apply(LIVE, LinkChanged("stale", heard=107.0, retry_in=0.2), 112.0)
    assert (state.link.state, state.link.since) == ("stale", 112.0)
    assert (state.board.fresh, state.board.as_of) == (False, 107.0)
    assert {c.presence for c in state.colleagues} == {"unknown"}
    assert state.queues == (POPULATION,), "frozen, not gone"
    state = apply(state, LinkChanged("stale", heard=107.0, retry_in=0.4), 113.0)
    assert (state.link.since, state.board.as_of) == (112.0, 107.0)
    state = apply(state, LinkChanged("live"), 120.0)
    assert not state.board.fresh, "live means: the snapshot comes"
    state = apply(state, snapshot(), 120.0)
    assert state.board == LIVE.board


def test_never_pretend_when_the_exchange_is_down() -> None:
    state = apply(LIVE, PbxChanged(seq=2, pbx="down"), 130.0)
    assert (state.board.fresh, state.board.as_of, state.board.pbx) == (False, 130.0, "down")
    assert {c.presence for c in state.colleagues} == {"unknown"}
    state = after(ColleagueChanged(seq=3, colleague=LUC), start=state)
    assert {c.presence for c in state.colleagues} == {"unknown"}
    state = after(PbxChanged(seq=4, pbx="up"), start=state)
    assert not state.board.fresh
    assert after(snapshot(), start=state).board == LIVE.board
    assert {c.presence for c in after(snapshot(pbx="down")).colleagues} == {"unknown"}


def test_a_snapshot_leaves_no_ghosts() -> None:
    state = after(snapshot(colleagues=(LUC,)), start=LIVE)
    assert [c.extension for c in state.colleagues] == ["2015"]


def test_taking_a_caller() -> None:
    state = after(TakeAsked("population", CITIZEN.id), start=LIVE)
    assert state.takes[CITIZEN.id].state == "asked"
    gone = Problem("caller-gone", "Déjà pris par Julien Marchal.")
    refused = after(TakeAnswered("population", CITIZEN.id, gone), start=state)
    assert refused.takes[CITIZEN.id].problem == gone
    granted = after(TakeAnswered("population", CITIZEN.id), start=state)
    assert granted.takes[CITIZEN.id].state == "granted"
    empty = msgspec.structs.replace(POPULATION, callers=())
    assert after(QueueChanged(seq=2, queue=empty), start=refused).takes == {}
    for before in (state, granted):
        coming = after(QueueChanged(seq=2, queue=empty), start=before)
        assert coming.arriving  # out of the queue, not ringing here yet
        ring = Incoming(call="in-1", number=CITIZEN.number, call_id=CITIZEN.id)
        assert after(ring, start=coming).takes == {}
        assert after(Tick(), start=coming, now=1_000.0).takes == {}  # never came
    assert after(TakeAnswered("population", "nobody"), start=LIVE) is LIVE


# Messages


def test_a_message_typed_while_offline_until_it_is_delivered() -> None:
    state = after(MessageTyped("c7", "2015", "Déjà là ?", 99.0))
    (entry,) = state.messages.get("2015").entries
    assert (entry.status, entry.id, entry.text) == ("pending", None, "Déjà là ?")
    assert after(snapshot(), start=state).messages == state.messages, "kept over a snapshot"
    stored = message(7, "2014", "2015", "Déjà là ?")
    state = after(MessageStored(stored), start=state)
    (entry,) = state.messages.get("2015").entries
    assert (entry.status, entry.id) == ("stored", 7)
    delivered = message(7, "2014", "2015", "Déjà là ?", delivered=True)
    state = after(MessageChanged(seq=2, message=delivered), start=state)
    assert state.messages.get("2015").entries[0].status == "delivered"
    assert after(MessageStored(stored), start=state) is state, "the slower answer is old news"
    assert state.messages.unread == 0


def test_handed_to_a_phone_is_more_than_stored_and_less_than_delivered() -> None:
    steps = [
        (message(7, "2014", "2015"), "stored"),
        (message(7, "2014", "2015", handed=True), "handed"),
        (message(7, "2014", "2015"), "handed"),  # the slower answer
        (message(7, "2014", "2015", handed=True, delivered=True), "delivered"),
        (message(7, "2014", "2015", handed=True), "delivered"),
    ]
    state = LIVE
    for one, status in steps:
        state = after(MessageChanged(seq=2, message=one), start=state)
        assert state.messages.get("2015").entries[0].status == status


def test_a_refused_message_stays_until_given_up_or_tried_again() -> None:
    typed = MessageTyped("c7", "9999", "Allo", 99.0)
    state = after(typed, MessageRefused("c7", Problem("no-such-extension")))
    assert state.messages.get("9999").entries[0].status == "failed"
    assert after(typed, start=state).messages.get("9999").entries[0].status == "pending"
    assert after(MessageDiscarded("c7"), start=state).messages.get("9999").entries == ()


def test_unread_counts() -> None:
    state = after(
        ReadMarks(up_to={"2015": 3}, baseline=2),
        snapshot(
            message(1, "2016", "2014"), message(3, "2015", "2014"), message(4, "2015", "2014")
        ),
    )
    assert (state.messages.get("2015").unread, state.messages.get("2016").unread) == (1, 0)
    state = after(MessageChanged(seq=2, message=message(5, "2016", "2014")), start=state)
    assert state.messages.unread == 2
    state = after(ConversationRead("2015", 4), start=state)
    assert (state.messages.get("2015").unread, state.messages.unread) == (0, 1)
    assert after(ConversationRead("2015", 3), start=state) is state, "read is read"


def test_older_messages_come_before() -> None:
    state = after(snapshot(message(9, "2015", "2014")))
    older = (message(2, "2014", "2015"), message(3, "2015", "2014"))
    state = after(HistoryLoaded("2015", older, complete=True), start=state)
    conversation = state.messages.get("2015")
    assert [entry.id for entry in conversation.entries] == [2, 3, 9]
    assert (conversation.complete, conversation.oldest_id, conversation.newest_id) == (True, 2, 9)


def test_the_server_knows_best_who_i_am() -> None:
    promoted = replace(LIVE, me=Agent(extension="2014", name="Marie Dupont-Renard"))
    assert after(snapshot(), start=promoted).me == ME
