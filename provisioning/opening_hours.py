"""Opening hours as an administrator writes them: ``lun-ven 08:30-12:00, 13:30-16:00``.

Owns that notation, in French, Dutch and English, and the public holidays; a date may have hours of
its own. What it reads becomes ``pbx_config.hours.Hours``.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from pbx_config.hours import DAY_MINUTES, Hours, Span, SpecialDay
from provisioning.problem import Wrong
from provisioning.text import did_you_mean, fold
from provisioning.words import Words

HOLIDAY_YEARS = 5
"""So long holidays are known ahead: the PBX must be right for a while without a new ``apply``."""
_MOST_DAYS = 366
"""Longest exceptional closing: more is a slip of the year."""

_WEEK = (
    ("lundi", "maandag", "monday"),
    ("mardi", "dinsdag", "tuesday"),
    ("mercredi", "woensdag", "wednesday"),
    ("jeudi", "donderdag", "thursday"),
    ("vendredi", "vrijdag", "friday"),
    ("samedi", "zaterdag", "saturday"),
    ("dimanche", "zondag", "sunday"),
)
_LETTERS = re.compile(r"[^\W\d_]+")
_TIME = r"([01]?\d|2[0-4])[:hH](\d\d)?"
_SPAN = re.compile(rf"\s*{_TIME}\s*[-–]\s*{_TIME}\s*")
_DATES = re.compile(
    r"\s*(\d{4}-\d\d-\d\d)(?:\s*(?:/|–|\.\.|au|tot|to)\s*(\d{4}-\d\d-\d\d))?(?!\d)\s*"
)
_TIMES_THEN_WORDS = re.compile(rf"((?:{_SPAN.pattern},?)*)(.*)", re.DOTALL)

_WEEK_EXAMPLE = Words(
    "Par exemple « lun-ven 08:30-12:00, 13:30-16:00 ».",
    "For example “mon-fri 08:30-12:00, 13:30-16:00”.",
)
_DATE_EXAMPLE = Words(
    "Par exemple « 2026-12-24 12:00-24:00 Réveillon » ou « 2026-12-28 au 2027-01-03 ».",
    "For example “2026-12-24 12:00-24:00 Christmas Eve” or “2026-12-28 to 2027-01-03”.",
)


class Exceptional(NamedTuple):
    """Dates that are not as every week."""

    first: date
    last: date
    spans: tuple[Span, ...]
    """Empty: all day."""
    reason: str

    @property
    def dates(self) -> Iterator[date]:
        for number in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=number)


def read_week(lines: Iterable[str]) -> tuple[tuple[Span, ...], ...]:
    """Seven days of spans in order. Raises Wrong."""
    week: list[list[Span]] = [[] for _ in _WEEK]
    for line in lines:
        digit = re.search(r"\d", line)
        if not digit:
            raise _wrong(line, "aucune heure", "no time", _WEEK_EXAMPLE)
        days = _days(line[: digit.start()], line)
        for span in _spans(line[digit.start() :], line):
            for day in days:
                for other in week[day]:
                    if span.start < other.end and other.start < span.end:
                        name = _WEEK[day]
                        raise Wrong(
                            Words(
                                f"{name[0]} : {span} recouvre {other}.",
                                f"{name[2]}: {span} overlaps {other}.",
                            ),
                            Words("Gardez une seule des deux plages.", "Keep one of the two."),
                        )
                week[day].append(span)
    return tuple(tuple(sorted(spans)) for spans in week)


def read_exceptional(line: str) -> Exceptional:
    """One date or several, when on them, and why. Raises Wrong."""
    found = _DATES.match(line)
    if not found:
        raise _wrong(line, "pas de date AAAA-MM-JJ", "no date YYYY-MM-DD", _DATE_EXAMPLE)
    try:
        first = date.fromisoformat(found[1])
        last = date.fromisoformat(found[2] or found[1])
    except ValueError:
        raise _wrong(
            line, "cette date n'existe pas", "there is no such date", _DATE_EXAMPLE
        ) from None
    if not timedelta(0) <= last - first < timedelta(days=_MOST_DAYS):
        raise _wrong(
            line,
            "la seconde date est avant la première, ou plus d'un an après",
            "the second date is before the first, or more than a year after it",
            _DATE_EXAMPLE,
        )
    rest = _TIMES_THEN_WORDS.fullmatch(line[found.end() :])
    assert rest  # it takes anything
    times = rest[1].strip(" ,")
    words = rest[rest.re.groups].strip(" :—-")
    if re.match(r"\d", words):
        raise _wrong(
            line, f"« {words} » n'est pas une heure", f"“{words}” is no time", _DATE_EXAMPLE
        )
    return Exceptional(first, last, tuple(_spans(times, line)) if times else (), words[:60])


def build_hours(
    name: str,
    title: str,
    zone: str,
    week: tuple[tuple[Span, ...], ...],
    closed: Sequence[Exceptional],
    also_open: Sequence[Exceptional],
    holidays: bool,
    today: date,
) -> Hours:
    """Every date of this year and later that is not as its weekday is: of holidays, closings and
    openings the last counts. (Not from today on: then every day would have a plan of its own.)"""
    names = belgian_holidays(today.year, today.year + HOLIDAY_YEARS - 1) if holidays else {}
    special: dict[date, tuple[tuple[Span, ...], str]] = {
        day: ((), reason) for day, reason in names.items()
    }
    for closing in closed:
        for day in closing.dates:
            spans, reason = special.get(day, (week[day.weekday()], ""))
            special[day] = _without(spans, closing.spans), closing.reason or reason
    for opening in also_open:
        for day in opening.dates:
            spans, _ = special.get(day, (week[day.weekday()], ""))
            added = opening.spans or (Span(0, DAY_MINUTES),)
            special[day] = _joined((*spans, *added)), opening.reason
    days = tuple(
        SpecialDay(day.isoformat(), spans, reason)
        for day, (spans, reason) in sorted(special.items())
        if day.year >= today.year and spans != week[day.weekday()]
    )
    return Hours(name, title, zone, week, days)


@cache
def belgian_holidays(first: int, last: int) -> dict[date, str]:
    """Public holidays of these years, by date; their French names."""
    import holidays  # 0.1 s: only where it is asked for

    found = holidays.country_holidays("BE", years=range(first, last + 1), language="fr")
    return dict(found.items())


def _days(text: str, line: str) -> list[int]:
    days: list[int] = []
    for part in re.split(r"[,;]| et | en | and ", text):
        ends = [
            _day(name, line) for name in _LETTERS.findall(part) if fold(name) not in ("au", "to")
        ]
        if len(ends) == 1:
            days += ends
        elif len(ends) == 2 and ends[0] < ends[1]:
            days += range(ends[0], ends[1] + 1)
        else:
            raise _wrong(
                line, "les jours ne sont pas clairs", "the days are not clear", _WEEK_EXAMPLE
            )
    return days


def _day(name: str, line: str) -> int:
    wanted = fold(name)
    for number, names in enumerate(_WEEK):
        if any(full == wanted or (len(wanted) >= 2 and full.startswith(wanted)) for full in names):
            return number
    del line
    raise Wrong(
        Words(f"« {name} » n'est pas un jour.", f"“{name}” is not a day."),
        did_you_mean(name, [names[0] for names in _WEEK]),
    )


def _spans(text: str, line: str) -> Iterator[Span]:
    for part in text.split(","):
        found = _SPAN.fullmatch(part)
        if not found:
            raise _wrong(
                line,
                f"« {part.strip()} » n'est pas une plage",
                f"“{part.strip()}” is no span",
                _WEEK_EXAMPLE,
            )
        span = Span(
            int(found[1]) * 60 + int(found[2] or 0), int(found[3]) * 60 + int(found[4] or 0)
        )
        minutes = (int(found[2] or 0), int(found[4] or 0))
        if not span.start < span.end <= DAY_MINUTES or max(minutes) > 59:
            raise _wrong(
                line,
                f"{part.strip()} finit avant de commencer",
                f"{part.strip()} ends before it begins",
                _WEEK_EXAMPLE,
            )
        yield span


def _without(spans: tuple[Span, ...], taken: tuple[Span, ...]) -> tuple[Span, ...]:
    if not taken:
        return ()
    for gone in taken:
        spans = tuple(
            part
            for span in spans
            for part in (
                Span(span.start, min(span.end, gone.start)),
                Span(max(span.start, gone.end), span.end),
            )
            if part.start < part.end
        )
    return spans


def _joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    joined: list[Span] = []
    for span in sorted(spans):
        if joined and span.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return tuple(joined)


def _wrong(line: str, fr: str, en: str, remedy: Words) -> Wrong:
    return Wrong(Words(f"« {line} » : {fr}.", f"“{line}”: {en}."), remedy)
