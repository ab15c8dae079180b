"""The office's list of devices: who may speak, who was last heard from when, what is held of each; and shutting out."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, func, select, update

from fieldlog.domain.errors import NotFound
from fieldlog.office.database import writing
from fieldlog.office.ledger import Now, wall_milliseconds
from fieldlog.office.roster import lineage
from fieldlog.office.tables import codes, continuations, devices, logs


@dataclass(frozen=True, slots=True)
class DeviceState:
    """One log that the office knows, and the device behind it. Times are milliseconds since 1970, UTC."""

    unit: str
    device: str
    role: str
    enrolled_at: int
    heard_at: int | None
    """When it last spoke to the hub itself; None where nobody noted it."""
    revoked_at: int | None
    entries: int
    """How many of its log the office holds."""
    continues: str
    """The log that the device began with, where it went on under this one after a fork; else empty."""
    rotating: bool
    """Whether it is to fetch a new token."""

    def as_json(self) -> dict[str, Any]:
        """With times in RFC 3339, as `office devices --json` and the hub tell it."""
        moments = {"enrolled": self.enrolled_at, "last_heard": self.heard_at, "revoked": self.revoked_at}
        told = {name: value for name, value in asdict(self).items() if not name.endswith("_at")}
        return told | {name: _moment(at) for name, at in moments.items()}


def device_list(engine: Engine, unit: str = "") -> list[DeviceState]:
    """Every device of the unit, or of all, by name; revoked ones too."""
    held = (logs.c.unit == devices.c.unit) & (logs.c.log == devices.c.device)
    bound = (continuations.c.unit == devices.c.unit) & (continuations.c.device == devices.c.device)
    query = (
        select(devices, func.coalesce(logs.c.seq, 0).label("seq"), continuations.c.root)
        .outerjoin_from(devices, logs, held)
        .outerjoin(continuations, bound)
        .order_by(devices.c.unit, devices.c.device)
    )
    if unit:
        query = query.where(devices.c.unit == unit)
    with engine.connect() as connection:
        return [
            DeviceState(
                row.unit,
                row.device,
                row.role,
                row.enrolled_at,
                row.heard_at,
                row.revoked_at,
                row.seq,
                row.root or "",
                row.rotate_asked_at is not None,
            )
            for row in connection.execute(query)
        ]


def shut_out(engine: Engine, unit: str, device: str, now: Now = wall_milliseconds) -> list[str]:
    """Shut a device out under every log it went on under, and void the codes that wait for it; returns the logs.

    What it wrote before stays, and stays its own.

    Raises:
        NotFound: there is no such device.
    """
    at = now()
    with writing(engine) as connection:
        names = lineage(connection, unit, device)
        mine = (devices.c.unit == unit, devices.c.device.in_(names), devices.c.revoked_at.is_(None))
        connection.execute(update(devices).where(*mine).values(revoked_at=at, next_token_hash=None))
        waiting = (codes.c.unit == unit, codes.c.device.in_(names), codes.c.used_at.is_(None))
        connection.execute(update(codes).where(*waiting).values(used_at=at))
    return names


def unit_with(engine: Engine, device: str) -> str:
    """The unit that has a device of this name; empty where several have one.

    Raises:
        NotFound: none has.
    """
    with engine.connect() as connection:
        units = connection.execute(select(devices.c.unit).where(devices.c.device == device)).scalars().all()
    if not units:
        raise NotFound(f"没有登记过 {device} 这台电脑；登记过的用 fieldlog office devices 看")
    return units[0] if len(units) == 1 else ""


def free_name(engine: Engine, unit: str, device: str) -> str:
    """A name like `device` that no device of the unit has: the next number after the highest."""
    stem, hyphen, number = device.rpartition("-")
    if not hyphen or not number.isdigit():
        return ""
    with engine.connect() as connection:
        taken = connection.execute(select(devices.c.device).where(devices.c.unit == unit)).scalars().all()
    numbers = [int(name.removeprefix(f"{stem}-")) for name in taken if _is_numbered(name, stem)]
    return f"{stem}-{max([*numbers, int(number)]) + 1:0{len(number)}d}"


def _is_numbered(name: str, stem: str) -> bool:
    return name.startswith(f"{stem}-") and name.removeprefix(f"{stem}-").isdigit()


def _moment(at: int | None) -> str | None:
    return None if at is None else datetime.fromtimestamp(at / 1000).astimezone().isoformat(timespec="seconds")
