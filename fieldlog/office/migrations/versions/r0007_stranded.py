"""Since when everything in a branch or a case stands in some log."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the columns, and the indexes over what was not settled yet."""
    for table in ("branches", "cases"):
        op.add_column(table, sa.Column("settled_at", sa.BigInteger))
        left = sa.text("settled_at IS NULL")
        op.create_index(f"{table}_left", table, ["unit", "log"], sqlite_where=left, postgresql_where=left)
