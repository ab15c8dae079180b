"""Logs under which laptops went on after a fork, and logs of which the hub once held more."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the two tables."""
    op.create_table(
        "continuations",
        sa.Column("unit", sa.String(64), primary_key=True),
        sa.Column("device", sa.String(40), primary_key=True),
        sa.Column("root", sa.String(40), nullable=False),
        sa.Column("vouched_by", sa.String(40), nullable=False),
        sa.Column("bound_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "setbacks",
        sa.Column("unit", sa.String(64), primary_key=True),
        sa.Column("log", sa.String(40), primary_key=True),
        sa.Column("had", sa.BigInteger, nullable=False),
        sa.Column("held", sa.BigInteger, nullable=False),
        sa.Column("noticed_at", sa.BigInteger, nullable=False),
    )
