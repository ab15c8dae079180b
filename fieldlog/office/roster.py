"""The devices of a unit as the office lists them, and its word on their roles: from when, until when, which.

A word is never changed or removed; a later one goes before it (`domain.role_dates`). Hubs from before there were words
have one role a device, which then counts from the beginning.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, Connection, Engine, Row, func, insert, select, update

from fieldlog.domain.errors import NotFound, UsageError
from fieldlog.domain.numbers import Lease
from fieldlog.domain.role_dates import ALWAYS, RoleDates, Word, role_dates, since_when
from fieldlog.domain.roles import ROLES
from fieldlog.domain.roster import Listed, Roster
from fieldlog.office.database import writing
from fieldlog.office.leases import leases_of
from fieldlog.office.ledger import Now, wall_milliseconds
from fieldlog.office.tables import continuations, devices, logs, role_words
from fieldlog.sync.roster import digest


class OfficeRoster:
    """The devices of every unit."""

    def __init__(self, engine: Engine, now: Now = wall_milliseconds) -> None:
        self._engine = engine
        self._now = now
        self._made: dict[str, _Made] = {}

    def roster(self, unit: str) -> Roster:
        """The unit's devices, those that are shut out, too: what they signed before stays theirs.

        The rows are read each time, since another process may have changed them; only where they are not the ones of the
        time before is a list made of them.
        """
        return self._current(unit).roster

    def digest(self, unit: str, signing_key: str) -> str:
        """What `sync.roster.digest` says of the unit's list as it is now."""
        made = self._current(unit)
        known = made.digests.get(signing_key)
        if known is None:
            known = made.digests[signing_key] = digest(made.roster, signing_key)
        return known

    def _current(self, unit: str) -> "_Made":
        rows = self._rows(unit)
        made = self._made.get(unit)
        if made is None or made.rows != rows:
            made = self._made[unit] = _Made(rows, _roster_of(unit, *rows))
        return made

    def _rows(self, unit: str) -> "_Rows":
        def of_unit(*columns: Column[Any]) -> list[tuple[Any, ...]]:
            query = select(*columns).where(columns[0].table.c.unit == unit).order_by(columns[0])
            return [tuple(row) for row in connection.execute(query)]

        with self._engine.connect() as connection:
            told, bound, words = devices.c, continuations.c, role_words.c
            return (
                of_unit(told.device, told.role, told.public_key, told.enrolled_at, told.revoked_at),
                of_unit(bound.device, bound.root, bound.bound_at),
                of_unit(words.device, words.said_at, words.since, words.until, words.role),
                leases_of(connection, unit),
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


_Rows = tuple[list[tuple[Any, ...]], list[tuple[Any, ...]], list[tuple[Any, ...]], tuple[Lease, ...]]
"""Of devices, continuations, words and numbers, whatever of them stands in a roster or dates it."""


@dataclass(frozen=True, slots=True)
class _Made:
    """A roster, and the rows that it was made of."""

    rows: _Rows
    roster: Roster
    digests: dict[str, str] = field(default_factory=dict[str, str])
    """By the office's key."""


def _roster_of(
    unit: str,
    told: list[tuple[Any, ...]],
    bound: list[tuple[Any, ...]],
    words: list[tuple[Any, ...]],
    leases: tuple[Lease, ...],
) -> Roster:
    roots: dict[str, str] = {device: root for device, root, _at in bound}
    said: dict[str, list[tuple[int, Word]]] = defaultdict(list)
    for device, said_at, since, until, role in words:
        said[device].append((said_at, Word(since, role, until)))
    shut_out = [revoked_at for *_, revoked_at in told if revoked_at is not None]
    enrolled, went_on, spoke = [row[3] for row in told], [row[2] for row in bound], [row[1] for row in words]
    given = [each.at for each in leases]
    return Roster(
        unit,
        max([*enrolled, *shut_out, *spoke, *went_on, *given], default=0)
        + _changes(len(told) + len(bound) + len(leases), len(shut_out), len(words)),
        {
            device: Listed(
                device,
                public_key,
                role_dates([word for _at, word in sorted(said[device])] or [Word(ALWAYS, role)]),
                revoked_at,
                roots.get(device, ""),
            )
            for device, role, public_key, _enrolled_at, revoked_at in told
        },
        leases,
    )


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
