"""Does the running Asterisk hold what we wrote? Ask it, and read what it logged.

Owns the questions and how to read the answers; changes nothing.
"""

import re
import time
from collections.abc import Callable, Iterable

from pbx_config.asterisk.process import Asterisk
from pbx_config.model import Exchange

_COMPLAINT = re.compile(
    r"^\[[^]]*\] (?:"
    r"ERROR\[\d+\]:? (?:config|pbx|sorcery|res_sorcery|res_pjsip(?!_messaging)|pjsip|app_queue"
    r"|app_voicemail"
    r"|manager|loader|res_musiconhold|res_rtp|cdr|logger|indications|features|cdrel)[^:]*\.c"
    r"|WARNING\[\d+\]:? (?:config|pbx|pbx_config)\.c"
    r").*",
    re.MULTILINE,
)
"""Lines about configuration. Lines of calls carry ``[C-…]`` after the thread and do not match."""

Check = Callable[[Asterisk, Exchange], str | None]


def complaints(log: str) -> list[str]:
    """Lines of a log in which Asterisk refuses configuration."""
    return [re.sub(r"^\[[^]]*\] ", "", line) for line in _COMPLAINT.findall(log)]


def disagreement(
    asterisk: Asterisk, exchange: Exchange, files: Iterable[str], timeout: float
) -> str | None:
    """What Asterisk does not hold of the given files after ``timeout`` seconds, or ``None``."""
    deadline = time.monotonic() + timeout
    for name in files:
        check = CHECKS.get(name)
        # A reload is finished in the background: ask until it agrees.
        while check and (difference := check(asterisk, exchange)):
            if time.monotonic() > deadline:
                return f"{name}: {difference}"
            time.sleep(0.05)
    return None


def _endpoints(asterisk: Asterisk, exchange: Exchange) -> str | None:
    wanted = {device.id for user in exchange.users for device in user.devices}
    wanted |= {f"trunk-{trunk.name}" for trunk in exchange.trunks}
    wanted |= {"refused"} if exchange.trunks else set()
    listed = asterisk.command("pjsip list endpoints", timeout=30)
    return _sets(wanted, set(re.findall(r"^ Endpoint:  ([^\s/<]+)", listed, re.MULTILINE)))


def _auths(asterisk: Asterisk, exchange: Exchange) -> str | None:
    wanted = {device.id for user in exchange.users for device in user.devices}
    listed = asterisk.command("pjsip list auths", timeout=30)
    return _sets(wanted, set(re.findall(r"^ +Auth:  ([^\s/<]+)", listed, re.MULTILINE)))


def _dialplan(asterisk: Asterisk, exchange: Exchange) -> str | None:
    wanted = {user.extension for user in exchange.users if user.devices}
    listed = asterisk.command("core show hints", timeout=30)
    return _sets(wanted, set(re.findall(r"^(\d+)@internal ", listed, re.MULTILINE)))


def _queues(asterisk: Asterisk, exchange: Exchange) -> str | None:
    listed = asterisk.command("queue show", timeout=30)
    held = set(re.findall(r"^(\S+) has \d+ calls", listed, re.MULTILINE))
    return _sets({queue.name for queue in exchange.queues if not queue.together}, held)


def _mailboxes(asterisk: Asterisk, exchange: Exchange) -> str | None:
    wanted = {user.extension for user in exchange.users}
    wanted |= {queue.extension for queue in exchange.queues}
    listed = asterisk.command("voicemail show users", timeout=30)
    return _sets(wanted, set(re.findall(r"^default +(\d+) ", listed, re.MULTILINE)))


CHECKS: dict[str, Check] = {
    "pjsip.conf": _endpoints,
    "pjsip_trunk.conf": _endpoints,
    "pjsip_auth.conf": _auths,
    "extensions.conf": _dialplan,
    "queues.conf": _queues,
    "voicemail.conf": _mailboxes,
}


def _sets(wanted: set[str], held: set[str]) -> str | None:
    if wanted == held:
        return None
    missing, extra = sorted(wanted - held)[:5], sorted(held - wanted)[:5]
    return f"missing {missing or '—'}, too many {extra or '—'}"
