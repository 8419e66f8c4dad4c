"""Which Asterisk to run: where its program, modules and sounds are.

Owns finding and describing an installed Asterisk; must not know what it is configured to do.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from pbx_config.errors import PbxError


class AsteriskNotFound(PbxError):
    """No suitable Asterisk on this machine."""


@dataclass(frozen=True, slots=True)
class Runtime:
    """One installed Asterisk."""

    command: tuple[str, ...]
    """Words that start the program; arguments follow (includes its own loader where it has one)."""
    version: tuple[int, int, int]
    modules: Path
    data: Path
    """Folder with ``documentation/``, ``sounds/`` and ``moh/``."""

    @property
    def moh(self) -> Path:
        """Music on hold (G.722)."""
        return self.data / "moh"


def locate(folder: Path) -> Runtime:
    """The Asterisk to use: ``$ALLO_ASTERISK``, else a suitable system one, else the one in ``folder``.

    Raises ``AsteriskNotFound`` (which tells about ``allo pbx install``).
    """
    raise NotImplementedError(os.environ, folder)
