"""A real Asterisk with a small exchange, started and stopped by the test that wants it."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pbx_config.apply import Applied, apply
from pbx_config.asterisk import Asterisk, AsteriskNotFound, Runtime, locate
from pbx_config.layout import Layout
from pbx_config.model import Exchange
from pbx_config.plan import make_plan
from tests.support import sip
from tests.support.exchange import password_of


def runtime() -> Runtime:
    """The Asterisk of the tests (``ALLO_ASTERISK`` or the system's); fails when there is none."""
    try:
        return locate(Path(os.environ.get("ALLO_ASTERISK", "/nonexistent")))
    except AsteriskNotFound as missing:
        pytest.fail(missing.en)


@dataclass
class Pbx:
    """A running PBX and what a test does with it."""

    exchange: Exchange
    layout: Layout
    asterisk: Asterisk
    _peers: ExitStack = field(default_factory=ExitStack)

    def apply(self, exchange: Exchange) -> Applied:
        """Plan and apply another exchange."""
        self.exchange = exchange
        return apply(
            make_plan(exchange, self.layout, self.asterisk.runtime), self.layout, self.asterisk
        )

    def phone(self, device: str, *, password: str = "", algorithm: str = "SHA-256") -> sip.Peer:
        """A phone that is connected over TLS but not registered yet."""
        network = self.exchange.network
        wire = sip.tls("127.0.0.1", network.sip_tls_port, self.exchange.certificates.ca)
        return self._kept(
            sip.Peer(wire, device, password=password or password_of(device), algorithm=algorithm)
        )

    def registered(self, device: str) -> sip.Peer:
        """A phone that is registered and has answered the first OPTIONS: it counts as there."""
        phone = self.phone(device)
        assert phone.register().code == 200
        phone.prove_alive()
        return phone

    def line(self) -> sip.Peer:
        """The operator's end of the trunk."""
        trunk = self.exchange.trunks[0]
        return self.plain((trunk.host, trunk.port), "operator")

    def plain(self, local: tuple[str, int], user: str) -> sip.Peer:
        """Somebody who comes by UDP from ``local``."""
        network = self.exchange.network
        wire = sip.udp(local, (network.bind, network.sip_udp_port))
        return self._kept(sip.Peer(wire, user))

    def _kept(self, peer: sip.Peer) -> sip.Peer:
        self._peers.callback(peer.close)
        return peer


@contextmanager
def running(exchange: Exchange, folder: Path) -> Iterator[Pbx]:
    """Apply ``exchange`` in ``folder``, start Asterisk; stop it and all peers afterwards."""
    layout = Layout(folder)
    asterisk = Asterisk(layout, runtime())
    apply(make_plan(exchange, layout, asterisk.runtime), layout, None)
    pbx = Pbx(exchange, layout, asterisk)
    try:
        asterisk.up(timeout=30)
        with pbx._peers:
            yield pbx
    finally:
        asterisk.down()
