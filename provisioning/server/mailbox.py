"""Messages between agents in the database: stored once, listed, marked as delivered.

Owns the SQL of messages. Every function commits before it returns and blocks: call it in a thread.
"""

from datetime import UTC, datetime

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from provisioning.server.bodies import Message
from provisioning.store import tables
from provisioning.store.database import Store

PAGE = 100
SNAPSHOT_PER_CONVERSATION = 50
UNDELIVERED_LIMIT = 1000

_Row = tables.Message


class NoSuchExtension(Exception):
    """Nobody has that extension."""


def put(store: Store, sender_id: int, to: str, text: str, client_id: str) -> tuple[Message, bool]:
    """Store a message, from then on due for the recipient's SIP phones too; whether it is new.

    The same ``client_id`` again gives the stored one. Raises NoSuchExtension.
    """
    with store.write() as session:
        known = session.scalars(
            select(_Row).where(_Row.sender_id == sender_id, _Row.client_id == client_id)
        ).one_or_none()
        if known is not None:
            return shown(known), False
        recipient = session.scalars(
            select(tables.Agent).where(
                tables.Agent.extension == to, tables.Agent.removed_at.is_(None)
            )
        ).one_or_none()
        if recipient is None:
            raise NoSuchExtension(to)
        row = _Row(
            client_id=client_id,
            sender_id=sender_id,
            recipient_id=recipient.id,
            text=text,
            stored_at=datetime.now(UTC),
        )
        session.add(row)
        session.flush()
        phones = select(tables.Device.id).where(
            tables.Device.agent_id == recipient.id,
            tables.Device.kind == "sip",
            tables.Device.revoked_at.is_(None),
        )
        session.add_all(
            tables.Handover(message_id=row.id, device_id=phone) for phone in session.scalars(phones)
        )
        session.flush()
        return shown(row), True


def deliver(store: Store, recipient_id: int, message_id: int) -> Message | None:
    """Mark a message as safe on its recipient's device; None when no news, or not theirs."""
    with store.write() as session:
        row = session.get(_Row, message_id)
        if row is None or row.recipient_id != recipient_id or row.delivered_at is not None:
            return None
        row.delivered_at = datetime.now(UTC)
        session.flush()
        return shown(row)


def conversation(
    store: Store, agent_id: int, peer_extension: str, before: int | None
) -> list[Message]:
    """At most PAGE messages with a colleague (also one who left), oldest first."""
    with store.read() as session:
        peer = session.scalars(
            select(tables.Agent.id).where(tables.Agent.extension == peer_extension)
        ).one_or_none()
        if peer is None:
            raise NoSuchExtension(peer_extension)
        wanted = or_(
            and_(_Row.sender_id == agent_id, _Row.recipient_id == peer),
            and_(_Row.sender_id == peer, _Row.recipient_id == agent_id),
        )
        if before is not None:
            wanted = and_(wanted, _Row.id < before)
        return _latest(session, wanted, PAGE)


def recent(store: Store, agent_id: int) -> list[Message]:
    """The latest of each conversation, and what was not delivered yet; oldest first."""
    peer = case((_Row.sender_id == agent_id, _Row.recipient_id), else_=_Row.sender_id)
    rank = func.row_number().over(partition_by=peer, order_by=_Row.id.desc())
    mine = or_(_Row.sender_id == agent_id, _Row.recipient_id == agent_id)
    ranked = select(_Row.id, rank.label("place")).where(mine).subquery()
    undelivered = (
        select(_Row.id)
        .where(_Row.recipient_id == agent_id, _Row.delivered_at.is_(None))
        .order_by(_Row.id)
        .limit(UNDELIVERED_LIMIT)
    )
    latest = select(ranked.c.id).where(ranked.c.place <= SNAPSHOT_PER_CONVERSATION)
    with store.read() as session:
        return _latest(session, or_(_Row.id.in_(latest), _Row.id.in_(undelivered)), None)


def _latest(session: Session, wanted: ColumnElement[bool], limit: int | None) -> list[Message]:
    sender, recipient = aliased(tables.Agent), aliased(tables.Agent)
    rows = session.execute(
        select(_Row, sender.extension, recipient.extension)
        .join(sender, _Row.sender_id == sender.id)
        .join(recipient, _Row.recipient_id == recipient.id)
        .where(wanted)
        .order_by(_Row.id.desc())
        .limit(limit)
    ).all()
    return [_message(row, from_, to) for row, from_, to in reversed(rows)]


def shown(row: tables.Message) -> Message:
    """The row as the API shows it; in its session."""
    return _message(row, row.sender.extension, row.recipient.extension)


def _message(row: tables.Message, sender: str, to: str) -> Message:
    return Message(
        id=row.id,
        client_id=row.client_id,
        sender=sender,
        to=to,
        text=row.text,
        stored_at=row.stored_at,
        handed_at=row.handed_at,
        delivered_at=row.delivered_at,
    )
