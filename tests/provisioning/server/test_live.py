"""The live WebSocket: presence and queues from a real Asterisk, for those who may see them."""

import asyncio
import json
import socket
import ssl
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import update
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from pbx_config.ami.client import Endpoint
from provisioning.server import live_client, live_route
from provisioning.store.tables import Device
from tests.pbx_config.live.citizen import Citizens, citizens
from tests.pbx_config.live.private_asterisk import PrivateAsterisk, private_asterisk
from tests.provisioning.server.town import Live, Town, running_town

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def asterisk() -> Iterator[PrivateAsterisk]:
    with private_asterisk() as running:
        yield running


@pytest.fixture(scope="module")
def town(asterisk: PrivateAsterisk) -> Iterator[Town]:
    with running_town(asterisk.port) as running:
        yield running


@pytest.fixture
async def people(asterisk: PrivateAsterisk) -> AsyncIterator[Citizens]:
    async with citizens(asterisk.citizen) as calling:
        yield calling


async def up(live: Live) -> dict[str, Any]:
    """The first snapshot that knows the PBX."""
    while True:
        snapshot = await live.until("snapshot")
        if snapshot["pbx"] == "up":
            return snapshot


async def queue_with(live: Live, name: str, callers: list[str]) -> dict[str, Any]:
    """The next state of a queue in which exactly these wait."""
    while True:
        queue: Any = await live.until("queue", name=name)
        if [c["id"] for c in queue["callers"]] == callers:
            return dict(queue)


async def test_a_receptionist_sees_everything_at_once(town: Town) -> None:
    async with town.live("2014") as live:
        snapshot = await up(live)
    assert snapshot["v"] == 1
    assert snapshot["me"] == {
        "extension": "2014",
        "name": "Zoé Lefèvre",
        "function": "Employé",
        "service": "Population",
        "site": "Hôtel de ville",
        "public_number": None,
        "roles": ["agent", "receptionist"],
    }
    colleagues = {c["extension"]: c for c in snapshot["colleagues"]}
    assert set(colleagues) == {"2015", "2016"}
    assert colleagues["2016"]["name"] == "Şirin Öztürk"
    assert colleagues["2016"]["service"] == "Travaux"
    queues = {q["name"]: q for q in snapshot["queues"]}
    assert {q["title"] for q in queues.values()} == {"Population", "Travaux"}
    assert [m["extension"] for m in queues["population"]["members"]] == ["2014"]
    assert queues["population"]["members"][0]["name"] == "Zoé Lefèvre"


async def test_an_agent_sees_titles_of_queues_and_nothing_more(
    town: Town, people: Citizens
) -> None:
    async with town.live("2016") as agent, town.live("2014") as receptionist:
        snapshot = await up(agent)
        titles = {"population": "Population", "travaux": "Travaux"}
        assert (snapshot["queues"], snapshot["queue_titles"]) == ([], titles)
        assert (await up(receptionist))["queue_titles"] == titles
        await people.call("2901", "+32470000001", "Ali", "role-1")
        await queue_with(receptionist, "travaux", ["role-1"])
        await people.hang_up("role-1")
        await queue_with(receptionist, "travaux", [])
        async with town.phone("2014") as sending:
            body = {"to": "2016", "text": "x", "client_id": "role-1"}
            await sending.post("/v1/messages", json=body)
        assert (await agent.next())["type"] == "message", "nothing about queues before it"


async def test_an_agent_is_told_a_new_title(asterisk: PrivateAsterisk) -> None:
    with running_town(asterisk.port) as town:
        async with town.live("2016") as agent:
            await up(agent)
            intent = town.home.commune.read_text(encoding="utf-8")
            intent = intent.replace('name = "Travaux"', 'name = "TRAVAUX"')
            town.home.commune.write_text(intent, encoding="utf-8")
            await asyncio.to_thread(asterisk.console, "module reload app_queue.so")
            titles = {"population": "Population", "travaux": "TRAVAUX"}
            # Who came while the PBX was coming up is shown all once more before.
            while (await agent.until("snapshot"))["queue_titles"] != titles:
                pass


