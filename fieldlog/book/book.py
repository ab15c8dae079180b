"""The book: everything this laptop knows, behind one door.

Opening reads the checkpoint and folds in what the logs hold beyond it. Every change is an entry: written, fsynced,
then folded. Nothing here edits or removes an entry.

The models of entries, and what reads and folds them, load with the first entry that is read or written: a start from a
whole checkpoint needs none, and they are most of what a start would cost.
"""

from __future__ import annotations

import heapq
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from filelock import FileLock, Timeout

from fieldlog.book.blobs import Blobs
from fieldlog.book.checkpoint import read_checkpoint, write_checkpoint
from fieldlog.book.collector import collector_at_rest
from fieldlog.book.device import Device, create_key, given_key, read_device, require_no_data, sign, write_device
from fieldlog.book.durable import private_folder
from fieldlog.book.journal import Journal
from fieldlog.book.logfiles import (
    Damage,
    Place,
    Tip,
    ends_at,
    first_seq,
    last_lines,
    line_number,
    log_files,
    raw_lines,
    read_line,
    reading,
    reason,
)
from fieldlog.book.own_time import led_by, newest_led, read_office_time, write_office_time
from fieldlog.book.tables import KeyedTable
from fieldlog.book.view import View
from fieldlog.domain.clock import HybridClock, OfficeTime, doubt, is_believed
from fieldlog.domain.errors import (
    EnvironmentFault,
    FieldlogError,
    FoundWrong,
    LogDamaged,
    NotFound,
    NotSaved,
    ReadOnly,
)
from fieldlog.domain.heads import Head
from fieldlog.domain.log_format import LONGEST_LINE_BYTES
from fieldlog.domain.roles import ROLES, require

if TYPE_CHECKING:
    from fieldlog.book.cases import KeptCase
    from fieldlog.book.changeover import Plan
    from fieldlog.book.incoming import Merged
    from fieldlog.book.reader import LogReader
    from fieldlog.domain.bodies import Body
    from fieldlog.domain.entries import Entry
    from fieldlog.domain.fold import Document, Happening
    from fieldlog.domain.roster import Roster

PLAN = "fork.toml"
"""Of a change-over to another log that was cut short; see `fieldlog.book.changeover`."""
CHECKPOINT_AFTER = 2_000
"""Entries folded since the last checkpoint that make a new one worth its time when the book is closed."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be written: who, about which document, what."""

    by: str
    doc: str
    body: Body
    at: datetime | None = None
    """When it happened, where that is not now: only a simulation, which writes months at once, says so."""


def wall_clock() -> datetime:
    """Now, in the laptop's time zone."""
    return datetime.now(UTC).astimezone()  # from UTC, since Windows refuses to place a local time of 1970


