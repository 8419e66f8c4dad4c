"""A small server that speaks docs/api.md and does as a test tells it: refuse, stay silent, vanish.

Real TLS, HTTP and WebSocket on loopback (uvicorn in a thread). The product's own server is met in
``tests/contract``; this one is for what that one would never do.
"""

import asyncio
import contextlib
import json
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from softphone.profile import Agent, Profile, Server, Sip
from tests.softphone.certificates import Authority, make_authority, write_server_certificate

TOKEN = "api-token-geheim"
ENROL_TOKEN = "enrol-geheim"
STORED_AT = "2026-11-24T09:00:00Z"


@dataclass
class TownServer:
    """What the test sees and sets."""

    authority: Authority
    port: int = 0
    ca_answer: str | None = None
    """What ``/ca.pem`` says instead of the truth."""
    enrol_answer: tuple[int, Any] | None = None
    send_answer: tuple[int, Any] | None = None
    """Refuses every message with this."""
    token: str = TOKEN
    spent: list[dict[str, Any]] = field(default_factory=list)
    """Bodies of enrolments."""
    messages: list[dict[str, Any]] = field(default_factory=list)
    waiting: list[dict[str, Any]] = field(default_factory=list)
    """Messages that a snapshot brings, beside ``messages``."""
    colleagues: list[dict[str, Any]] = field(default_factory=list)
    received: list[int] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    connections: int = 0
    _sockets: list[tuple[WebSocket, list[int]]] = field(default_factory=list)
    _loop: asyncio.AbstractEventLoop | None = None

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    @property
    def profile(self) -> Profile:
        return Profile(
            server=Server(url=self.url, ca_pem=self.authority.pem),
            sip=Sip(host="127.0.0.1", port=5061, user="u14-1"),
            agent=Agent(extension="2014", name="Marie Dupont"),
        )

    def say(self, type_: str, *, skip: int = 0, **content: Any) -> None:
        """Send one frame to every connected phone; ``skip`` loses that many before it."""
        self._do(self._say(type_, skip, content))

    def close_all(self, code: int = 1012) -> None:
        """End every live connection in good order."""
        self._do(self._close_all(code))

    def _do(self, work: Any) -> None:
        assert self._loop is not None
        asyncio.run_coroutine_threadsafe(work, self._loop).result(5)

    async def _say(self, type_: str, skip: int, content: dict[str, Any]) -> None:
        for web_socket, seq in self._sockets:
            seq[0] += 1 + skip
            await web_socket.send_text(json.dumps({"type": type_, "seq": seq[0], **content}))

    async def _close_all(self, code: int) -> None:
        for web_socket, _ in list(self._sockets):
            await web_socket.close(code)

    # Endpoints

    async def ca_pem(self, _: Request) -> Response:
        return PlainTextResponse(
            self.authority.pem if self.ca_answer is None else self.ca_answer,
            media_type="application/x-pem-file",
        )

    async def enrol(self, request: Request) -> Response:
        body = await request.json()
        self.spent.append(body)
        self.languages.append(request.headers.get("accept-language", ""))
        if self.enrol_answer is not None:
            status, answer = self.enrol_answer
            return _answer(status, answer)
        if body["token"] != ENROL_TOKEN:
            return _answer(404, problem(404, "enrolment-unknown"))
        return JSONResponse(
            {
                "v": 1,
                "server": {"url": self.url, "ca_pem": self.authority.pem},
                "sip": {
                    "host": "127.0.0.1",
                    "port": 5061,
                    "transport": "tls",
                    "user": "u14-1",
                    "realm": "allo",
                    "secret": "sip-geheim",
                    "srtp": "mandatory",
                },
                "agent": {"extension": "2014", "name": "Marie Dupont", "roles": ["agent"]},
                "api_token": self.token,
                "echo_test": "*43",
            }
        )

    async def send(self, request: Request) -> Response:
        if refused := self._refuse(request):
            return refused
        if self.send_answer is not None:
            return _answer(*self.send_answer)
        body = await request.json()
        for message in self.messages:
            if message["client_id"] == body["client_id"]:
                return JSONResponse(message, 200)
        message = stored(len(self.messages) + 1, "2014", body["to"], body["text"])
        message["client_id"] = body["client_id"]
        self.messages.append(message)
        # Whoever's snapshot was taken before this gets it as a delta: nobody misses it.
        await self._say("message", 0, {"message": message})
        return JSONResponse(message, 201)

    async def history(self, request: Request) -> Response:
        if refused := self._refuse(request):
            return refused
        peer, before = request.query_params["with"], int(request.query_params.get("before", 9999))
        found = [m for m in self.messages if peer in (m["from"], m["to"]) and m["id"] < before]
        return JSONResponse({"messages": found[-100:]})

    async def take(self, request: Request) -> Response:
        if refused := self._refuse(request):
            return refused
        if request.path_params["caller"] == "node1-1.2":
            return JSONResponse({}, 202)
        return _answer(404, problem(404, "caller-gone", "Déjà pris par Julien Marchal."))

    async def live(self, web_socket: WebSocket) -> None:
        self.connections += 1
        if web_socket.headers.get("authorization") != f"Bearer {self.token}":
            await web_socket.close(4401)
            return
        await web_socket.accept()
        snapshot = {
            "type": "snapshot",
            "v": 1,
            "seq": 1,
            "pbx": "up",
            "me": {"extension": "2014", "name": "Marie Dupont", "roles": ["agent"]},
            "colleagues": self.colleagues,
            "queues": [],
            "messages": [*self.waiting, *self.messages],
        }
        entry = (web_socket, [1])
        self._sockets.append(entry)
        await web_socket.send_text(json.dumps(snapshot))
        try:
            while True:
                said = json.loads(await web_socket.receive_text())
                assert said["type"] == "received"
                self.received.append(said["message_id"])
        except WebSocketDisconnect:
            pass
        finally:
            self._sockets.remove(entry)

    def _refuse(self, request: Request) -> Response | None:
        self.languages.append(request.headers["accept-language"])
        if request.headers.get("authorization") == f"Bearer {self.token}":
            return None
        return _answer(401, problem(401, "token-unknown"))


