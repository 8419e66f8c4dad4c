"""A calendar as a spreadsheet saves it: one line per street, kind and date (``collectes.csv``).

Owns headings, separators, dates as people write them, and every fault of the file with its line,
all at once. Knows nothing of telephones.
"""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from provisioning.problem import InputRefused, Problem, Wrong
from provisioning.text import did_you_mean, fold, safe
from provisioning.words import Words

MOST_LINES = 50_000
_DELIMITERS = (";", ",", "\t")
_HEADINGS = {
    "rue": "zone", "zone": "zone", "quartier": "zone", "straat": "zone", "wijk": "zone",
    "street": "zone",
    "type": "fr", "collecte": "fr", "type fr": "fr",
    "type nl": "nl", "soort": "nl",
    "type en": "en", "kind": "en",
    "date": "date", "datum": "date",
    "numero": "number", "no": "number", "nummer": "number", "number": "number",
}  # fmt: skip
"""Folded heading → what the column holds."""
LANGUAGES = ("fr", "nl", "en")
_SHOWN = ("rue", "numéro", "type", "type nl", "type en", "date")
_WRITE_DATE = Words(
    "Écrivez 2027-01-12 ou 12/01/2027 (jour, mois, année).",
    "Write 2027-01-12 or 12/01/2027 (day, month, year).",
)
_EXAMPLE = Words(
    "La première ligne donne les titres, par exemple « rue;type;date ».",
    "The first line gives the headings, for example “rue;type;date”.",
)


@dataclass(slots=True)
class Kind:
    """One kind of date of a street."""

    texts: dict[str, str]
    """What it is called, by language."""
    dates: dict[date, int] = field(default_factory=dict)
    """With the line of each."""


@dataclass(slots=True)
class Street:
    """What a caller may choose."""

    title: str
    line: int
    """Of its first mention."""
    number: str = ""
    """As printed on the calendar, where the file has a column for it."""
    kinds: dict[str, Kind] = field(default_factory=dict)
    """By folded name, in the order of the file."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """The whole file."""

    file: str
    languages: tuple[str, ...]
    numbered: bool
    """It has a column of numbers."""
    streets: tuple[Street, ...]

    @property
    def last(self) -> date:
        """The latest date of all."""
        return max(day for s in self.streets for kind in s.kinds.values() for day in kind.dates)


class _Reader:
    """One reading; faults are collected."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.streets: dict[str, Street] = {}

    def wrong(self, line: int | None, column: str, what: Words, remedy: Words) -> None:
        self.problems.append(Problem(self.file, line, column, what, remedy))

    def row(self, line: int, cells: Mapping[str, str], languages: tuple[str, ...]) -> None:
        zone = self._name(line, "rue", cells["zone"])
        texts = {
            language: text
            for language in languages
            if (text := self._name(line, f"type {language}", cells[language]))
        }
        day = self._date(line, cells["date"])
        number = cells.get("number", "")
        if number and not re.fullmatch(r"[1-9][0-9]{0,3}", number):
            self.wrong(
                line,
                "numéro",
                Words(f"« {number} » ne peut pas être tapé.", f"“{number}” cannot be typed."),
                Words(
                    "1 à 4 chiffres, sans commencer par 0.", "1 to 4 digits, not beginning with 0."
                ),
            )
            return
        if not zone or len(texts) < len(languages) or day is None:
            return
        street = self.streets.setdefault(fold(zone), Street(zone, line, number))
        if "number" in cells and street.number != number:
            self.wrong(
                line,
                "numéro",
                Words(
                    f"« {zone} » a le numéro {street.number or '(vide)'} à la ligne "
                    f"{street.line} et {number or '(vide)'} ici.",
                    f"“{zone}” has number {street.number or '(empty)'} in line {street.line} and "
                    f"{number or '(empty)'} here.",
                ),
                Words("Donnez partout le même.", "Give the same everywhere."),
            )
        kind = street.kinds.setdefault(fold(texts[languages[0]]), Kind(texts))
        if kind.texts != texts:
            self.wrong(
                line,
                "type",
                Words(
                    f"« {texts[languages[0]]} » est traduit autrement plus haut.",
                    f"“{texts[languages[0]]}” is translated otherwise above.",
                ),
                Words("Gardez une seule traduction.", "Keep one translation."),
            )
        elif (first := kind.dates.setdefault(day, line)) != line:
            self.wrong(
                line,
                "date",
                Words(
                    f"la même date figure déjà à la ligne {first}.",
                    f"the same date stands in line {first} already.",
                ),
                Words("Gardez une seule des deux lignes.", "Keep one of the two lines."),
            )

    def _name(self, line: int, column: str, text: str) -> str:
        try:
            name = safe(text, 80)
        except Wrong as wrong:
            self.wrong(line, column, wrong.what, wrong.remedy)
            return ""
        if not fold(name):
            self.wrong(
                line,
                column,
                Words("la case est vide.", "the cell is empty."),
                Words("Remplissez-la, ou retirez la ligne.", "Fill it in, or remove the line."),
            )
            return ""
        return name

    def _date(self, line: int, text: str) -> date | None:
        try:
            return _date(text)
        except ValueError:
            self.wrong(
                line,
                "date",
                Words(f"« {text[:40]} » n'est pas une date.", f"“{text[:40]}” is no date."),
                _WRITE_DATE,
            )
            return None

    def numbers(self) -> None:
        """Each street has one, and its own."""
        taken: dict[str, Street] = {}
        for street in self.streets.values():
            if not street.number:
                self.wrong(
                    street.line,
                    "numéro",
                    Words(
                        f"« {street.title} » n'a pas de numéro.",
                        f"“{street.title}” has no number.",
                    ),
                    Words(
                        "Donnez-lui-en un, ou retirez la colonne.",
                        "Give it one, or remove the column.",
                    ),
                )
                continue
            other = taken.setdefault(street.number, street)
            if other is not street:
                self.wrong(
                    street.line,
                    "numéro",
                    Words(
                        f"{street.number} est déjà celui de « {other.title} » "
                        f"(ligne {other.line}).",
                        f"{street.number} is that of “{other.title}” already (line {other.line}).",
                    ),
                    Words("Choisissez-en un autre.", "Choose another one."),
                )


