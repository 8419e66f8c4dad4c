"""Messages between two agents, with both, one or none of them there."""

import asyncio
from collections.abc import Iterator

import pytest
from sqlalchemy import delete, text

from provisioning.store.tables import Message
from tests.provisioning.server.town import Town, running_town

pytestmark = pytest.mark.anyio

TEXT = "Dépôt à 14 h ? « Ça marche » 👍🏽\n\tŒuvre d'été — naïve"


@pytest.fixture(scope="module")
def running() -> Iterator[Town]:
    with running_town() as town:
        yield town


@pytest.fixture
def town(running: Town) -> Town:
    """Nobody has written anything yet."""
    with running.store.write() as session:
        session.execute(delete(Message))
    return running


async def test_a_message_arrives_and_the_sender_learns_it(town: Town) -> None:
    async with town.live("2014") as zoe, town.live("2016") as sirin, town.phone("2014") as sending:
        await zoe.next()
        await sirin.next()
        answer = await sending.post(
            "/v1/messages", json={"to": "2016", "text": TEXT, "client_id": "a-1"}
        )
        assert answer.status_code == 201
        message = answer.json()
        assert (message["from"], message["to"], message["text"]) == ("2014", "2016", TEXT)
        assert message["delivered_at"] is None

        heard = await sirin.until("message", id=message["id"])
        assert heard == message
        await sirin.received(message["id"])

        delivered = await zoe.until("message", id=message["id"], text=TEXT)
        while delivered["delivered_at"] is None:  # first their own other devices hear of it
            delivered = await zoe.until("message", id=message["id"])
        assert delivered["delivered_at"] >= message["stored_at"]

    async with town.phone("2016") as answering:
        back = await answering.post(
            "/v1/messages", json={"to": "2014", "text": "Oui, à 14 h", "client_id": "b-1"}
        )
        assert back.status_code == 201


async def test_what_came_while_away_is_there_on_return(town: Town) -> None:
    async with town.phone("2014") as zoe:
        for number in range(60):  # more than a conversation's share of a snapshot
            body = {"to": "2016", "text": f"n° {number}", "client_id": f"away-{number}"}
            assert (await zoe.post("/v1/messages", json=body)).status_code == 201
    async with town.live("2016") as sirin:
        snapshot = await sirin.next()
        messages = snapshot["messages"]
        assert isinstance(messages, list)
        assert [m["text"] for m in messages] == [f"n° {n}" for n in range(60)]
        for message in messages:
            await sirin.received(message["id"])
            await sirin.until("message", id=message["id"])
    async with town.live("2016") as sirin:
        messages = (await sirin.next())["messages"]
        assert isinstance(messages, list)
        assert [m["text"] for m in messages] == [f"n° {n}" for n in range(10, 60)]
        assert all(m["delivered_at"] for m in messages)


async def test_every_device_of_both_hears_it(town: Town) -> None:
    async with (
        town.live("2014") as desk,
        town.live("2014") as home,
        town.live("2016") as sirin,
        town.live("2015") as other,
        town.phone("2014") as sending,
    ):
        for phone in (desk, home, sirin, other):
            await phone.next()
        await sending.post("/v1/messages", json={"to": "2016", "text": "x", "client_id": "d-1"})
        for phone in (desk, home, sirin):
            await phone.until("message", client_id="d-1")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(other.socket.recv(), 0.3)


async def test_a_retry_does_not_double(town: Town) -> None:
    body = {"to": "2016", "text": "une fois", "client_id": "retry-1"}
    async with town.phone("2014") as zoe, town.phone("2015") as julien:
        first, *others = await asyncio.gather(
            *(zoe.post("/v1/messages", json=body) for _ in range(8))
        )
        codes = sorted(a.status_code for a in (first, *others))
        assert codes == [200] * 7 + [201]
        assert len({a.json()["id"] for a in (first, *others)}) == 1
        # Somebody else may have had the same idea.
        assert (await julien.post("/v1/messages", json=body)).status_code == 201