def problem(status: int, id_: str, message: str = "") -> dict[str, Any]:
    """The one shape of an error."""
    return {"status": status, "id": id_, "message": message, "details": {}}


def stored(id_: int, sender: str, to: str, text: str) -> dict[str, Any]:
    """A stored message that is not delivered yet."""
    return {
        "id": id_,
        "client_id": f"c{id_}",
        "from": sender,
        "to": to,
        "text": text,
        "stored_at": STORED_AT,
        "delivered_at": None,
    }


def _answer(status: int, content: Any) -> Response:
    if isinstance(content, str):
        return PlainTextResponse(content, status)
    return JSONResponse(content, status)


@contextlib.contextmanager
def town_server(
    folder: Path, authority: Authority | None = None, port: int = 0, address: str = "127.0.0.1"
) -> Iterator[TownServer]:
    """A running server; ``address`` is what its certificate claims."""
    server = TownServer(authority or make_authority())
    certificate, key = write_server_certificate(server.authority, folder, address)
    app = Starlette(
        routes=[
            Route("/ca.pem", server.ca_pem),
            Route("/v1/enrol", server.enrol, methods=["POST"]),
            Route("/v1/messages", server.send, methods=["POST"]),
            Route("/v1/messages", server.history, methods=["GET"]),
            Route("/v1/queues/{queue}/callers/{caller}/take", server.take, methods=["POST"]),
            WebSocketRoute("/v1/live", server.live),
        ]
    )
    listening = socket.create_server(("127.0.0.1", port))
    server.port = listening.getsockname()[1]
    running = uvicorn.Server(
        uvicorn.Config(
            app,
            ssl_certfile=certificate,
            ssl_keyfile=key,
            ws="websockets-sansio",
            lifespan="off",
            log_level="error",
            timeout_graceful_shutdown=1,
        )
    )

    async def serve() -> None:
        server._loop = asyncio.get_running_loop()
        await running.serve(sockets=[listening])

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    try:
        yield server
    finally:
        # uvicorn's shutdown stumbles over a connection that is just closing; let it close.
        deadline = time.monotonic() + 2
        while running.server_state.connections and time.monotonic() < deadline:
            time.sleep(0.005)
        running.should_exit = True
        thread.join(10)
        listening.close()
        assert not thread.is_alive()
