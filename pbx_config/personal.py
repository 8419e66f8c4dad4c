"""What people decided about the calls to them: forwards, do not disturb, a mobile, a secretary.

Kept in Asterisk's database, where calls look, and shown to phones as device states; changed by
codes (``render.codes``) and from here alike: at once, without a reload, and it lives through a
restart. What a call may be sent on to is the same here and there: the dialplan is rendered from the
same constants, and a test dials what is asked here.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from pbx_config import escape
from pbx_config.asterisk import Asterisk, AsteriskFailed
from pbx_config.model import Exchange
from pbx_config.render.codes import BARRED, FORWARDS, HOME, quiet
from pbx_config.render.outside import EMERGENCY, HELP_LINES

Setting = Literal["always", "busy", "unanswered", "offline", "follow", "filter"]
"""Those that have a number."""
FAMILIES: dict[Setting, str] = {
    **dict(
        zip(
            ("always", "busy", "unanswered", "offline"),
            (f"forward{when}" for when in FORWARDS),
            strict=True,
        )
    ),
    "follow": "follow",
    "filter": "filter",
}
"""In Asterisk's database, and beginnings of the device states: ``forward-cfb/2001``,
``Custom:forward-cfb-2001``."""
DND = "dnd"

_ENTRY = re.compile(r"^/[a-z-]+/([0-9]+)\s*: ([0-9+]+)\s*$", re.MULTILINE)
_NUMBER = re.compile(r"\+?[0-9]{1,20}")
_OUTSIDE = re.compile(r"(0[1-9]|\+[0-9])[0-9]+|00[0-9]+")
"""As ``render.outside.outgoing``."""


@dataclass(frozen=True, slots=True)
class Personal:
    """What one person decided; numbers as they were dialled, empty: not set."""

    always: str = ""
    busy: str = ""
    unanswered: str = ""
    offline: str = ""
    follow: str = ""
    """A mobile that rings too."""
    filter: str = ""
    """The secretary's extension."""
    dnd: bool = False

    def __bool__(self) -> bool:
        return self != Personal()

    def number(self, setting: Setting) -> str:
        """Of one of them."""
        return str(getattr(self, setting))


Refusal = Literal[
    "no number", "oneself", "emergency", "barred", "abroad", "nobody", "inside", "no person"
]


def refusal(exchange: Exchange, own: str, setting: Setting, number: str) -> Refusal | None:
    """Why calls to the extension ``own`` may not go there; None when they may."""
    if not _NUMBER.fullmatch(number):
        return "no number"
    if number == own:
        return "oneself"
    people = {user.extension for user in exchange.users}
    if setting == "filter":
        return None if number in people else "no person"
    if number in (*EMERGENCY, *HELP_LINES, *(f"0{each}" for each in EMERGENCY)):
        return "emergency"
    if number.startswith("00") or (number.startswith("+") and not number.startswith(HOME)):
        return "abroad"
    if number.startswith(BARRED):
        return "barred"
    answering = {queue.extension for queue in exchange.queues}
    answering |= {menu.extension for menu in exchange.menus}
    answering |= {info.extension for info in exchange.infos}
    outside = is_outside(number)
    if not outside and number not in people | answering:
        return "nobody"
    if setting == "follow" and (not outside or e164(number) in _ours(exchange)):
        return "inside"
    return None


def is_outside(number: str) -> bool:
    """Whether it is dialled as a public number is."""
    return bool(_OUTSIDE.fullmatch(number))


def e164(number: str) -> str:
    """``0475123456`` as ``+32475123456``."""
    return number if number.startswith("+") else f"{HOME}{number[1:]}"


def personal(asterisk: Asterisk) -> dict[str, Personal]:
    """Of everybody who decided anything, by extension.

    Raises ``AsteriskFailed``, ``AsteriskDown``.
    """
    found: dict[str, Personal] = {}
    for setting, family in FAMILIES.items():
        for extension, number in _family(asterisk, family).items():
            value: dict[str, Any] = {setting: number}
            found[extension] = replace(found.get(extension, Personal()), **value)
    for extension in _family(asterisk, DND):
        found[extension] = replace(found.get(extension, Personal()), dnd=True)
    return dict(sorted(found.items()))


def decide(asterisk: Asterisk, extension: str, wanted: Mapping[Setting, str]) -> None:
    """From now on; an empty number ends it. Ask ``refusal`` before. Raises like ``personal``."""
    own = escape.digits(extension, "extension")
    for setting, number in wanted.items():
        if number and not _NUMBER.fullmatch(number):
            raise ValueError(f"{setting}: not a number")
        _switch(asterisk, FAMILIES[setting], own, number)


def disturb(asterisk: Asterisk, extension: str, allowed: bool) -> None:
    """End or begin *do not disturb*. Raises like ``personal``."""
    own = escape.digits(extension, "extension")
    _switch(asterisk, DND, own, "" if allowed else "1")
    # What the hint of the person is made of, see ``render.codes``.
    asterisk.command(f"devstate change {quiet(own)} {'INVALID' if allowed else 'BUSY'}")


def _switch(asterisk: Asterisk, family: str, own: str, value: str) -> None:
    if value:
        asterisk.command(f"database put {family} {own} {value}")
    else:
        asterisk.command(f"database del {family} {own}")
    state = "BUSY" if value else "NOT_INUSE"
    asterisk.command(f"devstate change Custom:{family}-{own} {state}")
    if _family(asterisk, family).get(own, "") != value:
        raise AsteriskFailed(
            f"Asterisk n'a pas gardé ce choix pour {own}. Réessayez.",
            f"Asterisk did not keep that choice for {own}. Try again.",
        )


def _family(asterisk: Asterisk, family: str) -> dict[str, str]:
    return dict(_ENTRY.findall(asterisk.command(f"database show {family}")))


def _ours(exchange: Exchange) -> frozenset[str]:
    return frozenset(_public(exchange))


def _public(exchange: Exchange) -> Iterator[str]:
    for site in exchange.sites:
        yield from filter(None, (site.main_number, site.shown_number, site.emergency_number))
    yield from (info.number for info in exchange.infos if info.number)
    yield from (queue.number for queue in exchange.queues if queue.number)
    yield from (menu.number for menu in exchange.menus if menu.number)
    yield from (user.public_number for user in exchange.users if user.public_number)
