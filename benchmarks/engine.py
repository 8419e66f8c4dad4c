"""The engine beside baresip and linphonec: how soon it is there, how fast it calls, what it takes.

All three in the same run, in turn, on one PBX, each as a process of its own that is driven as its
maker means it to be: ours by lines on stdin, baresip by its ``ctrl_tcp``, linphonec by its stdin.
All use G.722 and mandatory SRTP, play a tone and drop what they hear; no sound card.

- **Times on the wire** are seen from outside: SIP by UDP in clear, through ``benchmarks.wire``.
  From just before the process is started (or the command written) to the kernel's stamp on the
  datagram: the PBX's 200 to REGISTER, the phone's INVITE, the PBX's 200 to it. The callee is the
  PBX's echo, which answers at once. baresip and linphonec read their account from a file; ours is
  told it once it said ``ready``. (Our phones do not use UDP in the field: TLS hides the messages.)
- **Over the tunnel** (TLS 1.3, ours alone): until the PBX logs that it received the INVITE.
- **Memory and processor time** over TLS, as in the field: at rest, and in a call. PSS and processor
  time with all that each started (ours: the process that watches the devices); RSS, which does not
  add up, of the program alone.
- **Command → effect**: from the line written to the fact that it is so, read by us.
"""

import random
import re
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks.processes import Family
from benchmarks.result import Result
from benchmarks.wire import Wire
from pbx_config.asterisk import Asterisk, locate
from pbx_config.layout import Layout
from pbx_config.model import Exchange
from softphone import protocol
from softphone.engine_process import EngineProcess
from tests.softphone.engine.conftest import write_configuration
from tests.support.exchange import make_user, password_of, small_exchange
from tests.support.peers import Baresip, Linphone, OtherPhone, SipAccount

ROUNDS = 12
CALLS = 3
"""In each round."""
COMMANDS = 100
"""Of each kind."""
ECHO = "*43"
DEVICES = {"ours": "u1-1", "baresip": "u2-1", "linphonec": "u3-1"}
MS = 1e-6
"""Nanoseconds to milliseconds."""

Figures = dict[str, list[float]]


class Ours:
    """Our engine, driven like the others."""

    def __init__(self, account: protocol.Account) -> None:
        self.started_ns = time.time_ns()
        self.engine = EngineProcess()
        self.process = self.engine.process
        self.engine.send(account)
        self.engine.send(protocol.Sound(source="tone", sink="nothing"))

    def await_registered(self) -> None:
        self.engine.wait(protocol.Registration, lambda fact: fact.state == "registered")

    def dial(self, number: str) -> None:
        self.engine.send(protocol.Dial(call="c", to=number))

    def await_talking(self) -> None:
        self.engine.wait(protocol.CallState, lambda fact: fact.state == "connected")

    def hang_up(self) -> None:
        self.engine.send(protocol.Hangup(call="c"))

    def await_ended(self) -> None:
        self.engine.wait(protocol.CallState, lambda fact: fact.state == "ended")

    def close(self) -> None:
        self.engine.close()


class Exchanges:
    """The PBX, and the accounts of the three on it."""

    def __init__(self, exchange: Exchange, asterisk: Asterisk, folder: Path) -> None:
        self.exchange = exchange
        self.asterisk = asterisk
        self._folder = folder
        self._started = 0

    @contextmanager
    def phone(self, name: str, udp_port: int = 0) -> Iterator["Ours | OtherPhone"]:
        """Start one of the three; by UDP to that port, or as in the field."""
        network, device = self.exchange.network, DEVICES[name]
        self._started += 1
        ca = self.exchange.certificates.ca
        phone: Ours | OtherPhone
        if name == "ours":
            phone = Ours(
                protocol.Account(
                    host="127.0.0.1" if udp_port else network.host,
                    port=udp_port or network.sip_phone_port,
                    user=device,
                    secret=password_of(device),
                    transport="udp" if udp_port else "tls",
                    ca_file=str(ca),
                )
            )
        else:
            model = {"baresip": Baresip, "linphonec": Linphone}[name]
            account = SipAccount(
                host="localhost" if name == "linphonec" and not udp_port else "127.0.0.1",
                port=udp_port or network.sip_tls_port,
                user=device,
                secret=password_of(device),
                transport="udp" if udp_port else "tls",
                ca_file=ca,
            )
            phone = model(self._folder / f"{name}-{self._started}", account, record=False)
        try:
            yield phone
        finally:
            phone.close()


