"""The columns of an agent list: their keys, headings, and other names people give them."""

import re
from collections.abc import Set
from dataclasses import dataclass

from provisioning.text import fold, nearest


@dataclass(frozen=True, slots=True)
class Column:
    key: str
    heading: str
    """As in ``examples/commune.csv``."""
    aliases: tuple[str, ...]
    required: bool = False


COLUMNS = (
    Column("first_name", "prénom", ("prenom agent", "first name", "given name"), required=True),
    Column("last_name", "nom", ("nom de famille", "last name", "surname", "family name"), True),
    Column(
        "email", "e-mail", ("email", "mail", "courriel", "adresse e-mail", "e-mail address"), True
    ),
    Column("site", "site", ("bâtiment", "lieu", "building"), True),
    Column("service", "service", ("département", "department", "team"), True),
    Column("function", "fonction", ("titre", "function", "job title", "title")),
    Column("role", "rôle", ("role",)),
    Column("language", "langue", ("language", "taal", "sprache")),
    Column(
        "public_number",
        "numéro public",
        ("numéro", "numéro direct", "téléphone", "n° public", "public number", "phone number"),
    ),
    Column("phone_model", "poste modèle", ("modèle", "modèle poste", "phone model", "model")),
    Column(
        "phone_mac", "poste MAC", ("mac", "adresse mac", "mac poste", "phone mac", "mac address")
    ),
    Column(
        "rent",
        "loyer annuel €",
        ("loyer annuel", "loyer", "loyer annuel eur", "yearly rent", "yearly rent €", "rent"),
    ),
)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9 ]+", "", fold(name)).strip()


_BY_NAME = {
    _plain(name): column.key
    for column in COLUMNS
    for name in (column.heading, column.key, *column.aliases)
}


def column_of(heading: str) -> str | None:
    """Key of the column that a heading means, tolerant of case, accents and punctuation."""
    return _BY_NAME.get(_plain(heading))


def near_column(heading: str, present: Set[str]) -> str | None:
    """Heading of an absent column that this unknown one was probably meant to be."""
    absent = [column.heading for column in COLUMNS if column.key not in present]
    return nearest(heading, absent) if len(heading) > 2 else None
