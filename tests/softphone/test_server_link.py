"""The link against a real TLS server that is told to misbehave, through a wire that can be cut."""

import contextlib
import gc
import threading
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError
from pathlib import Path

import msgspec
import pytest

from softphone import live_feed
from softphone.api import ApiError
from softphone.facts import (
    HistoryLoaded,
    LinkChanged,
    MessageRefused,
    MessageStored,
    MessageTyped,
    TakeAnswered,
    TakeAsked,
)
from softphone.live import MessageChanged
from softphone.notebook import Notebook
from softphone.profile import Profile
from softphone.server_link import ServerLink
from tests.softphone.certificates import make_authority
from tests.softphone.relay import relay_to
from tests.softphone.told import Told
from tests.softphone.town_server import TOKEN, TownServer, problem, stored, town_server


@pytest.fixture
def server(tmp_path: Path) -> Iterator[TownServer]:
    with town_server(tmp_path) as running:
        yield running


@pytest.fixture
def notebook(tmp_path: Path) -> Iterator[Notebook]:
    kept = Notebook(tmp_path / "phone")
    yield kept
    kept.close()


@contextlib.contextmanager
def linked(
    profile: Profile, notebook: Notebook, told: Told, token: str = TOKEN, language: str = "fr"
) -> Iterator[ServerLink]:
    link = ServerLink(profile, token, notebook, told, language=language)
    link.start()
    try:
        yield link
    finally:
        link.close()
        assert not any(thread.name == "allo-link" for thread in threading.enumerate())


def at_port(profile: Profile, port: int) -> Profile:
    server = msgspec.structs.replace(profile.server, url=f"https://127.0.0.1:{port}")
    return msgspec.structs.replace(profile, server=server)


def eventually(true: object, within: float = 5.0) -> None:
    """For what only the server knows."""
    assert callable(true)
    deadline = time.monotonic() + within
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_live_from_the_first_snapshot(server: TownServer, notebook: Notebook) -> None:
    told = Told.of("2014")
    server.colleagues = [{"extension": "2015", "name": "Luc", "presence": "free", "since": None}]
    with linked(server.profile, notebook, told):
        state = told.until(lambda s: s.board.fresh)
        assert state.board.colleagues["2015"].presence == "free"
        busy = {**server.colleagues[0], "presence": "busy"}
        server.say("colleague", colleague=busy)
        told.until(lambda s: s.board.colleagues["2015"].presence == "busy")
        server.say("weather", sky="grey")  # a newer server's
        server.say("pbx", pbx="down")
        told.until(lambda s: s.board.colleagues["2015"].presence == "unknown")
    assert told.links() == ["connecting", "live"]
    assert server.connections == 1


def test_a_message_is_acknowledged_when_it_is_here(server: TownServer, notebook: Notebook) -> None:
    told = Told.of("2014")
    server.waiting = [stored(3, "2015", "2014", "Déjà là ?"), stored(4, "2014", "2015", "Oui")]
    with linked(server.profile, notebook, told):
        eventually(lambda: server.received == [3])
        server.say("message", message=stored(5, "2015", "2014", "Parfait"))
        told.until(lambda s: s.messages.get("2015").newest_id == 5)
        eventually(lambda: server.received == [3, 5])
        server.say(
            "message",
            message={**stored(5, "2015", "2014", "…"), "delivered_at": "2026-11-24T09:00:01Z"},
        )
        told.until(lambda s: "delivered" in [e.status for e in s.messages.get("2015").entries[-1:]])
    assert server.received == [3, 5]
    assert told.state.messages.get("2015").unread == 2


def test_a_message_the_window_could_not_take_is_not_acknowledged(
    server: TownServer, notebook: Notebook, caplog: pytest.LogCaptureFixture
) -> None:
    told = Told.of("2014")

    def broken(fact: object) -> None:
        if isinstance(fact, MessageChanged) and fact.message.text == "boum":
            raise ValueError("the window's mistake")
        told(fact)  # type: ignore[arg-type]

    link = ServerLink(server.profile, TOKEN, notebook, broken)
    link.start()
    with contextlib.closing(link):
        told.until(lambda s: s.board.fresh)
        server.say("message", message=stored(1, "2015", "2014", "boum"))
        server.say("message", message=stored(2, "2015", "2014", "suite"))
        told.until(lambda s: s.messages.get("2015").newest_id == 2)
        eventually(lambda: server.received == [2])
    assert "MessageChanged was not taken" in caplog.text


