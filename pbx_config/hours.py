"""When a service is open: its week, the days that differ, and what somebody decided for now.

A value. What it says at a moment is computed here, for people, and in the dialplan
(``pbx_config.render.hours``) for calls; a test holds the two together.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

State = Literal["open", "closed", "night"]
"""night: closed, and somebody is on duty who may be reached another way."""

DAY_MINUTES = 24 * 60
_FAR = timedelta(days=400)
"""No calendar is looked at further ahead."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Part of a day, in minutes since midnight: from ``start`` until before ``end``."""

    start: int
    end: int

    def __str__(self) -> str:
        return f"{_clock(self.start)}-{_clock(self.end)}"


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A date that is not as its weekday is."""

    date: str
    """ISO 8601, local."""
    spans: tuple[Span, ...]
    """When it is open; empty: all day closed."""
    reason: str = ""
    """A holiday's name, or what the administrator wrote."""


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours that services share."""

    name: str
    """Slug, unique."""
    title: str
    zone: str
    """IANA time zone."""
    week: tuple[tuple[Span, ...], ...]
    """Seven days, Monday first."""
    days: tuple[SpecialDay, ...] = ()
    """In order of their dates."""

    def on(self, day: date) -> tuple[tuple[Span, ...], str]:
        """When it is open that day, and why if that is not as every week."""
        for special in self.days:
            if special.date == day.isoformat():
                return special.spans, special.reason
        return self.week[day.weekday()], ""

    def at(self, moment: datetime, decided: "Decision | None" = None) -> "Opening":
        """How it is at ``moment`` (aware), and until when."""
        if decided and decided.holds(moment):
            return Opening(decided.state, decided.until, decided=True)
        local = moment.astimezone(ZoneInfo(self.zone))
        spans, reason = self.on(local.date())
        minute = local.hour * 60 + local.minute
        state: State = "open" if any(s.start <= minute < s.end for s in spans) else "closed"
        until = next((at for at, new in self._changes(local) if new != state), None)
        return Opening(state, until, reason)

    def _changes(self, local: datetime) -> Iterator[tuple[datetime, State]]:
        """Every beginning and end after ``local``; what it is from then on."""
        zone = ZoneInfo(self.zone)
        day = local.date()
        while day - local.date() < _FAR:
            spans, _ = self.on(day)
            for span in spans:
                for minute, state in ((span.start, "open"), (span.end, "closed")):
                    moment = _moment(day, minute, zone)
                    # Until midnight and from midnight on is no change.
                    goes_on = minute == DAY_MINUTES and any(
                        s.start == 0 for s in self.on(day + timedelta(days=1))[0]
                    )
                    if moment > local and not goes_on:
                        yield moment, "open" if state == "open" else "closed"
            day += timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Opening:
    """How it is at a moment."""

    state: State
    until: datetime | None
    """When that changes by itself; None: not within a year."""
    reason: str = ""
    """Why, where it is not as every week."""
    decided: bool = False
    """Somebody decided so, whatever the calendar says."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Somebody's word against the calendar."""

    state: State
    until: datetime | None = None
    """It ends by itself then; None: when somebody ends it."""

    def holds(self, moment: datetime) -> bool:
        """Whether it counts at that moment."""
        return self.until is None or moment < self.until

    def encode(self) -> str:
        """As Asterisk's database keeps it: ``closed-1790000000``, 0 for no end."""
        return f"{self.state}-{int(self.until.timestamp()) if self.until else 0}"

    @classmethod
    def decode(cls, text: str) -> "Decision | None":
        """What was kept; None for what we did not write."""
        state, _, end = text.partition("-")
        if state not in ("open", "closed", "night") or not end.isdecimal():
            return None
        until = datetime.fromtimestamp(int(end), UTC) if int(end) else None
        return cls("open" if state == "open" else "night" if state == "night" else "closed", until)


def _moment(day: date, minute: int, zone: ZoneInfo) -> datetime:
    if minute == DAY_MINUTES:
        day, minute = day + timedelta(days=1), 0
    return datetime.combine(day, time(minute // 60, minute % 60), zone)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
