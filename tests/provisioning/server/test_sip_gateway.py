"""Messages between an app and another maker's SIP phone: real server, real Asterisk, raw SIP."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import delete, select, text, update

from provisioning import enrolment
from provisioning.operations import Installation
from provisioning.store.tables import Agent, Device, Handover, Message
from tests.provisioning.server.town import Live, Town, exchange, running_town
from tests.support import sip

pytestmark = pytest.mark.anyio

HARD = (
    "Été à la mairie, 10 % « naïf » 👍🏽 ; x,Evil: 1\nAction: Originate\n\n${SHELL(id)} $[1+1] "
    "\"q\" 'a' \\ | <b> %s"
)


@dataclass
class House:
    """The town with its exchange; 2015 has an app and a SIP phone, 2016 a SIP phone too."""

    town: Town
    installation: Installation
    credentials: dict[str, enrolment.SipCredentials]
    _peers: ExitStack = field(default_factory=ExitStack)

    def phone(self, extension: str) -> sip.Peer:
        """The agent's SIP phone, connected."""
        known = self.credentials[extension]
        port = self.installation.commune.installation.sip_tls_port
        wire = sip.tls("127.0.0.1", port, self.town.ca.ca)
        peer = sip.Peer(wire, known.user, password=known.secret, algorithm=known.algorithm)
        self._peers.callback(peer.close)
        return peer

    async def registered(self, extension: str) -> sip.Peer:
        return await asyncio.to_thread(self.registered_now, extension)

    def registered_now(self, extension: str) -> sip.Peer:
        phone = self.phone(extension)
        assert phone.register().code == 200
        phone.prove_alive()
        return phone

    async def send(self, sender: str, to: str, text: str, client_id: str) -> dict[str, Any]:
        """From the sender's app."""
        async with self.town.phone(sender) as app:
            body = {"to": to, "text": text, "client_id": client_id}
            answer = await app.post("/v1/messages", json=body)
            assert answer.status_code == 201, answer.text
            return dict(answer.json())


@pytest.fixture(scope="module")
def running() -> Iterator[House]:
    with running_town() as town:
        credentials = {}
        with town.store.write() as session:
            for extension in ("2015", "2016"):
                agent = session.scalars(select(Agent).where(Agent.extension == extension)).one()
                credentials[extension] = enrolment.issue_sip(session, agent)
        with exchange(town) as installation:
            house = House(town, installation, credentials)
            with house._peers:
                yield house


@pytest.fixture
def house(running: House) -> Iterator[House]:
    """Nobody has written anything, no SIP phone is registered."""
    with running.town.store.write() as session:
        session.execute(delete(Handover))
        session.execute(delete(Message))
    with running._peers:
        yield running


async def live_picture(live: Live) -> None:
    """Wait until the server sees the exchange: from then on it takes texts."""
    snapshot: Any = await live.until("snapshot")
    while snapshot["pbx"] != "up":
        snapshot = await live.until("snapshot")


async def handed(live: Live, message: dict[str, Any]) -> dict[str, Any]:
    """The message once it was handed to the phone."""
    while True:
        entity = await live.until("message", id=message["id"])
        if entity["handed_at"] is not None:
            return entity


async def test_from_a_sip_phone_to_an_app(house: House) -> None:
    async with house.town.live("2014") as zoe:
        await live_picture(zoe)
        phone = house.phone("2016")
        for body in (HARD, "x" * 1023):
            answer = await asyncio.to_thread(phone.request, "MESSAGE", "2014", body)
            assert answer.code == 202
            message: Any = await zoe.until("message", text=body)
            assert (message["from"], message["to"]) == ("2016", "2014")
            assert message["handed_at"] is None
        await zoe.received(message["id"])
        delivered = await zoe.until("message", id=message["id"])
        assert delivered["delivered_at"] is not None


