"""extensions.conf: information lines (context ``info-NAME``): choose a street, hear its dates.

``info-NAME`` asks, ``info-NAME--p428`` asks again where several streets begin alike,
``info-NAME--z3`` says what is known of a street. ``info-NAME--dates`` knows every series of dates
once (two hyphens: no other line can be called so): it returns the next one as Asterisk says it
(``SayUnixTime``), or nothing. Which day it is comes from the same clock as opening hours.
"""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from pbx_config import escape
from pbx_config.model import Exchange, Info, InfoPage, InfoZone
from pbx_config.render import hours, prompts, targets
from pbx_config.render.text import extension, section

HELP_KEY, AGAIN_KEY = "0", "*"
_TIMES = 3
"""So often a caller is asked."""
_PATIENCE_S = 6
_NEXT_DIGIT_S = 3
"""Letters are looked for on the keys."""
_AFTER_S = 4
"""For another key, after the last date."""
_WRONG = "pbx-invalid"
_DATE = "AdB"
"""Weekday, day, month: what this Asterisk's French, English and our own Dutch words say."""


def entries(exchange: Exchange) -> tuple[str, ...]:
    """Their extensions, in the context ``internal``."""
    return tuple(
        extension(escape.digits(info.extension, info.name), f"Goto({_context(info)},s,1)")
        for info in exchange.infos
    )


def info_contexts(exchange: Exchange) -> str:
    """All of them."""
    return "\n\n".join(_info(info) for info in exchange.infos)


def _info(info: Info) -> str:
    series = _series(info)
    first, *further = info.pages or (InfoPage("", "", ()),)
    start = extension(
        "s",
        "Answer()",
        f"Set(TIMEOUT(digit)={_NEXT_DIGIT_S})",
        # The date must be said in the language of the words around it.
        f'ExecIf($[${{REGEX("^({"|".join(info.languages)})" ${{CHANNEL(language)}})}} = 0]?'
        f"Set(CHANNEL(language)={info.languages[0]}))",
        f'Set(now=${{IF($["${{{hours.NOW}}}" = ""]?${{EPOCH}}:${{{hours.NOW}}})}})',
        f"Set(today=${{STRFTIME(${{now}},{escape.zone(info.clock, info.name)},%Y%m%d)}})",
        "Set(ALLO_TRY=1)",
        *((prompts.ask(info.intro), "Background(${GOSUB_RETVAL})") if info.intro else ()),
        *(
            ("(say)" + prompts.ask(first.prompt), *_listen())
            if info.pages
            else (f"(say)Goto({_zone_context(info, 0)},s,1)",)
        ),
    )
    return "\n\n".join(
        (
            section(_context(info), start, *_answers(info, first)),
            *(
                section(
                    _page_context(info, page.name),
                    extension("s", "(say)" + prompts.ask(page.prompt), *_listen()),
                    *_answers(info, page),
                )
                for page in further
            ),
            *(_zone(info, place, zone, series) for place, zone in enumerate(info.zones)),
            _dates(info, series),
        )
    )


def _listen() -> tuple[str, ...]:
    return "Background(${GOSUB_RETVAL})", f"WaitExten({_PATIENCE_S})"


def _answers(info: Info, page: InfoPage) -> tuple[str, ...]:
    """What may be typed after a question, and what happens to who types something else."""
    return (
        *(
            extension(_typed(key, info), f"Goto({_zone_context(info, place)},s,1)")
            for key, place in page.zones
        ),
        # Where the number may go on, some say with # that it does not.
        *(
            extension(f"{_typed(key, info)}#", f"Goto({_zone_context(info, place)},s,1)")
            for key, place in page.zones
            if any(other != key and other.startswith(key) for other, _ in page.zones)
        ),
        *(
            extension(_typed(key, info), f"Goto({_page_context(info, name)},s,1)")
            for key, name in page.pages
        ),
        extension(
            "t",
            "Set(ALLO_TRY=$[${ALLO_TRY} + 1])",
            f"GotoIf($[${{ALLO_TRY}} > {_TIMES}]?{HELP_KEY},1)",
            "Goto(s,say)",
        ),
        extension("i", f"Playback({_WRONG})", "Goto(t,1)"),
        extension(HELP_KEY, *targets.steps(info.otherwise, info.name)),
        # One question back.
        extension(AGAIN_KEY, f"Goto({_context(info)},s,say)"),
    )


def _zone(info: Info, place: int, zone: InfoZone, series: dict[tuple[str, ...], int]) -> str:
    steps = [prompts.ask(zone.prompt), "Background(${GOSUB_RETVAL})"]
    for number, each in enumerate(zone.series):
        before, after = (f"(k{number})" if number else ""), f"k{number + 1}"
        steps += [
            f"{before}Gosub({_context(info)}--dates,d{series[each.dates]},1)",
            "Set(date=${GOSUB_RETVAL})",
            f'GotoIf($["${{date}}" = ""]?none{number})',
            prompts.ask(each.before),
            "Background(${GOSUB_RETVAL})",
            f"SayUnixTime(${{date}},{escape.zone(info.clock, info.name)},{_DATE},j)",
            f"Goto({after})",
            f"(none{number}){prompts.ask(each.none)}",
            "Background(${GOSUB_RETVAL})",
        ]
    last = f"(k{len(zone.series)})" if zone.series else ""
    return section(
        _zone_context(info, place),
        extension(
            "s",
            *steps,
            f"{last}{prompts.ask(info.again)}",
            "Background(${GOSUB_RETVAL})",
            f"WaitExten({_AFTER_S})",
        ),
        extension("t", "Hangup()"),
        extension("i", f"Playback({_WRONG})", f"WaitExten({_AFTER_S})", "Hangup()"),
        extension(HELP_KEY, *targets.steps(info.otherwise, info.name)),
        extension(AGAIN_KEY, "Set(ALLO_TRY=1)", f"Goto({_context(info)},s,say)"),
        # Typed behind a number that was understood without.
        extension("#", "Goto(s,1)"),
    )


def _series(info: Info) -> dict[tuple[str, ...], int]:
    """Streets on the same round share their dates: each series once, numbered."""
    found: dict[tuple[str, ...], int] = {}
    for zone in info.zones:
        for each in zone.series:
            found.setdefault(each.dates, len(found) + 1)
    return found


def _dates(info: Info, series: dict[tuple[str, ...], int]) -> str:
    every = sorted({date for dates in series for date in dates})
    return section(
        f"{_context(info)}--dates",
        *(
            extension(
                f"d{number}",
                *(
                    f"GotoIf($[${{today}} <= {_compact(date, info)}]?{_compact(date, info)},1)"
                    for date in dates
                ),
                "Return()",
            )
            for dates, number in series.items()
        ),
        *(extension(_compact(date, info), f"Return({_noon(date, info)})") for date in every),
    )


def _compact(date: str, info: Info) -> str:
    return escape.digits(date.replace("-", ""), f"{info.name}: {date}")


def _noon(date: str, info: Info) -> int:
    """Unix seconds of a moment that is within that day, summer or winter."""
    day = datetime.fromisoformat(date).date()
    return int(datetime.combine(day, time(12), ZoneInfo(info.clock)).timestamp())


def _typed(key: str, info: Info) -> str:
    return escape.digits(key, f"{info.name}: {key}")


def _context(info: Info) -> str:
    return f"info-{escape.identifier(info.name, 'info.name')}"


def _zone_context(info: Info, place: int) -> str:
    return f"{_context(info)}--z{int(place)}"


def _page_context(info: Info, name: str) -> str:
    return f"{_context(info)}--p{escape.digits(name, info.name)}"