class Book:
    """One device's field book. Use `Book.create` once and `Book.open` ever after, as a context manager."""

    def __init__(self, folder: Path, device: Device, now: Callable[[], datetime]) -> None:
        self.folder = folder
        self.device = device
        self.now = now
        self.blobs = Blobs(folder / "blobs")
        self.read_only = ""
        """Why this book cannot be written, or empty."""
        self.damages: list[Damage] = []
        self.recovered: list[str] = []
        """What was mended at the start, one line each, to be told to the officer."""
        self.clock = HybridClock()
        self._office_time = read_office_time(folder)
        self._roster: Roster | None = None
        self._roster_read = False
        self._newest_led: int | None = None
        self._lock = FileLock(folder / "lock")
        self._logs = folder / "log"
        self._tips: dict[str, Tip] = {}
        self._view = View(self.entries_of)
        self._journal: Journal | None = None
        self._since_checkpoint = 0

    # opening and closing

    @classmethod
    def create(cls, folder: Path, device: Device, *, now: Callable[[], datetime] = wall_clock) -> Self:
        """Make a new book in `folder` and open it; the first entry of its log carries its public key.

        One that was cut short before that entry was written is made again.

        Raises:
            UsageError: there is data already, or an id is not allowed.
            ReadOnly, EnvironmentFault: another program has the folder, or it cannot be written.
        """
        try:
            for private in (folder, folder / "keys", folder / "log", folder / "blobs"):
                private_folder(private)
        except OSError as error:
            raise EnvironmentFault(f"不能写入 {folder}：{reason(error)}") from error
        book = cls(folder, device, now)
        book._lock_up()
        try:
            book._begin()
        except BaseException:
            book.close()
            raise
        return book

    def _begin(self) -> None:
        """Make the key, `device.toml` and the first entry, under the lock, so that the log and the key belong together."""
        if self.read_only:
            raise ReadOnly(self.read_only)
        require_no_data(self.folder)
        try:
            public_key = create_key(self.folder)
            write_device(self.folder, self.device)
        except OSError as error:
            raise EnvironmentFault(f"不能写入 {self.folder}：{reason(error)}") from error
        self._load()
        device = self.device
        from fieldlog.domain.bodies import LogStarted

        started = LogStarted(
            device=device.id, unit=device.unit, unit_name=device.unit_name, role=device.role, public_key=public_key
        )
        self.write(device.id, device.doc, started)

    @classmethod
    def open(cls, folder: Path, *, now: Callable[[], datetime] = wall_clock) -> Self:
        """Open the book; where another program has it open, or its log is damaged, for reading only.

        Raises:
            NotFound: there is no book in `folder`.
            EnvironmentFault: `device.toml` cannot be read.
        """
        book = cls(folder, read_device(folder), now)
        book._lock_up()
        book._end_changeover()
        book._load()
        return book._begun()

    def _lock_up(self) -> None:
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            self.read_only = "另一个 fieldlog 正在使用这份数据，这里只能查看；要写入请先关掉那一个"
        except OSError as error:
            self.read_only = _unwritable(error)

    @classmethod
    def look(cls, folder: Path, *, now: Callable[[], datetime] = wall_clock) -> Self:
        """Open the book for reading, beside the program that writes it and without keeping that one from its lock.

        Raises:
            NotFound: there is no book in `folder`.
            EnvironmentFault: `device.toml` cannot be read.
        """
        book = cls(folder, read_device(folder), now)
        if (folder / PLAN).exists():
            book._lock_up()
            book._end_changeover()
            book._lock.release()
        book.read_only = "这里只是查看，不能写入"
        book._load()
        return book._begun()

    def _begun(self) -> Self:
        """Close the book and raise unless its own log has begun."""
        if self._tips[self.device.id].seq == 0 and not self.damages:
            self.close()
            raise NotFound(
                f"{self.folder} 里没有本机 {self.device.id} 的日志：初始化没有做完就请再运行一次 fieldlog init，"
                "否则请从备份恢复 log 文件夹"
            )
        return self

    def _end_changeover(self) -> None:
        """Finish what was cut short when this device went on under a new log."""
        if self.read_only or not (self.folder / PLAN).exists():
            return
        from fieldlog.book.changeover import roll_forward

        try:
            plan = roll_forward(self.folder)
        except OSError as error:
            self.read_only = _unwritable(error)
            return
        self.device = read_device(self.folder)
        if plan.device:
            self.recovered.append(
                f"上次换用新日志 {plan.device} 没有做完，已接着做完；原来的另存在 branches/{plan.aside}"
            )

    @property
    def clock_doubt(self) -> str:
        """Why the laptop's clock cannot be right and what to do, or empty."""
        return doubt(self._now_ms(), self._led(), self._office_time)

    @property
    def roster(self) -> Roster | None:
        """The office's list of the unit's devices; None where none has come yet."""
        if not self._roster_read:
            from fieldlog.book.roster_file import read_roster_file

            self._roster, self._roster_read = read_roster_file(self.folder), True
        return self._roster

    def take_roster(self, signed: dict[str, Any]) -> None:
        """Go by this list, whose signature was checked; raises NotSaved as `write` does."""
        from fieldlog.book.roster_file import write_signed

        write_signed(self.folder, signed)
        self._roster_read = False

    def hear_office_time(self, milliseconds: int) -> None:
        """Note what the office's clock says now; what no right clock can show is not noted."""
        if is_believed(milliseconds):
            self._office_time = OfficeTime(milliseconds, self._now_ms(), self._led())
            write_office_time(self.folder, self._office_time)

    def _now_ms(self) -> int:
        return int(self.now().timestamp() * 1000)

    def _led(self) -> int:
        """The newest moment at which this laptop's clock led its log, where that can be later than now; else 0."""
        tip = self._tips.get(self.device.id, Tip())
        if int(tip.hlc, 16) >> 16 <= self._now_ms():
            return 0
        if self._newest_led is None:  # read once, and only where something is wrong
            try:
                self._newest_led = newest_led(raw_lines(self._logs / self.device.id, tip, 0))
            except FieldlogError:  # damaged, which is told where it was found
                self._newest_led = 0
        return self._newest_led

    def close(self) -> None:
        """Write the checkpoint if that is worth it, and let go of the book."""
        if not self.read_only and self._since_checkpoint >= CHECKPOINT_AFTER:
            self.checkpoint()
        if self._journal is not None:
            self._journal.close()
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def checkpoint(self) -> None:
        """Write the view to `view.json`; a full disk is no harm, the next start only takes longer."""
        try:
            write_checkpoint(self.folder / "view.json", self._view, self._tips)
        except OSError:
            return
        self._since_checkpoint = 0

    def rebuild(self) -> int:
        """Throw the view away, fold every log again, write the checkpoint, and return the number of entries.

        Raises:
            EnvironmentFault: the checkpoint cannot be written; the logs are as they were.
        """
        self._require_writable()
        self._view = View(self.entries_of)
        self._fold_on({})
        try:
            write_checkpoint(self.folder / "view.json", self._view, self._tips)
        except OSError as error:
            raise EnvironmentFault(
                f"view.json 没有写成：{reason(error)}。请腾出空间后再运行一次；日志没有受影响"
            ) from error
        self._since_checkpoint = 0
        return sum(tip.seq for tip in self._tips.values())

    def _load(self) -> None:
        tips = read_checkpoint(self.folder / "view.json", self._view)
        self._fold_on(tips or {})
        own = self._tips.setdefault(self.device.id, Tip())
        self._journal = Journal(self._logs / self.device.id, self.device.id, own)

    def _found(self, damage: Damage) -> None:
        """Remember the damage; where it is in this device's own log, stop writing."""
        if damage in self.damages:
            return
        self.damages.append(damage)
        if damage.log == self.device.id and not self.read_only:
            self.read_only = f"{damage.title}，已停止写入。{damage}。{damage.advice}"

    def _fold_on(self, tips: dict[str, Tip]) -> None:
        """Fold what the logs hold beyond `tips`; a log shorter than its tip is damage."""
        self._tips, self.damages = dict(tips), []
        present = {path.name for path in self._logs.iterdir() if log_files(path)} if self._logs.is_dir() else set[str]()
        unread = sorted(log for log in present | tips.keys() if not self._ends_at(log, tips.get(log)))
        for tip in (self._tips[log] for log in tips.keys() - set(unread)):
            self.clock.observe(tip.hlc, self._now_ms())
        if self.device.id in self._tips:
            self.clock.resume(self._tips[self.device.id].hlc)
        if unread:
            self._fold_in(unread, tips)
        self._fold_cases()

    def _fold_cases(self) -> None:
        """Fold what came on paper, but for what the checkpoint holds already."""
        if not any(self._logs.glob("*/case-*.jsonl")):
            return
        from fieldlog.book.cases import case_files, read_case

        for doc, path in case_files(self._logs):
            if any(place.file == path.name for place in self._view.extents.of(doc)):
                continue
            for read in read_case(path).read:
                if isinstance(read, Damage):
                    self._found(read)
                else:
                    self._view.take(*read)
        self._view.flush()

    def _ends_at(self, log: str, tip: Tip | None) -> bool:
        return tip is not None and ends_at(self._logs / log, tip)

    def _fold_in(self, logs: Sequence[str], tips: Mapping[str, Tip]) -> None:
        from fieldlog.book.reader import LogReader

        readers = [LogReader(self._logs / log, log, tips.get(log)) for log in logs]
        folded = 0
        with collector_at_rest():
            for entry, place in heapq.merge(*readers, key=lambda read: read[0].order):
                self._view.take(entry, place)
                folded += 1
            self._view.flush()
        self._since_checkpoint += folded
        for reader in readers:
            self._finish(reader)

    def _finish(self, reader: LogReader) -> None:
        if reader.torn and not self.read_only:
            reader = self._mend(reader)
        self._tips[reader.log] = reader.tip
        if reader.log == self.device.id:
            self.clock.resume(reader.tip.hlc)
        else:
            self.clock.observe(reader.tip.hlc, self._now_ms())
        if reader.damage is not None:
            self._found(reader.damage)

    def _mend(self, reader: LogReader) -> LogReader:
        from fieldlog.book.reader import LogReader, mend_torn_tail

        folder = self._logs / reader.log
        try:
            aside = mend_torn_tail(folder, reader.tip, reader.torn, reader.torn_file)
        except OSError as error:
            self.read_only = _unwritable(error)
            return reader
        if aside is not None:
            self.recovered.append(
                f"上次断电时 {reader.log} 的最后一行没有写完，已移到 {aside.name}；已确认的 {reader.tip.seq} 条都在"
            )
        again = LogReader(folder, reader.log, reader.tip)
        for entry, place in again:
            self._view.take(entry, place)
        self._view.flush()
        return again

    # writing

    def write(self, by: str, doc: str, body: Body) -> Entry:
        """Write one entry; it is on the disk when this returns.

        Raises:
            NotSaved: nothing is on disk; the same may be written again.
            ReadOnly, LogDamaged: this book cannot be written.
            EntryInvalid: the body holds what an entry may not hold.
            Refused: this device's role may not write it.
        """
        return self.write_all([Draft(by, doc, body)])[0]

    def write_all(self, drafts: Sequence[Draft]) -> list[Entry]:
        """Write several entries with one fsync, all or none; raises as `write` does."""
        from fieldlog.domain.bodies import KIND_OF
        from fieldlog.domain.entries import make_entry

        journal = self._require_writable()
        now = self.now()
        seq, prev = journal.tip.head
        entries: list[Entry] = []
        far = any(tip.hlc > self.clock.last for tip in self._tips.values())
        written = [(KIND_OF[type(draft.body)], draft.body.model_dump(mode="json")) for draft in drafts]
        for kind, fields in written:
            require(self.device.role, kind, fields, self.device.id)
        for draft, (kind, fields) in zip(drafts, written, strict=True):
            seq += 1
            moment = draft.at or now
            if far:
                self._go_beyond(draft.doc)
            entry = make_entry(
                log=self.device.id,
                seq=seq,
                prev=prev,
                hlc=self.clock.tick(int(moment.timestamp() * 1000)),
                at=moment.isoformat(timespec="milliseconds"),
                by=draft.by,
                kind=kind,
                doc=draft.doc,
                body=fields,
                salt=secrets.token_hex(16),
            )
            prev = entry.hash
            entries.append(entry)
        self._take_in(journal, entries)
        return entries

    def _go_beyond(self, doc: str) -> None:
        """Let the next entry sort after what a laptop with a clock far ahead has written about this document.

        Such stamps are not followed when they come in, but a closing that sorts before its finding would undo both.
        """
        if (state := self._view.state(doc)) is not None:
            self.clock.follow(state.last[0] or "0")

    def new_id(self) -> str:
        """A ULID for a new document."""
        from ulid import ULID

        return str(ULID.from_datetime(max(self.now(), datetime.fromisoformat("1970-01-02T00:00:00+00:00"))))

    def seal(self) -> Entry | None:
        """Vouch for the log so far with a signature; None where its last entry is a seal already.

        Raises:
            EnvironmentFault: the signing key cannot be read; and as `write` does.
        """
        from fieldlog.domain.bodies import LogSealed
        from fieldlog.domain.entries import parse_entry, seal_message

        journal = self._require_writable()
        place = self._last_place(journal.tip)
        if place is None or parse_entry(read_line(self._logs, place)[:-1]).kind == "log.sealed":
            return None
        seq, head = journal.tip.head
        signature = sign(self.folder, self.device.id, seal_message(self.device.id, seq, head))
        return self.write(self.device.id, self.device.doc, LogSealed(upto=seq, head=head, signature=signature))

    def be(self, officer: str) -> None:
        """Remember which officer works on this device now; raises NotSaved or ReadOnly as `write` does."""
        self._become(replace(self.device, officer=officer))

    def take_role(self, role: str) -> bool:
        """Go by the role that the office gave this device, whatever its log began with; whether that is another one.

        Raises:
            NotSaved, ReadOnly: as `write` does.
        """
        if role == self.device.role or role not in ROLES:
            return False
        self._become(replace(self.device, role=role))
        return True

    def _become(self, device: Device) -> None:
        self._require_writable()
        try:
            write_device(self.folder, device)
        except OSError as error:
            raise NotSaved(f"没有保存：{reason(error)}。腾出空间后再试") from error
        self.device = device

    def _take_in(self, journal: Journal, entries: Sequence[Entry]) -> None:
        places = journal.append(entries)
        self._tips[journal.log] = journal.tip
        for entry, place in zip(entries, places, strict=True):
            self._view.take(entry, place)
        self._view.flush()
        self._since_checkpoint += len(entries)
        if journal.log == self.device.id and self._newest_led is not None:
            self._newest_led = max(self._newest_led, *(led_by(entry.at, entry.hlc) for entry in entries))

    def _require_writable(self) -> Journal:
        if self._journal is None or self.read_only:
            if any(damage.log == self.device.id for damage in self.damages):
                raise LogDamaged(self.read_only)
            raise ReadOnly(self.read_only or "这份数据没有打开")
        return self._journal

    # a log that parted in two

    def lineage(self) -> list[str]:
        """This device's log, the one it goes on from, and so on back to the first."""
        before = {str(row["device"]): str(row["continues"]) for row in self.rows("devices")}
        line = [self.device.id]
        while (older := before.get(line[-1], "")) and older not in line:
            line.append(older)
        return line

    def go_on_under_new_log(self, common: Head) -> str:
        """Keep this device's branch aside, write again in a new log what came after `common`, and return its name.

        Raises:
            NotSaved: nothing has happened; or what was begun goes on when the book is opened again, as the line says.
            EntryInvalid: an entry cannot be written again.
        """
        from fieldlog.book import changeover
        from fieldlog.domain.entries import parse_entry
        from fieldlog.domain.people import StartedLog

        journal = self._require_writable()
        old = self.device
        lines = raw_lines(self._logs / old.id, journal.tip, max(common.seq - 1, 0))
        entries = [parse_entry(line) for line in lines]
        before = entries.pop(0) if common.seq else None
        known = self.document(old.doc)
        work = changeover.Continuation(
            old,
            self.lineage()[-1],
            before,
            entries,
            dict(known.drafts) if isinstance(known, StartedLog) else {},
            self.new_id(),
            self.now().isoformat(timespec="milliseconds"),
            lambda: self.clock.tick(self._now_ms()),
        )
        self._change_over(lambda: changeover.plan_new_log(self.folder, work))
        return self.device.id

    def give_way(self, log: str, common: Head) -> bool:
        """Cut another device's log back to `common` where its owner has written again what stands here after that.

        What stood here is kept aside, and the branch that the office holds can come. False where something of it stands
        nowhere else yet.

        Raises:
            NotSaved: as `go_on_under_new_log`.
        """
        from fieldlog.book import changeover
        from fieldlog.domain.entries import parse_entry
        from fieldlog.domain.fold import happening

        self._require_writable()
        tip = self._tips.get(log, Tip())
        read = map(parse_entry, raw_lines(self._logs / log, tip, common.seq))
        here = [entry for entry in read if entry.kind not in changeover.NOT_WRITTEN_AGAIN]
        docs = {entry.doc for entry in here}
        again = {happening(entry) for doc in docs for entry in self.entries_of(doc) if entry.log != log}
        if log == self.device.id or any(happening(entry) not in again for entry in here):
            return False
        self._change_over(lambda: changeover.plan_cut(self.folder, log, common.seq, f"{log}-{tip.hash[:8]}"))
        return True

    def _change_over(self, plan: Callable[[], Plan]) -> None:
        """Stage, commit, do, and read everything anew."""
        from fieldlog.book import changeover

        try:
            changeover.commit(self.folder, plan())
        except OSError as error:
            raise NotSaved(f"没有换用新日志：{reason(error)}。腾出空间后再同步一次；本机的记录都在") from error
        if self._journal is not None:
            self._journal.close()
        try:
            changeover.roll_forward(self.folder)
        except OSError as error:
            self.read_only = _unwritable(error)
            raise NotSaved(f"换用新日志没有做完：{reason(error)}。腾出空间后重新打开 fieldlog，会接着做完") from error
        self.device = read_device(self.folder)
        self._read_anew()

    def _read_anew(self) -> None:
        self._view = View(self.entries_of)
        self._tips, self._newest_led = {}, None
        self._load()

    # exchange with other devices

    def heads(self) -> dict[str, Head]:
        """How far each log has come here."""
        return {log: tip.head for log, tip in sorted(self._tips.items()) if tip.seq}

    def lines_after(self, after: Mapping[str, int]) -> Iterator[bytes]:
        """Every log's lines after the given numbers, without line feeds, log by log in order."""
        for log, tip in sorted(self._tips.items()):
            if after.get(log, 0) < tip.seq:
                yield from raw_lines(self._logs / log, tip, after.get(log, 0))

    def newest_entries(self, log: str) -> list[Entry]:
        """The newest entries of a log, oldest first: some hundred, or none where the last one is very long."""
        from fieldlog.domain.entries import parse_entry

        try:
            return [parse_entry(line) for line in last_lines(self._logs / log, self._tips.get(log, Tip()))]
        except FieldlogError:  # damaged, which is told where it was found
            return []

    def merge(self, lines: Iterable[bytes], *, from_office: bool = False) -> Merged:
        """Take in lines of other devices' logs; see `fieldlog.book.incoming`.

        Where there is a roster, what their devices may not write is refused; the office itself has seen to that for what
        comes `from_office`.

        Raises:
            NotSaved: the disk refused; what was merged before stands, and merging again is safe.
        """
        from fieldlog.book.incoming import Incoming
        from fieldlog.book.vetting import Vetting

        self._require_writable()
        vetting = Vetting(self.roster, self.device.id, entries_too=not from_office) if self.roster else None
        incoming = Incoming(self._logs, self._tips, {damage.log for damage in self.damages}, vetting)
        merged = incoming.merge(lines, self._take_merged)
        self._view.flush()
        return merged

    def vet(self, entries: Iterable[Entry]) -> None:
        """Raise FoundWrong for the first entry that its device may not have written, as far as the office's word is here."""
        from fieldlog.book.vetting import Vetting

        if self.roster is not None:
            vetting = Vetting(self.roster, self.device.id, entries_too=True)
            for entry in entries:
                vetting.check(entry)

    def take_case(self, log: str, doc: str, entries: Sequence[Entry], signature: str) -> int:
        """Take in entries of another device's log that its signature covers, whatever is missing between them.

        They count in every list at once; see `fieldlog.book.cases`. Returns how many were not here yet.

        Raises:
            FoundWrong: another entry stands here under the same number.
            NotSaved: the disk refused; ReadOnly, LogDamaged: this book cannot be written.
        """
        from fieldlog.book.cases import count_fresh, write_case

        self._require_writable()
        tip = self._tips.get(log, Tip())
        if log == self.device.id and entries[-1].seq > tip.seq:
            raise FoundWrong("这是本机自己的日志里没有的记录，本机的数据像是从备份恢复的；没有收下，请交给办公室")
        known = [entry for each in {entry.doc for entry in entries} for entry in self.entries_of(each)]
        fresh = count_fresh(log, entries, known, tip)
        if fresh:
            for entry, place in zip(entries, write_case(self._logs, log, doc, entries, signature), strict=True):
                self._view.take(entry, place)
            self._view.flush()
            self.clock.observe(entries[-1].hlc, self._now_ms())
        return fresh

    def cases_aside(self) -> list[KeptCase]:
        """What came on paper and does not stand in its log here."""
        if not any(self._logs.glob("*/case-*.jsonl")):
            return []
        from fieldlog.book.cases import cases_aside

        return cases_aside(self._logs, self._tips)

    def put_said_cases_aside(self) -> None:
        """Let no case count any more of which logs under another name say everything; raises NotSaved as `write`."""
        if not (aside := self.cases_aside()):
            return
        from fieldlog.book.cases import put_aside
        from fieldlog.domain.fold import happening

        said: dict[str, set[Happening]] = {}
        gone: list[KeptCase] = []
        for case in aside:
            for doc in {entry.doc for entry in case.entries} - said.keys():
                logged = (place for place in self._view.extents.of(doc) if place.is_in_log)
                wanted = b'"doc":"' + doc.encode() + b'"'
                said[doc] = {happening(entry) for place in logged for entry in self._read(place, wanted)}
            if all(happening(entry) in said[entry.doc] for entry in case.entries):
                gone.append(case)
        if gone:
            self._require_writable().close()
            try:
                put_aside(self.folder, gone)
            finally:
                self._read_anew()

    def _take_merged(self, journal: Journal, entries: Sequence[Entry]) -> None:
        own = self._journal if journal.log == self.device.id else None
        self._take_in(own or journal, entries)
        self.clock.observe(entries[-1].hlc, self._now_ms())

    def public_key(self, log: str) -> str:
        """A log's public key, 64 hex digits: the one in `keys/<log>.pub`, else the office's word, else the one its first
        entry states.

        Empty where none of them is here. Nothing that another log says of this one counts.
        """
        from fieldlog.domain.entries import parse_entry

        if given := given_key(self.folder / "keys", log):
            return given
        if self.roster is not None and log in self.roster.devices:
            return self.roster.devices[log].public_key
        tip = self._tips.get(log, Tip())
        if not tip.seq:
            return ""
        try:
            first = parse_entry(next(raw_lines(self._logs / log, tip, 0), b""))
        except FieldlogError:  # damaged, which is told where it was found
            return ""
        return str(first.fields.get("public_key", "")) if first.kind == "log.started" else ""

    # reading

    def table(self, name: str) -> KeyedTable:
        """A table of rows: premises, officers, inspections, hazards, footage, slates, recordings, checklists, devices, unknown."""
        return self._view.tables[name]

    def rows(self, name: str) -> Iterable[dict[str, Any]]:
        """The rows of a table as they stand, without copies; they must not be changed."""
        return self._view.tables[name].rows.values()

    def rows_since(self, name: str, day: date) -> Iterable[dict[str, Any]]:
        """At least every inspection or hazard that is open or that something happened to since `day`, perhaps more.

        Rows settled longer ago stay packed, which is what makes a start quick. They must not be changed.
        """
        return self._view.tables[name].rows_since(day.isoformat())

    def row(self, name: str, doc: str) -> dict[str, Any] | None:
        """One row, without a copy; it must not be changed."""
        return self._view.tables[name].rows.get(doc)

    def document(self, doc: str) -> Document | None:
        """The folded document; it must not be changed."""
        return self._view.state(doc)

    def entries_of(self, doc: str) -> list[Entry]:
        """Every entry about a document, in order."""
        wanted = b'"doc":"' + doc.encode() + b'"'
        read = (entry for place in self._view.extents.of(doc) for entry in self._read(place, wanted))
        once = {entry.hash: entry for entry in read if entry.doc == doc}  # a case's come twice
        return sorted(once.values(), key=lambda entry: entry.order)

    def _read(self, place: Place, wanted: bytes) -> Iterator[Entry]:
        """The entries at a place whose line holds `wanted`; a line that was changed since it was folded is damage."""
        from fieldlog.domain.entries import parse_entry

        start = place.start
        for line in read_line(self._logs, place).splitlines(keepends=True):
            if wanted in line:
                try:
                    yield parse_entry(line[:-1])
                except FieldlogError as error:
                    path = self._logs / place.log / place.file
                    number = line_number(path, start)
                    self._found(Damage(place.log, first_seq(path) + number - 1, place.file, number, str(error)))
            start += len(line)

    def entries(self) -> Iterator[Entry]:
        """Every entry of every log in the order of all devices."""
        streams = [self._read_up_to(log, tip) for log, tip in sorted(self._tips.items())]
        for entry, _place in heapq.merge(*streams, key=lambda read: read[0].order):
            yield entry

    def _read_up_to(self, log: str, tip: Tip) -> Iterator[tuple[Entry, Place]]:
        from fieldlog.book.reader import LogReader

        for entry, place in LogReader(self._logs / log, log):
            if entry.seq > tip.seq:
                return
            yield entry, place

    def _last_place(self, tip: Tip) -> Place | None:
        if not tip.seq:
            return None
        with reading(self._logs / self.device.id / tip.file) as stream:
            stream.seek(max(0, tip.offset - LONGEST_LINE_BYTES - 2))
            before = stream.read(tip.offset - stream.tell())
        start = before.rstrip(b"\n").rfind(b"\n") + 1
        return Place(self.device.id, tip.file, tip.offset - len(before) + start, tip.offset)


def _unwritable(error: OSError) -> str:
    return f"数据文件夹不能写入（{reason(error)}），这里只能查看；请检查磁盘和权限，或换一个文件夹"