async def test_from_an_app_to_a_sip_phone(house: House) -> None:
    async with house.town.live("2014") as zoe:
        await live_picture(zoe)
        phone = await house.registered("2016")
        message = await house.send("2014", "2016", HARD, "hard")
        assert message["handed_at"] is None
        heard = await asyncio.to_thread(phone.text)
        assert heard.body == HARD
        assert heard["From"].startswith('"Zoé Lefèvre" <sip:2014@localhost>')
        assert heard["Content-Type"] == "text/plain"
        told = await handed(zoe, message)
        assert told["delivered_at"] is None, "nobody knows whether the phone showed it"


async def test_a_long_message_comes_in_numbered_parts(house: House) -> None:
    words = " ".join(f"mot{n}é" for n in range(350))
    assert len(words.encode()) > 3000
    async with house.town.live("2014") as zoe:
        await live_picture(zoe)
        phone = await house.registered("2016")
        message = await house.send("2014", "2016", words, "long")
        parts = [await asyncio.to_thread(phone.text) for _ in range(5)]
        await handed(zoe, message)
    assert max(len(part.body.encode()) for part in parts) <= 900
    assert [part.body[:6] for part in parts] == [f"({n}/5) " for n in range(1, 6)]
    assert " ".join(part.body[6:] for part in parts) == words


async def test_a_message_broken_off_goes_on_with_its_next_part(house: House) -> None:
    async with house.town.live("2014") as zoe:
        await live_picture(zoe)
        message = await house.send("2014", "2016", "mot " * 500, "broken")
        with house.town.store.write() as session:
            session.execute(update(Handover).values(parts=1))
        phone = await house.registered("2016")
        parts = [(await asyncio.to_thread(phone.text)).body[:5] for _ in range(2)]
        assert parts == ["(2/3)", "(3/3)"]
        await handed(zoe, message)


async def test_what_cannot_be_noted_is_not_handed_over_again(house: House) -> None:
    """A full disk: what is sent cannot be written down."""
    full = "CREATE TRIGGER full BEFORE DELETE ON handover BEGIN SELECT RAISE(ABORT, 'full'); END"
    async with house.town.live("2014") as zoe:
        await live_picture(zoe)
        message = await house.send("2014", "2016", "une seule fois", "full")
        with house.town.store.write() as session:
            session.execute(text(full))
        try:
            phone = await house.registered("2016")
            assert (await asyncio.to_thread(phone.text)).body == "une seule fois"
            for number in range(2):  # each makes the server look again
                await house.send("2016", "2014", "autre chose", f"other-{number}")
                with pytest.raises(TimeoutError):
                    await asyncio.to_thread(phone.text, 0.3)
        finally:
            with house.town.store.write() as session:
                session.execute(text("DROP TRIGGER full"))
        last = await house.send("2014", "2016", "et la suite", "room")
        assert (await asyncio.to_thread(phone.text)).body == "et la suite"
        await handed(zoe, last)
        told = {m["id"]: m["handed_at"] for m in await history(house)}
        assert told[message["id"]] is not None


async def test_who_is_away_gets_all_once_and_in_order_later(house: House) -> None:
    """Also when server and exchange were stopped and started meanwhile."""
    async with house.town.live("2014") as zoe:
        await live_picture(zoe)
    sent = [await house.send("2014", "2016", f"n° {n}", f"away-{n}") for n in range(2)]
    assert house.town.stop() == 0
    house.town.start()
    await asyncio.to_thread(house.installation.asterisk.down)
    sent.append(await house.send("2014", "2016", "n° 2", "away-2"))
    await asyncio.to_thread(house.installation.asterisk.up)
    async with house.town.live("2014") as zoe:
        await live_picture(zoe)
        assert {m["handed_at"] for m in await history(house)} == {None}
        phone = await house.registered("2016")
        for message in sent:
            heard = await asyncio.to_thread(phone.text)
            assert heard.body == message["text"]
        await handed(zoe, sent[-1])
        await asyncio.to_thread(phone.register)
        last = await house.send("2014", "2016", "la suite", "away-3")
        heard = await asyncio.to_thread(phone.text)
        assert heard.body == "la suite", "nothing came twice"
        await handed(zoe, last)
        assert all(m["handed_at"] for m in await history(house))


async def history(house: House) -> list[dict[str, Any]]:
    async with house.town.phone("2014") as app:
        answer = await app.get("/v1/messages", params={"with": "2016"})
        return list(answer.json()["messages"])


