"""extensions.conf: opening hours, as the dialplan asks for them.

``Gosub(hours-NAME,s,1)`` returns ``open``, ``closed`` or ``night``. What somebody decided stands in
Asterisk's own database (``hours/NAME``, see ``pbx_config.hours.Decision``): so it counts at once,
without a reload, and after a restart; its end needs nobody.
"""

from pbx_config import escape
from pbx_config.hours import Hours, Span
from pbx_config.render.text import extension, section

FAMILY = "hours"
"""In Asterisk's database."""
NOW = "ALLO_NOW"
"""Global variable: another time than the clock's (Unix seconds), to try out what a caller meets."""


def context(name: str) -> str:
    """Where these hours are asked for."""
    return f"hours-{escape.identifier(name, 'hours.name')}"


def hours_contexts(hours: tuple[Hours, ...]) -> str:
    """All of them."""
    return "\n\n".join(_hours(each) for each in hours)


def _hours(hours: Hours) -> str:
    zone = escape.zone(hours.zone, hours.name)
    week = [
        extension(f"w{number}", f"Return({_state(spans)})")
        for number, spans in enumerate(hours.week, start=1)
    ]
    days = [
        extension(
            escape.digits(day.date.replace("-", ""), f"{hours.name}: {day.date}"),
            f"Return({_state(day.spans)})",
        )
        for day in hours.days
    ]
    ask = extension(
        "s",
        f'Set(LOCAL(now)=${{IF($["${{{NOW}}}" = ""]?${{EPOCH}}:${{{NOW}}})}})',
        f"Set(LOCAL(decided)=${{DB({FAMILY}/{hours.name})}})",
        'GotoIf($["${decided}" = ""]?calendar)',
        "Set(LOCAL(end)=${CUT(decided,-,2)})",
        "GotoIf($[0${end} != 0 & 0${end} <= ${now}]?calendar)",
        "Return(${CUT(decided,-,1)})",
        f"(calendar)Set(LOCAL(minute)=$[${{STRFTIME(${{now}},{zone},%H)}} * 60"
        f" + ${{STRFTIME(${{now}},{zone},%M)}}])",
        f"Set(LOCAL(day)=${{STRFTIME(${{now}},{zone},%Y%m%d)}})",
        "GotoIf(${DIALPLAN_EXISTS(${CONTEXT},${day},1)}?${day},1)",
        f"Goto(w${{STRFTIME(${{now}},{zone},%u)}},1)",
    )
    return section(context(hours.name), ask, *week, *days)


def _state(spans: tuple[Span, ...]) -> str:
    if not spans:
        return "closed"
    within = " | ".join(f"(${{minute}} >= {s.start} & ${{minute}} < {s.end})" for s in spans)
    return f"${{IF($[{within}]?open:closed)}}"
