"""Messages for other makers' phones: which still have to be handed over, and when one was."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("message") as message:
        message.add_column(sa.Column("handed_at", sa.DateTime))
    op.create_table(
        "handover",
        sa.Column("message_id", sa.Integer, nullable=False),
        sa.Column("device_id", sa.Integer, nullable=False),
        sa.Column("parts", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("message_id", "device_id", name="pk_handover"),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name="fk_handover_message_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name="fk_handover_device_id"),
    )
    op.create_index("ix_handover_device_id", "handover", ["device_id"])
