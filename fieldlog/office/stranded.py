"""What the office holds beside the logs and nobody will write again: refused branches, and cases that came on paper.

Their devices were put back to before they wrote it, so that no log will ever bring it. At such a device's next
synchronisation, or by hand where it is gone for good, the office writes it again itself (`written_again`).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, Engine, Table, func, insert, select, update
from sqlalchemy.exc import DBAPIError

from fieldlog.book.changeover import NOT_WRITTEN_AGAIN
from fieldlog.domain.entries import Entry, Proven, origin_of, parse_entry
from fieldlog.domain.errors import FoundWrong, NotFound
from fieldlog.domain.fold import Happening, happening
from fieldlog.domain.log_format import is_log_id_of
from fieldlog.domain.roster import Listed
from fieldlog.office.database import insert_new, lost_a_race, writing
from fieldlog.office.enrolment import MOST_CONTINUATIONS
from fieldlog.office.intake import prove
from fieldlog.office.ledger import Ledger, Now, wall_milliseconds
from fieldlog.office.roster import OfficeRoster, root_of, say_same
from fieldlog.office.tables import branches, cases, continuations, devices, entries, logs
from fieldlog.office.tokens import hash_of, new_token
from fieldlog.office.written_again import Office, Place, Wish, WrittenAgain, log_in_question, write_again

_ORIGIN: Final = re.compile(rb'"origin":\{"hash":"([0-9a-f]{64})"')
_AT_ONCE: Final = 500
_RETRIES: Final = 8


class _Aside(NamedTuple):
    """What stands beside one log."""

    every: list[Entry]
    left: list[Entry]
    """Of these, what was not settled yet."""
    taken_back: dict[str, str]
    rows: list[tuple[Table, tuple[ColumnElement[bool], ...]]]
    """Where the entries that are left stand. What comes beside the log while these are written again is not settled."""


class Stranded:
    """Finds such entries in the hub's database, and writes them again."""

    def __init__(self, ledger: Ledger, office: Office, now: Now = wall_milliseconds) -> None:
        self._ledger = ledger
        self._engine: Engine = ledger.engine
        self._office = office
        self._now = now

    def logs(self, unit: str) -> list[str]:
        """The logs beside which something stands that was not settled yet; whether it is still needed is not known."""
        named = set[str]()
        with self._engine.connect() as connection:
            for table in (branches, cases):
                query = select(table.c.log).where(table.c.unit == unit, table.c.settled_at.is_(None)).distinct()
                named.update(connection.execute(query).scalars())
        return sorted(named)

    def count(self, unit: str, log: str) -> int:
        """How many entries beside the log are in no log at all."""
        with self._engine.connect() as connection:
            aside = _aside(connection, unit, log)
            return len(_not_in(_covered(connection, unit, log, aside.left)[0], aside.left))

    def write_again(self, unit: str, log: str, asked_by: str) -> list[str]:
        """Write again what stands beside the log and in no log; returns the logs that say it, none where all is said.

        Raises:
            NotFound: the office does not know such a log.
            FoundWrong: its device may not have written such entries, by what the office says of its role now.
        """
        for tried in range(_RETRIES):
            try:
                with writing(self._engine) as connection:
                    return self._write_again(connection, unit, log, asked_by)
            except DBAPIError as error:  # two devices asked in this very moment
                if tried == _RETRIES - 1 or not lost_a_race(error):
                    raise
        raise AssertionError  # pragma: no cover - the loop returns or raises

    def _write_again(self, connection: Connection, unit: str, log: str, asked_by: str) -> list[str]:
        root = root_of(connection, unit, log)
        listed = OfficeRoster(self._engine).roster(unit).devices.get(log)
        if listed is None:
            raise NotFound(f"单位 {unit} 没有登记过 {log} 这台电脑")
        aside = _aside(connection, unit, log)
        said, placed = _covered(connection, unit, log, aside.every)
        left = _not_in(said, aside.left)
        wish = Wish(unit, log, root, asked_by, left, aside.taken_back, placed)
        made = write_again(wish, self._office, lambda name: _is_device(connection, unit, name))
        for each in made:
            self._store(connection, unit, root, listed, each)
        for table, row in aside.rows:
            mine = (table.c.unit == unit, table.c.log == log, *row)
            connection.execute(update(table).where(*mine).values(settled_at=self._now()))
        return [each.log for each in made]

    def _store(self, connection: Connection, unit: str, root: str, listed: Listed, made: WrittenAgain) -> None:
        self._list(connection, unit, root, listed, made.log)
        of = Listed(made.log, self._office.public_key, listed.dates, listed.revoked_at, root)
        proven = prove(made.lines, made.log, {made.log: of}.get)
        if proven.refused:
            raise FoundWrong(proven.refused[0].why)
        stored = self._ledger.store(connection, unit, made.log, proven)
        if stored.refused:  # what is refused is in no log, and must not count as settled
            raise FoundWrong(stored.refused[0].why)

    def _list(self, connection: Connection, unit: str, root: str, listed: Listed, name: str) -> None:
        """Make the log one of the device's, under the office's key and without a token."""
        mine = (continuations.c.unit == unit, continuations.c.root == root)
        if connection.execute(select(func.count()).where(*mine)).scalar_one() >= 2 * MOST_CONTINUATIONS:
            raise FoundWrong(f"{root} 换用新日志、由办公室代为改记的次数太多，请联系办公室查看那台电脑")
        now = self._now()
        told = {"role": listed.dates.now, "public_key": self._office.public_key, "token_hash": hash_of(new_token())}
        row = {"unit": unit, "device": name, **told, "enrolled_at": now, "revoked_at": listed.revoked_at}
        connection.execute(insert(devices).values(**row))
        bound = {"unit": unit, "device": name, "root": root, "vouched_by": listed.device, "bound_at": now}
        insert_new(connection, continuations, [bound])
        say_same(connection, unit, listed.device, name)

    # a log that this office wrote before it was restored from a backup

    def recognise(self, unit: str, log: str, first: Proven) -> Listed | None:
        """The device as which a log counts that begins with this entry, where this office wrote it once."""
        of = log_in_question(log, first, unit, self._office.public_key)
        if not of:
            return None
        known = OfficeRoster(self._engine).roster(unit).devices
        device = known.get(of) or next((each for each in known.values() if is_log_id_of(each.device, log)), None)
        base = device or Listed(of, "")
        return Listed(log, self._office.public_key, base.dates, base.revoked_at, base.root or base.device)

    def list_again(self, unit: str, found: Iterable[Listed]) -> None:
        """Note such logs as the device's that they are written for."""
        with writing(self._engine) as connection:
            for each in found:
                if not _is_device(connection, unit, each.device):
                    base = Listed(each.root, "", each.dates, each.revoked_at)
                    self._list(connection, unit, each.root, base, each.device)