def measure(folder: Path) -> list[Result]:
    """Times on the wire, what they take, and then ours alone."""
    with _running(folder) as pbx:
        registered, invited, answered = _on_the_wire(pbx)
        taken = {name: _taken(pbx, name) for name in DEVICES}
        tunnelled, effects = _over_the_tunnel(pbx)
    calls = ROUNDS * CALLS
    mixed = sorted(value for values in effects.values() for value in values)
    return [
        _result(f"exec → REGISTER 200 OK (median of {ROUNDS})", registered, "ms", 400),
        _result(f"dial → INVITE on the wire (median of {calls})", invited, "ms", 10),
        Result("engine", f"dial → INVITE on the wire (slowest of {calls})",
               max(invited["ours"]), "ms",
               beside={name: max(invited[name]) for name in DEVICES if name != "ours"}),
        _result(f"dial → 200 OK, by a machine at once (median of {calls})", answered, "ms"),
        Result("engine", f"dial → INVITE at the PBX through the tunnel (median of {calls})",
               statistics.median(tunnelled), "ms", target=10),
        Result("engine", f"command → effect (p99 of {len(mixed)})", _p99(mixed), "ms", target=20),
        *(Result("engine", f"{kind} → effect, p50", statistics.median(values), "ms",
                 beside={"p99": _p99(values)})
          for kind, values in effects.items()),
        *(_result(what, {name: [taken[name][what]] for name in DEVICES}, unit)
          for what, unit in TAKEN.items()),
    ]  # fmt: skip


def _result(what: str, figures: Figures, unit: str, target: float | None = None) -> Result:
    medians = {name: statistics.median(values) for name, values in figures.items()}
    ours = medians.pop("ours")
    return Result("engine", what, ours, unit, target=target, beside=medians)


def _p99(values: list[float]) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[98]


def _on_the_wire(pbx: Exchanges) -> tuple[Figures, Figures, Figures]:
    for name in DEVICES:  # once before it counts: programs and libraries are in the system's cache
        with pbx.phone(name) as phone:
            phone.await_registered()
    registered: Figures = {name: [] for name in DEVICES}
    invited: Figures = {name: [] for name in DEVICES}
    answered: Figures = {name: [] for name in DEVICES}
    for _ in range(ROUNDS):
        for name in DEVICES:
            with Wire(pbx.exchange.network.sip_udp_port) as wire, ExitStack() as stack:
                phone = stack.enter_context(pbx.phone(name, wire.port))
                since = phone.started_ns
                accepted = wire.wait("SIP/2.0 200", "REGISTER", up=False, since_ns=since)
                registered[name].append((accepted.at_ns - since) * MS)
                phone.await_registered()
                for _ in range(CALLS):
                    since = time.time_ns()
                    phone.dial(ECHO)
                    sent = wire.wait("INVITE", "INVITE", up=True, since_ns=since)
                    answer = wire.wait("SIP/2.0 200", "INVITE", up=False, since_ns=since)
                    assert "G722" in answer.text, answer.text
                    invited[name].append((sent.at_ns - since) * MS)
                    answered[name].append((answer.at_ns - since) * MS)
                    phone.await_talking()
                    phone.hang_up()
                    phone.await_ended()
    return registered, invited, answered


TAKEN = {
    "RSS idle": "MiB",
    "PSS idle, all processes": "MiB",
    "RSS in a G.722 call": "MiB",
    "PSS in a G.722 call, all processes": "MiB",
    "CPU idle, all processes": "% of a core",
    "CPU in a G.722 call, all processes": "% of a core",
}


