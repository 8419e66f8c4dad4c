"""Carry out a plan: all of it or nothing.

Owns the order of things (lock, check, write, reload, verify, roll back); must not decide what to
write (``plan`` did).
"""

import contextlib
import hashlib
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from pbx_config import record, verify
from pbx_config.asterisk.process import Asterisk, AsteriskFailed
from pbx_config.errors import PbxError
from pbx_config.layout import Layout
from pbx_config.plan import Plan
from pbx_config.render import at_start
from pbx_config.transaction import Transaction

LOCK_SECONDS = 30.0
RELOAD_SECONDS = 60.0
"""Time limit of one module's reload: 10,000 endpoints take 3.4 s, a deadlocked one for ever."""
VERIFY_SECONDS = 20.0


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
    """Write, reload what changed, verify; roll back when refused.

    ``asterisk`` ``None`` or not running: files only. Raises ``PlanStale`` or ``ApplyFailed``.
    """
    started = time.monotonic()
    if plan.empty:
        return Applied((), (), restart_needed=False, seconds=0.0)
    layout.create()
    try:
        with FileLock(layout.lock, timeout=LOCK_SECONDS, mode=0o600):
            _check_fresh(plan, layout)
            running = asterisk if asterisk and asterisk.status().running else None
            reloaded = _carry_out(plan, layout, running)
    except Timeout as busy:
        raise ApplyFailed(
            f"Une autre application est en cours (verrou {layout.lock}). Attendez-la, "
            "puis recommencez.",
            f"Another apply is under way (lock {layout.lock}). Wait for it, then try again.",
        ) from busy
    return Applied(
        files=tuple(change.name for change in plan.files),
        reloaded=reloaded,
        restart_needed=running is not None and plan.restart,
        seconds=time.monotonic() - started,
    )


def _check_fresh(plan: Plan, layout: Layout) -> None:
    for name, digest in plan.base:
        path = layout.etc / name
        now = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        if now != digest:
            raise PlanStale(
                f"{path} a changé depuis ce plan. Refaites-le : allo plan",
                f"{path} has changed since this plan. Make it again: allo plan",
            )


def _carry_out(plan: Plan, layout: Layout, asterisk: Asterisk | None) -> tuple[str, ...]:
    contents: dict[Path, bytes | None] = {
        layout.etc / change.name: None if change.kind == "removed" else change.new.encode()
        for change in plan.files
    }
    contents[layout.applied] = record.encode(_record(plan, layout))
    transaction = Transaction(contents)
    try:
        transaction.commit()
    except OSError as problem:
        raise ApplyFailed(
            f"Impossible d'écrire dans {layout.root} : {problem.strerror or problem}. Rien n'a "
            "changé. Libérez de la place ou corrigez les droits, puis recommencez.",
            f"Cannot write into {layout.root}: {problem.strerror or problem}. Nothing has "
            "changed. Free some space or correct the permissions, then try again.",
        ) from problem
    if asterisk is not None:
        try:
            _reload(plan, asterisk)
        except BaseException as refusal:
            transaction.rollback()
            if isinstance(refusal, _Refused):
                _reload_quietly(plan.reloads, asterisk)
                raise _failed(refusal) from refusal
            if isinstance(refusal, AsteriskFailed):
                raise ApplyFailed(
                    f"{refusal.fr} La configuration d'avant est remise en place.",
                    f"{refusal.en} The previous configuration is back in place.",
                ) from refusal
            raise
    transaction.finish()
    return plan.reloads if asterisk else ()


class _Refused(Exception):
    """Asterisk read the new files and did not take them; says why."""


def _reload(plan: Plan, asterisk: Asterisk) -> None:
    mark = asterisk.log_mark()
    for module in plan.reloads:
        answer = asterisk.reload(module, RELOAD_SECONDS)
        if "reloaded successfully" not in answer:
            raise _Refused(f"{module}: {answer.strip()}")
    touched = [change.name for change in plan.files]
    expected = plan.exchange
    difference = verify.disagreement(asterisk, expected, touched, VERIFY_SECONDS)
    complaints = verify.complaints(asterisk.log_since(mark))
    if complaints:
        raise _Refused(" ".join(complaints[:3]))
    if difference:
        raise _Refused(difference)
    if "app_queue.so" in plan.reloads:
        # Who pauses does so in a queue that they are new in, too; whether or not it is told by now,
        # the configuration holds.
        with contextlib.suppress(AsteriskFailed):
            asterisk.command(at_start.COMMAND, RELOAD_SECONDS)


def _reload_quietly(modules: Iterable[str], asterisk: Asterisk) -> None:
    """Back to the old files; a second failure must not hide the first."""
    for module in modules:
        try:
            asterisk.reload(module, RELOAD_SECONDS)
        except AsteriskFailed:
            return


def _failed(refusal: _Refused) -> ApplyFailed:
    return ApplyFailed(
        f"Asterisk refuse la nouvelle configuration : {refusal} Celle d'avant est remise en "
        "place et rechargée.",
        f"Asterisk refuses the new configuration: {refusal} The previous one is back in place "
        "and reloaded.",
    )


def _record(plan: Plan, layout: Layout) -> record.Record:
    last = record.load(layout)
    files = dict(last.files) if last else {}
    if not plan.partial:
        files = {name: digest for name, digest in plan.base if digest}
    for change in plan.files:
        if change.kind == "removed":
            files.pop(change.name, None)
        else:
            files[change.name] = hashlib.sha256(change.new.encode()).hexdigest()
    return record.Record(v=1, exchange=plan.exchange, files=files)
