"""Carry out a plan: all of it or nothing.

Owns writing files, reloading and verifying; must not decide what to write (``plan`` did).
"""

from dataclasses import dataclass

from pbx_config.asterisk.process import Asterisk
from pbx_config.errors import PbxError
from pbx_config.layout import Layout
from pbx_config.plan import Plan


class ApplyFailed(PbxError):
    """The plan was not applied; the previous state is intact."""


class PlanStale(ApplyFailed):
    """The files are not those the plan was made from: plan again."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What was done."""

    files: tuple[str, ...]
    reloaded: tuple[str, ...]
    """Modules that the running Asterisk reloaded; empty when it does not run."""
    restart_needed: bool
    """Some change waits for a restart of the running Asterisk."""
    seconds: float


def apply(plan: Plan, layout: Layout, asterisk: Asterisk | None) -> Applied:
    """Write, reload what changed, verify; roll back when refused. ``None`` or not running: files only.

    Raises ``PlanStale`` or ``ApplyFailed``.
    """
    raise NotImplementedError(plan, layout, asterisk)
