"""When each device was last heard from, and tokens that are to be replaced."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the columns; a device that was enrolled before was last heard from at a time that nobody noted."""
    op.add_column("devices", sa.Column("heard_at", sa.BigInteger))
    op.add_column("devices", sa.Column("next_token_hash", sa.String(64)))
    op.add_column("devices", sa.Column("rotate_asked_at", sa.BigInteger))
    op.create_index("devices_by_next_token", "devices", ["next_token_hash"], unique=True)
