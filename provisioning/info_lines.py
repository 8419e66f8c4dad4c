"""Information lines: from the calendar of streets and dates to what callers are asked and told.

Owns the sentences, and how a street is chosen: up to nine by a key that is said; more by the number
on the calendar, where it prints one; else by the first letters of the name.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import cast

from pbx_config import model
from pbx_config.model import InfoPage, InfoSeries, InfoZone, Language
from provisioning import prompts
from provisioning.commune import Commune, Info
from provisioning.dates_csv import Calendar, Street, read_dates
from provisioning.home import Home
from provisioning.keypad import letters, own_name, typed
from provisioning.problem import InputRefused, Problem
from provisioning.targets import info_target
from provisioning.voice import Voice
from provisioning.words import Words

MOST_KEYS = 9
CLOCK = "Europe/Brussels"
_Sentences = dict[Language, str]
_BEFORE: _Sentences = {
    "fr": "Prochaine collecte : {type}, le",
    "nl": "Volgende ophaling: {type}, op",
    "en": "Next collection: {type}, on",
}
_NONE: _Sentences = {
    "fr": "{type} : aucune date connue.",
    "nl": "{type}: geen datum bekend.",
    "en": "{type}: no date known.",
}
_KEY: _Sentences = {
    "fr": "{street} : tapez {key}.",
    "nl": "{street}: druk {key}.",
    "en": "{street}: press {key}.",
}
_BY_NUMBER: _Sentences = {
    "fr": "Tapez le numéro de votre rue, comme sur le calendrier.",
    "nl": "Toets het nummer van uw straat, zoals op de kalender.",
    "en": "Type the number of your street, as on the calendar.",
}
_BY_LETTERS: _Sentences = {
    "fr": "Avec les touches de votre téléphone, tapez les trois premières lettres du nom de votre "
    "rue, sans le mot rue ou avenue. Par exemple, pour {street} : {letters}.",
    "nl": "Toets met de cijfers van uw telefoon de eerste drie letters van de naam van uw straat. "
    "Bijvoorbeeld, voor {street}: {letters}.",
    "en": "With the keys of your telephone, type the first three letters of the name of your "
    "street, without the word street. For example, for {street}: {letters}.",
}
_HELP: _Sentences = {
    "fr": "Pour parler à quelqu'un, tapez zéro.",
    "nl": "Om iemand te spreken, druk nul.",
    "en": "To speak to somebody, press zero.",
}
_ANOTHER: _Sentences = {
    "fr": "Pour une autre rue, tapez étoile.",
    "nl": "Voor een andere straat, druk sterretje.",
    "en": "For another street, press star.",
}
_ONCE_MORE: _Sentences = {
    "fr": "Pour réentendre, tapez étoile.",
    "nl": "Om opnieuw te luisteren, druk sterretje.",
    "en": "To hear it again, press star.",
}

Calendars = Mapping[str, Calendar]
"""By the line's slug."""


def read(commune: Commune, home: Home) -> tuple[Calendars, list[Problem]]:
    """Every calendar that can be read, and all that is wrong with the others."""
    found: dict[str, Calendar] = {}
    problems: list[Problem] = []
    for info in commune.info:
        path = home.path / info.file
        try:
            calendar = read_dates(path.read_bytes(), info.file)
        except InputRefused as refused:
            problems += refused.problems
        except OSError as error:
            problems.append(
                Problem(
                    home.commune.name,
                    None,
                    f"info « {info.name} », file",
                    Words(
                        f"« {path} » ne peut pas être lu ({error.strerror}).",
                        f"“{path}” cannot be read ({error.strerror}).",
                    ),
                    Words(
                        "Mettez-y le calendrier : un CSV avec rue, type et date.",
                        "Put the calendar there: a CSV with street, type and date.",
                    ),
                )
            )
        else:
            found[info.slug] = calendar
            problems += _too_alike(calendar)
    return found, problems


def hints(commune: Commune, home: Home, today: date) -> Iterator[Problem]:
    """What works, but says nothing to callers any more. Lines that cannot be read are left out."""
    calendars, _ = read(commune, home)
    for calendar in calendars.values():
        if calendar.last < today:
            yield Problem(
                calendar.file,
                None,
                "",
                Words(
                    f"la dernière date est passée ({calendar.last}) : qui appelle entend "
                    "« aucune date connue ».",
                    f"the last date is past ({calendar.last}): callers hear “no date known”.",
                ),
                Words("Ajoutez les dates à venir.", "Add the coming dates."),
            )


def sources(commune: Commune, home: Home) -> Iterator[prompts.Source]:
    """All that they say. Raises InputRefused (a calendar)."""
    calendars, problems = read(commune, home)
    if problems:
        raise InputRefused(problems)
    voice = prompts.voice_of(commune, home)
    for info in as_model(commune, home, calendars):
        for each in info.prompts:
            for one in each.recordings:
                yield prompts.Source(each.name, one.text, one.language, one.text, voice)


def as_model(commune: Commune, home: Home, calendars: Calendars) -> tuple[model.Info, ...]:
    """What the dialplan needs of them."""
    voice = prompts.voice_of(commune, home)
    return tuple(
        _Builder(commune, info, calendars[info.slug], voice).build()
        for info in commune.info
        if info.slug in calendars
    )


@dataclass(frozen=True, slots=True)
class _Question:
    """How streets are chosen on one page."""

    name: str
    streets: tuple[tuple[str, int], ...]
    """Digits → place of the street."""
    further: tuple[tuple[str, str], ...] = ()