@pytest.mark.parametrize(
    ("change", "status", "id_"),
    [
        ({"to": "2999"}, 404, "no-such-extension"),
        ({"to": "2014;DROP"}, 422, "invalid"),
        ({"text": ""}, 422, "invalid"),
        ({"text": " \n "}, 422, "invalid"),
        ({"text": "x" * 4001}, 422, "invalid"),
        ({"text": "bell\x07"}, 422, "invalid"),
        ({"text": "nul\0"}, 422, "invalid"),
        ({"text": 5}, 422, "invalid"),
        ({"client_id": ""}, 422, "invalid"),
        ({"client_id": "a b"}, 422, "invalid"),
    ],
)
async def test_what_cannot_be_sent_is_refused(
    town: Town, change: dict[str, object], status: int, id_: str
) -> None:
    body = {"to": "2016", "text": "ok", "client_id": "c-1"} | change
    async with town.phone("2014") as zoe:
        answer = await zoe.post("/v1/messages", json=body)
        assert (answer.status_code, answer.json()["id"]) == (status, id_)
        assert answer.json()["message"]
        history = await zoe.get("/v1/messages", params={"with": "2016"})
        assert history.json() == {"messages": []}


async def test_not_json_is_refused(town: Town) -> None:
    async with town.phone("2014") as zoe:
        for content in (b"", b"{", b"\xff\xfe", b'{"to":"2016","text":"\\ud800","client_id":"x"}'):
            answer = await zoe.post(
                "/v1/messages", content=content, headers={"Content-Type": "application/json"}
            )
            assert (answer.status_code, answer.json()["id"]) == (422, "invalid")


async def test_the_longest_message_goes_through(town: Town) -> None:
    async with town.phone("2014") as zoe:
        body = {"to": "2016", "text": "é👍" * 2000, "client_id": "long-1"}
        answer = await zoe.post("/v1/messages", json=body)
        assert answer.status_code == 201
        assert answer.json()["text"] == "é👍" * 2000


async def test_history_is_read_page_by_page(town: Town) -> None:
    async with town.phone("2014") as zoe:
        ids = []
        for number in range(120):
            body = {"to": "2016", "text": str(number), "client_id": f"h-{number}"}
            ids.append((await zoe.post("/v1/messages", json=body)).json()["id"])
        latest = (await zoe.get("/v1/messages", params={"with": "2016"})).json()["messages"]
        assert [m["id"] for m in latest] == ids[20:]
        older = await zoe.get("/v1/messages", params={"with": "2016", "before": ids[20]})
        assert [m["id"] for m in older.json()["messages"]] == ids[:20]
        unknown = await zoe.get("/v1/messages", params={"with": "2999"})
        assert unknown.json()["id"] == "no-such-extension"
    async with town.phone("2015") as julien:
        assert (await julien.get("/v1/messages", params={"with": "2016"})).json() == {
            "messages": []
        }


async def test_a_broken_database_is_said_and_nothing_private_is_logged() -> None:
    with running_town() as town:
        async with town.live("2014") as live, town.phone("2014") as zoe:
            await live.next()
            with town.store.write() as session:
                session.execute(text("ALTER TABLE message RENAME TO gone"))
            body = {"to": "2016", "text": "très privé", "client_id": "private-1"}
            answer = await zoe.post("/v1/messages", json=body)
            assert (answer.status_code, answer.json()["id"]) == (503, "store-unavailable")
            await live.received(1)
            await asyncio.wait_for(live.socket.wait_closed(), 5)
            assert live.socket.close_code == 1011
            with town.store.write() as session:
                session.execute(text("ALTER TABLE gone RENAME TO message"))
            assert (await zoe.post("/v1/messages", json=body)).status_code == 201
        assert "no such table" in town.log
        assert "private" not in town.log
        assert "privé" not in town.log


async def test_nobody_confirms_the_message_of_another(town: Town) -> None:
    async with town.phone("2014") as zoe, town.live("2015") as julien, town.live("2016") as sirin:
        await julien.next()
        await sirin.next()
        body = {"to": "2016", "text": "x", "client_id": "n-1"}
        message = (await zoe.post("/v1/messages", json=body)).json()
        await julien.received(message["id"])
        await sirin.received(message["id"])
        delivered = await sirin.until("message", id=message["id"])
        assert delivered["delivered_at"] is None
        delivered = await sirin.until("message", id=message["id"])
        assert delivered["delivered_at"] is not None
