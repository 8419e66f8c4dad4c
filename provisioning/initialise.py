"""Making an installation: folder, commune.toml, generated credentials, certificates.

Safe to repeat: what is there is kept, what is missing or near its end is made. Nothing is written
before commune.toml was found good.
"""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pbx_config.asterisk.runtime import FOLDER_VARIABLE
from provisioning.ca import CaFiles, addresses_of, ensure, fingerprint
from provisioning.commune import Commune
from provisioning.commune_file import parse_commune
from provisioning.commune_template import TEMPLATE, with_installation, with_trunk
from provisioning.free_ports import free_ports, free_udp_port
from provisioning.home import Home, write_private
from provisioning.store.database import open_store


@dataclass(frozen=True, slots=True)
class Initialised:
    """What is there now."""

    commune: Commune
    wrote_commune: bool
    """False when there was one, which was kept."""
    certificates: tuple[str, ...]
    """Files made or renewed."""
    ca_fingerprint: str


def initialise(
    home: Home,
    *,
    source: Path | None = None,
    host: str | None = None,
    choose_ports: bool = False,
    replace: bool = False,
    now: datetime | None = None,
) -> Initialised:
    """Make the installation in ``home``, its commune.toml from ``source`` or from the template.

    Raises InputRefused (commune.toml, nothing written), StoreTooNew, OSError.
    """
    keep = home.exists and not replace
    if keep:
        content, name = home.commune.read_bytes(), home.commune.name
    else:
        content = source.read_bytes() if source else TEMPLATE.encode()
        name = source.name if source else home.commune.name
        content = _fitted(content, name, host, choose_ports)
    commune = parse_commune(content, name)
    home.make()
    if not keep:
        write_private(home.commune, content)
    files = CaFiles(home.ca)
    own = commune.installation
    made = ensure(files, own.host, now or datetime.now(UTC), addresses_of(own.bind))
    open_store(home.database).close()
    if chosen := os.environ.get(FOLDER_VARIABLE):  # what comes later finds it without the variable
        write_private(home.chosen_runtime, f"{Path(chosen).absolute()}\n".encode())
    return Initialised(commune, not keep, made, fingerprint(files.ca.read_bytes()))


def _fitted(content: bytes, name: str, host: str | None, choose_ports: bool) -> bytes:
    """The text with this machine's host and ports; faults of the original are found first."""
    values: dict[str, str | int] = {}
    commune = parse_commune(content, name)
    bind = commune.installation.bind
    if host is not None:
        values["host"] = host
        if host == "localhost" or host.startswith("127."):
            bind = "127.0.0.1" if host == "localhost" else host
            values["bind"] = bind
    text = content.decode("utf-8-sig")
    if choose_ports:
        values |= free_ports(bind)
        for index, trunk in enumerate(commune.trunk):
            # An operator on this machine is a trial's own; a real one keeps its port.
            if trunk.host.startswith("127."):
                text = with_trunk(text, index, {"port": free_udp_port(trunk.host)})
    return with_installation(text, values).encode()
