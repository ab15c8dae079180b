"""Cutting a log back to where two branches of it part, and going on under a log of its own.

A restored or cloned laptop has written entries that the office holds others of the same numbers for. Its branch is copied
to `DATA/branches/`, the log is cut back to the newest common entry, and what the office lacks is written again in a new
log, each entry with its `origin`. `docs/decisions/0009-fork.md` says why it is done so.

Everything is first made under `DATA/fork/`, where nobody reads it. `DATA/fork.toml` then says what is to become of it, and
that is the one moment that counts: before it nothing has happened, after it every step can be done again until all are.
"""

import os
import secrets
import shutil
import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import tomli_w

from fieldlog.book.device import Device, create_key, read_device, write_device
from fieldlog.book.durable import durable_folder, private_folder, replace_file, sync_folder
from fieldlog.book.journal import Journal
from fieldlog.book.logfiles import Tip, first_seq, log_files, month_file, reading
from fieldlog.domain.bodies import DraftSaved, LogStarted
from fieldlog.domain.entries import Entry, make_entry
from fieldlog.domain.errors import EnvironmentFault
from fieldlog.domain.log_format import CONTINUATION_LENGTH, CONTINUATION_LETTERS, NO_HASH, stem_of

PLAN: Final = "fork.toml"
STAGING: Final = "fork"
ASIDE: Final = "branches"
NOT_WRITTEN_AGAIN: Final = ("log.started", "log.sealed")
"""They say something of the old log only."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to become of the staged files."""

    log: str
    """The log that is cut back."""
    seq: int
    """Its newest entry that stays."""
    file: str
    offset: int
    """Where that entry's line ends; an empty file where none stays."""
    aside: str
    """The folder in `branches` that its files are kept in as they were."""
    device: str = ""
    """The log that this device goes on under; empty where another device's log is cut back."""
    doc: str = ""


def new_log_id(root: str) -> str:
    """A name for a log that goes on from `root`; two clones that never meet do not choose the same."""
    return stem_of(root) + "-" + "".join(secrets.choice(CONTINUATION_LETTERS) for _ in range(CONTINUATION_LENGTH))


def plan_cut(folder: Path, log: str, seq: int, aside: str) -> Plan:
    """Where the log is to be cut, and its files from there on copied into the staging folder.

    Raises:
        OSError, LogDamaged: nothing has happened.
    """
    staging = folder / STAGING
    shutil.rmtree(staging, ignore_errors=True)
    private_folder(staging)
    file, offset = _end_of(folder / "log" / log, seq)
    durable_folder(staging / "branch")
    for name in log_files(folder / "log" / log):
        if name >= file:
            replace_file(staging / "branch" / name, (folder / "log" / log / name).read_bytes())
    return Plan(log, seq, file, offset, aside)


def _end_of(log: Path, seq: int) -> tuple[str, int]:
    files = [name for name in log_files(log) if seq and first_seq(log / name) <= seq]
    if not files:
        return "", 0
    with reading(log / files[-1]) as stream:
        for _ in range(seq - first_seq(log / files[-1]) + 1):
            stream.readline()
        return files[-1], stream.tell()


@dataclass(frozen=True, slots=True)
class Continuation:
    """What the new log is made of."""

    device: Device
    """As it is until now."""
    root: str
    """The log that all of this device's names go back to."""
    before: Entry | None
    """The newest common entry."""
    branch: Sequence[Entry]
    """What came after it here."""
    drafts: dict[str, str]
    """Half-typed text of the device, which its new document takes over."""
    doc: str
    at: str
    tick: Callable[[], str]


def plan_new_log(folder: Path, work: Continuation) -> Plan:
    """Stage the new log with its key beside the copy of the branch.

    Raises:
        OSError, NotSaved, EntryInvalid: nothing has happened.
    """
    log, new = work.device.id, new_log_id(work.root)
    plan = plan_cut(folder, log, work.before.seq if work.before else 0, f"{log}-{new}")
    staging = folder / STAGING
    private_folder(staging / "keys")
    public_key = create_key(staging, new)
    journal = Journal(staging / "log" / new, new, Tip())
    try:
        for _month, lot in groupby(_new_entries(work, new, public_key), key=lambda entry: month_file(entry.hlc)):
            journal.append(list(lot))
    finally:
        journal.close()
    return replace(plan, device=new, doc=work.doc)