def _is_device(connection: Connection, unit: str, name: str) -> bool:
    query = select(devices.c.device).where(devices.c.unit == unit, devices.c.device == name)
    return connection.execute(query).first() is not None


def _aside(connection: Connection, unit: str, log: str) -> _Aside:
    found: dict[str, tuple[Entry, bool]] = {}
    taken_back: dict[str, str] = {}
    rows: list[tuple[Table, tuple[ColumnElement[bool], ...]]] = []
    branch = select(branches.c.line, branches.c.settled_at).where(branches.c.unit == unit, branches.c.log == log)
    for row in connection.execute(branch):
        entry = parse_entry(row.line)
        found[entry.hash] = (entry, row.settled_at is None)
        if row.settled_at is None:
            rows.append((branches, (branches.c.seq == entry.seq, branches.c.hash == entry.hash)))
    paper = select(cases.c.digest, cases.c.lines, cases.c.settled_at).where(cases.c.unit == unit, cases.c.log == log)
    for row in connection.execute(paper):
        if row.settled_at is None:
            rows.append((cases, (cases.c.digest == row.digest,)))
        case = [parse_entry(line) for line in row.lines.splitlines()]
        numbers = {entry.seq: entry for entry in case}
        for entry in case:
            found.setdefault(entry.hash, (entry, row.settled_at is None))
            if (target := _names(entry, log)) and target in numbers:
                taken_back[entry.hash] = _first(numbers[target])
    for entry, _left in found.values():
        if (target := _names(entry, log)) and entry.hash not in taken_back:
            before: Entry | None = entry
            while before is not None and before.seq > target:
                before = found[before.prev][0] if before.prev in found else None
            if before is not None:
                taken_back[entry.hash] = _first(before)
    every = [entry for entry, _left in found.values() if entry.kind not in NOT_WRITTEN_AGAIN]
    left = [entry for entry, left in found.values() if left and entry.kind not in NOT_WRITTEN_AGAIN]
    return _Aside(every, left, taken_back, rows)


