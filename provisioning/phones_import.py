"""Rented desk phones during an import: they stay with their agent, change hands, or are gone.

Owns the rule that a phone is its MAC. Collects everything first and saves once, because a phone may
pass from one agent to another who stands further down in the list.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from provisioning.agents_check import DeskPhoneEntry
from provisioning.store.tables import DeskPhone, Device, core

_PHONE = core(DeskPhone)


class PhoneStore:
    """All desk phones, as they were and as the list wants them."""

    def __init__(self, session: Session, now: datetime) -> None:
        self._session = session
        self._now = now
        rows = session.execute(select(_PHONE)).all()
        self._by_mac = {row.mac: row for row in rows}
        self._by_agent: dict[int, list[Any]] = {}
        for row in rows:
            self._by_agent.setdefault(row.agent_id, []).append(row)
        self._enrolled = set(
            session.scalars(
                select(Device.agent_id).where(
                    Device.enrolled_at.is_not(None), Device.revoked_at.is_(None)
                )
            )
        )
        self._new: list[dict[str, Any]] = []
        self._updates: list[dict[str, Any]] = []
        self._kept: set[int] = set()
        self._obsolete: set[int] = set()

    def give(self, agent_id: int, wanted: DeskPhoneEntry | None) -> tuple[str, str] | None:
        """The agent's only phone from now on; (before, after) for people when that is a change.

        Phones already returnable are kept in the books: their rent is what was saved.
        """
        others = [
            row
            for row in self._by_agent.get(agent_id, ())
            if row.returnable_since is None and (wanted is None or row.mac != wanted.mac)
        ]
        self._obsolete.update(row.id for row in others)
        if wanted is None:
            return (_described(others[0]), "") if others else None
        row = self._by_mac.get(wanted.mac)
        values = {
            "agent_id": agent_id,
            "model": wanted.model,
            "mac": wanted.mac,
            "yearly_rent_cents": wanted.yearly_rent_cents,
        }
        if row is None:
            since = self._now if agent_id in self._enrolled else None
            self._new.append({**values, "returnable_since": since})
            return (_described(others[0]) if others else "", _described(wanted))
        self._kept.add(row.id)
        if all(getattr(row, key) == value for key, value in values.items()):
            return (_described(others[0]), _described(wanted)) if others else None
        since = row.returnable_since
        if row.agent_id != agent_id:
            since = self._now if agent_id in self._enrolled else None
        self._updates.append({**values, "key": row.id, "returnable_since": since})
        before = others[0] if others else row if row.agent_id == agent_id else None
        return (_described(before) if before else "", _described(wanted))

    def save(self) -> None:
        """One statement for each kind of change."""
        connection = self._session.connection()
        if gone := self._obsolete - self._kept:
            connection.execute(
                delete(_PHONE).where(_PHONE.c.id == bindparam("key")),
                [{"key": key} for key in sorted(gone)],
            )
        if self._updates:
            connection.execute(
                update(_PHONE)
                .where(_PHONE.c.id == bindparam("key"))
                .values(
                    {
                        name: bindparam(name)
                        for name in ("agent_id", "model", "yearly_rent_cents", "returnable_since")
                    }
                ),
                self._updates,
            )
        if self._new:
            connection.execute(insert(_PHONE), self._new)


def _described(phone: Any) -> str:
    """``Cisco 8851, 02:00:71:00:00:03, 186,00 €``; a row or an entry, which name things alike."""
    euros = f"{phone.yearly_rent_cents // 100},{phone.yearly_rent_cents % 100:02d} €"
    return ", ".join(part for part in (phone.model, phone.mac, euros) if part)
