"""The tables of the directory, as SQLAlchemy classes.

Owns column names, keys and uniqueness; ``migrations/`` brings an existing file to this shape. Knows
nothing of files, sessions or Asterisk. Ids are never used twice (AUTOINCREMENT): an agent's ``uid``
and a device's ``sip_user`` live on in call records, voicemail folders and other people's phones.
"""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy
from sqlalchemy import DateTime, ForeignKey, MetaData, String, Text, UniqueConstraint
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator


class Instant(TypeDecorator[datetime]):
    """A moment in UTC. SQLite forgets time zones: taken off on the way in, put back after."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone: datetime.now(UTC)")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


class Table(DeclarativeBase):
    """Base of all tables; constraint names are regular so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: dict[Any, Any] = {datetime: Instant}  # noqa: RUF012


class Agent(Table):
    """Somebody with a telephone number. Removed agents stay: their extension is not reused."""

    __tablename__ = "agent"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True)
    first_name: Mapped[str] = mapped_column(String(80))
    last_name: Mapped[str] = mapped_column(String(80))
    email: Mapped[str] = mapped_column(String(254), unique=True)
    """Lower case; what an import recognises a person by."""
    extension: Mapped[str] = mapped_column(String(8), unique=True)
    site: Mapped[str] = mapped_column(String(40))
    """``code`` of a site in commune.toml."""
    service: Mapped[str] = mapped_column(String(40))
    """``slug`` of a service in commune.toml."""
    function: Mapped[str] = mapped_column(String(80), default="")
    public_number: Mapped[str | None] = mapped_column(String(16), unique=True)
    """E.164, or None for an agent without a direct number."""
    role: Mapped[str] = mapped_column(String(16), default="agent")
    """``agent`` or ``receptionist``."""
    language: Mapped[str] = mapped_column(String(2), default="fr")
    node: Mapped[int] = mapped_column(default=1)
    removed_at: Mapped[datetime | None]

    devices: Mapped[list["Device"]] = relationship(
        back_populates="agent", order_by="Device.number", passive_deletes=True
    )
    desk_phones: Mapped[list["DeskPhone"]] = relationship(
        back_populates="agent", order_by="DeskPhone.id", passive_deletes=True
    )

    @property
    def uid(self) -> str:
        """Opaque id on the PBX, never reused: ``u14``."""
        return f"u{self.id}"

    @property
    def name(self) -> str:
        """As colleagues read it: ``Marie Dupont``."""
        return f"{self.first_name} {self.last_name}"

    @property
    def roles(self) -> tuple[str, ...]:
        """Every role the API grants: a receptionist is an agent too."""
        return ("agent", "receptionist") if self.role == "receptionist" else ("agent",)


class DeskPhone(Table):
    """A rented telephone that allo makes superfluous. It is its MAC; it may change hands."""

    __tablename__ = "desk_phone"

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), index=True)
    model: Mapped[str] = mapped_column(String(80))
    mac: Mapped[str] = mapped_column(String(17), unique=True)
    """``02:00:00:00:00:2a``: lower case, colons."""
    yearly_rent_cents: Mapped[int]
    """Euro cents a year."""
    returnable_since: Mapped[datetime | None]
    """When its agent first enrolled a softphone."""

    agent: Mapped[Agent] = relationship(back_populates="desk_phones")


class Device(Table):
    """One telephone of an agent on the PBX: one endpoint, auth and AOR named ``sip_user``."""

    __tablename__ = "device"
    __table_args__ = (UniqueConstraint("agent_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    number: Mapped[int]
    """1 is the softphone every agent has from the import on; 2 and up are added, never reused."""
    kind: Mapped[str] = mapped_column(String(16))
    """``softphone`` (ours: TLS, SRTP, SHA-256) or ``sip`` (a third party's)."""
    name: Mapped[str] = mapped_column(String(80), default="")
    algorithm: Mapped[str] = mapped_column(String(16), default="SHA-256")
    ha1: Mapped[str] = mapped_column(String(64))
    """H(user:allo:secret) in hex (RFC 7616): the secret itself is stored nowhere."""
    api_token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    """SHA-256 of the device's API token in hex; None until enrolled and again once revoked."""
    enrolled_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    agent: Mapped[Agent] = relationship(back_populates="devices")

    @property
    def sip_user(self) -> str:
        """SIP user and name of the PBX objects: ``u14-1``."""
        return f"u{self.agent_id}-{self.number}"


class Enrolment(Table):
    """A one-time link that was given out for a device; only a hash of its token is kept."""

    __tablename__ = "enrolment"

    id: Mapped[int] = mapped_column(primary_key=True)
    device_id: Mapped[int] = mapped_column(ForeignKey("device.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    replaced_at: Mapped[datetime | None]
    """When a newer link was made for the device; a link is used or replaced, never both."""

    device: Mapped[Device] = relationship()


class Message(Table):
    """A text from one agent to another: stored first, delivered when their device says so."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("sender_id", "client_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[str] = mapped_column(String(64))
    """Chosen by the sending device, so that a retry never doubles."""
    sender_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), index=True)
    recipient_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    stored_at: Mapped[datetime]
    handed_at: Mapped[datetime | None]
    """When Asterisk had the whole of it for a SIP phone of the recipient; no phone confirms it."""
    delivered_at: Mapped[datetime | None]

    sender: Mapped[Agent] = relationship(foreign_keys=[sender_id])
    recipient: Mapped[Agent] = relationship(foreign_keys=[recipient_id])


class Handover(Table):
    """A message that a SIP phone of its recipient has not got yet; gone with the last part."""

    __tablename__ = "handover"

    message_id: Mapped[int] = mapped_column(
        ForeignKey("message.id", ondelete="CASCADE"), primary_key=True
    )
    device_id: Mapped[int] = mapped_column(ForeignKey("device.id"), primary_key=True, index=True)
    parts: Mapped[int] = mapped_column(default=0)
    """How many Asterisk has taken for it."""


def core(table: type[Table]) -> sqlalchemy.Table:
    """The table without its class, for statements over thousands of rows."""
    return Table.metadata.tables[table.__tablename__]
