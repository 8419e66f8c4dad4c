"""Who telephones in the tests of the dialplan: at ``town``, which a module may make its own."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest

from pbx_config.personal import FAMILIES, decide, disturb, personal
from tests.support import sip
from tests.support.console import wait_until
from tests.support.pbx import Pbx

Phone = Callable[[str], sip.Peer]


@pytest.fixture
def phone(town: Pbx) -> Iterator[Phone]:
    """Register a device; it says goodbye at the end."""
    with ExitStack() as stack:
        yield lambda device: stack.enter_context(_registered(town, device))


@pytest.fixture
def marie(phone: Phone) -> sip.Peer:
    return phone("u1-1")


@pytest.fixture
def julien(phone: Phone) -> sip.Peer:
    return phone("u2-1")


@pytest.fixture
def line(town: Pbx) -> Iterator[sip.Peer]:
    """The operator's end of the trunk; no call is left afterwards."""
    peer = town.line()
    yield peer
    peer.close()
    town.asterisk.command("channel request hangup all")
    wait_until(town.asterisk, "core show channels count", "^0 active channels")


@pytest.fixture
def undecided(town: Pbx) -> Iterator[None]:
    """What people decided in a test ends with it."""
    yield
    for extension, found in personal(town.asterisk).items():
        decide(town.asterisk, extension, dict.fromkeys(FAMILIES, ""))
        if found.dnd:
            disturb(town.asterisk, extension, allowed=True)


@contextmanager
def _registered(town: Pbx, device: str) -> Iterator[sip.Peer]:
    peer = town.registered(device)
    yield peer
    peer.register(expires=0)
    peer.close()
