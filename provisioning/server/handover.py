"""Messages on their way to plain SIP phones: which are due, how far each one is.

Owns the SQL of handing over. A row of ``handover`` is made with the message (``mailbox.put``) and
goes with its last part. Every function commits before it returns and blocks: call it in a thread.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select

from provisioning.server import mailbox
from provisioning.server.bodies import Message
from provisioning.store.database import Store
from provisioning.store.tables import Agent, Device, Handover
from provisioning.store.tables import Message as Row

_BATCH = 50


@dataclass(frozen=True, slots=True)
class Due:
    """A message that one phone has not got, or not wholly."""

    message_id: int
    device_id: int
    phone: str
    """``u14-2``."""
    extension: str
    """Of the sender, as their name."""
    name: str
    text: str
    parts: int
    """How many it has got."""


@dataclass(frozen=True, slots=True)
class Author:
    """Whose phone it is."""

    agent_id: int
    language: str


def due(store: Store, phones: AbstractSet[str]) -> list[Due]:
    """The oldest messages for these phones, in order."""
    with store.read() as session:
        waiting = session.scalars(
            select(Device).where(
                Device.id.in_(select(Handover.device_id)), Device.revoked_at.is_(None)
            )
        ).all()
        users = {device.id: device.sip_user for device in waiting if device.sip_user in phones}
        if not users:
            return []
        rows = session.execute(
            select(Handover, Row, Agent)
            .join(Row, Handover.message_id == Row.id)
            .join(Agent, Row.sender_id == Agent.id)
            .where(Handover.device_id.in_(users))
            .order_by(Handover.message_id)
            .limit(_BATCH)
        ).all()
        return [
            Due(
                one.message_id,
                one.device_id,
                users[one.device_id],
                agent.extension,
                agent.name,
                message.text,
                one.parts,
            )
            for one, message, agent in rows
        ]


def handed(store: Store, due: Due, parts: int, *, last: bool) -> Message | None:
    """So many parts are handed over. The message, when by that it became "handed"."""
    with store.write() as session:
        row = session.get(Handover, (due.message_id, due.device_id))
        message = session.get(Row, due.message_id)
        if row is None or message is None:
            return None
        if not last:
            row.parts = parts
            return None
        session.delete(row)
        if message.handed_at is not None:  # to another phone of theirs
            return None
        message.handed_at = datetime.now(UTC)
        session.flush()
        return mailbox.shown(message)


def author(store: Store, phone: str) -> Author | None:
    """The agent of a SIP phone that is in use; None for any other."""
    agent_id, _, number = phone.removeprefix("u").partition("-")
    if not (agent_id.isdecimal() and number.isdecimal()):
        return None
    with store.read() as session:
        device = session.scalars(
            select(Device).where(
                Device.agent_id == int(agent_id),
                Device.number == int(number),
                Device.kind == "sip",
                Device.revoked_at.is_(None),
            )
        ).one_or_none()
        if device is None or device.agent.removed_at is not None:
            return None
        return Author(device.agent_id, device.agent.language)
