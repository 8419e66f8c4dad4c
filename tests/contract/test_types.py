"""What the server says in its own types, the phone understands in its own, and the other way round.

Only tests/contract may import both sides. No network here; test_real_server has it.
"""

import base64
from datetime import UTC, datetime
from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pbx_config.live.state import MemberState, Presence
from pbx_config.model import REALM
from pbx_config.render import codes, outside
from provisioning import ca
from provisioning.server import bodies, frames, landing, live_route, mailbox, refusal
from softphone import dialling, enrol, live, live_feed, profile

TEXT = st.text(min_size=0, max_size=20).filter(lambda t: "\x00" not in t)
TIME = st.floats(0, 4e9, allow_nan=False)
CALLERS = st.builds(frames.Caller, id=TEXT, number=TEXT, name=TEXT, position=..., since=TIME)
MEMBERS = st.builds(
    frames.Member,
    extension=TEXT,
    name=TEXT,
    state=st.sampled_from([state.value for state in MemberState]),
    since=st.none() | TIME,
)
COLLEAGUES = st.builds(
    frames.Colleague,
    extension=TEXT,
    name=TEXT,
    function=TEXT,
    service=TEXT,
    site=TEXT,
    presence=st.sampled_from([presence.value for presence in Presence]),
    since=st.none() | TIME,
)
QUEUES = st.builds(
    frames.Queue,
    name=TEXT,
    title=TEXT,
    extension=TEXT,
    callers=st.lists(CALLERS, max_size=3),
    members=st.lists(MEMBERS, max_size=3),
)
WHEN = st.datetimes(
    datetime(2026, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
MESSAGES = st.builds(
    bodies.Message,
    id=st.integers(1, 2**53),
    client_id=TEXT,
    sender=TEXT,
    to=TEXT,
    text=TEXT,
    stored_at=WHEN,
    handed_at=st.none() | WHEN,
    delivered_at=st.none() | WHEN,
)
AGENTS = st.builds(
    bodies.AgentPart,
    extension=TEXT,
    name=TEXT,
    function=TEXT,
    service=TEXT,
    site=TEXT,
    public_number=st.none() | TEXT,
    roles=st.lists(st.sampled_from(["agent", "receptionist"]), max_size=2),
)


def plain(thing: object) -> object:
    """Both sides' structs as plain values, lists and tuples alike."""
    return msgspec.json.decode(msgspec.json.encode(thing))


def seen(message: bodies.Message) -> live.Message:
    """The phone's view of a message of the server."""
    return msgspec.json.decode(message.model_dump_json(by_alias=True), type=live.Message)


@given(COLLEAGUES)
def test_colleague(colleague: frames.Colleague) -> None:
    frame = live.decode_frame(frames.delta("colleague", 7, frames.encode(colleague)))
    assert isinstance(frame, live.ColleagueChanged)
    assert (frame.seq, plain(frame.colleague)) == (7, plain(colleague))


@given(QUEUES)
def test_queue(queue: frames.Queue) -> None:
    frame = live.decode_frame(frames.delta("queue", 7, frames.encode(queue)))
    assert isinstance(frame, live.QueueChanged)
    assert plain(frame.queue) == plain(queue)


@given(MESSAGES)
def test_message(message: bodies.Message) -> None:
    json = message.model_dump_json(by_alias=True).encode()
    frame = live.decode_frame(frames.delta("message", 7, json))
    assert isinstance(frame, live.MessageChanged)
    got = frame.message
    assert (got.id, got.client_id, got.sender, got.to, got.text) == (
        message.id,
        message.client_id,
        message.sender,
        message.to,
        message.text,
    )
    assert (got.stored_at, got.handed_at) == (message.stored_at, message.handed_at)
    assert got.delivered_at == message.delivered_at
    page = bodies.Messages(messages=[message]).model_dump_json(by_alias=True)
    assert msgspec.json.decode(page, type=live.MessageList).messages == (got,)


@given(TEXT, TEXT, TEXT)
def test_answered(call_id: str, extension: str, name: str) -> None:
    answered = frames.Answered(call_id=call_id, extension=extension, name=name)
    frame = live.decode_frame(frames.delta("answered", 7, frames.encode(answered)))
    assert isinstance(frame, live.CallAnswered)
    assert plain(frame.answered) == plain(answered)


@pytest.mark.parametrize("state", ["up", "down"])
def test_pbx(state: str) -> None:
    frame = live.decode_frame(frames.delta("pbx", 7, b'"%b"' % state.encode()))
    assert isinstance(frame, live.PbxChanged)
    assert frame.pbx == state


@given(
    AGENTS,
    st.lists(COLLEAGUES, max_size=2),
    st.lists(QUEUES, max_size=2),
    st.dictionaries(TEXT, TEXT, max_size=2),
    st.lists(MESSAGES, max_size=2),
)
def test_snapshot(
    me: bodies.AgentPart,
    colleagues: list[frames.Colleague],
    queues: list[frames.Queue],
    titles: dict[str, str],
    messages: list[bodies.Message],
) -> None:
    frame = live.decode_frame(
        frames.encode(
            frames.Snapshot(
                seq=1,
                pbx="up",
                me=msgspec.Raw(me.model_dump_json().encode()),
                colleagues=[msgspec.Raw(frames.encode(c)) for c in colleagues],
                queues=[msgspec.Raw(frames.encode(q)) for q in queues],
                queue_titles=titles,
                messages=[msgspec.Raw(m.model_dump_json(by_alias=True).encode()) for m in messages],
            )
        )
    )
    assert isinstance(frame, live.Snapshot)
    assert frame.v == live.VERSION
    assert plain(frame.me) == me.model_dump()
    assert plain(frame.colleagues) == plain(colleagues)
    assert plain(frame.queues) == plain(queues)
    assert frame.queue_titles == titles
    assert frame.messages == tuple(seen(message) for message in messages)


@given(AGENTS, TEXT)
def test_profile(agent: bodies.AgentPart, text: str) -> None:
    said = bodies.Profile(
        server=bodies.ServerPart(url=text, ca_pem=text),
        sip=bodies.SipPart(host=text, port=5061, user="u14-1", realm=REALM, secret=text),
        agent=agent,
        api_token=text,
        echo_test=codes.ECHO_TEST,
    )
    got = msgspec.json.decode(said.model_dump_json(), type=enrol.EnrolAnswer)
    assert plain(got) == said.model_dump()


def test_what_the_phone_asks() -> None:
    typed = live.SendMessage(to="2015", text="Ça va ?\n😀", client_id="0-a.B_9")
    body = bodies.MessageRequest.model_validate_json(msgspec.json.encode(typed))
    assert (body.to, body.text, body.client_id) == (typed.to, typed.text, typed.client_id)
    received = msgspec.json.encode(live.Received(message_id=17)).decode()
    assert frames.decode_received(received).message_id == 17


@pytest.mark.parametrize("language", ["fr", "en"])
def test_errors(language: str) -> None:
    for id_ in refusal.ENROLMENT:
        said = refusal.enrolment(id_).body("fr" if language == "fr" else "en")
        got = msgspec.json.decode(msgspec.json.encode(said), type=live.ApiProblem)
        assert (got.id, got.message != "") == (id_, True)
        assert id_ in enrol.REFUSALS, "the window has words of its own for it"


def test_every_state_of_the_exchange_has_a_word_on_the_phone() -> None:
    assert {state.value for state in MemberState} == set(get_args(live.MemberState))
    assert {presence.value for presence in Presence} <= set(get_args(live.Presence))


def test_the_same_numbers_on_both_sides() -> None:
    assert live.VERSION == frames.VERSION == profile.VERSION
    assert live.PAGE == mailbox.PAGE
    assert live_route.TOKEN_UNKNOWN in live_feed.UNWANTED
    assert live_route.TOO_SLOW not in live_feed.UNWANTED
    assert profile.Sip(host="", port=1, user="").realm == REALM
    assert set(outside.EMERGENCY) == dialling.EMERGENCY


def test_links(tmp_path_factory: pytest.TempPathFactory) -> None:
    files = ca.CaFiles(tmp_path_factory.mktemp("ca"))
    ca.ensure(files, "localhost")
    pem = files.ca.read_bytes()
    digest = enrol.fingerprint_of(pem.decode())
    assert ca.fingerprint(pem) == base64.urlsafe_b64encode(digest).decode().rstrip("=")
    url = landing.Link("pbx.commune.example", 8443, "t" * 43, ca.fingerprint(pem)).url
    link = enrol.parse_link(f"Bonjour,\n  {url}\n")
    assert (link.host, link.port, link.token) == ("pbx.commune.example", 8443, "t" * 43)
    assert link.fingerprint == digest