def test_sending(server: TownServer, notebook: Notebook) -> None:
    told = Told.of("2014")
    with linked(server.profile, notebook, told) as link:
        told.until(lambda s: s.board.fresh)
        answer = link.send_message("2015", "Ça va ? 😀").result(10)
        assert (answer.text, answer.sender) == ("Ça va ? 😀", "2014")
        told.until(lambda s: "stored" in [e.status for e in s.messages.get("2015").entries[-1:]])
    assert notebook.pending() == ()
    kinds = [type(f) for f in told.facts if isinstance(f, MessageTyped | MessageStored)]
    assert kinds == [MessageTyped, MessageStored]


def test_typed_offline_sent_in_order_when_the_server_is_there(
    tmp_path: Path, notebook: Notebook
) -> None:
    authority = make_authority()
    with town_server(tmp_path, authority) as gone:
        profile = gone.profile
    told = Told.of("2014")
    with linked(profile, notebook, told) as link:
        for text in ("un", "deux", "trois"):
            link.send_message("2015", text)
        state = told.until(lambda s: len(s.messages.get("2015").entries) == 3)
        assert {e.status for e in state.messages.get("2015").entries} == {"pending"}
        told.until(lambda s: s.link.problem is not None)
        assert told.links() == ["connecting"]
    assert len(notebook.pending()) == 3
    # The next day: another start of the phone, and the server is back.
    told = Told.of("2014")
    with (
        town_server(tmp_path, authority, port=int(profile.server.url.rpartition(":")[2])) as back,
        linked(profile, notebook, told),
    ):
        told.until(lambda s: [e.id for e in s.messages.get("2015").entries] == [1, 2, 3])
        assert [m["text"] for m in back.messages] == ["un", "deux", "trois"]
        eventually(lambda: notebook.pending() == ())


def test_a_lost_answer_does_not_double_the_message(server: TownServer, notebook: Notebook) -> None:
    told = Told.of("2014")
    with linked(server.profile, notebook, told) as link:
        link.send_message("2015", "une fois", "same").result(10)
        link.send_message("2015", "une fois", "same").result(10)
        assert len(server.messages) == 1
    assert len(told.state.messages.get("2015").entries) == 1


def test_a_refused_message_does_not_hold_up_the_next(
    server: TownServer, notebook: Notebook
) -> None:
    told = Told.of("2014")
    server.send_answer = (404, problem(404, "no-such-extension", "Le poste 9999 n'existe pas."))
    with linked(server.profile, notebook, told) as link:
        with pytest.raises(ApiError) as refused:
            link.send_message("9999", "Allo", "c1").result(10)
        assert refused.value.problem.message == "Le poste 9999 n'existe pas."
        told.until_fact(MessageRefused, lambda f: f.client_id == "c1")
        server.send_answer = None
        link.send_message("2015", "Allo").result(10)
        assert [typed.client_id for typed in notebook.pending()] == ["c1"], "kept, as failed"
        # The extension exists by now: the person tries again.
        link.send_message("9999", "Allo", "c1").result(10)
        assert notebook.pending() == ()
        server.send_answer = (422, problem(422, "invalid"))
        with pytest.raises(ApiError):
            link.send_message("2015", "", "c2").result(10)
        link.discard_message("c2")
        told.until(lambda s: [e.id for e in s.messages.get("2015").entries] == [1])
        assert notebook.pending() == ()


@pytest.mark.parametrize("answer", [(500, "Oops"), (503, problem(503, "busy")), (404, "<html>")])
def test_a_server_in_trouble_is_asked_again(
    server: TownServer, notebook: Notebook, answer: tuple[int, object]
) -> None:
    server.send_answer = answer
    told = Told.of("2014")
    with linked(server.profile, notebook, told) as link:
        future = link.send_message("2015", "patience")
        told.until(lambda s: s.board.fresh)
        server.send_answer = None
        assert future.result(10).text == "patience"


