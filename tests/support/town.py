"""A town administration on real parts, driven through the product's own commands.

The example commune in a folder of its own, on free ports: directory, Asterisk and server run as an
admin would start them. Tests, demonstration and benchmarks share it.
"""

import json
import signal
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from softphone import protocol
from softphone.engine_process import EngineProcess
from tests.support.robot import RobotPhone

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
CITIZEN = "127.0.0.2"
"""Address of the example trunk: who calls from here is the outside world."""


class CommandFailed(Exception):
    """An ``allo`` command ended with another status than expected; the text is what it said."""


class Town:
    """One installation. ``start`` brings everything up, leaving the block takes it down."""

    def __init__(self, home: Path, host: str = "localhost") -> None:
        self.home = home
        self.host = host
        """By which name phones find it."""
        self.installation: dict[str, Any] = {}
        self._server: subprocess.Popen[str] | None = None
        self._closing: list[Callable[[], object]] = []

    def allo(self, *arguments: str, status: int = 0) -> Any:
        """Run ``allo … --json`` and return what it printed. Raises CommandFailed."""
        done = subprocess.run(
            [*self._command, "--json", *arguments],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        if done.returncode != status:
            raise CommandFailed(
                f"allo {' '.join(arguments)}: {done.returncode}\n{done.stdout}{done.stderr}"
            )
        return json.loads(done.stdout) if done.stdout.strip() else None

    def start(self) -> None:
        """init, import, apply, Asterisk, server: a running town."""
        self.create()
        self.allo("import", str(EXAMPLES / "commune.csv"))
        self.allo("apply", "--yes")
        self.pbx_up()
        self.serve()

    def create(self) -> None:
        """``allo init`` from the example, on this machine alone, on free ports."""
        self.home.mkdir(parents=True, exist_ok=True)
        self.installation = self.allo(
            "init", "--from", str(EXAMPLES / "commune.toml"), "--host", self.host, "--free-ports"
        )["installation"]

    def pbx_up(self) -> Any:
        """Start Asterisk; it is stopped when the town closes."""
        self.on_close(lambda: self.allo("pbx", "down"))
        return self.allo("pbx", "up")

    def serve(self) -> str:
        """Start the server and wait until it listens; returns its URL."""
        with (self.home / "serve.log").open("ab") as log:
            self._server = subprocess.Popen(
                [*self._command, "--json", "serve"],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,  # Ctrl-C in the terminal is ours to pass on, in order
            )
        assert self._server.stdout
        line = self._server.stdout.readline()
        if not line:
            raise CommandFailed("allo serve: " + (self.home / "serve.log").read_text())
        return str(json.loads(line)["url"])

    def stop_server(self) -> None:
        """End the server cleanly."""
        self._end_server(signal.SIGTERM)

    def kill_server(self) -> None:
        """End the server as a crash would."""
        self._end_server(signal.SIGKILL)

    def _end_server(self, how: signal.Signals) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.send_signal(how)
            server.wait(10)
            assert server.stdout
            server.stdout.close()

    def link(self, extension: str) -> str:
        """A new one-time enrolment link."""
        return str(self.allo("enrol", extension)["links"][0]["link"])

    def phone(self, extension: str) -> RobotPhone:
        """An enrolled phone without a window, closed with the town."""
        phone = RobotPhone(self.home / "phones" / extension, self.link(extension))
        self.on_close(phone.close)
        return phone

    def operator(self) -> EngineProcess:
        """The far end of the trunk, at the port to which the PBX sends its outgoing calls."""
        with (self.home / "commune.toml").open("rb") as file:
            trunk = tomllib.load(file)["trunk"][0]
        return self.citizen("operator", trunk["port"])

    def citizen(self, number: str = "+32470000042", port: int = 0) -> EngineProcess:
        """An engine on the far side of the trunk: the outside world, without registration."""
        engine = EngineProcess(name=f"citizen {number}", environment={"ALLO_SOUND": "none"})
        self.on_close(engine.close)
        engine.send(
            protocol.Account(
                host="127.0.0.1",
                port=self.installation["sip_udp_port"],
                user=number,
                transport="udp",
                srtp="off",
                register=False,
                bind=CITIZEN,
                local_port=port,
            )
        )
        return engine

    def on_close(self, *steps: Callable[[], object]) -> None:
        """Do these, in this order, when the town closes (before what was started earlier ends)."""
        self._closing.extend(reversed(steps))

    @contextmanager
    def episode(self) -> Iterator[None]:
        """What is started inside ends with it; the town goes on."""
        before, self._closing = self._closing, []
        try:
            yield
        finally:
            inside, self._closing = self._closing, before
            _run_all(reversed(inside))

    @contextmanager
    def with_more(self, text: str) -> Iterator[None]:
        """Inside, commune.toml has this too, and it is applied."""
        commune = self.home / "commune.toml"
        before = commune.read_text(encoding="utf-8")
        commune.write_text(before + text, encoding="utf-8")
        self.allo("apply", "--yes")
        yield
        commune.write_text(before, encoding="utf-8")
        self.allo("apply", "--yes")

    def close(self) -> None:
        """Stop everything this town started, last first; every step is tried."""
        inside, self._closing = self._closing, []
        _run_all([*reversed(inside), self.stop_server])

    @property
    def _command(self) -> list[str]:
        return [sys.executable, "-m", "provisioning.cli.main", "--home", str(self.home)]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _run_all(steps: Iterable[Callable[[], object]]) -> None:
    problems: list[Exception] = []
    for step in steps:
        try:
            step()
        except Exception as problem:  # the rest must be stopped all the same
            problems.append(problem)
    if problems:
        raise ExceptionGroup("the town did not close cleanly", problems)
