"""A real exchange and real engines on it, for one group."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pbx_config.layout import Layout
from softphone import protocol
from softphone.engine_process import EngineProcess
from tests.softphone.engine.conftest import Pbx, running
from tests.support.exchange import small_exchange


@contextmanager
def exchange(folder: Path) -> Iterator[Pbx]:
    """The exchange of the engine's tests with its three users, as long as the block lasts."""
    layout = Layout(folder)
    with running(small_exchange(layout.root, users=3), layout) as pbx:
        yield pbx


def register(phone: EngineProcess, account: protocol.Account) -> None:
    """Make it this account's phone. It says a tone."""
    phone.send(protocol.Sound(source="tone", sink="nothing"))
    phone.send(account)
    phone.wait(protocol.Registration, lambda fact: fact.state == "registered")