class _Builder:
    """One line; collects what is said, each sentence once."""

    def __init__(self, commune: Commune, info: Info, calendar: Calendar, voice: Voice) -> None:
        self.commune, self.info, self.calendar, self.voice = commune, info, calendar, voice
        self.languages = cast(tuple[Language, ...], calendar.languages)
        self.target = info_target(commune, info)
        self.said: dict[str, model.Prompt] = {}

    def build(self) -> model.Info:
        info, streets = self.info, self.calendar.streets
        zones = tuple(self._zone(street) for street in streets)
        pages = self._pages() if len(streets) > 1 else ()
        more = _ANOTHER if len(streets) > 1 else _ONCE_MORE
        again = self._say({each: f"{more[each]} {self._help(each)}" for each in self.languages})
        intro = self.commune.prompt_named(info.prompt) if info.prompt else None
        return model.Info(
            info.slug,
            info.name,
            info.extension,
            info.number,
            CLOCK,
            self.languages,
            intro.slug if intro else "",
            pages,
            zones,
            again,
            self.target,
            tuple(self.said.values()),
        )

    def _zone(self, street: Street) -> InfoZone:
        series = []
        for kind in street.kinds.values():
            before, none = (
                self._say({each: table[each].replace("{type}", kind.texts[each])
                           for each in self.languages})
                for table in (_BEFORE | self.info.sentence, _NONE)
            )  # fmt: skip
            dates = tuple(day.isoformat() for day in sorted(kind.dates))
            series.append(InfoSeries(kind.texts[self.languages[0]], before, none, dates))
        name = self._say(dict.fromkeys(self.languages, f"{street.title}."))
        return InfoZone(street.title, name, tuple(series))

    def _pages(self) -> tuple[InfoPage, ...]:
        first, *further = _questions(self.calendar)
        streets = self.calendar.streets
        if len(first.streets) <= MOST_KEYS and all(len(key) == 1 for key, _ in first.streets):
            asked = self._choices(first, help_too=True)
        elif self.calendar.numbered:
            asked = self._say({each: f"{_BY_NUMBER[each]} {self._help(each)}"
                               for each in self.languages})  # fmt: skip
        else:
            example = streets[0].title
            spelt = ", ".join(letters(example).upper())
            asked = self._say({
                each: _BY_LETTERS[each].replace("{street}", example).replace("{letters}", spelt)
                + f" {self._help(each)}"
                for each in self.languages
            })  # fmt: skip
        return (
            InfoPage("", asked, first.streets, first.further),
            *(
                InfoPage(page.name, self._choices(page, help_too=False), page.streets)
                for page in further
            ),
        )

    def _choices(self, page: _Question, *, help_too: bool) -> str:
        streets = self.calendar.streets
        said: _Sentences = {}
        for language in self.languages:
            parts = [
                _KEY[language].replace("{street}", streets[place].title).replace("{key}", key)
                for key, place in page.streets
            ]
            if help_too:
                parts.append(self._help(language))
            said[language] = " ".join(parts)
        return self._say(said)

    def _help(self, language: Language) -> str:
        return "" if self.target.kind == "goodbye" else _HELP[language]

    def _say(self, texts: Mapping[Language, str]) -> str:
        """Name of the prompt that says it. Two hyphens: no name of the town's own has them."""
        clean = {language: text.strip() for language, text in texts.items()}
        digest = hashlib.sha256("\0".join(clean.values()).encode()).hexdigest()[:12]
        name = f"info--{digest}"
        self.said.setdefault(
            name,
            model.Prompt(
                name,
                " / ".join(dict.fromkeys(clean.values())),
                tuple(
                    model.Recording(language, self.voice.file(name, language, text), text)
                    for language, text in clean.items()
                ),
            ),
        )
        return name


def _questions(calendar: Calendar) -> list[_Question]:
    """The first page, and one more for each few streets that begin alike."""
    streets = calendar.streets
    if calendar.numbered:
        return [_Question("", tuple((s.number, place) for place, s in enumerate(streets)))]
    if len(streets) <= MOST_KEYS:
        return [_Question("", tuple((str(place + 1), place) for place in range(len(streets))))]
    alone: list[tuple[str, int]] = []
    further: list[_Question] = []
    for key, places in _alike(calendar).items():
        if len(places) == 1:
            alone.append((key, places[0]))
        else:
            choices = tuple((str(n), place) for n, place in enumerate(places, start=1))
            further.append(_Question(key, choices))
    first = _Question("", tuple(alone), tuple((page.name, page.name) for page in further))
    return [first, *further]


def _alike(calendar: Calendar) -> dict[str, list[int]]:
    """Keys → places of the streets that are typed so, in the order of their names."""
    found: dict[str, list[int]] = {}
    order = sorted(range(len(calendar.streets)), key=lambda n: own_name(calendar.streets[n].title))
    for place in order:
        found.setdefault(typed(calendar.streets[place].title), []).append(place)
    return found


def _too_alike(calendar: Calendar) -> Iterator[Problem]:
    """More streets that begin alike than there are keys, or one without letters."""
    if calendar.numbered or len(calendar.streets) <= MOST_KEYS:
        return
    remedy = Words(
        "Ajoutez une colonne « numéro » : l'appelant tape alors celui de sa rue.",
        "Add a column “number”: callers then type that of their street.",
    )
    for key, places in _alike(calendar).items():
        streets = [calendar.streets[place] for place in places]
        names = ", ".join(f"« {street.title} »" for street in streets[:3])
        if not key:
            what = Words(f"{names} ne se tape pas en lettres.", f"{names} cannot be spelt by keys.")
        elif len(places) > MOST_KEYS:
            what = Words(
                f"{len(places)} rues se tapent {key} ({names}, …), 9 au plus se choisissent.",
                f"{len(places)} streets are typed {key} ({names}, …), 9 at most can be chosen.",
            )
        else:
            continue
        yield Problem(calendar.file, streets[0].line, "rue", what, remedy)
