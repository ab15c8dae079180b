"""Cases: entries of another device's log that came on paper, ahead of their turn and with others missing in between.

A log file holds every number, so they cannot stand in one. They stand beside it, `log/<device>/case-….jsonl`, one file a
case, written once and never changed, and count in the view like any entry. When the log itself arrives, its lines are the
same entries and the file is not looked at any more. Nothing here is passed on to other devices.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from fieldlog.book.durable import replace_file
from fieldlog.book.logfiles import Damage, Place, Tip, reading, reason
from fieldlog.domain.entries import Entry, parse_entry
from fieldlog.domain.errors import FieldlogError, FoundWrong, NotSaved

_FILE: Final = re.compile(r"case-([0-9A-HJKMNP-TV-Z]{26})-([0-9]{1,16})-[0-9a-f]{8}\.jsonl")


def fresh_entries(log: str, entries: Sequence[Entry], known: Iterable[Entry], tip: Tip) -> list[Entry]:
    """Those of a case that are not here yet, `known` being what is here about the same documents.

    Raises:
        FoundWrong: another entry stands here under the same number, so that the log was cloned or restored.
    """
    hashes = {entry.seq: entry.hash for entry in known if entry.log == log}
    fresh: list[Entry] = []
    for entry in entries:
        ours = hashes.get(entry.seq, "" if entry.seq > tip.seq else "another")
        if ours and ours != entry.hash:
            raise FoundWrong(f"{log} 第 {entry.seq} 条与本机已有的不同，这个日志被复制或恢复过，没有收下；请交给办公室")
        if not ours:
            fresh.append(entry)
    return fresh


def write_case(root: Path, log: str, entries: Sequence[Entry]) -> list[Place]:
    """Write a case beside its log, whole or not at all, and return where each entry stands.

    Raises:
        NotSaved: the disk refused.
    """
    name = f"case-{entries[0].doc}-{entries[-1].seq}-{entries[-1].hash[:8]}.jsonl"
    lines = [entry.line() + b"\n" for entry in entries]
    try:
        replace_file(root / log / name, b"".join(lines))
    except OSError as error:
        raise NotSaved(f"没有保存：{reason(error)}。腾出空间后再收一次") from error
    return _places(log, name, lines)


def open_cases(root: Path, tips: Mapping[str, Tip]) -> Iterator[tuple[str, Path]]:
    """The files of cases whose log has not caught up with them, each with the document of its first entry."""
    for path in sorted(root.glob("*/case-*.jsonl")):
        found = _FILE.fullmatch(path.name)
        if found and int(found[2]) > tips.get(path.parent.name, Tip()).seq:
            yield found[1], path


def read_case(path: Path) -> Iterator[tuple[Entry, Place] | Damage]:
    """The entries of a case; a line that was changed is damage, and the others count."""
    with reading(path) as stream:
        lines = stream.read().splitlines(keepends=True)
    log = path.parent.name
    for number, (line, place) in enumerate(zip(lines, _places(log, path.name, lines), strict=True), 1):
        try:
            yield parse_entry(line[:-1]), place
        except FieldlogError as error:
            yield Damage(log, 0, path.name, number, str(error))


def _places(log: str, name: str, lines: Sequence[bytes]) -> list[Place]:
    places: list[Place] = []
    start = 0
    for line in lines:
        places.append(Place(log, name, start, start + len(line)))
        start += len(line)
    return places
