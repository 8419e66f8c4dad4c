"""What somebody decided about opening hours for now: kept in Asterisk's database, where calls look.

It counts at once, without a reload, and lives through a restart.
"""

import re

from pbx_config import escape
from pbx_config.asterisk import Asterisk, AsteriskFailed
from pbx_config.hours import Decision
from pbx_config.render.hours import FAMILY

_ENTRY = re.compile(rf"^/{FAMILY}/(\S+)\s*: (\S+)", re.MULTILINE)


def decide(asterisk: Asterisk, hours: str, decision: Decision | None) -> None:
    """From now on, or back to the calendar. Raises ``AsteriskFailed``, ``AsteriskDown``."""
    name = escape.identifier(hours, "hours")
    if decision is None:
        asterisk.command(f"database del {FAMILY} {name}")
    else:
        asterisk.command(f"database put {FAMILY} {name} {decision.encode()}")
    if decided(asterisk).get(name) != decision:
        raise AsteriskFailed(
            f"Asterisk n'a pas gardé la décision pour « {hours} ». Réessayez.",
            f"Asterisk did not keep the decision for “{hours}”. Try again.",
        )


def decided(asterisk: Asterisk) -> dict[str, Decision]:
    """By the hours' name. Ended ones may be among them. Raises like ``decide``."""
    found = _ENTRY.findall(asterisk.command(f"database show {FAMILY}"))
    decisions = {name: Decision.decode(value) for name, value in found}
    return {name: decision for name, decision in decisions.items() if decision}
