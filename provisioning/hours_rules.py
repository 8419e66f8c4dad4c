"""What opening hours say twice or against themselves: errors, and hints where it only helps nobody.

An opening counts more than a closing, and that is meant where it is the exception of the exception:
closed from the 20th to the 31st, open on the 22nd. Where neither is part of the other, whoever
wrote them meant something else than what would happen: refused.
"""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from pbx_config.hours import DAY_MINUTES, Span
from provisioning.commune import Hours
from provisioning.opening_hours import Exceptional, belgian_holidays, read_exceptional, read_week
from provisioning.problem import Wrong
from provisioning.words import Words

Said = tuple[str, Words, Words]
"""Key, what, what to do."""

_ALL_DAY = (Span(0, DAY_MINUTES),)


def contradictions(hours: Hours) -> Iterator[Said]:
    """Between lines that are right one by one."""
    yield from _week(hours.week)
    for key, lines in (("closed", hours.closed), ("open", hours.open)):
        for line in lines:
            spans = sorted(read_exceptional(line).spans)
            for first, second in pairwise(spans):
                if second.start < first.end:
                    yield (
                        key,
                        Words(
                            f"« {line} » : {first} et {second} se recouvrent.",
                            f"“{line}”: {first} and {second} overlap.",
                        ),
                        Words("Gardez une seule des deux plages.", "Keep one of the two."),
                    )
    for opening in hours.open:
        for closing in hours.closed:
            if _unclear(read_exceptional(closing), read_exceptional(opening)):
                yield (
                    "open",
                    Words(
                        f"« {opening} » contredit closed « {closing} ».",
                        f"“{opening}” contradicts closed “{closing}”.",
                    ),
                    Words(
                        "Retirez l'une des deux, ou ouvrez une partie seulement de ce qui est "
                        "fermé : cela l'emporte.",
                        "Remove one of the two, or open only a part of what is closed: that wins.",
                    ),
                )


def hints(hours: Hours, today: date) -> Iterator[Said]:
    """Lines that change nothing, or no more."""
    usual = read_week(hours.week)
    for key, lines in (("closed", hours.closed), ("open", hours.open)):
        for line in lines:
            one = read_exceptional(line)
            if one.last < today:
                yield (
                    key,
                    Words(f"« {line} » est passé.", f"“{line}” is past."),
                    Words("Vous pouvez le retirer.", "You can remove it."),
                )
            elif key == "closed" and not any(
                _common(_spans(one), _usual(hours, usual, day)) for day in one.dates
            ):
                yield (
                    key,
                    Words(
                        f"« {line} » ne ferme rien : c'est déjà fermé alors.",
                        f"“{line}” closes nothing: it is closed then anyway.",
                    ),
                    Words("Vérifiez la date et l'heure.", "Check date and time."),
                )
            elif key == "open" and all(
                _within(_spans(one), _usual(hours, usual, day)) for day in one.dates
            ):
                yield (
                    key,
                    Words(
                        f"« {line} » n'ouvre rien de plus : c'est déjà ouvert alors.",
                        f"“{line}” opens nothing more: it is open then anyway.",
                    ),
                    Words("Vérifiez la date et l'heure.", "Check date and time."),
                )


def _week(lines: tuple[str, ...]) -> Iterator[Said]:
    """Each pair of lines that says something twice of one day."""
    for number, line in enumerate(lines):
        for other in lines[:number]:
            try:
                read_week((other, line))
            except Wrong as wrong:
                yield "week", wrong.what, wrong.remedy


def _unclear(closing: Exceptional, opening: Exceptional) -> bool:
    """Both speak of one moment, and the opening is not a part of the closing."""
    if opening.first > closing.last or closing.first > opening.last:
        return False
    if not _common(_spans(closing), _spans(opening)):
        return False
    same_dates = (opening.first, opening.last) == (closing.first, closing.last)
    within = closing.first <= opening.first and opening.last <= closing.last
    if within and not same_dates:
        return False
    return not (
        same_dates
        and sorted(_spans(opening)) != sorted(_spans(closing))
        and _within(_spans(opening), _spans(closing))
    )


def _usual(hours: Hours, week: tuple[tuple[Span, ...], ...], day: date) -> tuple[Span, ...]:
    """Without exceptional closings and openings."""
    if hours.holidays and day in belgian_holidays(day.year, day.year):
        return ()
    return week[day.weekday()]


def _spans(one: Exceptional) -> tuple[Span, ...]:
    return one.spans or _ALL_DAY


def _common(some: tuple[Span, ...], others: tuple[Span, ...]) -> bool:
    return any(a.start < b.end and b.start < a.end for a in some for b in others)


def _within(inner: tuple[Span, ...], outer: tuple[Span, ...]) -> bool:
    return all(any(o.start <= i.start and i.end <= o.end for o in outer) for i in inner)
