"""``allo serve``: the server as a process, from a folder to a clean end.

Owns the order of starting and stopping, the socket, TLS, signals and the pid file.
"""

import asyncio
import contextlib
import errno
import json as jsons
import logging
import os
import signal
import socket
import ssl
import sys
from collections.abc import Callable, Iterator

import uvicorn

from pbx_config.ami.client import Endpoint
from pbx_config.errors import PbxError
from provisioning.ca import CaFiles
from provisioning.exchange import AMI_USER
from provisioning.home import Home
from provisioning.operations import Installation, opened, renew_certificate
from provisioning.server.app import create_app
from provisioning.words import Words, chosen_language

STOP_WITHIN = 1
"""Whole seconds that open requests get to end."""

WS_LIMIT = 64 * 1024
"""Bytes of one frame from a phone."""


class CannotServe(PbxError):
    """The server cannot start: why, and what to do."""


def serve(home: Home, *, json: bool = False) -> int:
    """Serve until SIGTERM or SIGINT; returns the exit code.

    Prints one line when it listens (a JSON event with ``json``). Raises CannotServe, and what
    ``operations.opened`` and ``operations.renew_certificate`` raise.
    """
    logging.basicConfig(
        level=logging.INFO,
        stream=sys.stderr,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    for chatty in ("uvicorn", "uvicorn.error", "asyncio"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    logging.getLogger("uvicorn.error").addFilter(_not_a_refused_handshake)
    with opened(home) as installation:
        renew_certificate(home, installation.commune)
        context = tls_context(CaFiles(home.ca))
        app = create_app(installation, [ami_endpoint(installation)])
        own = installation.commune.installation
        with listening(own.bind, own.https_port) as bound, pid_file(home):
            port = bound.getsockname()[1]
            server = Server(config(app, context), lambda: _say_ready(own.host, port, json))
            asyncio.run(server.run_until_signal(bound))
    return 0


def tls_context(files: CaFiles) -> ssl.SSLContext:
    """TLS 1.2 or 1.3 with the installation's certificate. Raises CannotServe."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("ECDHE+AESGCM:ECDHE+CHACHA20")  # TLS 1.2; those of 1.3 are all good
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION
    try:
        context.load_cert_chain(files.certificate, files.private_key)
    except (OSError, ssl.SSLError) as why:
        raise CannotServe(
            f"Le certificat {files.certificate} est inutilisable ({why}). Refaites-le avec "
            "`allo init`.",
            f"The certificate {files.certificate} cannot be used ({why}). Make it anew with "
            "`allo init`.",
        ) from why
    return context


def ami_endpoint(installation: Installation) -> Endpoint:
    """Where and as whom we talk to the PBX."""
    secret = installation.home.ami_secret.read_text(encoding="ascii").strip()
    return Endpoint(installation.commune.installation.ami_port, AMI_USER, secret)


def config(app: Callable[..., object], context: ssl.SSLContext) -> uvicorn.Config:
    """How uvicorn runs the app: no banner, no access log (paths hold tokens), no trusted proxy."""
    return uvicorn.Config(
        app,
        ssl_context_factory=lambda *_: context,
        http="h11",
        ws="websockets-sansio",
        ws_max_size=WS_LIMIT,
        loop="asyncio",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=STOP_WITHIN,
    )


@contextlib.contextmanager
def listening(address: str, port: int) -> Iterator[socket.socket]:
    """The socket, bound. Raises CannotServe when somebody else has the port."""
    # With the protocol named asyncio sets TCP_NODELAY; without, each answer waits 40 ms.
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind((address, port))
            bound.listen(2048)
        except OSError as why:
            raise CannotServe(*_cannot_listen(address, port, why)) from why
        yield bound
    finally:
        bound.close()


def _cannot_listen(address: str, port: int, why: OSError) -> Words:
    if why.errno == errno.EADDRINUSE:
        return Words(
            f"Le port {port} est déjà pris. Un autre « allo serve » tourne-t-il déjà ? "
            "Sinon, changez https_port dans commune.toml.",
            f"Port {port} is already in use. Is another “allo serve” running already? "
            "If not, change https_port in commune.toml.",
        )
    return Words(
        f"Impossible d'écouter sur {address}:{port} ({why.strerror}). Corrigez bind et https_port "
        "dans commune.toml.",
        f"Cannot listen on {address}:{port} ({why.strerror}). Correct bind and https_port in "
        "commune.toml.",
    )


@contextlib.contextmanager
def pid_file(home: Home) -> Iterator[None]:
    """``run/server.pid`` while we serve. A left-over one is written over: the port was free."""
    home.run.mkdir(parents=True, exist_ok=True, mode=0o700)
    home.server_pid.write_text(f"{os.getpid()}\n", encoding="ascii")
    try:
        yield
    finally:
        home.server_pid.unlink(missing_ok=True)


class Server(uvicorn.Server):
    """uvicorn, with our own signals (its own end the process by the signal) and a ready line."""

    def __init__(self, settings: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(settings)
        self._on_ready = on_ready

    async def run_until_signal(self, bound: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop)
        await self._serve([bound])

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_ready()

    def _stop(self) -> None:
        self.should_exit = True


def _not_a_refused_handshake(record: logging.LogRecord) -> bool:
    """uvicorn takes a WebSocket answered with 401 for an app that forgot to answer."""
    return "without completing handshake" not in record.getMessage()


def _say_ready(host: str, port: int, json: bool) -> None:
    url = f"https://{host}:{port}"
    if json:
        print(jsons.dumps({"event": "ready", "url": url, "pid": os.getpid()}), flush=True)  # noqa: T201
    else:
        words = Words(f"allo écoute sur {url}", f"allo listens on {url}")
        print(words.say(chosen_language()), flush=True)  # noqa: T201
