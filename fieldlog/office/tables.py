"""The hub's tables, keyed by unit first so that a sharded database can spread them.

Times are milliseconds since 1970, UTC. A change here needs a new migration beside it, in `migrations/versions`; the
tests compare the two.
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
)

metadata = MetaData()

_UNIT = String(64)
_DEVICE = String(40)
_HASH = String(64)

about = Table(
    "about",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("schema", Integer, nullable=False),
    Column("moved_at", BigInteger),
)
"""One row. `schema` stands at 2 for good: versions before migrations look at it and leave what is newer alone. Since
`moved_at`, when the contents moved to another database, nothing more is taken in here."""

logs = Table(
    "logs",
    metadata,
    Column("unit", _UNIT, primary_key=True),
    Column("log", _DEVICE, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("hash", _HASH, nullable=False),
    Column("hlc", String(16), nullable=False),
    Column("moved_at", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""The head of each log: no entry is stored without moving it in the same transaction."""

entries = Table(
    "entries",
    metadata,
    Column("unit", _UNIT, primary_key=True),
    Column("log", _DEVICE, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("hash", _HASH, nullable=False),
    Column("line", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

branches = Table(
    "branches",
    metadata,
    Column("unit", _UNIT, primary_key=True),
    Column("log", _DEVICE, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("hash", _HASH, primary_key=True),
    Column("line", LargeBinary, nullable=False),
    Column("sender", _DEVICE, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("settled_at", BigInteger),
)
"""Entries of a restored or cloned laptop that contradict what is stored: refused, and kept all the same. Since `settled_at`,
what they say is known to stand in some log."""

devices = Table(
    "devices",
    metadata,
    Column("unit", _UNIT, primary_key=True),
    Column("device", _DEVICE, primary_key=True),
    Column("role", String(20), nullable=False),
    Column("public_key", _HASH, nullable=False),
    Column("token_hash", _HASH, nullable=False),
    Column("enrolled_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
    Column("heard_at", BigInteger),
    Column("next_token_hash", _HASH),
    Column("rotate_asked_at", BigInteger),
    Index("devices_by_token", "token_hash", unique=True),
    Index("devices_by_next_token", "next_token_hash", unique=True),
)

continuations = Table(
    "continuations",
    metadata,
    Column("unit", _UNIT, primary_key=True),
    Column("device", _DEVICE, primary_key=True),
    Column("root", _DEVICE, nullable=False),
    Column("vouched_by", _DEVICE, nullable=False),
    Column("bound_at", BigInteger, nullable=False),
)
"""Logs under which a restored or cloned laptop went on: whose token vouched for it, and the log it all began with."""

role_words = Table(
    "role_words",
    metadata,
    Column("unit", _UNIT, primary_key=True),
    Column("device", _DEVICE, primary_key=True),
    Column("said_at", BigInteger, primary_key=True),
    Column("since", BigInteger, nullable=False),
    Column("until", BigInteger),
    Column("role", String(20), nullable=False),
)
"""What the office said of a device's role, and for which time; `devices.role` is what that comes to now."""

setbacks = Table(
    "setbacks",
    metadata,
    Column("unit", _UNIT, primary_key=True),
    Column("log", _DEVICE, primary_key=True),
    Column("had", BigInteger, nullable=False),
    Column("held", BigInteger, nullable=False),
    Column("noticed_at", BigInteger, nullable=False),
)
"""By log, how many entries a device had an acknowledgement for when the hub held fewer, being restored from a backup."""

codes = Table(
    "codes",
    metadata,
    Column("code_hash", _HASH, primary_key=True),
    Column("unit", _UNIT, nullable=False),
    Column("device", _DEVICE, nullable=False),
    Column("role", String(20), nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
)

tries = Table(
    "tries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", String(64), nullable=False),
    Column("tried_at", BigInteger, nullable=False, index=True),
)
"""Failed tries of enrolment codes; in the database since the HTTP processes keep no state."""

blobs = Table(
    "blobs",
    metadata,
    Column("unit", _UNIT, primary_key=True),
    Column("sha256", _HASH, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("stored_at", BigInteger),
)
"""Attachments that entries name; without `stored_at` the bytes have not come yet."""

cases = Table(
    "cases",
    metadata,
    Column("unit", _UNIT, primary_key=True),
    Column("log", _DEVICE, primary_key=True),
    Column("digest", _HASH, primary_key=True),
    Column("doc", String(26), nullable=False),
    Column("signature", String(128), nullable=False),
    Column("lines", LargeBinary, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("settled_at", BigInteger),
)
"""Inspections that came on paper: their entries, NDJSON, and the device's signature. `digest` is the SHA-256 of what it
signed. They are kept when the log itself has come, since they prove what it said then."""

serials = Table(
    "serials",
    metadata,
    Column("unit", _UNIT, primary_key=True),
    Column("series", String(100), primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("serial", Integer, primary_key=True),
    Column("device", _DEVICE, nullable=False),
    Column("at", BigInteger, nullable=False),
)
"""Papers' numbers and the device that may use each; those given out at once have the same `at`."""

Index(
    "blobs_wanted",
    blobs.c.unit,
    blobs.c.sha256,
    sqlite_where=blobs.c.stored_at.is_(None),
    postgresql_where=blobs.c.stored_at.is_(None),
)

for _table in (branches, cases):
    _left = _table.c.settled_at.is_(None)
    Index(f"{_table.name}_left", _table.c.unit, _table.c.log, sqlite_where=_left, postgresql_where=_left)

BY_UNIT: Final = (logs, entries, branches, blobs, cases)
"""What grows with the work: spread by unit. Every statement on them names the unit, so that one shard answers it."""
EVERYWHERE: Final = (about, devices, continuations, role_words, setbacks, codes, tries, serials)
"""Small, and asked by token or code before the unit is known: a copy on every node."""
