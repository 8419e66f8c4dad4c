"""What an enrolled laptop knows about itself, and where it is kept: ``profile.json``.

The Profile of docs/api.md without its two secrets, which live in ``softphone.secrets``. Types are
strict; fields that only a newer server knows are ignored. No network here.
"""

import os
from pathlib import Path
from typing import Literal

import msgspec
import platformdirs

from softphone.files import write_private

VERSION = 1
FILE = "profile.json"
CA_FILE = "ca.pem"


class Server(msgspec.Struct, frozen=True, kw_only=True):
    """The allo server and the only CA that may vouch for it."""

    url: str
    """``https://host:port``, no path."""
    ca_pem: str


class Sip(msgspec.Struct, frozen=True, kw_only=True):
    """This device's line on the exchange, without its secret."""

    host: str
    """The name that the exchange's certificate must carry."""
    port: int
    transport: Literal["tls"] = "tls"
    user: str
    realm: str = "allo"
    srtp: Literal["mandatory"] = "mandatory"


class Agent(msgspec.Struct, frozen=True, kw_only=True):
    """The person this phone belongs to."""

    extension: str
    name: str
    function: str = ""
    service: str = ""
    site: str = ""
    public_number: str | None = None
    """E.164."""
    roles: tuple[str, ...] = ()

    @property
    def is_receptionist(self) -> bool:
        """Whether the queue panel is theirs."""
        return "receptionist" in self.roles


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a phone needs, secrets apart."""

    v: int = VERSION
    server: Server
    sip: Sip
    agent: Agent
    echo_test: str = ""
    """Number that says everything back."""


class ProfileError(Exception):
    """The stored profile cannot be used. The text names file and field."""


def phone_home(override: Path | None = None) -> Path:
    """The phone's data folder: ``override``, else ``ALLO_PHONE_HOME``, else the system's place."""
    if override is not None:
        return override
    if named := os.environ.get("ALLO_PHONE_HOME"):
        return Path(named).expanduser()
    return Path(platformdirs.user_data_dir("allo-phone", appauthor=False))


def save(home: Path, profile: Profile) -> None:
    """Write ``profile.json`` and ``ca.pem`` (for the SIP stack), each at once or not at all, 0600.

    Raises OSError.
    """
    write_private(home / CA_FILE, profile.server.ca_pem.encode())
    write_private(home / FILE, msgspec.json.format(msgspec.json.encode(profile), indent=1))


def load(home: Path) -> Profile | None:
    """The stored profile; None when this laptop is not enrolled. Raises ``ProfileError``."""
    file = home / FILE
    try:
        return msgspec.json.decode(file.read_bytes(), type=Profile)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ProfileError(f"{file}: {error}") from error


def ca_file(home: Path) -> Path:
    """PEM file of the installation's CA, written by ``save``."""
    return home / CA_FILE
