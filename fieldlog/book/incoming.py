"""Merging lines of other devices' logs: proven, idempotent, in any order.

Lines that are here already are counted and skipped. A line that comes before its turn waits in `pending.jsonl` beside
the log until the gap is filled. A line that does not verify, or does not follow, is refused and named, and so is what
follows it in that log; other logs go on. An entry whose body is withheld, as in a case file that was exported, has the
same hash as the whole one, which would then pass for known and never come, so it is refused.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from fieldlog.book.durable import replace_file
from fieldlog.book.journal import Journal
from fieldlog.book.logfiles import Tip, month_file, raw_lines
from fieldlog.book.vetting import Vetting
from fieldlog.domain.entries import Entry, check_follows, parse_entry
from fieldlog.domain.errors import FieldlogError, FoundWrong, LogDamaged, NotSaved, os_words
from fieldlog.domain.heads import Refusal

PENDING = "pending.jsonl"
LARGEST_BATCH = 5_000
"""Entries written with one fsync."""


@dataclass(slots=True)
class Merged:
    """What became of a pack."""

    received: int = 0
    known: int = 0
    pending: int = 0
    refused: list[Refusal] = field(default_factory=list[Refusal])


Write = Callable[[Journal, Sequence[Entry]], None]


class Incoming:
    """One merge into the logs under `folder`; `tips` are moved on by the writer that `merge` is given."""

    def __init__(self, folder: Path, tips: dict[str, Tip], damaged: set[str], vetting: Vetting | None = None) -> None:
        self._folder = folder
        self._vetting = vetting
        self._tips = tips
        self._damaged = damaged
        self._ready: dict[str, list[Entry]] = {}
        self._waiting: dict[str, dict[int, Entry]] = {}
        self._claimed: dict[str, Entry] = {}
        """By log, the newest entry among those that came although they are here already."""
        self._stopped: set[str] = set()
        self._merged = Merged()

    def merge(self, lines: Iterable[bytes], write: Write) -> Merged:
        """Take in the lines; `write` puts a run of entries into a journal and folds them.

        Raises:
            NotSaved: the disk refused.
        """
        for line in lines:
            self._take(line, write)
        for log in list(self._ready):
            self._store(log, write)
        for log in sorted(self._tips.keys() | self._waiting.keys()):
            self._settle(log, write)
        return self._merged

    def _take(self, line: bytes, write: Write) -> None:
        try:
            entry = parse_entry(line)
        except FieldlogError as error:
            self._refuse(*_named(line), str(error))
            return
        if entry.log in self._stopped:
            return
        ready = self._ready.setdefault(entry.log, [])
        last = ready[-1] if ready else None
        tip = self._tips.get(entry.log, Tip())
        seq = last.seq if last else tip.seq
        if entry.seq <= seq:
            self._known(entry, ready, tip)
        elif isinstance(entry.body, str):
            self._refuse(
                entry.log, entry.seq, f"{entry.log} 第 {entry.seq} 条的内容被隐去了，请从原来的电脑或办公室同步"
            )
        elif entry.seq > seq + 1:
            self._waiting.setdefault(entry.log, {}).setdefault(entry.seq, entry)
        else:
            self._follow(entry, ready, tip)
            if len(ready) >= LARGEST_BATCH:
                self._store(entry.log, write)

    def _known(self, entry: Entry, ready: list[Entry], tip: Tip) -> None:
        self._merged.known += 1
        if entry.seq > tip.seq:
            self._compare(entry, ready[entry.seq - tip.seq - 1].hash)
        elif entry.seq == tip.seq:
            self._compare(entry, tip.hash)
        elif entry.seq > (self._claimed[entry.log].seq if entry.log in self._claimed else 0):
            self._claimed[entry.log] = entry

    def _compare(self, entry: Entry, ours: str) -> None:
        if entry.hash != ours:
            self._merged.known -= 1
            self._refuse(entry.log, entry.seq, "同一编号有两条不同的记录，这个日志被复制或恢复过")

    def _compare_claimed(self, log: str) -> None:
        """Look up the newest known entry: where it is the same, so is all before it, as the chain proves."""
        claimed = self._claimed.pop(log, None)
        if claimed is None or log in self._stopped or log in self._damaged:
            return
        try:
            ours = next(raw_lines(self._folder / log, self._tips[log], claimed.seq - 1), b"")
            self._compare(claimed, parse_entry(ours).hash)
        except (FoundWrong, LogDamaged):
            self._refuse(log, claimed.seq, "本机的这一条已损坏，请运行 fieldlog verify；其他日志照常接收")

    def _follow(self, entry: Entry, ready: list[Entry], tip: Tip) -> None:
        last = ready[-1] if ready else None
        try:
            if entry.log in self._damaged:
                raise NotSaved("本机的这个日志已损坏，先处理好再接收")
            check_follows(
                entry, *((last.seq, last.hash, last.hlc) if last is not None else (tip.seq, tip.hash, tip.hlc))
            )
            if self._vetting is not None:
                self._vetting.check(entry)
        except FieldlogError as error:
            self._refuse(entry.log, entry.seq, str(error))
        else:
            ready.append(entry)

    def _refuse(self, log: str, seq: int, why: str) -> None:
        self._merged.refused.append(Refusal(log, seq, why))
        if log:
            self._stopped.add(log)

    def _store(self, log: str, write: Write) -> None:
        entries = self._ready.pop(log, [])
        if not entries:
            return
        for _month, run in groupby(entries, key=lambda entry: month_file(entry.hlc)):
            journal = Journal(self._folder / log, log, self._tips.get(log, Tip()))
            lot = list(run)
            try:
                write(journal, lot)
            finally:
                journal.close()
            self._merged.received += len(lot)

    def _settle(self, log: str, write: Write) -> None:
        """Put what was waiting for this log in its place, and keep on disk what still waits."""
        self._compare_claimed(log)
        path = self._folder / log / PENDING
        waiting = self._waiting.get(log, {})
        had = path.exists()
        if had:
            for entry in _read_pending(path):
                waiting.setdefault(entry.seq, entry)
        while log not in self._stopped:
            tip = self._tips.get(log, Tip())
            seq = tip.seq + len(self._ready.get(log, ()))
            following = waiting.pop(seq + 1, None)
            if following is None:
                break
            self._follow(following, self._ready.setdefault(log, []), tip)
        self._store(log, write)
        reached = self._tips.get(log, Tip()).seq
        rest = sorted(entry.seq for entry in waiting.values() if entry.seq > reached)
        self._merged.pending += len(rest)
        try:
            if rest:
                replace_file(path, b"".join(waiting[seq].line() + b"\n" for seq in rest))
            elif had:
                path.unlink()
        except OSError as error:
            raise NotSaved(f"没有保存：{os_words(error)}。腾出空间后再同步一次") from error


def _read_pending(path: Path) -> list[Entry]:
    """What waits; what is damaged or unreadable is left out, since the sender still has it."""
    entries: list[Entry] = []
    try:
        lines = path.read_bytes().splitlines()
    except OSError:
        return entries
    for line in lines:
        try:
            entry = parse_entry(line)
        except FieldlogError:
            continue
        if not isinstance(entry.body, str):
            entries.append(entry)
    return entries


def _named(line: bytes) -> tuple[str, int]:
    """The log and number a bad line claims, as far as they can be read."""
    import orjson  # noqa: PLC0415 - only for a bad line

    try:
        fields = orjson.loads(line)
        return str(fields["log"])[:40], int(fields["seq"])
    except (ValueError, TypeError, KeyError):
        return "", 0
