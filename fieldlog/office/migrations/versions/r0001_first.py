"""The tables of the first hubs, which were made without migrations."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_UNIT, _DEVICE, _HASH = sa.String(64), sa.String(40), sa.String(64)


def upgrade() -> None:
    """Make them."""
    about = op.create_table(
        "about",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("schema", sa.Integer, nullable=False),
    )
    op.create_table(
        "logs",
        sa.Column("unit", _UNIT, primary_key=True),
        sa.Column("log", _DEVICE, primary_key=True),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("hash", _HASH, nullable=False),
        sa.Column("hlc", sa.String(16), nullable=False),
        sa.Column("moved_at", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "entries",
        sa.Column("unit", _UNIT, primary_key=True),
        sa.Column("log", _DEVICE, primary_key=True),
        sa.Column("seq", sa.BigInteger, primary_key=True),
        sa.Column("hash", _HASH, nullable=False),
        sa.Column("line", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "branches",
        sa.Column("unit", _UNIT, primary_key=True),
        sa.Column("log", _DEVICE, primary_key=True),
        sa.Column("seq", sa.BigInteger, primary_key=True),
        sa.Column("hash", _HASH, primary_key=True),
        sa.Column("line", sa.LargeBinary, nullable=False),
        sa.Column("sender", _DEVICE, nullable=False),
        sa.Column("received_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "devices",
        sa.Column("unit", _UNIT, primary_key=True),
        sa.Column("device", _DEVICE, primary_key=True),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("public_key", _HASH, nullable=False),
        sa.Column("token_hash", _HASH, nullable=False),
        sa.Column("enrolled_at", sa.BigInteger, nullable=False),
        sa.Column("revoked_at", sa.BigInteger),
    )
    op.create_index("devices_by_token", "devices", ["token_hash"], unique=True)
    op.create_table(
        "codes",
        sa.Column("code_hash", _HASH, primary_key=True),
        sa.Column("unit", _UNIT, nullable=False),
        sa.Column("device", _DEVICE, nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("used_at", sa.BigInteger),
    )
    op.create_table(
        "tries",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("tried_at", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_tries_tried_at", "tries", ["tried_at"])
    op.create_table(
        "blobs",
        sa.Column("unit", _UNIT, primary_key=True),
        sa.Column("sha256", _HASH, primary_key=True),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("stored_at", sa.BigInteger),
    )
    op.bulk_insert(about, [{"id": 1, "schema": 1}])