async def test_presence_follows_the_phone(town: Town, asterisk: PrivateAsterisk) -> None:
    async with town.live("2014") as live:
        await up(live)
        for state, presence in (
            ("INUSE", "busy"),
            ("UNAVAILABLE", "offline"),
            ("NOT_INUSE", "free"),
        ):
            await asyncio.to_thread(asterisk.console, f"devstate change Custom:agent2016 {state}")
            colleague = await live.until("colleague", extension="2016", presence=presence)
            assert colleague["name"] == "Şirin Öztürk"
            assert isinstance(colleague["since"], float)


async def test_a_waiting_caller_shows_at_once_and_can_be_taken(
    town: Town, people: Citizens
) -> None:
    async with town.live("2014") as live, town.phone("2014") as zoe, town.phone("2015") as julien:
        await up(live)
        await people.call("2901", "+32470000001", "Ali Dubois", "taken-1")
        async with asyncio.timeout(0.5):
            queue = await queue_with(live, "travaux", ["taken-1"])
        caller = queue["callers"][0]
        assert (caller["number"], caller["name"], caller["position"]) == (
            "+32470000001",
            "Ali Dubois",
            1,
        )
        await people.call("2901", "+32470000002", "Eva", "taken-2")
        queue = await queue_with(live, "travaux", ["taken-1", "taken-2"])

        answer = await zoe.post("/v1/queues/travaux/callers/taken-2/take")
        assert (answer.status_code, answer.json()) == (202, {})
        await queue_with(live, "travaux", ["taken-1"])

        late = await julien.post("/v1/queues/travaux/callers/taken-2/take")
        assert late.json() == {
            "status": 404,
            "id": "caller-gone",
            "message": "Déjà pris par Zoé Lefèvre.",
            "details": {"taken_by": "Zoé Lefèvre"},
        }
        await people.hang_up("taken-1")
        await queue_with(live, "travaux", [])
        gone = await julien.post("/v1/queues/travaux/callers/taken-1/take")
        assert gone.json()["message"] == "Cet appelant n'attend plus."
        await people.hang_up("taken-2")


async def test_who_may_not_take(town: Town) -> None:
    async with town.phone("2016", "en") as agent, town.phone("2014") as zoe:
        refused = await agent.post("/v1/queues/travaux/callers/x/take")
        assert (refused.status_code, refused.json()["message"]) == (403, "For receptionists only.")
        unknown = await zoe.post("/v1/queues/nowhere/callers/x/take")
        assert (unknown.status_code, unknown.json()["id"]) == (404, "no-such-queue")
        evil = await zoe.post("/v1/queues/travaux/callers/x%0D%0AAction:%20Ping/take")
        assert (evil.status_code, evil.json()["id"]) == (404, "caller-gone")


@pytest.mark.parametrize(
    ("headers", "status", "id_"),
    [
        ({}, 401, "token-unknown"),
        ({"Authorization": "Bearer wrong"}, 401, "token-unknown"),
        ({"Authorization": "Basic eDp5"}, 401, "token-unknown"),
        (
            {"Authorization": "Bearer {token}", "Origin": "https://evil.example"},
            403,
            "origin-refused",
        ),
    ],
)
async def test_strangers_stay_outside(
    town: Town, headers: dict[str, str], status: int, id_: str
) -> None:
    sent = {name: value.format(token=town.tokens["2014"]) for name, value in headers.items()}
    with pytest.raises(InvalidStatus) as refused:
        async with connect(
            f"wss://localhost:{town.port}/v1/live",
            ssl=town.trust,
            additional_headers=sent,
            proxy=None,
        ):
            pass
    assert refused.value.response.status_code == status
    assert json.loads(refused.value.response.body or b"")["id"] == id_
    if status == 401:
        async with town.phone(None) as stranger:
            answer = await stranger.get("/v1/messages?with=2015", headers=sent)
            assert (answer.status_code, answer.json()["id"]) == (401, "token-unknown")
            assert answer.headers["www-authenticate"] == "Bearer"