def read_dates(content: bytes, file: str) -> Calendar:
    """Raises InputRefused with all problems."""
    reader = _Reader(file)
    rows = _rows(content, reader)
    if not rows:
        if not reader.problems:
            reader.wrong(None, "", Words("le fichier est vide.", "the file is empty."), _EXAMPLE)
        raise InputRefused(reader.problems)
    (head, headings), *lines = rows
    unread = len(reader.problems)
    columns = _columns(head, headings, reader)
    if len(reader.problems) > unread:
        raise InputRefused(reader.problems)
    languages = tuple(language for language in LANGUAGES if language in columns)
    for line, cells in lines:
        if len(cells) != len(headings):
            reader.wrong(
                line,
                "",
                Words(
                    f"{len(cells)} cases, l'en-tête en a {len(headings)}.",
                    f"{len(cells)} cells, the headings have {len(headings)}.",
                ),
                Words("Vérifiez les séparateurs de la ligne.", "Check the separators of the line."),
            )
            continue
        reader.row(line, {key: cells[at] for key, at in columns.items()}, languages)
    if "number" in columns:
        reader.numbers()
    if not lines:
        reader.wrong(
            head,
            "",
            Words("il n'y a aucune date sous l'en-tête.", "no date follows the headings."),
            _EXAMPLE,
        )
    if reader.problems:
        raise InputRefused(reader.problems)
    return Calendar(file, languages, "number" in columns, tuple(reader.streets.values()))


def _rows(content: bytes, reader: _Reader) -> list[tuple[int, list[str]]]:
    """Line and cells of each line that holds something."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        reader.wrong(
            content.count(b"\n", 0, error.start) + 1,
            "",
            Words("le fichier n'est pas en UTF-8.", "the file is not UTF-8."),
            Words("Enregistrez-le au format « CSV UTF-8 ».", "Save it as “CSV UTF-8”."),
        )
        return []
    lines = text.replace("\r\n", "\n").split("\n")
    if len(lines) > MOST_LINES:
        reader.wrong(
            None,
            "",
            Words(f"plus de {MOST_LINES} lignes.", f"more than {MOST_LINES} lines."),
            Words("Retirez les dates passées.", "Remove past dates."),
        )
        return []
    head = next((line for line in lines if line.strip()), "")
    delimiter = max(_DELIMITERS, key=head.count)
    rows = []
    for number, line in enumerate(lines, start=1):
        if not line.strip(" \t;,"):
            continue
        try:
            (cells,) = csv.reader([line], delimiter=delimiter, strict=True)
        except csv.Error:
            reader.wrong(
                number,
                "",
                Words(
                    "un guillemet n'est pas fermé sur cette ligne.",
                    "a quote is not closed on this line.",
                ),
                Words("Fermez-le, ou retirez-le.", "Close it, or remove it."),
            )
            continue
        rows.append((number, [cell.strip() for cell in cells]))
    return rows


def _columns(line: int, headings: list[str], reader: _Reader) -> dict[str, int]:
    """What each column holds → its place."""
    columns: dict[str, int] = {}
    for place, heading in enumerate(headings):
        key = _HEADINGS.get(fold(heading))
        if key is None:
            reader.wrong(
                line,
                heading[:40],
                Words(
                    f"le titre « {heading[:40]} » est inconnu.",
                    f"the heading “{heading[:40]}” is unknown.",
                ),
                did_you_mean(heading, _SHOWN),
            )
        elif key in columns:
            reader.wrong(
                line,
                heading,
                Words(
                    f"« {heading} » et « {headings[columns[key]]} » veulent dire la même chose.",
                    f"“{heading}” and “{headings[columns[key]]}” mean the same.",
                ),
                Words("Gardez une seule des deux colonnes.", "Keep one of the two columns."),
            )
        else:
            columns[key] = place
    for shown, wanted in (("rue", {"zone"}), ("type", set(LANGUAGES)), ("date", {"date"})):
        if wanted.isdisjoint(columns):
            reader.wrong(
                line,
                shown,
                Words(f"la colonne « {shown} » manque.", f"the column “{shown}” is missing."),
                _EXAMPLE,
            )
    return columns


def _date(text: str) -> date:
    if found := re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", text):
        return date(int(found[3]), int(found[2]), int(found[1]))
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        raise ValueError(text)
    return date.fromisoformat(text)