async def test_app_and_sip_phone_of_one_agent_both_get_it(house: House) -> None:
    async with house.town.live("2014") as zoe, house.town.live("2015") as julien:
        await live_picture(zoe)
        phone = await house.registered("2015")
        message = await house.send("2014", "2015", "aux deux", "both")
        assert (await asyncio.to_thread(phone.text)).body == "aux deux"
        await julien.until("message", id=message["id"], text="aux deux")
        await handed(zoe, message)
        await julien.received(message["id"])
        both = await zoe.until("message", id=message["id"])
        assert (both["handed_at"] is not None, both["delivered_at"] is not None) == (True, True)
    with house.town.store.read() as session:
        assert len(session.scalars(select(Message)).all()) == 1


async def test_two_sip_phones_write_to_each_other(house: House) -> None:
    async with house.town.live("2014") as zoe:
        await live_picture(zoe)
        julien, sirin = await house.registered("2015"), await house.registered("2016")
        answer = await asyncio.to_thread(julien.request, "MESSAGE", "2016", "de poste à poste")
        assert answer.code == 202
        heard = await asyncio.to_thread(sirin.text)
        assert heard.body == "de poste à poste"
        assert heard["From"].startswith('"Julien Marchal" <sip:2015@localhost>')


async def test_what_is_not_taken_is_said(house: House) -> None:
    async with house.town.live("2014") as zoe:
        await live_picture(zoe)
        phone = await house.registered("2016")

        async def sending(to: str, text: str) -> int:
            return (await asyncio.to_thread(phone.request, "MESSAGE", to, text)).code

        async def told() -> str:
            heard = await asyncio.to_thread(phone.text)
            assert heard["From"].startswith('"allo" <sip:2014@localhost>')
            return heard.body

        assert await sending("2099", "personne") == 404
        assert await sending("2014", "") == 415
        assert await sending("2014", "é" * 512) == 202
        assert "trop long" in await told()
        assert await sending("2014", " \n\t ") == 202
        assert "aucun texte" in await told()
        # Gone from the directory, and the exchange does not know it yet
        with house.town.store.write() as session:
            gone = update(Agent).where(Agent.extension == "2014")
            session.execute(gone.values(removed_at=datetime.now(UTC)))
        try:
            assert await sending("2014", "parti") == 202
            assert "personne n'a ce numéro" in await told()
        finally:
            with house.town.store.write() as session:
                session.execute(gone.values(removed_at=None))
    with house.town.store.read() as session:
        assert session.scalars(select(Message)).all() == []


async def test_a_revoked_phone_gets_nothing_and_is_not_heard(house: House) -> None:
    await house.send("2014", "2016", "pour plus tard", "revoked")
    user = house.credentials["2016"].user
    with house.town.store.write() as session:
        (device,) = (d for d in session.scalars(select(Device)) if d.sip_user == user)
        session.execute(
            update(Device).where(Device.id == device.id).values(revoked_at=device.enrolled_at)
        )
    async with house.town.live("2014") as zoe:
        await live_picture(zoe)
        phone = await house.registered("2016")  # the exchange does not know yet that it is revoked
        answer = await asyncio.to_thread(phone.request, "MESSAGE", "2014", "encore moi")
        assert answer.code == 202
        heard = await asyncio.to_thread(phone.text)
        assert "plus en service" in heard.body, "and nothing before it"
    with house.town.store.write() as session:
        session.execute(update(Device).where(Device.id == device.id).values(revoked_at=None))


async def test_a_stopped_server_takes_no_text_and_the_phone_knows(house: House) -> None:
    async with house.town.live("2014") as zoe:
        await live_picture(zoe)
    phone = await house.registered("2016")
    assert house.town.stop() == 0
    try:
        answer = await asyncio.to_thread(phone.request, "MESSAGE", "2014", "quelqu'un ?")
        assert answer.code == 202
        assert "le serveur ne répond pas" in (await asyncio.to_thread(phone.text)).body
    finally:
        house.town.start()
    assert "Traceback" not in house.town.log
