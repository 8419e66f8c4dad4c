"""What an information line says at a moment, and which of its dates changed, for people.

Calls hear it from the dialplan (``pbx_config.render.info``); a test holds the two together.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from pbx_config.model import Info, InfoSeries, InfoZone

_DAYS_FR = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_MONTHS_FR = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
_DAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS_EN = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def next_date(series: InfoSeries, today: date) -> date | None:
    """The first that is not past."""
    coming = (day for day in map(date.fromisoformat, series.dates) if day >= today)
    return next(coming, None)


def today(info: Info, moment: datetime) -> date:
    """At ``moment`` (aware), where the line is."""
    return moment.astimezone(ZoneInfo(info.clock)).date()


def keys(info: Info) -> Iterator[tuple[str, InfoZone]]:
    """What is typed for each zone, in their order; ``428 2`` over a second page."""
    typed: dict[int, str] = {}
    for page in info.pages:
        for key, place in page.zones:
            typed[place] = f"{page.name} {key}".strip()
    for place, zone in enumerate(info.zones):
        yield typed.get(place, ""), zone


class Written(NamedTuple):
    """The same words twice."""

    fr: str
    en: str


def day(of: date | None) -> Written:
    """``mardi 12 janvier 2027``."""
    if of is None:
        return Written("aucune date connue", "no date known")
    first = "1er" if of.day == 1 else str(of.day)
    return Written(
        f"{_DAYS_FR[of.weekday()]} {first} {_MONTHS_FR[of.month - 1]} {of.year}",
        f"{_DAYS_EN[of.weekday()]} {of.day} {_MONTHS_EN[of.month - 1]} {of.year}",
    )


def said(zone: InfoZone, today: date) -> Written:
    """What a caller who chose it hears: ``rue Haute : déchets verts mardi 12 janvier 2027``."""
    found = [(each.title, day(next_date(each, today))) for each in zone.series]
    return Written(
        f"{zone.title} : " + ", ".join(f"{title} {when.fr}" for title, when in found),
        f"{zone.title}: " + ", ".join(f"{title} {when.en}" for title, when in found),
    )


def dates(info: Info) -> dict[tuple[str, str], frozenset[str]]:
    """Those of each zone and kind."""
    return {
        (zone.title, each.title): frozenset(each.dates)
        for zone in info.zones
        for each in zone.series
    }


_NAMED = 3
"""So many streets are named where dates changed."""


def changed(old: Info, new: Info) -> Written | None:
    """What happened to the dates, in the administrator's words; None for nothing."""
    before, after = dates(old), dates(new)
    come = {key: days - before.get(key, frozenset()) for key, days in after.items()}
    gone = {key: days - after.get(key, frozenset()) for key, days in before.items()}
    more, less = sum(map(len, come.values())), sum(map(len, gone.values()))
    if not more and not less:
        return None
    touched = list(dict.fromkeys(zone for (zone, _), days in (come | gone).items() if days))
    touched += [zone for (zone, _), days in come.items() if days and zone not in touched]
    names = ", ".join(touched[:_NAMED]) + (
        f" + {len(touched) - _NAMED}" if len(touched) > _NAMED else ""
    )
    return Written(
        f"dates : {more} ajoutée(s), {less} retirée(s) ({names})",
        f"dates: {more} added, {less} removed ({names})",
    )