def test_taking_a_caller(server: TownServer, notebook: Notebook) -> None:
    told = Told.of("2014")
    with linked(server.profile, notebook, told, language="en") as link:
        link.take_caller("population", "node1-1.2").result(10)
        with pytest.raises(ApiError) as gone:
            link.take_caller("population", "node1-9.9").result(10)
        assert (gone.value.problem.id, gone.value.status) == ("caller-gone", 404)
        assert str(gone.value) == "Déjà pris par Julien Marchal."
    asked = [f for f in told.facts if isinstance(f, TakeAsked | TakeAnswered)]
    assert [type(f) for f in asked] == [TakeAsked, TakeAnswered] * 2
    assert set(server.languages) == {"en"}


def test_older_messages(server: TownServer, notebook: Notebook) -> None:
    told = Told.of("2014")
    with linked(server.profile, notebook, told) as link:
        told.until(lambda s: s.board.fresh)
        server.messages = [stored(n, "2015", "2014", str(n)) for n in range(1, 151)]
        latest = link.messages_with("2015").result(10)
        assert (latest[0].id, latest[-1].id) == (51, 150)
        link.messages_with("2015", before=51).result(10)
    pages = [f for f in told.facts if isinstance(f, HistoryLoaded)]
    assert [page.complete for page in pages] == [False, True]
    assert [e.id for e in told.state.messages.get("2015").entries] == list(range(1, 151))


def test_read_marks_survive(server: TownServer, notebook: Notebook) -> None:
    old = {**stored(1, "2015", "2014", "vieux"), "delivered_at": "2026-11-23T09:00:00Z"}
    server.waiting = [old, stored(2, "2015", "2014", "neuf"), stored(3, "2016", "2014", "neuf")]
    told = Told.of("2014")
    with linked(server.profile, notebook, told) as link:
        state = told.until(lambda s: s.messages.unread)
        assert state.messages.unread == 2, "what another device already had is read"
        link.mark_read("2015", 2)
        told.until(lambda s: s.messages.unread == 1)
    for message in server.waiting:
        message["delivered_at"] = "2026-11-24T09:00:01Z"
    told = Told.of("2014")
    with linked(server.profile, notebook, told):
        state = told.until(lambda s: s.board.fresh and s.messages.with_)
        assert (state.messages.get("2015").unread, state.messages.get("2016").unread) == (0, 1)


# The wire


def test_a_cut_wire_is_said_and_mended(server: TownServer, notebook: Notebook) -> None:
    told = Told.of("2014")
    server.colleagues = [{"extension": "2015", "name": "Luc", "presence": "free", "since": None}]
    with relay_to(server.port) as wire, linked(at_port(server.profile, wire.port), notebook, told):
        told.until(lambda s: s.board.fresh)
        wire.cut()
        told.until_fact(LinkChanged, lambda f: f.state == "stale" and f.retry_in)
        begin = time.monotonic()
        told.until(lambda s: s.board.fresh)
        assert time.monotonic() - begin < 2
    assert told.links()[:4] == ["connecting", "live", "stale", "live"]


def test_a_half_dead_wire_is_noticed(
    server: TownServer, notebook: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_feed, "PING_EVERY", 0.2)
    monkeypatch.setattr(live_feed, "PONG_WITHIN", 0.3)
    monkeypatch.setattr(live_feed, "OPEN_WITHIN", 0.5)
    told = Told.of("2014")
    with relay_to(server.port) as wire, linked(at_port(server.profile, wire.port), notebook, told):
        told.until(lambda s: s.board.fresh)
        begin = time.time()
        wire.deaden()
        state = told.until(lambda s: s.link.state == "stale")
        assert time.time() - begin < 3
        assert not state.board.fresh
        assert state.board.as_of is not None
        assert state.board.as_of <= begin + 0.1, "the situation shown is of before"
        wire.revive()
        told.until(lambda s: s.board.fresh)


def test_a_missing_frame_means_a_new_snapshot(server: TownServer, notebook: Notebook) -> None:
    told = Told.of("2014")
    with linked(server.profile, notebook, told):
        told.until(lambda s: s.board.fresh)
        server.say("message", skip=1, message=stored(2, "2015", "2014", "after a hole"))
        eventually(lambda: server.connections == 2)
        told.until(lambda s: s.board.fresh)
    assert not any(isinstance(fact, MessageChanged) for fact in told.facts)


