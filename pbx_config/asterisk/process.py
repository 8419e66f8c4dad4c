"""The running Asterisk of one layout: start it, stop it, ask it.

Owns the process and its control socket; must not know what the configuration means.
"""

from dataclasses import dataclass
from pathlib import Path

from pbx_config.asterisk.runtime import Runtime
from pbx_config.errors import PbxError
from pbx_config.layout import Layout


class AsteriskFailed(PbxError):
    """Asterisk did not start, answer or stop as it should."""


class PortTaken(AsteriskFailed):
    """Another program listens where Asterisk must."""


class AsteriskDown(AsteriskFailed):
    """Asterisk is not running (or is not ours)."""


@dataclass(frozen=True, slots=True)
class Status:
    """What the operating system and Asterisk say about the process."""

    running: bool
    pid: int | None = None
    version: str = ""
    started_at: float | None = None
    """Unix seconds."""


class Asterisk:
    """One Asterisk process, found again by its control socket; this object holds no process handle."""

    def __init__(self, layout: Layout, runtime: Runtime) -> None:
        self.layout = layout
        self.runtime = runtime

    @property
    def log_path(self) -> Path:
        """Its log of notices, warnings and errors."""
        return self.layout.messages

    def up(self, timeout: float = 60.0) -> Status:
        """Start it in a session of its own (it outlives us) and wait until it is fully booted.

        Already running: just tells so. Raises ``PortTaken`` or ``AsteriskFailed``; ``timeout`` in seconds.
        """
        raise NotImplementedError

    def down(self, timeout: float = 15.0) -> None:
        """Stop it now, calls included. Not running: nothing to do. Raises ``AsteriskFailed``."""
        raise NotImplementedError

    def status(self) -> Status:
        """Whether it runs; never raises."""
        raise NotImplementedError

    def command(self, text: str, timeout: float = 10.0) -> str:
        """Run one console command (like ``asterisk -rx``) and give its output.

        Raises ``AsteriskDown`` when it does not run, ``AsteriskFailed`` when no answer within ``timeout``.
        """
        raise NotImplementedError

    def reload(self, module: str, timeout: float = 60.0) -> str:
        """Reload one module (``res_pjsip.so``, ``extensions`` …). Raises like ``command``."""
        raise NotImplementedError