def _taken(pbx: Exchanges, name: str) -> dict[str, float]:
    with pbx.phone(name) as phone:
        phone.await_registered()
        family = Family(phone.process.pid)
        idle_cpu, _ = family.cpu(3)
        idle = family.rss(), family.pss()[0]
        phone.dial(ECHO)
        phone.await_talking()
        call_cpu, _ = family.cpu(5)
        call = family.rss(), family.pss()[0]
    return dict(zip(TAKEN, (*idle, *call, idle_cpu, call_cpu), strict=True))


def _over_the_tunnel(pbx: Exchanges) -> tuple[list[float], Figures]:
    log = pbx.asterisk.layout.log / "sip.log"
    pbx.asterisk.command(f"logger add channel {log} verbose")
    pbx.asterisk.command("pjsip set logger on")
    dialled: list[float] = []
    with pbx.phone("ours") as phone:
        assert isinstance(phone, Ours)
        phone.await_registered()
        for _ in range(ROUNDS * CALLS):
            _pause()
            dialled.append(time.time())
            phone.dial(ECHO)
            phone.await_talking()
            phone.hang_up()
            phone.await_ended()
        pbx.asterisk.command("pjsip set logger off")
        phone.dial(ECHO)
        phone.await_talking()
        effects = _effects(phone.engine)
    arrived = _invitations(log.read_text(errors="replace"))
    first = [next(at for at in arrived if at >= since) for since in dialled]
    return [1000 * (at - since) for since, at in zip(dialled, first, strict=True)], effects


def _invitations(log: str) -> list[float]:
    """When the PBX logged each INVITE that it received."""
    found = re.findall(
        r"^\[([-0-9 :.]+)\][^\n]*<--- Received SIP request[^\n]*\nINVITE ", log, re.M
    )
    return [datetime.fromisoformat(at).timestamp() for at in found]


def _effects(engine: EngineProcess) -> Figures:
    """In a call; each command after the effect of the one before, at any moment."""
    call = "c"
    kinds: dict[str, tuple[Callable[[bool], protocol.Command], type[Any]]] = {
        "mute": (lambda on: protocol.Mute(call=call, on=on), protocol.Muted),
        "stats": (lambda _: protocol.Stats(call=call), protocol.CallStats),
        "hold (agreed by the PBX)": (lambda on: protocol.Hold(call=call, on=on), protocol.Held),
    }
    figures: Figures = {kind: [] for kind in kinds}
    for kind, (command, fact) in kinds.items():
        for number in range(COMMANDS):
            _pause()
            since = time.monotonic_ns()
            engine.send(command(number % 2 == 0))
            engine.wait(fact)
            figures[kind].append((time.monotonic_ns() - since) * MS)
    return figures


def _pause() -> None:
    """So that commands do not fall in step with the engine's loop."""
    time.sleep(random.uniform(0.0, 0.02))


@contextmanager
def _running(folder: Path) -> Iterator[Exchanges]:
    """An exchange as we render it, that also lets phones come by UDP and logs microseconds."""
    users = (
        make_user(1, "Marie Dupont"),
        make_user(2, "Amélie Noël", kind="sip"),
        make_user(3, "Şirin Öztürk", kind="sip"),
    )
    layout = Layout(folder / "pbx")
    layout.create()
    exchange = small_exchange(layout.root, users, trunk=False)
    runtime = locate(layout.root)
    write_configuration(exchange, layout, runtime)
    network = exchange.network
    with (layout.etc / "pjsip_transport.conf").open("a") as file:
        file.write(
            "\n[udp]\ntype = transport\nprotocol = udp\n"
            f"bind = {network.bind}:{network.sip_udp_port}\n"
        )
    logger = layout.etc / "logger.conf"
    logger.write_text(logger.read_text().replace("%3q", "%6q"))
    asterisk = Asterisk(layout, runtime)
    asterisk.up()
    try:
        yield Exchanges(exchange, asterisk, folder)
    finally:
        asterisk.down()
