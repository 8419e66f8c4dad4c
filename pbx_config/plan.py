"""What would change: a value to print, diff, checksum and refuse.

Owns comparing; must not write anything. ``apply`` executes it.
"""

from dataclasses import dataclass
from typing import Literal

from pbx_config.asterisk.runtime import Runtime
from pbx_config.layout import Layout
from pbx_config.model import Exchange


@dataclass(frozen=True, slots=True)
class Change:
    """One line in the administrator's words."""

    kind: Literal["add", "change", "remove"]
    what: Literal["user", "queue", "site", "trunk", "network"]
    key: str
    """Extension, queue name, site code, trunk name; stable."""
    text_fr: str
    """Without the leading sign: ``2014 Dupont Marie : numéro public …``."""
    text_en: str

    @property
    def sign(self) -> str:
        """``+``, ``~`` or ``-``."""
        return {"add": "+", "change": "~", "remove": "-"}[self.kind]


@dataclass(frozen=True, slots=True)
class FileChange:
    """One configuration file that differs from what is on disk."""

    name: str
    kind: Literal["added", "changed", "removed"]
    old: str
    new: str

    @property
    def diff(self) -> str:
        """Unified diff, secrets masked."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything ``apply`` would do, decided."""

    files: tuple[FileChange, ...]
    changes: tuple[Change, ...]
    drift: tuple[str, ...]
    """Files edited by hand since the last apply; applying overwrites them."""
    exchange: Exchange
    """Recorded as applied afterwards."""
    base: tuple[tuple[str, str], ...]
    """(file name, SHA-256 or empty) of every file as seen on disk while planning."""

    @property
    def empty(self) -> bool:
        """Nothing to do."""
        raise NotImplementedError

    @property
    def reloads(self) -> tuple[str, ...]:
        """Asterisk modules to reload, in order."""
        raise NotImplementedError

    @property
    def restart(self) -> bool:
        """Whether some change takes effect only when Asterisk is restarted."""
        raise NotImplementedError

    @property
    def checksum(self) -> str:
        """Short fingerprint of base and result: same plan, same checksum."""
        raise NotImplementedError

    def only(self, *files: str) -> "Plan":
        """The same plan restricted to some files (``pjsip_auth.conf`` for an enrolment)."""
        raise NotImplementedError


def make_plan(exchange: Exchange, layout: Layout, runtime: Runtime) -> Plan:
    """Compare ``exchange`` with the files on disk and with what was applied last. Writes nothing."""
    raise NotImplementedError(exchange, layout, runtime)
