"""The folder of one installation: every path in it has a name here, and only here.

Knows where things are and who may read them; opens nothing but the small secret files.
"""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path


def default_home() -> Path:
    """``ALLO_HOME``, else the system's folder for root (the service), else the user's own."""
    named = os.environ.get("ALLO_HOME")
    if named:
        return Path(named)
    if os.geteuid() == 0:
        return Path("/var/lib/allo")
    data = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(data).expanduser() / "allo"


@dataclass(frozen=True, slots=True)
class Home:
    """Paths of one installation below ``path``."""

    path: Path

    @property
    def commune(self) -> Path:
        """What the admin writes: sites, services, trunks, ports."""
        return self.path / "commune.toml"

    @property
    def database(self) -> Path:
        """The directory (SQLite)."""
        return self.path / "allo.db"

    @property
    def ca(self) -> Path:
        """Folder of the installation's certificate authority and server certificate."""
        return self.path / "ca"

    @property
    def asterisk(self) -> Path:
        """Root of ``pbx_config``'s Layout: everything Asterisk reads and writes."""
        return self.path / "asterisk"

    @property
    def runtime(self) -> Path:
        """A private Asterisk, where the machine has none (``allo pbx install``)."""
        return self.path / "runtime"

    @property
    def chosen_runtime(self) -> Path:
        """Names the folder of the private Asterisk, where it is another than ``runtime``."""
        return self.path / "runtime.path"

    @property
    def run(self) -> Path:
        """Folder of pid and log files of the allo server."""
        return self.path / "run"

    @property
    def server_pid(self) -> Path:
        return self.run / "server.pid"

    @property
    def server_log(self) -> Path:
        return self.run / "server.log"

    @property
    def lock(self) -> Path:
        """Held while the PBX's files are changed: one apply at a time."""
        return self.run / "apply.lock"

    @property
    def ami_secret(self) -> Path:
        """Password of the server's AMI user (0600)."""
        return self.path / "ami.secret"

    @property
    def mail_secret(self) -> Path:
        """Password of the account by which voicemails are mailed (0600), where there is one."""
        return self.path / "mail.secret"

    @property
    def mail(self) -> Path:
        """Folder of what waits to be mailed."""
        return self.path / "mail"

    @property
    def mail_lock(self) -> Path:
        """Held while mails are sent: each once."""
        return self.run / "mail.lock"

    @property
    def mail_log(self) -> Path:
        """What went wrong with mailing."""
        return self.run / "mail.log"

    @property
    def exists(self) -> bool:
        return self.commune.is_file()

    def make(self) -> None:
        """Create the folders, readable by the owner alone. Raises OSError."""
        for folder in (self.path, self.ca, self.run):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not self.ami_secret.exists():
            write_private(self.ami_secret, (secrets.token_urlsafe(32) + "\n").encode())


def write_private(path: Path, content: bytes) -> None:
    """Write a whole 0600 file or nothing: beside it first, then renamed over it. Raises OSError."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
