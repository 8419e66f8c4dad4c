"""A server under a name that is not ``localhost``, bound to the one address of that name.

Phones know the name, the PBX names itself by its address: the certificate must carry both.
"""

import contextlib
import ipaddress
import socket
import ssl
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from provisioning.commune_template import with_installation
from softphone import protocol
from softphone.state import State
from tests.e2e.test_calls import idle, rings
from tests.support.robot import RobotPhone, connected, has_message
from tests.support.town import EXAMPLES, Town


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    """The steps of docs/admin.md: ``bind`` is edited after ``allo init``."""
    name, address = local_name()
    with tempfile.TemporaryDirectory(prefix="allo-") as folder, Town(Path(folder), name) as town:
        town.create()
        commune = town.home / "commune.toml"
        text = commune.read_text(encoding="utf-8")
        commune.write_text(with_installation(text, {"bind": address}), encoding="utf-8")
        town.allo("import", str(EXAMPLES / "commune.csv"))
        town.allo("apply", "--yes")
        town.pbx_up()
        assert town.serve().startswith(f"https://{name}:")
        yield town


def local_name() -> tuple[str, str]:
    """A name that only this machine answers to, and its loopback address."""
    names = (socket.gethostname(), socket.getfqdn(), "pbx.localhost")
    for name in (name.lower() for name in names if not name.startswith("localhost")):
        with contextlib.suppress(OSError):
            address = socket.gethostbyname(name)
            if ipaddress.ip_address(address).is_loopback:
                return name, address
    pytest.skip(f"none of {names} is a name of this machine with an address 127.x")


def sees(colleague: RobotPhone, presence: str) -> Callable[[State], bool]:
    """Whether the live picture shows this colleague so."""
    return lambda state: state.board.colleagues[colleague.extension].presence == presence


def test_a_call_ends_on_both_sides_whoever_hangs_up(town: Town) -> None:
    marie, julien = town.phone("2002"), town.phone("2003")
    for phone in (marie, julien):
        phone.wait("registration", lambda state: state.ready and state.board.fresh)
        assert phone.profile.sip.host == town.host

    for number, (hanging_up, other) in enumerate(((marie, julien), (julien, marie))):
        mine = f"call-{number}"
        marie.dial(mine, "2003")
        theirs = rings(julien).key
        julien.engine.send(protocol.Answer(call=theirs))
        marie.wait("answer", connected(mine))
        julien.wait("answer", connected(theirs))
        marie.wait("colleague on the phone", sees(julien, "busy"))
        hanging_up.engine.send(protocol.Hangup(call=mine if hanging_up is marie else theirs))
        other.wait("end of the call", idle)
        marie.wait("colleague free again", sees(julien, "free"))

    marie.link.send_message("2003", "Ça marche aussi sous un vrai nom ?").result(10)
    julien.wait("message", has_message("Ça marche aussi sous un vrai nom ?"))


def test_the_certificate_answers_to_the_name_and_to_the_address(town: Town) -> None:
    """The latter is where a phone that is called sends its first request of the call."""
    context = ssl.create_default_context(cafile=str(town.home / "ca" / "ca.pem"))
    address = socket.gethostbyname(town.host)
    for port in (town.installation["https_port"], town.installation["sip_phone_port"]):
        for called in (town.host, address):
            with (
                socket.create_connection((address, port), timeout=5) as plain,
                context.wrap_socket(plain, server_hostname=called) as secured,
            ):
                assert secured.version() in ("TLSv1.2", "TLSv1.3")
