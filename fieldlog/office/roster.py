"""The devices of a unit as the office lists them, and its word on their roles: from when, until when, which.

A word is never changed or removed; a later one goes before it (`domain.role_dates`). Hubs from before there were words
have one role a device, which then counts from the beginning.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Engine, Row, func, insert, select, update

from fieldlog.domain.errors import NotFound, UsageError
from fieldlog.domain.role_dates import ALWAYS, RoleDates, Word, role_dates, since_when
from fieldlog.domain.roles import ROLES
from fieldlog.domain.roster import Listed, Roster
from fieldlog.office.database import writing
from fieldlog.office.leases import leases_of
from fieldlog.office.ledger import Now, wall_milliseconds
from fieldlog.office.tables import continuations, devices, logs, role_words


class OfficeRoster:
    """The devices of every unit."""

    def __init__(self, engine: Engine, now: Now = wall_milliseconds) -> None:
        self._engine = engine
        self._now = now

    def roster(self, unit: str) -> Roster:
        """The unit's devices, those that are shut out, too: what they signed before stays theirs."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(devices).where(devices.c.unit == unit)).all()
            bound = connection.execute(select(continuations).where(continuations.c.unit == unit)).all()
            words = _words(connection.execute(select(role_words).where(role_words.c.unit == unit)).all())
            leases = leases_of(connection, unit)
        roots = {each.device: each.root for each in bound}
        said = [each.said_at for rows_of in words.values() for each in rows_of]
        shut_out = [each.revoked_at for each in rows if each.revoked_at is not None]
        changed = [*(each.enrolled_at for each in rows), *shut_out, *said, *(each.bound_at for each in bound)]
        changed += [each.at for each in leases]
        return Roster(
            unit,
            max(changed, default=0) + _changes(len(rows) + len(bound) + len(leases), len(shut_out), len(said)),
            {
                each.device: Listed(
                    each.device,
                    each.public_key,
                    _dates(words.get(each.device, []), each.role),
                    each.revoked_at,
                    roots.get(each.device, ""),
                )
                for each in rows
            },
            leases,
        )

    def give(
        self, unit: str, device: str, role: str, since: int | None = None, until: int | None = None
    ) -> dict[str, RoleDates]:
        """Give a device another role, under whatever logs it went on after a fork; returns by log what counts now.

        Args:
            unit: the device's.
            device: any of its logs.
            role: the new role.
            since: from when, in milliseconds since 1970; None for what `role_dates.since_when` says.
            until: when the role from before counts again, or None.

        Raises:
            UsageError: no such role, or it ends before it begins.
            NotFound: no such device.
        """
        if role not in ROLES:
            raise UsageError(f"角色只能是 {'、'.join(ROLES)} 之一")
        if since is not None and until is not None and until <= since:
            raise UsageError("--until 不能早于 --since")
        now = self._now()
        if since is not None and since > now:
            raise UsageError("--since 不能晚于今天")
        until = min(until, now) if until is not None else None
        with writing(self._engine) as connection:
            return {
                log: _say(connection, unit, log, role, now, since, until) for log in lineage(connection, unit, device)
            }


def _changes(logs_named: int, shut_out: int, said: int) -> int:
    """A number that grows with each change, and with it the roster's date where the clock was ahead once and is not now.

    A word counts twice, since enrolling again takes a revocation back and adds a word.
    """
    return logs_named + shut_out + 2 * said


def say_enrolled(connection: Connection, unit: str, device: str, role: str, now: int, shut_out: int = 0) -> None:
    """Note the role that a device was enrolled with, for the first time or again.

    Where it was `shut_out` until then, the word is dated after that moment: the roster must not become older by it.
    """
    _say(connection, unit, device, role, now, None, None, after=shut_out)