def _names(entry: Entry, log: str) -> int:
    """The number in the log of the answer that the entry takes back, or 0."""
    match entry.kind, entry.fields:
        case "answer.undone", {"log": str(named), "seq": int(seq)} if named == log:
            return seq
        case _:
            return 0


def _first(entry: Entry) -> str:
    return origin_of(entry) or entry.hash


def _not_in(said: set[Happening], left: Sequence[Entry]) -> list[Entry]:
    """What of these no log says, each once."""
    once: dict[Happening, Entry] = {}
    for entry in sorted(left, key=lambda entry: (entry.hlc, entry.seq, entry.hash)):
        once.setdefault(happening(entry), entry)
    return [entry for what, entry in once.items() if what not in said]


def _covered(
    connection: Connection, unit: str, log: str, aside: Sequence[Entry]
) -> tuple[set[Happening], dict[str, Place]]:
    """What of these the unit's logs say, and where, by the hash that it was written with first."""
    if not aside:
        return set(), {}
    wanted = {_first(entry): happening(entry) for entry in aside}
    said, placed = set[Happening](), dict[str, Place]()
    for line in _candidates(connection, unit, log, aside, wanted):
        entry = parse_entry(line)
        if wanted.get(_first(entry)) == happening(entry):
            said.add(happening(entry))
            placed.setdefault(_first(entry), (entry.log, entry.seq))
    return said, placed


def _candidates(
    connection: Connection, unit: str, log: str, aside: Sequence[Entry], wanted: Mapping[str, Happening]
) -> Iterable[bytes]:
    """The originals where the ledger has them, and lines of the device's logs that repeat one."""
    by_log: dict[str, set[int]] = {}
    for entry in aside:
        by_log.setdefault(entry.log, set()).add(entry.seq)
        match entry.fields.get("origin"):
            case {"log": str(first), "seq": int(seq)}:
                by_log.setdefault(first, set()).add(seq)
            case _:
                pass
    for each, numbers in sorted(by_log.items()):
        ordered = sorted(numbers)
        for start in range(0, len(ordered), _AT_ONCE):
            some = ordered[start : start + _AT_ONCE]
            mine = (entries.c.unit == unit, entries.c.log == each, entries.c.seq.in_(some))
            yield from connection.execute(select(entries.c.line).where(*mine)).scalars().all()
    root = connection.execute(
        select(continuations.c.root).where(continuations.c.unit == unit, continuations.c.device == log)
    ).scalar()
    family = select(continuations.c.device).where(continuations.c.unit == unit, continuations.c.root == (root or log))
    held = select(logs.c.log).where(logs.c.unit == unit, logs.c.log.in_(family)).order_by(logs.c.log)
    for name in connection.execute(held).scalars().all():
        mine = (entries.c.unit == unit, entries.c.log == name)
        for line in connection.execute(select(entries.c.line).where(*mine)).scalars().all():
            found = _ORIGIN.search(line)
            if found and found[1].decode() in wanted:
                yield line
