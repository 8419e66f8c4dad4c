"""A link that a newer one replaced is told from a link that was used."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("enrolment") as enrolment:
        enrolment.add_column(sa.Column("replaced_at", sa.DateTime))
    # Until now a replaced link was marked as used, at the moment when the newer one was made.
    op.execute(
        "UPDATE enrolment SET replaced_at = used_at, used_at = NULL WHERE EXISTS ("
        " SELECT 1 FROM enrolment AS newer WHERE newer.device_id = enrolment.device_id"
        " AND newer.created_at = enrolment.used_at)"
    )
