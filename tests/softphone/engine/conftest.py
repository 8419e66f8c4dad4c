"""A real Asterisk for the engine's tests, started once, and engines that know how to reach it."""

import tempfile
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from pbx_config import record
from pbx_config.asterisk.process import Asterisk
from pbx_config.asterisk.runtime import Runtime, locate
from pbx_config.layout import Layout
from pbx_config.model import Exchange
from pbx_config.render import render
from softphone import protocol
from softphone.engine_process import EngineProcess
from tests.support.exchange import password_of, small_exchange


class Pbx:
    """The exchange that runs, and the accounts on it."""

    def __init__(self, exchange: Exchange, asterisk: Asterisk) -> None:
        self.exchange = exchange
        self.asterisk = asterisk

    def account(self, number: int, **changes: Any) -> protocol.Account:
        """Account of the only phone of user ``u<number>``, extension 2000 + number."""
        device = f"u{number}-1"
        network = self.exchange.network
        tls12 = changes.get("transport") == "tls12"
        settings = {
            "host": network.host,
            "port": network.sip_tls_port if tls12 else network.sip_phone_port,
            "user": device,
            "secret": password_of(device),
            "ca_file": str(self.exchange.certificates.ca),
        }
        return protocol.Account(**{**settings, **changes})

    def citizen(self) -> protocol.Account:
        """The trunk's far side: plain UDP from the operator's address."""
        trunk = self.exchange.trunks[0]
        return protocol.Account(
            host=self.exchange.network.bind,
            port=self.exchange.network.sip_udp_port,
            user="071990001",
            transport="udp",
            srtp="off",
            register=False,
            bind=trunk.host,
            local_port=trunk.port,
        )

    def ask(self, command: str) -> str:
        """A console command's output."""
        return self.asterisk.command(command)


SIP_LOG = "sip.log"
"""What the PBX sent and received; the report of a failed test ends with it."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Function, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    pbx = item.funcargs.get("pbx")
    if report.failed and isinstance(pbx, Pbx):
        sip = (pbx.asterisk.layout.log / SIP_LOG).read_text(errors="replace")
        report.sections.append(("SIP at the PBX, the last 40 kB", sip[-40_000:]))
    return report


@pytest.fixture(scope="session")
def pbx() -> Iterator[Pbx]:
    # A short path: the control socket's may not exceed 107 bytes.
    with tempfile.TemporaryDirectory(prefix="allo-") as folder:
        layout = Layout(Path(folder))
        with running(small_exchange(layout.root, users=3), layout) as pbx:
            yield pbx


@contextmanager
def running(exchange: Exchange, layout: Layout) -> Iterator[Pbx]:
    """An Asterisk with this exchange, as long as the block lasts."""
    runtime = locate(layout.root)
    write_configuration(exchange, layout, runtime)
    asterisk = Asterisk(layout, runtime)
    asterisk.up()
    asterisk.command(f"logger add channel {layout.log / SIP_LOG} notice,warning,error,verbose")
    asterisk.command("pjsip set logger on")
    try:
        yield Pbx(exchange, asterisk)
    finally:
        asterisk.down()


def write_configuration(exchange: Exchange, layout: Layout, runtime: Runtime) -> None:
    """As ``apply`` would, with nothing there before."""
    layout.create()
    for name, text in render(exchange, layout, runtime).items():
        (layout.etc / name).write_text(text)
    layout.applied.write_bytes(record.encode(record.Record(v=1, exchange=exchange, files={})))


NewEngine = Callable[..., EngineProcess]


@pytest.fixture
def engine() -> Iterator[NewEngine]:
    """Start engines; all end with the test."""
    with ExitStack() as stack:

        def start(name: str = "engine", **options: Any) -> EngineProcess:
            return stack.enter_context(EngineProcess(name=name, **options))

        yield start


@pytest.fixture
def wire() -> str:
    """How phones reach the PBX; tests of what must work both ways are parametrised with it."""
    return "tls"


@pytest.fixture
def phone(engine: NewEngine, pbx: Pbx, tmp_path: Path, wire: str) -> Callable[..., EngineProcess]:
    """Start an engine, give it a tone to say and a file to hear into, register it."""

    def start(number: int, hz: float = 500.0, **options: Any) -> EngineProcess:
        phone = engine(f"phone {number}", **options)
        phone.send(tone_into(tmp_path / f"heard-{number}.wav", hz))
        phone.send(pbx.account(number, transport=wire))
        phone.wait(protocol.Registration, lambda fact: fact.state == "registered")
        return phone

    return start


def tone_into(file: Path, hz: float) -> protocol.Sound:
    """Say a tone, write what is heard."""
    return protocol.Sound(source="tone", tone_hz=hz, sink="file", sink_file=str(file))
