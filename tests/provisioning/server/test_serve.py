"""The server as a process: starts, is reachable safely, stops cleanly, comes back."""

import asyncio
import json
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from provisioning.ca import fingerprint
from tests.provisioning.server.town import Town, running_town

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    with running_town() as running:
        yield running


async def test_the_ca_is_given_to_anybody(town: Town) -> None:
    answer = httpx.get(f"{town.url}/ca.pem", verify=town.trust, trust_env=False)
    assert answer.status_code == 200
    assert fingerprint(answer.content) == fingerprint(town.ca.ca.read_bytes())


async def test_health_tells_of_the_pbx(town: Town) -> None:
    async with town.phone(None) as anybody:
        answer = await anybody.get("/health")
    assert answer.json() == {"status": "ok", "pbx": "down"}


async def test_an_answer_does_not_wait_for_nagle(town: Town) -> None:
    async with town.phone(None) as anybody:
        await anybody.get("/health")
        times = []
        for _ in range(11):
            before = time.perf_counter()
            await anybody.get("/health")
            times.append(time.perf_counter() - before)
    assert min(times) < 0.03, "every answer would wait the 40 ms of a delayed acknowledgement"


async def test_no_banner_and_no_documentation_pages(town: Town) -> None:
    async with town.phone(None) as anybody:
        answer = await anybody.get("/health")
        assert "server" not in answer.headers
        for path in ("/docs", "/redoc", "/openapi.json", "/", "/v1"):
            refused = await anybody.get(path)
            assert refused.status_code == 404
            assert refused.json()["id"] == "not-found"
        schema = (await anybody.get("/v1/openapi.json")).json()
    assert "/v1/messages" in schema["paths"]
    assert set(schema["paths"]["/v1/enrol"]["post"]["responses"]) >= {"200", "404", "410", "503"}


async def test_every_error_has_one_shape_in_the_readers_language(town: Town) -> None:
    async with town.phone(None, "en-GB,fr;q=0.5") as anybody:
        wrong_method = await anybody.delete("/health")
    assert wrong_method.status_code == 405
    assert wrong_method.json() == {
        "status": 405,
        "id": "method-not-allowed",
        "message": "Method not allowed here.",
        "details": {},
    }
    assert wrong_method.headers["content-language"] == "en"


@pytest.mark.parametrize(
    ("version", "accepted"),
    [
        (ssl.TLSVersion.TLSv1_1, False),
        (ssl.TLSVersion.TLSv1_2, True),
        (ssl.TLSVersion.TLSv1_3, True),
    ],
)
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1:DeprecationWarning")
async def test_tls_is_new_enough(town: Town, version: ssl.TLSVersion, accepted: bool) -> None:
    context = ssl.create_default_context(cafile=str(town.ca.ca))
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = version
    with socket.create_connection(("127.0.0.1", town.port)) as plain:
        if accepted:
            with context.wrap_socket(plain, server_hostname="localhost") as secure:
                assert secure.version() == version.name.replace("_", ".")
        else:
            with pytest.raises(ssl.SSLError):
                context.wrap_socket(plain, server_hostname="localhost")


async def test_a_body_may_not_be_huge(town: Town) -> None:
    async with town.phone("2014") as phone:
        answer = await phone.post("/v1/messages", content=b"x" * 100_000)
        assert (answer.status_code, answer.json()["id"]) == (413, "too-large")

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(10):
            yield b"x" * 10_000

    async with town.phone("2014") as phone:
        answer = await phone.post(
            "/v1/messages", content=endless(), headers={"Content-Type": "application/json"}
        )
        assert (answer.status_code, answer.json()["id"]) == (413, "too-large")


async def test_a_web_page_cannot_use_the_interface(town: Town) -> None:
    async with town.phone("2014") as phone:
        answer = await phone.get(
            "/v1/messages", params={"with": "2015"}, headers={"Origin": "https://evil.example"}
        )
    assert (answer.status_code, answer.json()["id"]) == (403, "origin-refused")


async def test_a_taken_port_is_explained(town: Town) -> None:
    started = subprocess.run(
        [sys.executable, "-m", "tests.provisioning.server.process", str(town.home.path)],
        capture_output=True,
        text=True,
        timeout=20,
        cwd=Path(__file__).parents[3],
    )
    assert started.returncode == 1
    assert f"Le port {town.port} est déjà pris" in started.stderr
    assert "Traceback" not in started.stderr
    assert town.home.server_pid.exists(), "the other server's pid file must stay"


async def test_it_stops_cleanly_while_phones_are_connected() -> None:
    with running_town() as town:
        assert town.home.server_pid.stat().st_size > 0
        async with town.live("2014") as live:
            await live.next()
            before = time.monotonic()
            code = await asyncio.to_thread(town.stop, signal.SIGTERM)
            assert (code, time.monotonic() - before < 2) == (0, True)
            await asyncio.wait_for(live.socket.wait_closed(), 5)
            assert live.socket.close_code == 1012
        assert not town.home.server_pid.exists()
        assert "Traceback" not in town.log
        town.start()
        assert await asyncio.to_thread(town.stop, signal.SIGINT) == 0


async def test_it_comes_back_after_a_crash_with_everything() -> None:
    with running_town() as town:
        async with town.phone("2014") as zoe:
            body = {"to": "2016", "text": "avant", "client_id": "crash-1"}
            assert (await zoe.post("/v1/messages", json=body)).status_code == 201
        assert town.stop(signal.SIGKILL) == -signal.SIGKILL
        town.start()
        async with town.live("2016") as sirin:
            snapshot = await sirin.next()
        messages = snapshot["messages"]
        assert isinstance(messages, list)
        assert [m["text"] for m in messages] == ["avant"]
        assert json.loads(town.home.server_pid.read_text()) > 0
