"""Papers' numbers that the office gave out, a row a serial."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "serials",
        sa.Column("unit", sa.String(64), primary_key=True),
        sa.Column("series", sa.String(100), primary_key=True),
        sa.Column("year", sa.Integer, primary_key=True),
        sa.Column("serial", sa.Integer, primary_key=True),
        sa.Column("device", sa.String(40), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
