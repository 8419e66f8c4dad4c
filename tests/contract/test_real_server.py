"""The phone's own code against the product's own server: a process, TLS, SQLite, no stand-in."""

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from sqlalchemy import update

from provisioning import ca
from provisioning.store.tables import Device
from softphone.api import ApiError
from softphone.enrol import EnrolError, enrol, parse_link
from softphone.enrol_link import EnrolLink
from softphone.facts import LinkChanged
from softphone.live import MessageChanged
from softphone.notebook import Notebook
from softphone.profile import Profile, load
from softphone.protocol import Incoming
from softphone.secrets import FileStore
from softphone.server_link import ServerLink
from softphone.state import State, initial
from tests.provisioning.server.town import Town, running_town
from tests.softphone.told import Told


@pytest.fixture
def town() -> Iterator[Town]:
    with running_town() as running:
        yield running


@dataclass
class Phone:
    """An enrolled laptop with its window's state."""

    home: Path
    profile: Profile
    notebook: Notebook
    told: Told
    link: ServerLink

    def until_texts(self, peer: str, *texts: str) -> State:
        """Wait until the conversation reads like this."""
        return self.told.until(
            lambda s: tuple(entry.text for entry in s.messages.get(peer).entries) == texts
        )


def link_for(town: Town, extension: str) -> EnrolLink:
    fingerprint = ca.fingerprint(town.ca.ca.read_bytes())
    return parse_link(f"allo://localhost:{town.port}/enrol/{town.link(extension)}?ca={fingerprint}")


def enrolled(town: Town, extension: str, home: Path) -> Path:
    enrol(link_for(town, extension), home, FileStore(home), device_name=f"portable-{extension}")
    return home


@contextlib.contextmanager
def phone(home: Path, language: str = "fr") -> Iterator[Phone]:
    """A start of the phone, as the window does it."""
    profile, secrets = load(home), FileStore(home).load()
    assert profile is not None
    assert secrets is not None
    notebook = Notebook(home)
    told = Told(initial(profile.agent))
    link = ServerLink(profile, secrets.api_token, notebook, told, language=language)
    link.start()
    try:
        yield Phone(home, profile, notebook, told, link)
    finally:
        link.close()
        notebook.close()


def test_enrol_once(town: Town, tmp_path: Path) -> None:
    link = link_for(town, "2014")
    home = tmp_path / "zoe"
    profile = enrol(link, home, FileStore(home), device_name="portable-zoé")
    assert (profile.agent.name, profile.agent.is_receptionist) == ("Zoé Lefèvre", True)
    assert profile.server.url == town.url
    assert profile.echo_test == "*43"
    with phone(home) as zoe:
        state = zoe.told.until(lambda s: s.link.state == "live" and s.board.colleagues)
        assert [c.name for c in state.colleagues] == ["Julien Marchal", "Şirin Öztürk"]
        assert {c.presence for c in state.colleagues} == {"unknown"}, "its PBX is down"
        assert not state.board.fresh
        assert [q.title for q in state.queues] == ["Population", "Travaux"]
        assert state.me == profile.agent
    with pytest.raises(EnrolError) as again:
        enrol(link, tmp_path / "other", FileStore(tmp_path / "other"), language="en")
    assert again.value.id == "used"
    assert "already used" in again.value.detail
    assert not (tmp_path / "other").exists()


def test_an_agents_call_through_a_queue_has_its_title(town: Town, tmp_path: Path) -> None:
    with phone(enrolled(town, "2016", tmp_path / "sirin")) as sirin:
        sirin.told(Incoming(call="in-1", number="071000042", queue="travaux"))
        state = sirin.told.until(lambda s: s.link.state == "live" and s.board.colleagues)
        assert state.queues == (), "who waits there is for receptionists"
        assert state.calls["in-1"].queue_title == "Travaux"


def test_messages_both_ways_with_delivery(town: Town, tmp_path: Path) -> None:
    with (
        phone(enrolled(town, "2014", tmp_path / "zoe")) as zoe,
        phone(enrolled(town, "2016", tmp_path / "sirin")) as sirin,
    ):
        for one in (zoe, sirin):
            one.told.until(lambda s: s.link.state == "live")
        text = "Dépôt à 14 h ? « Ça marche » 👍🏽\nŒuvre d'été"
        stored = zoe.link.send_message("2016", text).result(10)
        state = sirin.until_texts("2014", text)
        assert state.messages.unread == 1
        zoe.told.until(
            lambda s: "delivered" in [e.status for e in s.messages.get("2016").entries[-1:]]
        )
        sirin.link.mark_read("2014", stored.id)
        sirin.link.send_message("2014", "Oui").result(10)
        zoe.until_texts("2016", text, "Oui")
        sirin.told.until(
            lambda s: "delivered" in [e.status for e in s.messages.get("2014").entries[-1:]]
        )
        assert sirin.told.state.messages.unread == 0
        page = zoe.link.messages_with("2016").result(10)
        assert [m.text for m in page] == [text, "Oui"]
        assert zoe.link.messages_with("2016", before=page[1].id).result(10) == page[:1]