def test_a_server_that_restarts(server: TownServer, notebook: Notebook) -> None:
    told = Told.of("2014")
    with linked(server.profile, notebook, told):
        told.until(lambda s: s.board.fresh)
        server.close_all(1012)
        eventually(lambda: server.connections == 2)
        told.until(lambda s: s.board.fresh)


# Refusals


def test_a_revoked_device_is_told_so(server: TownServer, notebook: Notebook) -> None:
    told = Told.of("2014")
    with linked(server.profile, notebook, told) as link:
        told.until(lambda s: s.board.fresh)
        server.token = "another"
        server.close_all(4401)
        state = told.until(lambda s: s.link.state == "refused")
        assert state.link.problem is not None
        assert state.link.problem.id == "token-unknown"
        assert state.link.retry_in == live_feed.REFUSED_RETRY
        link.try_now()
        eventually(lambda: server.connections == 2)
        server.token = TOKEN
        link.try_now()
        told.until(lambda s: s.link.state == "live")


def test_an_unknown_token(server: TownServer, notebook: Notebook) -> None:
    told = Told.of("2014")
    with linked(server.profile, notebook, told, token="wrong"):
        refused = told.until_fact(LinkChanged, lambda f: f.state == "refused")
        assert refused.problem is not None
        assert refused.problem.id == "token-unknown"


def test_a_server_with_another_ca(
    server: TownServer, notebook: Notebook, caplog: pytest.LogCaptureFixture
) -> None:
    other = msgspec.structs.replace(server.profile.server, ca_pem=make_authority().pem)
    profile = msgspec.structs.replace(server.profile, server=other)
    told = Told.of("2014")
    with caplog.at_level("DEBUG"), linked(profile, notebook, told) as link:
        refused = told.until_fact(LinkChanged, lambda f: f.state == "refused")
        assert refused.problem is not None
        assert refused.problem.id == "wrong-certificate"
        with pytest.raises(ApiError) as error:
            link.messages_with("2015").result(10)
        assert error.value.problem.id == "wrong-certificate"
    assert server.connections == 0
    assert server.languages == []


# The end


def test_no_secret_in_the_log(
    server: TownServer, notebook: Notebook, caplog: pytest.LogCaptureFixture
) -> None:
    told = Told.of("2014")
    with caplog.at_level("DEBUG"), linked(server.profile, notebook, told) as link:
        link.send_message("2015", "privé").result(10)
        told.until(lambda s: s.board.fresh)
    said = [record for record in caplog.records if "asyncio" not in record.name]
    assert said
    assert all("geheim" not in r.getMessage() and "privé" not in r.getMessage() for r in said)


def test_after_close_nothing_comes_and_nothing_breaks(
    server: TownServer, notebook: Notebook
) -> None:
    told = Told.of("2014")
    link = ServerLink(server.profile, TOKEN, notebook, told)
    link.start()
    told.until(lambda s: s.board.fresh)
    link.close()
    link.close()
    told_then = len(told.facts)
    link.try_now()
    for future in (link.take_caller("q", "c"), link.messages_with("2015")):
        with pytest.raises(CancelledError):
            future.result(1)
    with pytest.raises(CancelledError):
        link.send_message("2015", "trop tard").result(1)
    assert len(told.facts) == told_then


def test_close_while_nobody_answers(notebook: Notebook, server: TownServer) -> None:
    told = Told.of("2014")
    with relay_to(server.port) as wire:
        wire.deaden()
        link = ServerLink(at_port(server.profile, wire.port), TOKEN, notebook, told)
        link.start()
        future = link.send_message("2015", "reste")
        told.until_fact(MessageTyped, lambda f: f.text == "reste")
        begin = time.monotonic()
        link.close()
        assert time.monotonic() - begin < 3
        assert future.cancelled()
        gc.collect()  # a socket left open would be told here
    assert [typed.text for typed in notebook.pending()] == ["reste"]


def test_never_started(notebook: Notebook, server: TownServer) -> None:
    ServerLink(server.profile, TOKEN, notebook, Told.of("2014")).close()