def _new_entries(work: Continuation, new: str, public_key: str) -> Iterable[Entry]:
    old, before = work.device, work.before
    started = LogStarted(
        device=new,
        unit=old.unit,
        unit_name=old.unit_name,
        role=old.role,
        public_key=public_key,
        continues=old.id,
        continues_seq=before.seq if before else 0,
        continues_hash=before.hash if before else NO_HASH,
    )
    written = [each for each in work.branch if each.kind not in NOT_WRITTEN_AGAIN]
    first = work.branch[0].hlc if work.branch else ""
    stamp = before.hlc if before else f"{int(first, 16) - 1:016x}"
    last = _entry(new, None, stamp, work.at, new, "log.started", work.doc, started.model_dump(mode="json"))
    yield last
    moved: dict[tuple[str, int], int] = {}
    for entry in written:
        body = _with_origin(entry, new, moved)
        last = _entry(new, last, entry.hlc, entry.at, entry.by, entry.kind, entry.doc, body)
        moved[entry.log, entry.seq] = last.seq
        yield last
    for field, text in work.drafts.items():
        draft = DraftSaved(field=field, text=text).model_dump(mode="json")
        last = _entry(new, last, work.tick(), work.at, new, "draft.saved", work.doc, draft)
        yield last


def _with_origin(entry: Entry, new: str, moved: dict[tuple[str, int], int]) -> dict[str, Any]:
    """The body with where it was written first; what takes back an entry of the branch names it where it stands now."""
    body = dict(entry.fields)
    if entry.kind == "answer.undone" and (place := moved.get((body["log"], body["seq"]))):
        body |= {"log": new, "seq": place}
    return {"origin": {"log": entry.log, "seq": entry.seq, "hash": entry.hash}} | body


def _entry(
    log: str, last: Entry | None, hlc: str, at: str, by: str, kind: str, doc: str, body: dict[str, Any]
) -> Entry:
    seq, prev = (last.seq + 1, last.hash) if last else (1, NO_HASH)
    return make_entry(
        log=log, seq=seq, prev=prev, hlc=hlc, at=at, by=by, kind=kind, doc=doc, body=body, salt=secrets.token_hex(16)
    )


def commit(folder: Path, plan: Plan) -> None:
    """Say that the staged files count from now on; raises OSError where nothing has happened."""
    replace_file(folder / PLAN, tomli_w.dumps(asdict(plan)).encode())


def roll_forward(folder: Path) -> Plan:
    """Do every step that is not done yet; the caller holds the lock.

    Raises:
        OSError: some steps are left; they can be done later.
        EnvironmentFault: the plan is unreadable.
    """
    plan = _read_plan(folder)
    staging = folder / STAGING
    (folder / "view.json").unlink(missing_ok=True)
    sync_folder(folder)
    _move(staging / "branch", folder / ASIDE / plan.aside)
    _cut(folder / "log" / plan.log, plan)
    if plan.device:
        _move(staging / "log" / plan.device, folder / "log" / plan.device)
        key = f"{plan.device}.key"
        _move(staging / "keys" / key, folder / "keys" / key)
        device = read_device(folder)
        if device.id != plan.device:
            write_device(folder, replace(device, id=plan.device, doc=plan.doc))
    (folder / PLAN).unlink()
    sync_folder(folder)
    shutil.rmtree(staging, ignore_errors=True)
    return plan


def _read_plan(folder: Path) -> Plan:
    path = folder / PLAN
    try:
        return Plan(**tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise EnvironmentFault(f"{path} 读不出来，改记没有做完；请不要改动，把整个数据文件夹交给办公室") from error


def _move(source: Path, target: Path) -> None:
    if source.exists():
        durable_folder(target.parent)
        source.replace(target)
        sync_folder(target.parent)
        sync_folder(source.parent)


def _cut(log: Path, plan: Plan) -> None:
    for name in log_files(log):
        path = log / name
        if name > plan.file:
            path.unlink()
        elif name == plan.file and path.stat().st_size > plan.offset:
            with path.open("r+b") as stream:
                stream.truncate(plan.offset)
                stream.flush()
                os.fsync(stream.fileno())
    sync_folder(log)
