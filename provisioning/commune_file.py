"""Reading commune.toml: from bytes to ``Commune``, or to every problem with its line and remedy."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from provisioning.commune import (
    Commune,
    Hours,
    Info,
    Installation,
    Mail,
    Menu,
    Prompt,
    Room,
    Service,
    Site,
    Trunk,
    Voice,
    Voicemail,
)
from provisioning.commune_rules import faults
from provisioning.problem import InputRefused, Problem, Wrong
from provisioning.text import did_you_mean
from provisioning.words import Words

Place = tuple[str | int, ...]
"""Key path: ``("site", 1, "extensions")``."""

_PARTS: dict[str, type[BaseModel]] = {
    "installation": Installation,
    "site": Site,
    "service": Service,
    "trunk": Trunk,
    "hours": Hours,
    "prompt": Prompt,
    "menu": Menu,
    "info": Info,
    "voice": Voice,
    "voicemail": Voicemail,
    "mail": Mail,
    "room": Room,
}


def read_commune(path: Path) -> Commune:
    """Raises InputRefused with all problems, or OSError."""
    return parse_commune(path.read_bytes(), path.name)


def parse_commune(content: bytes, name: str = "commune.toml") -> Commune:
    """Raises InputRefused with all problems."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InputRefused([_not_utf8(name, line)]) from None
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputRefused([_not_toml(name, str(error))]) from None
    try:
        commune = Commune.model_validate(data)
    except ValidationError as error:
        raise InputRefused(
            [
                _problem(name, text, fault["loc"], *_explain(fault))
                for fault in error.errors(include_url=False)
            ]
        ) from None
    problems = [_problem(name, text, *fault) for fault in faults(commune)]
    if problems:
        raise InputRefused(problems)
    return commune


def _problem(name: str, text: str, place: Place, what: Words, remedy: Words) -> Problem:
    return Problem(name, line_of(text, place), _written(place), what, remedy)


def _written(place: Place) -> str:
    """``site[2].extensions``, counted from 1 as people do."""
    written = ""
    for part in place:
        if isinstance(part, int):
            written += f"[{part + 1}]"
        else:
            written += f".{part}" if written else part
    return written


def line_of(text: str, place: Place) -> int | None:
    """Line where a key (or, when it is missing, its table) stands; None when neither does."""
    if not place:
        return None
    table, index = place[0], place[1] if len(place) > 1 and isinstance(place[1], int) else 0
    key = next((part for part in place[1:] if isinstance(part, str)), None)
    found = None
    for line, written_table, occurrence, written_key in _outline(text):
        if (written_table, occurrence) != (table, index):
            continue
        if found is None:
            found = line
        if key is not None and written_key == key:
            return line
    return found


def _outline(text: str) -> Iterator[tuple[int, str, int, str]]:
    """Line, table, its occurrence and key of every line; good enough to point at, not to parse."""
    counts: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if heading := re.match(r"\s*\[\[?\s*([\w-]+)\s*\]", line):
            table = heading[1]
            counts[table] = counts.get(table, -1) + 1
        key = re.match(r"\s*([\w-]+)\s*=", line)
        yield number, table, counts.get(table, 0), key[1] if key else ""


def _explain(fault: Any) -> tuple[Words, Words]:
    """Pydantic's fault in our words."""
    kind, place, context = fault["type"], fault["loc"], fault.get("ctx", {})
    key = str(place[-1])
    if kind == "value_error" and isinstance(context.get("error"), Wrong):
        wrong = context["error"]
        return wrong.what, wrong.remedy
    if kind == "missing":
        return (
            Words(f"« {key} » manque.", f"“{key}” is missing."),
            Words(
                "Ajoutez-le ; « allo init --help » montre un exemple.",
                "Add it; “allo init --help” shows an example.",
            ),
        )
    if kind == "extra_forbidden":
        model = _PARTS.get(str(place[0])) if len(place) > 1 else Commune
        known = [field.alias or key for key, field in model.model_fields.items()] if model else []
        return Words(f"« {key} » est inconnu.", f"“{key}” is unknown."), did_you_mean(key, known)
    if kind == "literal_error":
        known = re.findall(r"'([^']+)'", str(context.get("expected", "")))
        given = fault.get("input")
        return (
            Words(f"« {given} » n'est pas possible ici.", f"“{given}” is not possible here."),
            did_you_mean(str(given), known),
        )
    wanted = _wanted(kind, context) or Words(f"autre chose ({fault['msg']})", fault["msg"])
    given = str(fault.get("input"))[:40]
    return (
        Words(f"« {given} » ne convient pas.", f"“{given}” does not fit."),
        Words(f"Il faut {wanted.fr}.", f"Wanted: {wanted.en}."),
    )


def _wanted(kind: str, context: Mapping[str, Any]) -> Words | None:
    """What a value must be, for pydantic's simple kinds of fault."""
    if kind == "less_than_equal":
        return Words(f"{context['le']} au plus", f"{context['le']} at most")
    if kind == "greater_than_equal":
        return Words(f"{context['ge']} au moins", f"{context['ge']} at least")
    return {
        "bool_type": Words("true ou false, sans guillemets", "true or false without quotes"),
        "int_type": Words("un nombre entier, sans guillemets", "a whole number without quotes"),
        "string_type": Words("un texte entre guillemets", "a text in quotes"),
        "tuple_type": Words("une liste", "a list"),
        "too_short": Words("au moins un bloc", "at least one block"),
        "model_type": Words("un bloc de clés", "a block of keys"),
        "model_attributes_type": Words("un bloc de clés", "a block of keys"),
    }.get(kind)


def _not_utf8(name: str, line: int) -> Problem:
    return Problem(
        name,
        line,
        "",
        Words("le fichier n'est pas en UTF-8.", "the file is not UTF-8."),
        Words("Enregistrez-le en UTF-8.", "Save it as UTF-8."),
    )


def _not_toml(name: str, message: str) -> Problem:
    line = re.search(r"at line (\d+)", message)
    return Problem(
        name,
        int(line[1]) if line else None,
        "",
        Words(f"ce n'est pas du TOML ({message}).", f"this is not TOML ({message})."),
        Words(
            "Textes entre guillemets, un « clé = valeur » par ligne.",
            "Texts in quotes, one “key = value” a line.",
        ),
    )
