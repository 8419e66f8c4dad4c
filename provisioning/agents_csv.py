"""A list of agents as a spreadsheet saves it: from bytes to rows with exact line numbers.

Owns encodings, delimiters, headings and quoting; does not know what a good value is
(``agents_check``). One line of the file is one agent: line breaks inside a cell are refused, so
that every later message can name a line that an editor shows.
"""

import codecs
import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass

from provisioning.agents_columns import COLUMNS, column_of, near_column
from provisioning.problem import InputRefused, Problem
from provisioning.text import clean
from provisioning.words import Words

LONGEST_LINE = 65_536
"""Bytes. A line of a real list has a few hundred."""
LARGEST_FILE = 64 * 1024 * 1024
"""Bytes."""
_DELIMITERS = (",", ";", "\t")
_SAVE_AS = Words(
    "Enregistrez la feuille au format « CSV UTF-8 ».",
    "Save the sheet in the format “CSV UTF-8”.",
)
_FORMATS: tuple[tuple[bytes, Words], ...] = (
    (b"PK\x03\x04", Words("un classeur Excel ou LibreOffice", "an Excel or LibreOffice workbook")),
    (b"\xd0\xcf\x11\xe0", Words("un ancien classeur Excel (.xls)", "an old Excel workbook (.xls)")),
    (b"%PDF", Words("un PDF", "a PDF")),
    (b"<!doctype", Words("une page web", "a web page")),
    (b"<html", Words("une page web", "a web page")),
    (b"<?xml", Words("un fichier XML", "an XML file")),
    (b"{", Words("du JSON", "JSON")),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One line: cells by column key (see ``agents_columns``), cleaned of outer spaces."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class AgentTable:
    """The whole file, read but not judged."""

    file: str
    headings: dict[str, str]
    """Column key → heading as written."""
    rows: tuple[Row, ...]
    ignored: tuple[str, ...]
    """Headings that mean nothing to us."""
    problems: tuple[Problem, ...]
    """Lines that could not be read; everything else was, so that all faults show at once."""


def read_table(content: bytes, file: str) -> AgentTable:
    """Raises InputRefused when the file as a whole is no such list."""
    _refuse_other_formats(content, file)
    lines = _lines(_decode(content, file))
    first = 0
    delimiter = None
    if lines and (hint := re.fullmatch(r"sep=(.)", lines[0])):  # Excel's own hint
        first, delimiter = 1, hint[1]
    while first < len(lines) and not lines[first].strip(" ,;\t"):
        first += 1
    if first == len(lines):
        raise InputRefused([_whole(file, Words("le fichier est vide.", "the file is empty."))])
    keys, written, ignored, delimiter = _headings(lines[first], first + 1, delimiter, file)
    problems: list[Problem] = []
    rows = tuple(_rows(lines, first + 1, delimiter, keys, file, problems))
    if not rows and not problems:
        what = Words("il n'y a aucun agent sous l'en-tête.", "no agent follows the headings.")
        raise InputRefused([_whole(file, what)])
    return AgentTable(file, written, rows, ignored, tuple(problems))


def _whole(file: str, what: Words, line: int | None = None) -> Problem:
    return Problem(file, line, "", what, _SAVE_AS)


def _refuse_other_formats(content: bytes, file: str) -> None:
    start = content.lstrip(b"\xef\xbb\xbf \r\n\t")[:16].lower()
    for magic, name in _FORMATS:
        if start.startswith(magic.lower()):
            what = Words(f"c'est {name.fr}, pas un CSV.", f"this is {name.en}, not a CSV.")
            raise InputRefused([_whole(file, what)])
    if len(content) > LARGEST_FILE:
        what = Words("le fichier dépasse 64 Mo.", "the file is larger than 64 MB.")
        raise InputRefused([_whole(file, what)])
    if b"\0" in content and not content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        line = content.count(b"\n", 0, content.index(b"\0")) + 1
        what = Words("c'est un fichier binaire, pas un CSV.", "this is a binary file, not a CSV.")
        raise InputRefused([_whole(file, what, line)])
    for number, line_bytes in enumerate(content.split(b"\n"), start=1):
        if len(line_bytes) > LONGEST_LINE:
            what = Words(
                f"la ligne est démesurée ({len(line_bytes):,} octets).".replace(",", " "),
                f"the line is far too long ({len(line_bytes):,} bytes).",
            )
            raise InputRefused([_whole(file, what, number)])


def _decode(content: bytes, file: str) -> str:
    """UTF-8 (with or without BOM), UTF-16 with BOM, else what a Belgian Windows writes."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return content.removeprefix(codecs.BOM_UTF8).decode("cp1252")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        what = Words(
            "ni UTF-8 ni Windows-1252 : les accents seraient faux.",
            "neither UTF-8 nor Windows-1252: accents would be wrong.",
        )
        raise InputRefused([_whole(file, what, line)]) from None


def _lines(text: str) -> list[str]:
    text = text.replace("\r\n", "\n")
    if "\n" not in text:
        text = text.replace("\r", "\n")  # very old Macintosh
    return text.split("\n")


def _headings(
    line: str, number: int, given: str | None, file: str
) -> tuple[list[str | None], dict[str, str], tuple[str, ...], str]:
    """Column keys in order, headings by key, ignored headings, delimiter."""
    candidates = [given] if given else list(_DELIMITERS)
    cut = {delimiter: _cells(line, delimiter) or [] for delimiter in candidates}
    delimiter = max(candidates, key=lambda d: sum(column_of(name) is not None for name in cut[d]))
    names = [clean(name) for name in cut[delimiter]]
    keys = [column_of(name) for name in names]
    found = {key for key in keys if key}
    if len(found) < 2:
        raise InputRefused([_no_headings(file, number, line)])
    problems: list[Problem] = []
    written: dict[str, str] = {}
    ignored: list[str] = []
    misspelt: set[str] = set()
    for name, key in zip(names, keys, strict=True):
        if key is None:
            meant = near_column(name, found)
            if meant:
                misspelt.add(meant)
                problems.append(_misspelt(file, number, name, meant))
            elif name:
                ignored.append(name)
        elif key in written:
            problems.append(_twice(file, number, name, written[key]))
        else:
            written[key] = name
    for column in COLUMNS:
        if column.required and column.key not in found and column.heading not in misspelt:
            problems.append(_missing(file, number, column.heading))
    if problems:
        raise InputRefused(problems)
    return keys, written, tuple(ignored), delimiter


def _cells(line: str, delimiter: str) -> list[str] | None:
    """Cells of one line; None when its quotes do not close on it."""
    try:
        return next(csv.reader((line,), delimiter=delimiter, strict=True), [])
    except csv.Error:
        return None


def _rows(
    lines: list[str],
    start: int,
    delimiter: str,
    keys: list[str | None],
    file: str,
    problems: list[Problem],
) -> Iterator[Row]:
    index = start
    while index < len(lines):
        line, number = lines[index], index + 1
        index += 1
        cells = _cells(line, delimiter)
        if cells is None:
            problems.append(_open_quote(file, number))
            index = _after_quote(lines, index)
            continue
        if not any(cells) or not line.strip(" ,;\t"):
            continue
        if len(cells) < len(keys) or any(cell.strip() for cell in cells[len(keys) :]):
            problems.append(_wrong_count(file, number, len(cells), len(keys)))
            continue
        yield Row(number, {key: clean(cell) for key, cell in zip(keys, cells, strict=False) if key})


def _after_quote(lines: list[str], index: int) -> int:
    """Where reading goes on after a cell with a line break: behind the line that closes it."""
    for later in range(index, min(index + 20, len(lines))):
        if lines[later].count('"') % 2:
            return later + 1
    return index


def _no_headings(file: str, line: int, text: str) -> Problem:
    shown = text[:60]
    return Problem(
        file,
        line,
        "",
        Words(
            f"en-tête illisible, ou séparateur inconnu : « {shown} ».",
            f"headings not recognised, or unknown delimiter: “{shown}”.",
        ),
        Words(
            "Première ligne : « prénom;nom;e-mail;site;service;… », séparée par , ; ou tabulation.",
            "First line: “first name;last name;e-mail;site;service;…”, cut by , ; or tab.",
        ),
    )


def _misspelt(file: str, line: int, name: str, meant: str) -> Problem:
    return Problem(
        file,
        line,
        name,
        Words("colonne inconnue.", "unknown column."),
        Words(f"Vouliez-vous dire « {meant} » ?", f"Did you mean “{meant}”?"),
    )


def _twice(file: str, line: int, name: str, first: str) -> Problem:
    return Problem(
        file,
        line,
        name,
        Words(f"la colonne « {first} » est déjà là.", f"column “{first}” is there already."),
        Words("Gardez-en une seule.", "Keep only one."),
    )


def _missing(file: str, line: int, heading: str) -> Problem:
    return Problem(
        file,
        line,
        heading,
        Words("la colonne manque.", "the column is missing."),
        Words("Ajoutez-la à la première ligne.", "Add it to the first line."),
    )


def _open_quote(file: str, line: int) -> Problem:
    return Problem(
        file,
        line,
        "",
        Words(
            "guillemet mal fermé, ou retour à la ligne dans une case.",
            "quote not closed, or a line break inside a cell.",
        ),
        Words("Un agent par ligne, sans retour à la ligne.", "One agent a line, without breaks."),
    )


def _wrong_count(file: str, line: int, found: int, wanted: int) -> Problem:
    return Problem(
        file,
        line,
        "",
        Words(f"{found} cases au lieu de {wanted}.", f"{found} cells instead of {wanted}."),
        Words(
            "Mettez entre guillemets une case qui contient le séparateur.",
            "Put quotes around a cell that contains the delimiter.",
        ),
    )