def say_same(connection: Connection, unit: str, before: str, device: str) -> None:
    """Note that a log under which a device goes on has the roles of the one before, entry by entry."""
    mine = (role_words.c.unit == unit,)
    found = connection.execute(select(role_words).where(*mine, role_words.c.device == before)).mappings().all()
    known = connection.execute(select(role_words.c.said_at).where(*mine, role_words.c.device == device)).first()
    if found and known is None:
        connection.execute(insert(role_words), [{**each, "device": device} for each in found])


def _say(
    connection: Connection,
    unit: str,
    device: str,
    role: str,
    now: int,
    since: int | None,
    until: int | None,
    *,
    after: int = 0,
) -> RoleDates:
    of_log = (role_words.c.unit == unit, role_words.c.device == device)
    row = (devices.c.unit == unit, devices.c.device == device)
    before = connection.execute(select(devices.c.role).where(*row).with_for_update()).scalar_one()
    said = _words(connection.execute(select(role_words).where(*of_log)).all()).get(device, [])
    told: dict[str, Any] = {"unit": unit, "device": device}
    if not said:
        is_news = role != before or since is not None
        first = {"said_at": max(now, after + 1) - is_news, "since": ALWAYS, "until": None, "role": before}
        connection.execute(insert(role_words).values(**told, **first))
        if not is_news:
            return _dates([], before)
    moment = since if since is not None else since_when(before, role, _held_up_to(connection, unit, device), now)
    last = said[-1].said_at if said else 0
    word = {"said_at": max(now, last + 1, after + 1), "since": moment, "until": until, "role": role}
    connection.execute(insert(role_words).values(**told, **word))
    dates = _dates(connection.execute(select(role_words).where(*of_log).order_by(role_words.c.said_at)).all(), before)
    connection.execute(update(devices).where(*row).values(role=dates.at(now)))
    return dates


def lineage(connection: Connection, unit: str, device: str) -> list[str]:
    """Every log of one device; it gets no further one until the transaction ends."""
    root = root_of(connection, unit, device)
    mine = (continuations.c.unit == unit, continuations.c.root == root)
    others = connection.execute(select(continuations.c.device).where(*mine)).scalars()
    named = {root, *others}
    known = select(devices.c.device).where(devices.c.unit == unit, devices.c.device.in_(named))
    found = sorted(connection.execute(known).scalars())
    if not found:
        count = connection.execute(select(func.count()).select_from(devices).where(devices.c.unit == unit)).scalar_one()
        hint = "" if count else f"；单位 {unit} 还没有登记过电脑，单位代码用 --unit 写明"
        raise NotFound(f"单位 {unit} 没有登记过 {device} 这台电脑{hint}")
    return found


def root_of(connection: Connection, unit: str, device: str) -> str:
    """The log that a device began with, locked until the transaction ends where the database knows row locks.

    Whoever changes a device under all its logs, and whoever gives it one more, waits here for the other: a device that is
    being shut out would else go on under a log that nobody shut out.
    """
    bound = (continuations.c.unit == unit, continuations.c.device == device)
    root = connection.execute(select(continuations.c.root).where(*bound)).scalar() or device
    row = (devices.c.unit == unit, devices.c.device == root)
    connection.execute(select(devices.c.device).where(*row).with_for_update())
    return root


def _held_up_to(connection: Connection, unit: str, log: str) -> int:
    """The moment of the newest entry that is held of a log; 0 where there is none."""
    hlc = connection.execute(select(logs.c.hlc).where(logs.c.unit == unit, logs.c.log == log)).scalar()
    return int(hlc, 16) >> 16 if hlc else 0


def _words(rows: Iterable[Row[Any]]) -> dict[str, list[Row[Any]]]:
    words: dict[str, list[Row[Any]]] = defaultdict(list)
    for each in sorted(rows, key=lambda row: (row.device, row.said_at)):
        words[each.device].append(each)
    return words


def _dates(words: Iterable[Row[Any]], role: str) -> RoleDates:
    said = [Word(each.since, each.role, each.until) for each in words]
    return role_dates(said or [Word(ALWAYS, role)])
