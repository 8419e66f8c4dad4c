"""Where the files of one Asterisk instance live: every path, and nothing else.

Owns names and places under one root folder; must not know what is written there.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from pbx_config.errors import PbxError

MAX_SOCKET_PATH = 107
"""Longest path of a Unix socket in bytes (``sun_path`` of 108 less the final NUL, unix(7))."""


class LayoutError(PbxError):
    """The root folder cannot hold an Asterisk instance."""


@dataclass(frozen=True, slots=True)
class Layout:
    """All paths of the Asterisk instance under ``root`` (made absolute).

    Raises ``LayoutError`` when the path is too long for the control socket.
    """

    root: Path

    def __post_init__(self) -> None:
        object.__setattr__(self, "root", Path(self.root).absolute())
        length = len(os.fsencode(self.control_socket))
        if length > MAX_SOCKET_PATH:
            too_long = length - MAX_SOCKET_PATH
            raise LayoutError(
                f"Le chemin « {self.control_socket} » est trop long de {too_long} octets pour une "
                f"prise Unix ({MAX_SOCKET_PATH} au plus). Choisissez un dossier plus court avec "
                "--home ou ALLO_HOME.",
                f"The path “{self.control_socket}” is {too_long} bytes too long for a Unix socket "
                f"({MAX_SOCKET_PATH} at most). Choose a shorter folder with --home or ALLO_HOME.",
            )

    @property
    def etc(self) -> Path:
        """Generated configuration: the rendering of the directory, never edited by hand."""
        return self.root / "etc"

    @property
    def conf(self) -> Path:
        """The file Asterisk is started with; also what tells our process from another's."""
        return self.etc / "asterisk.conf"

    @property
    def lib(self) -> Path:
        """Asterisk's own state (astdb, keys)."""
        return self.root / "lib"

    @property
    def data(self) -> Path:
        """Sounds and documentation: links into the Asterisk runtime."""
        return self.root / "data"

    @property
    def prompts(self) -> Path:
        """What the town says to its callers: WAV files of 16 kHz, played as ``allo/NAME``."""
        return self.data / "sounds" / "allo"

    @property
    def spool(self) -> Path:
        """Voicemail and recordings."""
        return self.root / "spool"

    @property
    def names(self) -> Path:
        """Agents' names read aloud, each in a folder of their extension (``render.by_name``)."""
        return self.spool / "voicemail" / "names"

    @property
    def log(self) -> Path:
        """Log files and call records."""
        return self.root / "log"

    @property
    def messages(self) -> Path:
        """Notices, warnings and errors of Asterisk."""
        return self.log / "messages.log"

    @property
    def console_log(self) -> Path:
        """What Asterisk printed before its own log was open."""
        return self.log / "console.log"

    @property
    def cdr(self) -> Path:
        """SQLite database with one row per call leg in table ``cdr`` (cdr_sqlite3_custom)."""
        return self.log / "master.db"

    @property
    def run(self) -> Path:
        """Sockets and pid file; short on purpose."""
        return self.root / "run"

    @property
    def control_socket(self) -> Path:
        """Asterisk's remote console (name fixed by Asterisk: ``asterisk.ctl``)."""
        return self.root / "run" / "asterisk.ctl"

    @property
    def applied(self) -> Path:
        """What was applied last: exchange and file checksums (0600)."""
        return self.root / "applied.json"

    @property
    def lock(self) -> Path:
        """Held while applying."""
        return self.root / "apply.lock"

    @property
    def folders(self) -> tuple[Path, ...]:
        """Every folder that must exist before Asterisk starts."""
        keys, cache = self.lib / "keys", self.lib / "cache"
        return (
            *(self.root, self.etc, self.lib, keys, cache),
            *(self.data, self.spool, self.log, self.run),
        )

    def create(self) -> None:
        """Make all folders, readable by their owner only (0700)."""
        for folder in self.folders:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
