"""A town with a running server: real folder, real SQLite, real TLS, a process of its own."""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socket import SOCK_DGRAM

import httpx
from sqlalchemy import select
from websockets.asyncio.client import ClientConnection, connect

from provisioning import ca, enrolment
from provisioning.home import Home
from provisioning.operations import Installation, apply_all, opened
from provisioning.store.database import Store, open_store
from provisioning.store.tables import Agent, Device
from tests.pbx_config.live.private_asterisk import SECRET
from tests.support.ports import free_port, rtp_range

COMMUNE = """\
[installation]
host = "localhost"
bind = "127.0.0.1"
https_port = {https_port}
ami_port = {ami_port}
sip_phone_port = {sip_phone_port}
sip_tls_port = {sip_tls_port}
sip_udp_port = {sip_udp_port}
rtp_start = {rtp_start}
rtp_end = {rtp_end}

[[site]]
code = "hotel-de-ville"
name = "Hôtel de ville"
extensions = "2000-2199"
main_number = "071 00 00 00"
main_service = "Population"
emergency_number = "071 00 00 00"

[[trunk]]
name = "operator"
host = "127.0.0.2"

[[service]]
name = "Population"
extension = "2900"
queue = "ringall"

[[service]]
name = "Travaux"
extension = "2901"
queue = "ringall"
"""

PEOPLE = {
    "2014": ("Zoé", "Lefèvre", "receptionist", "population"),
    "2015": ("Julien", "Marchal", "receptionist", "travaux"),
    "2016": ("Şirin", "Öztürk", "agent", "travaux"),
}


class Town:
    """Agents 2014 and 2015 (receptionists) and 2016, each with one enrolled device."""

    def __init__(self, path: Path, ami_port: int) -> None:
        self.home = Home(path)
        self.port = free_port()
        self.home.make()
        rtp_start, rtp_end = rtp_range()
        self.home.commune.write_text(
            COMMUNE.format(
                https_port=self.port,
                ami_port=ami_port,
                sip_phone_port=free_port(),
                sip_tls_port=free_port(),
                sip_udp_port=free_port(SOCK_DGRAM),
                rtp_start=rtp_start,
                rtp_end=rtp_end,
            ),
            encoding="utf-8",
        )
        self.home.ami_secret.write_text(SECRET)
        self.ca = ca.CaFiles(self.home.ca)
        ca.ensure(self.ca, "localhost")
        self.store: Store = open_store(self.home.database)
        self.tokens: dict[str, str] = {}
        with self.store.write() as session:
            for extension, (first, last, role, service) in PEOPLE.items():
                self.tokens[extension] = enrolment.new_secret()
                agent = Agent(
                    first_name=first,
                    last_name=last,
                    email=f"{extension}@commune.example",
                    extension=extension,
                    site="hotel-de-ville",
                    service=service,
                    function="Employé",
                    role=role,
                )
                session.add(agent)
                session.flush()
                session.add(
                    Device(
                        agent_id=agent.id,
                        number=1,
                        kind="softphone",
                        ha1="0" * 64,
                        api_token_hash=enrolment.hashed(self.tokens[extension]),
                    )
                )
        self.trust = ssl.create_default_context(cafile=str(self.ca.ca))
        self._process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}"

    @property
    def log(self) -> str:
        """What the server wrote to stderr."""
        return (self.home.path / "log").read_text()

    def start(self) -> None:
        """Start the server and wait until it says that it listens."""
        with (self.home.path / "log").open("a") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.provisioning.server.process", str(self.home.path)],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                cwd=Path(__file__).parents[3],
                env=os.environ | {"PYTHONWARNINGS": "default"},
            )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, self.log
        ready = json.loads(line)
        assert ready == {"event": "ready", "url": self.url, "pid": self._process.pid}

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """End the server; its exit code."""
        if self._process is None:
            return 0
        self._process.send_signal(number)
        try:
            return self._process.wait(10)
        finally:
            self._process.kill()
            assert self._process.stdout is not None
            self._process.stdout.close()
            self._process = None

    def link(self, extension: str, ttl: timedelta = timedelta(days=1)) -> str:
        """A fresh enrolment token."""
        with self.store.write() as session:
            agent = session.scalars(select(Agent).where(Agent.extension == extension)).one()
            url = enrolment.issue(
                session,
                agent,
                host="localhost",
                https_port=self.port,
                ca_fingerprint="x",
                ttl=ttl,
                now=datetime.now(UTC),
            )
        return url.split("/enrol/")[1].split("?")[0]

    def phone(self, extension: str | None, language: str = "fr") -> httpx.AsyncClient:
        """An HTTP client with the agent's token."""
        headers = {"Accept-Language": language}
        if extension is not None:
            headers["Authorization"] = f"Bearer {self.tokens.get(extension, extension)}"
        return httpx.AsyncClient(
            base_url=self.url, headers=headers, verify=self.trust, trust_env=False
        )

    @contextlib.asynccontextmanager
    async def live(self, extension: str) -> AsyncIterator["Live"]:
        """A connected phone."""
        async with connect(
            f"wss://localhost:{self.port}/v1/live",
            ssl=self.trust,
            additional_headers={"Authorization": f"Bearer {self.tokens[extension]}"},
            proxy=None,
            close_timeout=1,
        ) as socket:
            yield Live(socket)


class Live:
    """What a phone hears. Every frame is checked: ``seq`` must grow by one."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self._seq = 0

    async def next(self) -> dict[str, object]:
        frame: dict[str, object] = json.loads(await asyncio.wait_for(self.socket.recv(), 10))
        self._seq += 1
        assert frame["seq"] == self._seq
        return frame

    async def until(self, kind: str, **wanted: object) -> dict[str, object]:
        """The next frame of this kind whose entity has these values."""
        while True:
            frame = await self.next()
            if frame["type"] != kind:
                continue
            entity = frame.get(kind, frame)
            if not wanted:
                return frame
            assert isinstance(entity, dict)
            if all(entity.get(key) == value for key, value in wanted.items()):
                return entity

    async def received(self, message_id: int) -> None:
        await self.socket.send(json.dumps({"type": "received", "message_id": message_id}))


@contextlib.contextmanager
def running_town(ami_port: int | None = None) -> Iterator[Town]:
    """A town whose server runs; without ``ami_port`` its PBX is down."""
    path = Path(tempfile.mkdtemp(prefix="allo-town-"))
    town = Town(path, ami_port or free_port())
    try:
        town.start()
        yield town
    finally:
        town.stop()
        town.store.close()
        shutil.rmtree(path)


@contextlib.contextmanager
def exchange(town: Town) -> Iterator[Installation]:
    """The generated exchange of the town, running."""
    with opened(town.home) as installation:
        with installation.store.read() as session:
            apply_all(installation, session)
        asterisk = installation.asterisk
        asterisk.up()
        try:
            yield installation
        finally:
            asterisk.down()
