"""Checked entries into the directory: recognise people, store what differs, tell what did.

Owns the comparison between list and directory. The caller's transaction decides whether it lasts.
Written for 10,000 agents at once: one query per table, one statement per kind of change.
"""

import hashlib
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update
from sqlalchemy.orm import Session

from provisioning.agents_check import AgentEntry, Taken, check_agents
from provisioning.agents_csv import AgentTable
from provisioning.allotment import Allotment, RangeFull
from provisioning.commune import Commune
from provisioning.numbers import as_written
from provisioning.phones_import import PhoneStore
from provisioning.problem import InputRefused, Problem
from provisioning.store.tables import Agent, DeskPhone, Device, core
from provisioning.words import Words

_FIELDS: tuple[tuple[str, str, Words], ...] = (
    # attribute, column of the list, how people call it
    ("first_name", "first_name", Words("prénom", "first name")),
    ("last_name", "last_name", Words("nom", "last name")),
    ("site", "site", Words("site", "site")),
    ("service", "service", Words("service", "service")),
    ("function", "function", Words("fonction", "function")),
    ("role", "role", Words("rôle", "role")),
    ("public_number", "public_number", Words("numéro public", "public number")),
    ("language", "language", Words("langue", "language")),
)
_AGENT = core(Agent)
_DEVICE = core(Device)
_BACK = Words("de retour", "back again")
_PHONE = Words("poste", "telephone")


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One thing that is different now, as people read it."""

    field: Words
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class AgentChange:
    """One agent touched by the import."""

    extension: str
    name: str
    email: str
    changes: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did."""

    added: tuple[AgentChange, ...]
    changed: tuple[AgentChange, ...]
    unchanged: int
    missing: tuple[AgentChange, ...]
    """In the directory but not in the list; left alone unless asked otherwise."""
    removed: tuple[AgentChange, ...]
    ignored_columns: tuple[str, ...]


def taken(session: Session) -> Taken:
    """Numbers and MACs of all present agents, with the e-mail of whom they belong to."""
    present = Agent.removed_at.is_(None)
    numbers = session.execute(
        select(Agent.public_number, Agent.email).where(present, Agent.public_number.is_not(None))
    )
    macs = session.execute(select(DeskPhone.mac, Agent.email).join(Agent).where(present))
    return Taken({n: e for n, e in numbers if n}, dict(iter(macs)))


def missing_agents(session: Session, table: AgentTable) -> tuple[AgentChange, ...]:
    """Present agents whose e-mail is not in the list."""
    listed = {row.cells.get("email", "").lower() for row in table.rows}
    agents = session.execute(
        select(Agent.extension, Agent.first_name, Agent.last_name, Agent.email)
        .where(Agent.removed_at.is_(None))
        .order_by(Agent.extension)
    )
    return tuple(
        AgentChange(extension, f"{first} {last}", email)
        for extension, first, last, email in agents
        if email not in listed
    )


def import_agents(
    session: Session,
    table: AgentTable,
    commune: Commune,
    *,
    now: datetime,
    remove: Collection[str] = (),
) -> ImportResult:
    """Check the list and store it. ``remove``: e-mails of missing agents to take off the PBX.

    Raises InputRefused with every problem; the caller rolls back.
    """
    missing = missing_agents(session, table)
    removed = tuple(agent for agent in missing if agent.email in remove)
    _remove(session, removed, now)  # first: their numbers may pass to others in this list
    entries = check_agents(table, commune, taken(session))
    stored = {row.email: row for row in session.execute(select(_AGENT))}
    phones = PhoneStore(session, now)
    changed, unchanged = _update(session, entries, stored, phones, frozenset(table.headings))
    added = _add(session, table, commune, entries, stored, phones)
    phones.save()
    return ImportResult(
        added=added,
        changed=changed,
        unchanged=unchanged,
        missing=tuple(agent for agent in missing if agent.email not in remove),
        removed=removed,
        ignored_columns=table.ignored,
    )


