"""Rows of an agent list → entries that may be stored, or every problem with its remedy.

Pure: knows the commune and what is already taken, reads and writes nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from provisioning.agents_columns import COLUMNS
from provisioning.agents_csv import AgentTable, Row
from provisioning.agents_values import (
    cents,
    email,
    free,
    language,
    mac_address,
    person,
    role,
    unlisted,
)
from provisioning.commune import Commune
from provisioning.numbers import as_written, belgian
from provisioning.problem import InputRefused, Problem, Wrong
from provisioning.text import fold
from provisioning.words import Words

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class DeskPhoneEntry:
    """The telephone on the agent's desk today."""

    model: str
    mac: str
    """``02:00:00:00:00:2a``"""
    yearly_rent_cents: int


@dataclass(frozen=True, slots=True)
class AgentEntry:
    """One agent of the list, checked."""

    line: int
    first_name: str
    last_name: str
    email: str
    site: str
    """Code of a site."""
    service: str
    """Slug of a service."""
    function: str
    role: str
    public_number: str | None
    """E.164."""
    desk_phone: DeskPhoneEntry | None
    language: str = "fr"
    """Of the PBX's prompts, and of what is mailed to them."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What is stored already: value → e-mail of the agent who has it."""

    numbers: Mapping[str, str] = field(default_factory=dict)
    macs: Mapping[str, str] = field(default_factory=dict)


def check_agents(table: AgentTable, commune: Commune, taken: Taken) -> tuple[AgentEntry, ...]:
    """Raises InputRefused with the problems of all lines."""
    check = _Check(table, commune)
    entries = [entry for row in table.rows if (entry := check.row(row)) is not None]
    problems = [*table.problems, *check.problems, *_stored_conflicts(table, entries, taken)]
    if problems:
        raise InputRefused(sorted(problems, key=lambda problem: problem.line or 0))
    return tuple(entries)


class _Check:
    """Goes through the rows once, remembering where each unique value was first seen."""

    def __init__(self, table: AgentTable, commune: Commune) -> None:
        self.problems: list[Problem] = []
        self._table = table
        self._commune = commune
        self._line = 0
        self._first: dict[tuple[str, str], int] = {}
        self._sites = {
            fold(name): site.code
            for site in commune.site
            for name in (site.code, site.name, *site.aliases)
        }
        self._services = {
            fold(name): service.slug
            for service in commune.service
            for name in (service.slug, service.name, *service.aliases)
        }
        self._owned = {site.main_number: site.name for site in commune.site} | {
            service.number: service.name for service in commune.service if service.number
        }

    def row(self, row: Row) -> AgentEntry | None:
        self._line = row.line
        before = len(self.problems)
        cells = row.cells
        entry = AgentEntry(
            line=row.line,
            first_name=self._cell(cells, "first_name", person, ""),
            last_name=self._cell(cells, "last_name", person, ""),
            email=self._unique(cells, "email", self._cell(cells, "email", email, "")),
            site=self._cell(cells, "site", self._site, ""),
            service=self._cell(cells, "service", self._service, ""),
            function=self._cell(cells, "function", free, ""),
            role=self._cell(cells, "role", role, "agent"),
            public_number=self._unique(
                cells, "public_number", self._cell(cells, "public_number", self._number, "")
            )
            or None,
            desk_phone=self._desk_phone(cells),
            language=self._cell(cells, "language", language, "fr"),
        )
        return entry if len(self.problems) == before else None

    def _cell(
        self, cells: Mapping[str, str], key: str, read: Callable[[str], T], otherwise: T
    ) -> T:
        try:
            return read(cells.get(key, ""))
        except Wrong as wrong:
            self._add(key, wrong.what, wrong.remedy)
            return otherwise

    def _add(self, key: str, what: Words, remedy: Words) -> None:
        heading = self._table.headings.get(key) or next(c.heading for c in COLUMNS if c.key == key)
        self.problems.append(Problem(self._table.file, self._line, heading, what, remedy))

    def _unique(self, cells: Mapping[str, str], key: str, value: str) -> str:
        if value:
            first = self._first.setdefault((key, value), self._line)
            if first != self._line:
                self._add(
                    key,
                    Words(
                        f"« {cells[key]} » figure déjà à la ligne {first}.",
                        f"“{cells[key]}” is already on line {first}.",
                    ),
                    Words("Gardez-le sur une seule des deux lignes.", "Keep it on one of them."),
                )
        return value

    def _site(self, text: str) -> str:
        code = self._sites.get(fold(text))
        if code is None:
            raise unlisted(text, "site", [site.name for site in self._commune.site])
        return code

    def _service(self, text: str) -> str:
        slug = self._services.get(fold(text))
        if slug is None:
            raise unlisted(text, "service", [service.name for service in self._commune.service])
        return slug

    def _number(self, text: str) -> str:
        if not text:
            return ""
        number = belgian(text)
        if number in self._owned:
            owner = self._owned[number]
            raise Wrong(
                Words(
                    f"« {text} » est le numéro de « {owner} ».",
                    f"“{text}” is the number of “{owner}”.",
                ),
                Words(
                    "Laissez la case vide ou donnez le numéro propre à l'agent.",
                    "Leave the cell empty or give the agent's own number.",
                ),
            )
        return number

    def _desk_phone(self, cells: Mapping[str, str]) -> DeskPhoneEntry | None:
        model = self._cell(cells, "phone_model", free, "")
        rent = self._cell(cells, "rent", cents, 0)
        mac = self._unique(cells, "phone_mac", self._cell(cells, "phone_mac", mac_address, ""))
        if mac:
            return DeskPhoneEntry(model, mac, rent)
        if (model or rent) and not cells.get("phone_mac"):
            self._add(
                "phone_mac",
                Words("l'adresse MAC du poste manque.", "the MAC of the telephone is missing."),
                Words(
                    "Elle est au dos du poste ; sans poste, videz aussi modèle et loyer.",
                    "It is on its back; without a telephone clear model and rent too.",
                ),
            )
        return None


def _stored_conflicts(
    table: AgentTable, entries: Sequence[AgentEntry], taken: Taken
) -> list[Problem]:
    """Numbers and MACs of agents who are stored but not in this file (those in it may swap)."""
    present = {entry.email for entry in entries}
    problems = []
    for entry in entries:
        mac = entry.desk_phone.mac if entry.desk_phone else ""
        for key, value, owners in (
            ("public_number", entry.public_number or "", taken.numbers),
            ("phone_mac", mac, taken.macs),
        ):
            owner = owners.get(value)
            if owner is None or owner in present:
                continue
            shown = as_written(value) if key == "public_number" else value
            problems.append(
                Problem(
                    table.file,
                    entry.line,
                    table.headings[key],
                    Words(
                        f"« {shown} » appartient déjà à {owner}, absent de ce fichier.",
                        f"“{shown}” already belongs to {owner}, who is not in this file.",
                    ),
                    Words(
                        "Corrigez l'un des deux, ou ajoutez cet agent au fichier.",
                        "Correct one of them, or add that agent to the file.",
                    ),
                )
            )
    return problems
