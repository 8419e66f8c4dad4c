"""Turns exceptions into facts.

pjsua2 prints an exception of a callback, swallows it, and Python's ``sys.last_traceback`` then
keeps the call object alive, which later hangs up somebody else's call. So nothing may leave a
callback, and no traceback object is kept: only its text goes to stderr.
"""

import functools
import sys
import traceback
from collections.abc import Callable
from typing import Any, ParamSpec

import pjsua2 as pj

from softphone.engine.outbox import Outbox
from softphone.protocol import Fault

P = ParamSpec("P")


class NotYet(Exception):
    """A command cannot be done now but probably in a moment; raised before anything happened."""


class Refused(Exception):
    """A command that cannot be obeyed now; the text says why and goes into an ``error`` fact."""


def describe(problem: BaseException) -> str:
    """One line for people; ``str(pj.Error)`` would be empty."""
    if isinstance(problem, pj.Error):
        return f"{problem.title}: {problem.reason} ({problem.status})"
    return f"{type(problem).__name__}: {problem}"


def report(outbox: Outbox, where: str, problem: BaseException) -> None:
    """Publish a fault and write the traceback's text to stderr."""
    sys.stderr.write("".join(traceback.format_exception(problem)))
    outbox.put(Fault(where=where, message=describe(problem)))


def guarded(callback: Callable[P, None]) -> Callable[P, None]:
    """A pjsua2 callback out of which no exception comes; the object has an ``outbox``."""

    @functools.wraps(callback)
    def guard(*arguments: P.args, **named: P.kwargs) -> None:
        try:
            callback(*arguments, **named)
        except Exception as problem:
            owner: Any = arguments[0]
            report(owner.outbox, callback.__qualname__, problem)

    return guard
