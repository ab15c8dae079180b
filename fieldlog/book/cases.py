"""Cases: entries of another device's log that came on paper, ahead of their turn and with others missing in between.

A log file holds every number, so they cannot stand in one. They stand beside it, `log/<device>/case-….jsonl`, one file a
case: its entries, and in a last line the document and the device's signature over their hashes. It is written once and never
changed. Its entries count in the view like any, once with those of the log when that comes. Nothing here is passed on.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson

from fieldlog.book.durable import durable_folder, replace_file, sync_folder
from fieldlog.book.logfiles import Damage, Place, Tip, raw_lines, reading, reason
from fieldlog.domain.entries import Entry, canonical, parse_entry
from fieldlog.domain.errors import FieldlogError, FoundWrong, NotSaved

_FILE: Final = re.compile(r"case-([0-9A-HJKMNP-TV-Z]{26})-[0-9]{1,16}-[0-9a-f]{8}\.jsonl")


class KeptCase(NamedTuple):
    """A case whose entries do not stand in their log."""

    path: Path
    log: str
    doc: str
    entries: list[Entry]
    signature: str


class CaseFile(NamedTuple):
    """What a file of a case holds; `signature` is empty where its last line is damaged."""

    read: list[tuple[Entry, Place] | Damage]
    doc: str
    signature: str


def count_fresh(log: str, entries: Sequence[Entry], known: Iterable[Entry], tip: Tip) -> int:
    """How many of a case are not here yet, `known` being what is here about the same documents.

    Raises:
        FoundWrong: another entry stands here under the same number, so that the log was cloned or restored.
    """
    hashes: dict[int, set[str]] = {}
    for entry in known:
        if entry.log == log:
            hashes.setdefault(entry.seq, set()).add(entry.hash)
    fresh = 0
    for entry in entries:
        ours = hashes.get(entry.seq, set[str]())
        if entry.hash in ours:
            continue
        if ours or entry.seq <= tip.seq:
            raise FoundWrong(f"{log} 第 {entry.seq} 条与本机已有的不同，这个日志被复制或恢复过，没有收下；请交给办公室")
        fresh += 1
    return fresh


def write_case(root: Path, log: str, doc: str, entries: Sequence[Entry], signature: str) -> list[Place]:
    """Write a case beside its log, whole or not at all, and return where each entry stands.

    Raises:
        NotSaved: the disk refused.
    """
    name = f"case-{doc}-{entries[-1].seq}-{entries[-1].hash[:8]}.jsonl"
    lines = [entry.line() + b"\n" for entry in entries]
    end = canonical({"case": doc, "signature": signature, "v": 1}) + b"\n"
    try:
        replace_file(root / log / name, b"".join((*lines, end)))
    except OSError as error:
        raise NotSaved(f"没有保存：{reason(error)}。腾出空间后再收一次") from error
    return _places(log, name, lines)


def case_files(root: Path) -> Iterator[tuple[str, Path]]:
    """The files of cases beside the logs under `root`, each with its document."""
    for path in sorted(root.glob("*/case-*.jsonl")):
        if found := _FILE.fullmatch(path.name):
            yield found[1], path


def read_case(path: Path) -> CaseFile:
    """A case as it stands on the disk; a line that was changed is damage, and the others count."""
    with reading(path) as stream:
        *lines, end = stream.read().splitlines(keepends=True) or [b""]
    log = path.parent.name
    read: list[tuple[Entry, Place] | Damage] = []
    for number, (line, place) in enumerate(zip(lines, _places(log, path.name, lines), strict=True), 1):
        try:
            read.append((parse_entry(line[:-1]), place))
        except FieldlogError as error:
            read.append(Damage(log, 0, path.name, number, str(error)))
    try:
        fields: Any = orjson.loads(end)
        return CaseFile(read, str(fields["case"]), str(fields["signature"]))
    except (ValueError, KeyError, TypeError):
        return CaseFile(read, "", "")


def cases_aside(root: Path, tips: Mapping[str, Tip]) -> list[KeptCase]:
    """The cases that their logs do not say: those have not come so far, or went on differently.

    A device signs entries of one log, so that where the log has the last one of a case, it has all of them.
    """
    found: list[KeptCase] = []
    for doc, path in case_files(root):
        log, case = path.parent.name, read_case(path)
        entries = [each[0] for each in case.read if not isinstance(each, Damage)]
        if not entries or len(entries) < len(case.read):
            continue  # damaged, which is told where it was found
        last, tip = entries[-1], tips.get(log, Tip())
        ours = next(raw_lines(root / log, tip, last.seq - 1), b"") if last.seq <= tip.seq else b""
        if last.line() != ours:
            found.append(KeptCase(path, log, doc, entries, case.signature))
    return found


def put_aside(folder: Path, cases: Iterable[KeptCase]) -> None:
    """Move cases out of the logs' folders into `branches`; the lists must be folded anew.

    Raises:
        NotSaved: the disk refused; some may have been moved.
    """
    try:
        (folder / "view.json").unlink(missing_ok=True)
        sync_folder(folder)
        for case in cases:
            target = folder / "branches" / f"{case.log}-paper"
            durable_folder(target)
            case.path.replace(target / case.path.name)
            sync_folder(target)
            sync_folder(case.path.parent)
    except OSError as error:
        raise NotSaved(f"没有保存：{reason(error)}。腾出空间后再同步一次") from error


def _places(log: str, name: str, lines: Sequence[bytes]) -> list[Place]:
    places: list[Place] = []
    start = 0
    for line in lines:
        places.append(Place(log, name, start, start + len(line)))
        start += len(line)
    return places
