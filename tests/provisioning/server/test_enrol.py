"""A one-time link over HTTPS: works once, says what is wrong, and never half."""

import asyncio
import hashlib
import shutil
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from provisioning.enrolment import hashed
from provisioning.server.services import ENROLMENTS_PER_MINUTE
from provisioning.store.tables import Device
from tests.provisioning.server.town import Town, running_town

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    with running_town() as running:
        yield running


@pytest.fixture
def own_town() -> Iterator[Town]:
    with running_town() as running:
        yield running


async def test_a_link_becomes_a_telephone(town: Town) -> None:
    token = town.link("2014")
    async with town.phone(None) as laptop:
        answer = await laptop.post(
            "/v1/enrol", json={"token": token, "device_name": "portable-zoé"}
        )
    assert answer.status_code == 200, answer.text
    profile = answer.json()
    assert profile["v"] == 1
    assert profile["server"] == {"url": town.url, "ca_pem": town.ca.ca.read_text()}
    assert profile["sip"] | {"secret": "…", "port": "…"} == {
        "host": "localhost",
        "port": "…",
        "transport": "tls",
        "user": "u1-1",
        "realm": "allo",
        "secret": "…",
        "srtp": "mandatory",
    }
    assert profile["agent"]["name"] == "Zoé Lefèvre"
    assert profile["agent"]["roles"] == ["agent", "receptionist"]
    assert profile["echo_test"] == "*43"

    secret, api_token = profile["sip"]["secret"], profile["api_token"]
    assert len(secret) >= 32
    ha1 = hashlib.sha256(f"u1-1:allo:{secret}".encode()).hexdigest()
    with town.store.read() as session:
        device = session.scalars(select(Device).where(Device.id == 1)).one()
        assert (device.ha1, device.api_token_hash) == (ha1, hashed(api_token))
    auth = (town.home.asterisk / "etc" / "pjsip_auth.conf").read_text()
    assert ha1 in auth, "the PBX knows it before the phone does"
    assert secret not in auth

    async with town.phone(api_token) as phone, town.phone("2014") as before:
        assert (await phone.get("/v1/messages?with=2015")).status_code == 200
        assert (await before.get("/v1/messages?with=2015")).status_code == 401
    for said in (token, secret, api_token, ha1):
        assert said not in town.log
    assert "enrolled u1-1" in town.log


@pytest.mark.parametrize(
    ("language", "words"), [("fr", "n'existe pas"), ("en", "does not exist"), ("", "n'existe pas")]
)
async def test_an_unknown_link(town: Town, language: str, words: str) -> None:
    async with town.phone(None, language) as laptop:
        answer = await laptop.post("/v1/enrol", json={"token": "nobody-made-this"})
    assert (answer.status_code, answer.json()["id"]) == (404, "enrolment-unknown")
    assert words in answer.json()["message"]


async def test_an_expired_link(town: Town) -> None:
    token = town.link("2014", ttl=timedelta(seconds=-1))
    async with town.phone(None) as laptop:
        answer = await laptop.post("/v1/enrol", json={"token": token})
    assert (answer.status_code, answer.json()["id"]) == (410, "enrolment-expired")


@pytest.mark.parametrize(("language", "words"), [("fr", "plus récent"), ("en", "newer")])
async def test_a_replaced_link_is_no_alarm(town: Town, language: str, words: str) -> None:
    old = town.link("2014")
    town.link("2014")
    async with town.phone(None, language) as laptop:
        answer = await laptop.post("/v1/enrol", json={"token": old})
    assert (answer.status_code, answer.json()["id"]) == (410, "enrolment-replaced")
    assert words in answer.json()["message"]


async def test_of_several_at_once_one_gets_it(town: Town) -> None:
    token = town.link("2014")
    async with town.phone(None) as laptop:
        answers = await asyncio.gather(
            *(laptop.post("/v1/enrol", json={"token": token}) for _ in range(5))
        )
    ids = sorted(a.json().get("id", "profile") for a in answers)
    assert ids == ["enrolment-used"] * 4 + ["profile"]


async def test_a_link_stays_good_when_the_pbx_could_not_be_told(own_town: Town) -> None:
    town = own_town
    token = town.link("2014")
    with town.store.read() as session:
        before = session.scalars(select(Device.ha1).where(Device.id == 1)).one()
    shutil.rmtree(town.home.asterisk, ignore_errors=True)
    town.home.asterisk.write_text("in the way of the folder")
    async with town.phone(None) as laptop:
        answer = await laptop.post("/v1/enrol", json={"token": token})
        assert (answer.status_code, answer.json()["id"]) == (503, "pbx-down")
        with town.store.read() as session:
            assert session.scalars(select(Device.ha1).where(Device.id == 1)).one() == before
        town.home.asterisk.unlink()
        assert (await laptop.post("/v1/enrol", json={"token": token})).status_code == 200
    assert token not in town.log


async def test_guessing_is_slowed_down(own_town: Town) -> None:
    town = own_town
    async with town.phone(None) as laptop:
        answers = [
            await laptop.post("/v1/enrol", json={"token": f"guess-{n}"})
            for n in range(ENROLMENTS_PER_MINUTE + 1)
        ]
        assert [a.status_code for a in answers] == [404] * ENROLMENTS_PER_MINUTE + [429]
        assert int(answers[-1].headers["retry-after"]) > 0
        spoofed = await laptop.post(
            "/v1/enrol", json={"token": "x"}, headers={"X-Forwarded-For": "192.0.2.1"}
        )
        assert spoofed.status_code == 429


@pytest.mark.parametrize("body", [{}, {"token": ""}, {"token": 5}, {"token": "x" * 201}, [], None])
async def test_nonsense_is_refused_without_being_repeated(town: Town, body: object) -> None:
    async with town.phone(None) as laptop:
        answer = await laptop.post("/v1/enrol", json=body)
    assert (answer.status_code, answer.json()["id"]) == (422, "invalid")
    assert "xxx" not in answer.text


async def test_the_page_behind_the_link(town: Town) -> None:
    token = town.link("2014")
    async with town.phone(None, "fr-BE,fr;q=0.9") as browser:
        page = await browser.get(f"/enrol/{token}")
        assert page.status_code == 200
        assert '<html lang="fr">' in page.text
        assert f"allo://localhost:{town.port}/enrol/{token}?ca=" in page.text
        assert "Ouvrir dans allo" in page.text
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["referrer-policy"] == "no-referrer"
        assert "http" not in page.text.replace("https://localhost", ""), "nothing from elsewhere"
        english = await browser.get(f"/enrol/{token}", headers={"Accept-Language": "en"})
        assert "Open in allo" in english.text
        evil = await browser.get("/enrol/%22%3E%3Cscript%3E")
        assert "<script" not in evil.text
        assert "incomplet" in evil.text
        assert (await browser.post("/v1/enrol", json={"token": token})).status_code == 200
