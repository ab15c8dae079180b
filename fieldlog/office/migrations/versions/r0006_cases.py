"""Inspections that came on paper ahead of their logs."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "cases",
        sa.Column("unit", sa.String(64), primary_key=True),
        sa.Column("log", sa.String(40), primary_key=True),
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("doc", sa.String(26), nullable=False),
        sa.Column("signature", sa.String(128), nullable=False),
        sa.Column("lines", sa.LargeBinary, nullable=False),
        sa.Column("received_at", sa.BigInteger, nullable=False),
    )