def _update(
    session: Session,
    entries: Sequence[AgentEntry],
    stored: Mapping[str, Row[Any]],
    phones: PhoneStore,
    given: frozenset[str],
) -> tuple[tuple[AgentChange, ...], int]:
    """Store what differs. Columns absent from the list leave the directory as it is."""
    changed: list[AgentChange] = []
    values: list[dict[str, Any]] = []
    back: list[dict[str, Any]] = []
    unchanged = 0
    fields = [field for field in _FIELDS if field[1] in given]
    for entry in entries:
        row = stored.get(entry.email)
        if row is None:
            continue
        changes = [
            FieldChange(words, _shown(attribute, old), _shown(attribute, new))
            for attribute, _, words in fields
            if (old := getattr(row, attribute)) != (new := getattr(entry, attribute))
        ]
        if changes or row.removed_at is not None:
            new_values = {name: getattr(entry, name) for name, _, _ in fields}
            values.append({"key": row.id, **new_values, "removed_at": None})
        if row.removed_at is not None:
            changes.append(FieldChange(_BACK, "", ""))
            back.append({"key": row.id})
        if "phone_mac" in given and (phone := phones.give(row.id, entry.desk_phone)):
            changes.append(FieldChange(_PHONE, *phone))
        if changes:
            name = f"{entry.first_name} {entry.last_name}"
            changed.append(AgentChange(row.extension, name, entry.email, tuple(changes)))
        else:
            unchanged += 1
    if values:
        connection = session.connection()
        match = _AGENT.c.id == bindparam("key")
        if "public_number" in given:  # let go of all first: two agents may be swapping theirs
            keys = [{"key": one["key"]} for one in values]
            connection.execute(update(_AGENT).where(match).values(public_number=None), keys)
        new = {name: bindparam(name) for name in values[0] if name != "key"}
        connection.execute(update(_AGENT).where(match).values(new), values)
    if back:  # the softphone exists again, still closed until a new link is used
        connection.execute(
            update(_DEVICE)
            .where(_DEVICE.c.agent_id == bindparam("key"), _DEVICE.c.number == 1)
            .values(revoked_at=None, enrolled_at=None),
            back,
        )
    return tuple(changed), unchanged


def _add(
    session: Session,
    table: AgentTable,
    commune: Commune,
    entries: Sequence[AgentEntry],
    stored: Mapping[str, Row[Any]],
    phones: PhoneStore,
) -> tuple[AgentChange, ...]:
    """Store new agents, each with an extension and a softphone that nobody can use yet."""
    new = [entry for entry in entries if entry.email not in stored]
    if not new:
        return ()
    allotment = Allotment(commune, [row.extension for row in stored.values()])
    values: list[dict[str, Any]] = []
    problems: dict[str, Problem] = {}
    for entry in new:
        try:
            extension = allotment.next(entry.site)
        except RangeFull:
            problems.setdefault(entry.site, _range_full(table, commune, entry))
            continue
        fields = {name: getattr(entry, name) for name, _, _ in _FIELDS}
        common = {"email": entry.email, "extension": extension, "node": 1}
        values.append({**fields, **common})
    if problems:
        raise InputRefused(list(problems.values()))
    highest = max((row.id for row in stored.values()), default=0)
    connection = session.connection()
    connection.execute(insert(_AGENT), values)
    ids = {
        email: key
        for key, email in connection.execute(
            select(_AGENT.c.id, _AGENT.c.email).where(_AGENT.c.id > highest)
        )
    }
    connection.execute(insert(_DEVICE), [_closed_device(key) for key in ids.values()])
    for entry in new:
        if entry.desk_phone:
            phones.give(ids[entry.email], entry.desk_phone)
    return tuple(
        AgentChange(one["extension"], f"{one['first_name']} {one['last_name']}", one["email"])
        for one in values
    )


def _closed_device(agent_id: int) -> dict[str, Any]:
    """Device 1 with the digest of a secret that is forgotten at once: it exists, nobody gets in."""
    return {
        "agent_id": agent_id,
        "number": 1,
        "kind": "softphone",
        "name": "",
        "algorithm": "SHA-256",
        "ha1": _unknown_digest(),
    }


def _unknown_digest() -> str:
    return hashlib.sha256(secrets.token_bytes(32)).hexdigest()


def _range_full(table: AgentTable, commune: Commune, entry: AgentEntry) -> Problem:
    site = next(site for site in commune.site if site.code == entry.site)
    return Problem(
        table.file,
        entry.line,
        table.headings["site"],
        Words(
            f"la plage {site.extensions} de « {site.name} » est épuisée.",
            f"range {site.extensions} of “{site.name}” is used up.",
        ),
        Words("Élargissez-la dans commune.toml.", "Widen it in commune.toml."),
    )


def _remove(session: Session, agents: Sequence[AgentChange], now: datetime) -> None:
    """Off the PBX: number free again, devices revoked, desk phone to be returned; ids stay."""
    for agent in agents:
        key = session.scalars(select(Agent.id).where(Agent.email == agent.email)).one()
        session.execute(
            update(Agent).where(Agent.id == key).values(removed_at=now, public_number=None)
        )
        session.execute(
            update(Device)
            .where(Device.agent_id == key)
            .values(revoked_at=now, api_token_hash=None, ha1=_unknown_digest())
        )
        session.execute(
            update(DeskPhone)
            .where(DeskPhone.agent_id == key, DeskPhone.returnable_since.is_(None))
            .values(returnable_since=now)
        )


def _shown(attribute: str, value: str | None) -> str:
    if attribute == "public_number" and value:
        return as_written(value)
    return value or ""
