"""A phone to which the world happens: how soon is it registered again?

The exchange starts again; the cable of the laptop is pulled and put back; the laptop moves to
another network; its lid was closed meanwhile. Over both kinds of TLS. The clock runs from when the
PBX can be reached again. Needs root, for the network namespace of the laptop.
"""

import os
import signal
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from benchmarks.result import Result
from pbx_config.layout import Layout
from softphone import protocol
from softphone.engine_process import EngineError, EngineProcess
from tests.softphone.engine.conftest import Pbx, running
from tests.support.exchange import make_ca, small_exchange
from tests.support.hosts import Laptop

ROUNDS = 5
LIMIT_S = 5.0
WITHIN_S = 40.0
"""Longer than SIP's own patience (32 s): then it will not come any more."""


def measure(folder: Path) -> list[Result]:
    """Every mishap some times, one after the other."""
    results: list[Result] = []
    with ExitStack() as stack:
        laptop = stack.enter_context(Laptop())
        layout = Layout(folder)
        certificates = make_ca(layout.root / "tls", addresses=(laptop.server,))
        exchange = small_exchange(layout.root, users=2, certificates=certificates)
        network = replace(exchange.network, host=laptop.server, bind="0.0.0.0")
        pbx = stack.enter_context(running(replace(exchange, network=network, trunks=()), layout))
        for wire in ("tls", "tls12"):
            phone = stack.enter_context(EngineProcess(command=laptop.engine))
            phone.send(pbx.account(1 if wire == "tls" else 2, transport=wire))
            _becomes(phone, "registered")
            for name, mishap in (
                ("exchange restarted", lambda phone: _restart(phone, pbx)),
                ("cable out and in", lambda phone: _cable(phone, laptop)),
                ("another network", lambda phone: _move(phone, laptop)),
                ("lid closed, another network", lambda phone: _lid(phone, laptop)),
            ):
                slowest = max(_back(phone, mishap) for _ in range(ROUNDS))
                what = f"{name} → registered ({wire}), slowest of {ROUNDS}"
                results.append(Result("comeback", what, slowest, "s", target=LIMIT_S))
            phone.close()
    return results


def _back(phone: EngineProcess, mishap: Callable[[EngineProcess], None]) -> float:
    """Seconds from the end of the mishap."""
    mishap(phone)
    began = time.monotonic()
    try:
        _becomes(phone, "registered")
    except EngineError as problem:
        print(problem)
    return time.monotonic() - began


def _restart(phone: EngineProcess, pbx: Pbx) -> None:
    pbx.asterisk.down()
    _becomes(phone, "offline")
    pbx.asterisk.up()


def _cable(phone: EngineProcess, laptop: Laptop) -> None:
    laptop.unplug()
    _becomes(phone, "offline")
    laptop.plug()


def _move(phone: EngineProcess, laptop: Laptop) -> None:
    laptop.move()
    _becomes(phone, "offline")


def _lid(phone: EngineProcess, laptop: Laptop) -> None:
    os.kill(phone.pid, signal.SIGSTOP)
    time.sleep(4)  # a sleep is longer than three seconds (softphone.engine.link.network)
    laptop.move()
    os.kill(phone.pid, signal.SIGCONT)
    _becomes(phone, "offline")


def _becomes(phone: EngineProcess, state: str) -> None:
    phone.wait(protocol.Registration, lambda fact: fact.state == state, timeout=WITHIN_S)
