"""Replacing devices' tokens without ever locking a device out.

The office asks for it, the device fetches a new token at its next synchronisation, and the old one stays good until the
new one was used for the first time: whatever is lost on the way, an answer or the power, one of both works.
"""

import hashlib
import secrets

from sqlalchemy import Connection, Engine, Row, select, update

from fieldlog.domain.errors import NotFound
from fieldlog.office.database import writing
from fieldlog.office.ledger import Now, wall_milliseconds
from fieldlog.office.roster import lineage
from fieldlog.office.tables import devices


def new_token() -> str:
    """256 random bits."""
    return secrets.token_urlsafe(32)


def hash_of(secret: str) -> str:
    """SHA-256 is enough for what is random and short-lived, or 256 bits long."""
    return hashlib.sha256(secret.encode()).hexdigest()


class Tokens:
    """The tokens in the hub's database, of which only hashes are stored."""

    def __init__(self, engine: Engine, now: Now = wall_milliseconds) -> None:
        self._engine = engine
        self._now = now

    def holder(self, token: str) -> Row[tuple[object, ...]] | None:
        """The device whose token this is; a new one that is used for the first time takes the old one's place."""
        token_hash = hash_of(token)
        with self._engine.connect() as connection:
            found = connection.execute(select(devices).where(devices.c.token_hash == token_hash)).one_or_none()
            if found is not None:
                return found
            awaited = select(devices.c.device).where(devices.c.next_token_hash == token_hash)
            if connection.execute(awaited).first() is None:
                return None
        with writing(self._engine) as connection:
            connection.execute(
                update(devices)
                .where(devices.c.next_token_hash == token_hash)
                .values(token_hash=token_hash, next_token_hash=None, rotate_asked_at=None)
            )
            return connection.execute(select(devices).where(devices.c.token_hash == token_hash)).one_or_none()

    def ask_new(self, unit: str = "", device: str = "") -> list[str]:
        """Have the device, or all of the unit or of every unit, fetch a new token; returns which.

        Raises:
            NotFound: there is no such device that may still speak.
        """
        with writing(self._engine) as connection:
            asked = update(devices).where(devices.c.revoked_at.is_(None))
            if unit:
                asked = asked.where(devices.c.unit == unit)
            if device:
                asked = asked.where(devices.c.device.in_(lineage(connection, unit, device)))
            asked = asked.values(rotate_asked_at=self._now()).returning(devices.c.device)
            found = sorted(connection.execute(asked).scalars())
        if not found:
            raise NotFound(f"没有可换令牌的电脑：{device or unit or '还没有登记过电脑'}（停用的不换）")
        return found

    def give_new(self, unit: str, device: str) -> str:
        """A new token beside the old one; one that was given before and never used counts no more."""
        token = new_token()
        with writing(self._engine) as connection:
            _set_next(connection, unit, device, hash_of(token))
        return token


def _set_next(connection: Connection, unit: str, device: str, token_hash: str) -> None:
    row = (devices.c.unit == unit, devices.c.device == device)
    connection.execute(update(devices).where(*row).values(next_token_hash=token_hash))