async def test_an_unreadable_frame_ends_the_connection(town: Town) -> None:
    for frame in ("{", '{"type": "received"}', b"\x00", '{"type": "other", "message_id": 1}'):
        async with town.live("2016") as live:
            await live.next()
            await live.socket.send(frame)
            await asyncio.wait_for(live.socket.wait_closed(), 5)
            assert live.socket.close_code == live_route.UNREADABLE


async def test_the_pbx_goes_and_comes_back() -> None:
    with private_asterisk() as asterisk, running_town(asterisk.port) as town:
        async with town.live("2014") as live, town.phone("2014") as zoe:
            await up(live)
            async with citizens(Endpoint(asterisk.port, "citizen", asterisk.citizen.secret)) as c:
                await c.call("2901", "+32470000001", "Ali", "ghost-1")
                await queue_with(live, "travaux", ["ghost-1"])
                asterisk.stop()
                assert (await live.until("pbx"))["pbx"] == "down"
            answer = await zoe.post("/v1/queues/travaux/callers/ghost-1/take")
            assert (answer.status_code, answer.json()["id"]) == (503, "pbx-down")
            assert (await zoe.get("/health")).json()["pbx"] == "down"
            async with town.live("2015") as late:
                snapshot: Any = await late.next()
                assert snapshot["pbx"] == "down"
                assert {c["presence"] for c in snapshot["colleagues"]} == {"unknown"}
            await asyncio.to_thread(asterisk.start)
            assert (await live.until("pbx"))["pbx"] == "up"
            again: Any = await live.next()
            assert (again["type"], again["pbx"]) == ("snapshot", "up")
            assert [q["callers"] for q in again["queues"]] == [[], []], "no ghosts"


async def test_a_phone_that_does_not_read_neither_stops_others_nor_fills_the_memory(
    town: Town,
) -> None:
    context = ssl.create_default_context(cafile=str(town.ca.ca))
    with socket.socket() as plain:
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        plain.connect(("127.0.0.1", town.port))
        with context.wrap_socket(plain, server_hostname="localhost") as deaf:
            deaf.sendall(
                b"GET /v1/live HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                b"Authorization: Bearer " + town.tokens["2016"].encode() + b"\r\n\r\n"
            )
            assert deaf.recv(12) == b"HTTP/1.1 101"
            async with town.live("2015") as good, town.phone("2014") as zoe:
                await good.next()
                for number in range(live_client.MESSAGES_PENDING + 300):
                    body = {"to": "2016", "text": "👍" * 4000, "client_id": f"deaf-{number}"}
                    answer = await zoe.post("/v1/messages", json=body)
                    assert answer.status_code == 201
                body = {"to": "2015", "text": "encore là", "client_id": "deaf-good"}
                await zoe.post("/v1/messages", json=body)
                await good.until("message", client_id="deaf-good")
                async with asyncio.timeout(live_client.SEND_WITHIN + 5):
                    while f"with {live_route.TOO_SLOW}" not in town.log:
                        await asyncio.sleep(0.1)


async def test_a_revoked_phone_is_refused(town: Town) -> None:
    with town.store.write() as session:
        session.execute(update(Device).values(revoked_at=datetime.now(UTC)).where(Device.id == 3))
    with pytest.raises(InvalidStatus):
        async with town.live("2016"):
            pass
    with town.store.write() as session:
        session.execute(update(Device).values(revoked_at=None))


def test_nothing_secret_was_logged(town: Town) -> None:
    for secret in town.tokens.values():
        assert secret not in town.log
    assert "Traceback" not in town.log
    assert "ERROR" not in town.log
