"""A database can say that its contents were moved, and what is still wanted of attachments has an index.

`about.schema` goes to 2 and stays there: versions before migrations look at it and leave the database alone.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_WANTED = sa.text("stored_at IS NULL")


def upgrade() -> None:
    """Add the column and the index."""
    op.add_column("about", sa.Column("moved_at", sa.BigInteger))
    about = sa.table("about", sa.column("id", sa.Integer), sa.column("schema", sa.Integer))
    op.execute(about.delete())  # a hub killed in its first second has no row
    op.bulk_insert(about, [{"id": 1, "schema": 2}])
    op.create_index("blobs_wanted", "blobs", ["unit", "sha256"], sqlite_where=_WANTED, postgresql_where=_WANTED)
