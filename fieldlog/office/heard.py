"""When each device was last heard from, written down in batches: a note a request would cost a disk write each."""

from sqlalchemy import Engine, bindparam, select, update
from sqlalchemy.exc import SQLAlchemyError

from fieldlog.domain.errors import FieldlogError
from fieldlog.office.database import writing
from fieldlog.office.tables import devices


class Heard:
    """What was heard since it was last written down; a hub that is killed forgets a second of it, and no more."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._noted: dict[tuple[str, str], int] = {}

    def note(self, unit: str, device: str, at: int) -> None:
        """A device spoke."""
        self._noted[unit, device] = at

    def of_unit(self, unit: str) -> dict[str, int]:
        """When each device of the unit was last heard from, milliseconds since 1970; those that nobody noted left out."""
        query = select(devices.c.device, devices.c.heard_at).where(
            devices.c.unit == unit, devices.c.heard_at.is_not(None)
        )
        with self._engine.connect() as connection:
            written = {row.device: int(row.heard_at) for row in connection.execute(query)}
        return written | {device: at for (of_unit, device), at in list(self._noted.items()) if of_unit == unit}

    def is_empty(self) -> bool:
        """Whether there is nothing to write down."""
        return not self._noted

    def write_down(self) -> None:
        """Put it into the database, in one transaction; where that cannot be done now, it is done later."""
        noted, self._noted = self._noted, {}
        if not noted:
            return
        rows = [{"of_unit": unit, "of_device": device, "at": at} for (unit, device), at in sorted(noted.items())]
        row = (devices.c.unit == bindparam("of_unit"), devices.c.device == bindparam("of_device"))
        try:
            with writing(self._engine) as connection:
                connection.execute(update(devices).where(*row).values(heard_at=bindparam("at")), rows)
        except (SQLAlchemyError, FieldlogError):
            self._noted = {**noted, **self._noted}
