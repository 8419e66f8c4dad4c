"""Why a call ended, in one word, from what SIP says.

Pure. SIP's codes are coarse behind a PBX: Asterisk answers 480 both for "nobody picked up" and "not
registered", 403 for "declined". Its Reason header (RFC 3326) keeps the Q.850 cause, which is exact.
"""

import re
from dataclasses import dataclass
from typing import Literal

Why = Literal[
    "normal", "busy", "no_answer", "declined", "not_found", "cancelled", "elsewhere", "unavailable",
    "forbidden", "failed",
]  # fmt: skip

_BY_Q850: dict[int, Why] = {
    1: "not_found",
    3: "unavailable",
    17: "busy",
    18: "no_answer",
    19: "no_answer",
    20: "unavailable",
    21: "declined",
    27: "unavailable",
    28: "not_found",
}
_NON_SELECTED = 26
"""Q.850 “non-selected user clearing”: another one of those rung was chosen."""
_BY_CODE: dict[int, Why] = {
    401: "forbidden",
    403: "forbidden",
    404: "not_found",
    407: "forbidden",
    410: "not_found",
    484: "not_found",
    486: "busy",
    600: "busy",
    603: "declined",
    604: "not_found",
    500: "unavailable",
    502: "unavailable",
    503: "unavailable",
    504: "unavailable",
}


@dataclass(slots=True)
class Ending:
    """What is known when a call ends."""

    incoming: bool
    code: int = 0
    """Last SIP status."""
    q850: int = 0
    """Cause of the Reason header, 0 when there was none."""
    elsewhere: bool = False
    """The caller's side says that somebody else took the call."""
    rang: bool = False
    connected: bool = False
    ended_here: bool = False
    """We sent the BYE, the CANCEL or the refusal."""


def end_cause(ending: Ending) -> Why:
    """The cause of ``ended``."""
    if ending.connected:
        return "normal" if ending.ended_here or ending.code < 300 else "failed"
    if ending.elsewhere:
        return "elsewhere"
    if ending.incoming and not ending.ended_here:
        return "cancelled" if ending.code in (0, 200, 487) else "failed"
    if not ending.incoming:
        if ending.ended_here:
            return "cancelled"
        if ending.q850 in _BY_Q850:
            return _BY_Q850[ending.q850]
        if ending.code in (408, 480, 487):
            return "no_answer" if ending.rang else "unavailable"
    return _BY_CODE.get(ending.code, "failed")


def taken_elsewhere(reason_header: str) -> bool:
    """Whether a CANCEL says ``SIP;cause=200;text="Call completed elsewhere"`` (RFC 3326 §3.1)."""
    return bool(
        re.match(r"\s*SIP\s*;.*?\bcause\s*=\s*200\b", reason_header, re.IGNORECASE)
        or q850_cause(reason_header) == _NON_SELECTED
    )


def q850_cause(reason_header: str) -> int:
    """The cause in ``Q.850;cause=17;text="…"``, 0 when it is another kind of reason."""
    match = re.match(r"\s*Q\.850\s*;.*?\bcause\s*=\s*(\d+)", reason_header, re.IGNORECASE)
    return int(match.group(1)) if match else 0