def test_a_message_to_somebody_who_is_away(town: Town, tmp_path: Path) -> None:
    sirins = enrolled(town, "2016", tmp_path / "sirin")
    with phone(enrolled(town, "2014", tmp_path / "zoe")) as zoe:
        zoe.told.until(lambda s: s.link.state == "live")
        zoe.link.send_message("2016", "À ton retour : écoute").result(10)
        assert zoe.told.state.messages.get("2016").entries[-1].status == "stored"
        with phone(sirins) as sirin:
            state = sirin.until_texts("2014", "À ton retour : écoute")
            assert state.messages.unread == 1
        zoe.told.until(
            lambda s: "delivered" in [e.status for e in s.messages.get("2016").entries[-1:]]
        )
        with phone(sirins) as sirin:
            state = sirin.told.until(lambda s: s.messages.with_)
            assert state.messages.unread == 1, "delivered, and still not read"


def test_nothing_typed_is_lost_while_the_server_is_away(town: Town, tmp_path: Path) -> None:
    zoes, sirins = enrolled(town, "2014", tmp_path / "z"), enrolled(town, "2016", tmp_path / "s")
    with phone(zoes) as zoe:
        zoe.told.until(lambda s: s.link.state == "live")
        assert town.stop() == 0
        zoe.told.until(lambda s: s.link.state == "stale")
        for text in ("un", "deux"):
            zoe.link.send_message("2016", text)
        zoe.until_texts("2016", "un", "deux")
    with phone(zoes) as zoe:
        assert [typed.text for typed in zoe.notebook.pending()] == ["un", "deux"]
        zoe.link.send_message("2016", "trois")
        zoe.until_texts("2016", "un", "deux", "trois")
        town.start()
        with phone(sirins) as sirin:
            sirin.until_texts("2014", "un", "deux", "trois")
        zoe.told.until(
            lambda s: [e.status for e in s.messages.get("2016").entries] == ["delivered"] * 3,
            within=15,
        )
        assert zoe.notebook.pending() == ()


def test_a_restarted_server_is_found_again_soon(town: Town, tmp_path: Path) -> None:
    with phone(enrolled(town, "2014", tmp_path / "zoe")) as zoe:
        zoe.told.until(lambda s: s.link.state == "live")
        assert town.stop() == 0
        zoe.told.until(lambda s: s.link.state == "stale")
        town.start()
        begin = time.monotonic()
        zoe.told.until(lambda s: s.link.state == "live")
        assert time.monotonic() - begin < 5


def test_refusals_are_in_the_persons_language(town: Town, tmp_path: Path) -> None:
    with phone(enrolled(town, "2016", tmp_path / "sirin"), language="en") as sirin:
        sirin.told.until(lambda s: s.link.state == "live")
        assert sirin.told.state.queues == (), "no queues without the role"
        with pytest.raises(ApiError) as refused:
            sirin.link.take_caller("travaux", "node1-1.1").result(10)
        assert (refused.value.problem.id, str(refused.value)) == (
            "not-receptionist",
            "For receptionists only.",
        )
        with pytest.raises(ApiError) as unknown:
            sirin.link.send_message("9999", "Allo").result(10)
        assert unknown.value.problem.id == "no-such-extension"
        entry = (
            sirin.told.until(lambda s: s.messages.get("9999").entries)
            .messages.get("9999")
            .entries[0]
        )
        assert entry.status == "failed"
        with pytest.raises(ApiError) as empty:
            sirin.link.send_message("2014", " \n").result(10)
        assert empty.value.problem.id == "invalid"
        with pytest.raises(ApiError) as long:
            sirin.link.send_message("2014", "é" * 4001).result(10)
        assert long.value.problem.id == "invalid"
        assert sirin.link.send_message("2014", "é" * 4000).result(10).text == "é" * 4000


def test_a_revoked_phone_is_told_so(town: Town, tmp_path: Path) -> None:
    home = enrolled(town, "2014", tmp_path / "zoe")
    with town.store.write() as session:
        session.execute(update(Device).where(Device.id == 1).values(api_token_hash="0" * 64))
    with phone(home) as zoe:
        refused = zoe.told.until_fact(LinkChanged, lambda f: f.state == "refused")
        assert refused.problem is not None
        assert refused.problem.id == "token-unknown"


def test_another_installation_is_not_ours(town: Town, tmp_path: Path) -> None:
    home = enrolled(town, "2014", tmp_path / "zoe")
    assert town.stop() == 0
    for file in town.ca.ca.parent.iterdir():
        file.unlink()
    ca.ensure(town.ca, "localhost")
    town.start()
    with phone(home) as zoe:
        refused = zoe.told.until_fact(LinkChanged, lambda f: f.state == "refused")
        assert refused.problem is not None
        assert refused.problem.id == "wrong-certificate"
    assert not any(isinstance(fact, MessageChanged) for fact in zoe.told.facts)


def test_every_request_of_the_phone_is_in_the_servers_openapi(town: Town) -> None:
    answer = httpx.get(f"{town.url}/v1/openapi.json", verify=town.trust, trust_env=False)
    paths = answer.json()["paths"]
    for method, path in (
        ("post", "/v1/enrol"),
        ("post", "/v1/messages"),
        ("get", "/v1/messages"),
        ("post", "/v1/queues/{queue}/callers/{caller_id}/take"),
    ):
        assert method in paths[path], path
    query = {p["name"]: p["required"] for p in paths["/v1/messages"]["get"]["parameters"]}
    assert query["with"]
    assert not query["before"]
