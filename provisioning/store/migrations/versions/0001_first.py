"""The first tables: agents, desk phones, devices, enrolments, messages."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agent",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("first_name", sa.String(80), nullable=False),
        sa.Column("last_name", sa.String(80), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("extension", sa.String(8), nullable=False),
        sa.Column("site", sa.String(40), nullable=False),
        sa.Column("service", sa.String(40), nullable=False),
        sa.Column("function", sa.String(80), nullable=False),
        sa.Column("public_number", sa.String(16)),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("node", sa.Integer, nullable=False),
        sa.Column("removed_at", sa.DateTime),
        sa.PrimaryKeyConstraint("id", name="pk_agent"),
        sa.UniqueConstraint("email", name="uq_agent_email"),
        sa.UniqueConstraint("extension", name="uq_agent_extension"),
        sa.UniqueConstraint("public_number", name="uq_agent_public_number"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "desk_phone",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("agent_id", sa.Integer, nullable=False),
        sa.Column("model", sa.String(80), nullable=False),
        sa.Column("mac", sa.String(17), nullable=False),
        sa.Column("yearly_rent_cents", sa.Integer, nullable=False),
        sa.Column("returnable_since", sa.DateTime),
        sa.PrimaryKeyConstraint("id", name="pk_desk_phone"),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name="fk_desk_phone_agent_id"),
        sa.UniqueConstraint("mac", name="uq_desk_phone_mac"),
    )
    op.create_index("ix_desk_phone_agent_id", "desk_phone", ["agent_id"])
    op.create_table(
        "device",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("agent_id", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("algorithm", sa.String(16), nullable=False),
        sa.Column("ha1", sa.String(64), nullable=False),
        sa.Column("api_token_hash", sa.String(64)),
        sa.Column("enrolled_at", sa.DateTime),
        sa.Column("revoked_at", sa.DateTime),
        sa.PrimaryKeyConstraint("id", name="pk_device"),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name="fk_device_agent_id"),
        sa.UniqueConstraint("agent_id", "number", name="uq_device_agent_id_number"),
        sa.UniqueConstraint("api_token_hash", name="uq_device_api_token_hash"),
    )
    op.create_table(
        "enrolment",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("device_id", sa.Integer, nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("expires_at", sa.DateTime, nullable=False),
        sa.Column("used_at", sa.DateTime),
        sa.PrimaryKeyConstraint("id", name="pk_enrolment"),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name="fk_enrolment_device_id"),
        sa.UniqueConstraint("token_hash", name="uq_enrolment_token_hash"),
    )
    op.create_index("ix_enrolment_device_id", "enrolment", ["device_id"])
    op.create_table(
        "message",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("client_id", sa.String(64), nullable=False),
        sa.Column("sender_id", sa.Integer, nullable=False),
        sa.Column("recipient_id", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("stored_at", sa.DateTime, nullable=False),
        sa.Column("delivered_at", sa.DateTime),
        sa.PrimaryKeyConstraint("id", name="pk_message"),
        sa.ForeignKeyConstraint(["sender_id"], ["agent.id"], name="fk_message_sender_id"),
        sa.ForeignKeyConstraint(["recipient_id"], ["agent.id"], name="fk_message_recipient_id"),
        sa.UniqueConstraint("sender_id", "client_id", name="uq_message_sender_id_client_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_message_sender_id", "message", ["sender_id"])
    op.create_index("ix_message_recipient_id", "message", ["recipient_id"])
