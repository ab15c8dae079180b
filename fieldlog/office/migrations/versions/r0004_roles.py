"""The office's words on the roles of devices."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the table; a device without a word has the role in `devices` from the beginning."""
    op.create_table(
        "role_words",
        sa.Column("unit", sa.String(64), primary_key=True),
        sa.Column("device", sa.String(40), primary_key=True),
        sa.Column("said_at", sa.BigInteger, primary_key=True),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("until", sa.BigInteger),
        sa.Column("role", sa.String(20), nullable=False),
    )
