"""What an administrator may want to look at: nothing is refused for it, the plan says it."""

from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from provisioning import hours_rules, info_lines
from provisioning.commune import Commune
from provisioning.commune_file import line_of
from provisioning.home import Home
from provisioning.problem import Problem


def hints(commune: Commune, home: Home, today: date | None = None) -> Iterator[Problem]:
    """Of opening hours and information lines. Raises OSError."""
    text = home.commune.read_text(encoding="utf-8-sig")
    for number, hours in enumerate(commune.hours):
        day = today or datetime.now(ZoneInfo(hours.zone)).date()
        for key, what, remedy in hours_rules.hints(hours, day):
            line = line_of(text, ("hours", number, key))
            yield Problem(home.commune.name, line, f"hours[{number + 1}].{key}", what, remedy)
    day = today or datetime.now(ZoneInfo(info_lines.CLOCK)).date()
    yield from info_lines.hints(commune, home, day)
