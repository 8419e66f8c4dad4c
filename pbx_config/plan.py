"""What would change: a value to print, diff, checksum and refuse.

Owns comparing; must not write anything. ``apply`` executes it.
"""

import hashlib
from dataclasses import dataclass, replace
from typing import Literal

from pbx_config import difference, record
from pbx_config.asterisk.runtime import Runtime
from pbx_config.layout import Layout
from pbx_config.model import Device, Exchange, User
from pbx_config.render import render
from pbx_config.render.mail import SCRIPT as MAIL_SCRIPT
from pbx_config.render.mail import SETTINGS as MAIL_SETTINGS
from pbx_config.render.pjsip import AUTH
from pbx_config.words import Change, compare

__all__ = ["Change", "FileChange", "Plan", "make_plan"]

RELOADS = {
    "pjsip.conf": ("res_pjsip.so",),
    "pjsip_auth.conf": ("res_pjsip.so",),
    "pjsip_trunk.conf": ("res_pjsip.so", "res_pjsip_endpoint_identifier_ip.so"),
    "extensions.conf": ("pbx_config.so",),
    "queues.conf": ("app_queue.so",),
    "voicemail.conf": ("app_voicemail.so",),
    "manager.conf": ("manager",),
    "rtp.conf": ("res_rtp_asterisk.so",),
    "musiconhold.conf": ("res_musiconhold.so",),
    "logger.conf": ("logger",),
    "cdr.conf": ("cdr",),
    "cdr_sqlite3_custom.conf": ("cdr_sqlite3_custom.so",),
    "indications.conf": ("indications",),
    "features.conf": ("features",),
    "res_parking.conf": ("res_parking.so",),
    "geolocation.conf": ("res_geolocation.so",),
    "confbridge.conf": ("app_confbridge.so",),
    "directory.conf": (),
}
"""Asterisk modules that read a file; a file that is not here takes effect at the next start, one
without modules when it is used next."""

READ_EACH_TIME = frozenset((MAIL_SCRIPT, MAIL_SETTINGS))
"""Of no module: they take effect at once."""


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
        return difference.unified(self.name, self.old, self.new)


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
    """(file name, SHA-256, or empty when missing) of every file as seen on disk while planning."""
    previous: Exchange | None = None
    """What was applied last."""
    partial: bool = False
    """Made by ``only``: other files may still wait."""

    @property
    def empty(self) -> bool:
        """Nothing to do."""
        return not self.files and not self.changes

    @property
    def reloads(self) -> tuple[str, ...]:
        """Asterisk modules to reload, each once, in the order of ``RELOADS``."""
        touched = {change.name for change in self.files}
        modules = (m for name, ms in RELOADS.items() if name in touched for m in ms)
        return tuple(dict.fromkeys(modules))

    @property
    def restart(self) -> bool:
        """Whether some change takes effect only when Asterisk is restarted."""
        known = RELOADS.keys() | READ_EACH_TIME
        return any(change.name not in known for change in self.files)

    @property
    def checksum(self) -> str:
        """Fingerprint of what is on disk and what it becomes: 12 hex digits."""
        state = hashlib.sha256()
        for name, digest in self.base:
            state.update(f"{name}\0{digest}\0".encode())
        for change in self.files:
            state.update(f"{change.name}\0{change.kind}\0{change.new}\0".encode())
        return state.hexdigest()[:12]

    def only(self, *files: str) -> "Plan":
        """The same plan restricted to some files (``pjsip_auth.conf`` for an enrolment).

        What it leaves out stays to be done: the next plan shows it again.
        """
        done = _with_digests(self.previous, self.exchange) if AUTH in files else self.previous
        kept = replace(
            self,
            files=tuple(change for change in self.files if change.name in files),
            exchange=done or self.exchange,
            partial=True,
        )
        return replace(kept, changes=compare(self.previous, kept.exchange))


def _with_digests(old: Exchange | None, new: Exchange) -> Exchange | None:
    """``old`` with the digests that ``new`` has for the same devices."""
    if old is None:
        return None
    digests = {device.id: device.digest for user in new.users for device in user.devices}

    def renewed(device: Device) -> Device:
        return replace(device, digest=digests.get(device.id, device.digest))

    def user(before: User) -> User:
        return replace(before, devices=tuple(renewed(device) for device in before.devices))

    return replace(old, users=tuple(user(before) for before in old.users))


def make_plan(exchange: Exchange, layout: Layout, runtime: Runtime) -> Plan:
    """Compare ``exchange`` with the files on disk and with what was applied last. Writes nothing.

    Raises ``escape.RenderError``, ``record.RecordUnreadable``, ``OSError``.
    """
    applied = record.load(layout)
    known = applied.files if applied else {}
    wanted = render(exchange, layout, runtime)
    files: list[FileChange] = []
    base: list[tuple[str, str]] = []
    drift: list[str] = []
    for name in sorted({*wanted, *known}):
        path = layout.etc / name
        content = path.read_bytes() if path.is_file() else None
        digest = "" if content is None else hashlib.sha256(content).hexdigest()
        base.append((name, digest))
        if name in known and known[name] != digest:
            drift.append(name)
        new = wanted.get(name)
        if new is None:
            if content is not None:
                files.append(FileChange(name, "removed", content.decode(errors="replace"), ""))
        elif content is None:
            files.append(FileChange(name, "added", "", new))
        elif content != new.encode():
            files.append(FileChange(name, "changed", content.decode(errors="replace"), new))
    previous = applied.exchange if applied else None
    return Plan(
        files=tuple(files),
        changes=compare(previous, exchange),
        drift=tuple(drift),
        exchange=exchange,
        base=tuple(base),
        previous=previous,
    )
