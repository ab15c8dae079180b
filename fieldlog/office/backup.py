"""A hub's SQLite database and attachments in one file, made while it runs, and put back after it was proven.

The file is a zip, uncompressed but for the database: `manifest.json`, `office.sqlite`, `blobs/<unit>/<sha256>`. A zip that was cut short
is none, since its directory stands at the end. Making one reads a single state of the database; what is taken in
meanwhile is in the next one.
"""

import hashlib
import shutil
import sqlite3
import zipfile
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final, cast

import orjson
from sqlalchemy.engine import make_url

from fieldlog import __version__
from fieldlog.book.durable import durable_folder, move_onto, only_owner, private_folder, sync_file, sync_folder
from fieldlog.domain.entries import check_follows, parse_entry
from fieldlog.domain.errors import EnvironmentFault, FieldlogError, FoundWrong, NewerFormat, UsageError, os_words
from fieldlog.domain.log_format import NO_HASH
from fieldlog.office.ledger import wall_milliseconds

FORMAT: Final = 1
_DATABASE: Final = "office.sqlite"
_MANIFEST: Final = "manifest.json"
_STEP: Final = 1024 * 1024
_LARGEST_MANIFEST: Final = 4 * 1024 * 1024

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds."""

    made_at: int
    """Milliseconds since 1970."""
    entries: int
    logs: int
    blobs: int
    missing: int
    """Attachments that the database names and whose file is not there."""


def database_file(url: str) -> Path:
    """The file behind a SQLite URL.

    Raises:
        UsageError: it is another kind of database.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
        raise UsageError(
            "PostgreSQL 请用它自己的工具：先 pg_dump -Fc 数据库，再复制附件文件夹（次序不要反）；"
            "恢复时 pg_restore，附件放回原处，缺的附件各台电脑会自己补送"
        )
    return Path(parsed.database).absolute()


def back_up(db_url: str, blobs: Path, target: Path, progress: Progress) -> Backup:
    """Write the backup, whole or not at all; the hub may be running.

    Raises:
        UsageError: there is no such database, or it is no SQLite file.
        EnvironmentFault: the disk refused; what stood at `target` before still stands.
    """
    source = database_file(db_url)
    if not source.is_file():
        raise UsageError(f"没有这个数据库文件：{source}")
    part, copy = target.with_name(f".{target.name}.part"), target.with_name(f".{target.name}.sqlite")
    try:
        if not target.parent.is_dir():  # made here, a stick that is not plugged in would leave the backup on the disk
            raise EnvironmentFault(f"没有 {target.parent} 这个文件夹，没有备份：请插好 U 盘，或核对路径")
        _copy_database(source, copy)
        made = _write(part, copy, blobs, progress)
        sync_file(part)
        only_owner(part)
        move_onto(part, target)
        sync_folder(target.parent)
    except (OSError, sqlite3.Error) as error:
        raise EnvironmentFault(f"备份没有写成 {target}：{_why(error)}。请换一个地方再备份") from error
    finally:
        for left in (part, copy):
            left.unlink(missing_ok=True)
    return made


def _copy_database(source: Path, copy: Path) -> None:
    """One state of a database that others write to, in a single step, and without a file beside it."""
    copy.unlink(missing_ok=True)
    copy.touch(0o600)
    with closing(_read(source)) as running, closing(sqlite3.connect(copy)) as still:
        running.backup(still, pages=-1)
        still.execute("PRAGMA journal_mode=DELETE")


def _write(part: Path, copy: Path, blobs: Path, progress: Progress) -> Backup:
    with closing(_read(copy)) as database:
        stored = database.execute("SELECT unit, sha256 FROM blobs WHERE stored_at IS NOT NULL ORDER BY 1, 2").fetchall()
        (entries,) = database.execute("SELECT count(*) FROM entries").fetchone()
        (logs,) = database.execute("SELECT count(*) FROM logs").fetchone()
    here = [(unit, sha256) for unit, sha256 in stored if (blobs / unit / sha256[:2] / sha256).is_file()]
    made = Backup(wall_milliseconds(), entries, logs, len(here), len(stored) - len(here))
    about = {"fieldlog": "backup", "v": FORMAT, "version": __version__, "made_at": made.made_at,
             "entries": entries, "logs": logs, "blobs": len(here)}  # fmt: skip
    with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED, strict_timestamps=False) as archive:
        archive.writestr(_MANIFEST, orjson.dumps(about))
        archive.write(copy, _DATABASE, zipfile.ZIP_DEFLATED, 1)
        for done, (unit, sha256) in enumerate(here, 1):
            archive.write(blobs / unit / sha256[:2] / sha256, f"blobs/{unit}/{sha256}")
            progress("附件", done, len(here))
    return made


def restore(db_url: str, blobs: Path, source: Path, progress: Progress, *, force: bool = False) -> Backup:
    """Prove the backup and put it in place; with `force` also where a database stands, which is kept beside it.

    Every entry, every chain and every attachment is proven before anything is moved; then attachments go first, which
    harm nobody, and the database is renamed into place.

    Raises:
        UsageError: there is a database already, or `source` is no backup.
        FoundWrong: the backup does not hold; nothing has changed.
        EnvironmentFault: a hub is running, or the disk refused; nothing has changed.
    """
    target = database_file(db_url)
    if target.exists() and target.stat().st_size and not force:
        raise UsageError(f"{target} 已经有办公室的记录，没有恢复；确实要换成备份里的就加 --force，现有的会另存")
    staged = target.with_name(f".{target.name}.restoring")
    try:
        durable_folder(target.parent)
        with _opened(source) as archive:
            about = _about(archive)
            staged.unlink(missing_ok=True)
            staged.touch(0o600)
            with archive.open(_DATABASE) as packed, staged.open("wb") as stream:
                _pour(packed, stream.write)
            sync_file(staged)
            _prove_database(staged, progress)
            count = _restore_blobs(archive, blobs, progress)
        _set_aside(target)
        move_onto(staged, target)
        sync_folder(target.parent)
    except (zipfile.BadZipFile, KeyError, EOFError, sqlite3.DatabaseError) as error:
        raise FoundWrong(f"{source} 不是完整的备份，什么都没有动：请换一份备份（{_why(error)}）") from error
    except OSError as error:
        raise EnvironmentFault(f"没有恢复：{os_words(error)}。现有的数据库没有动") from error
    finally:
        staged.unlink(missing_ok=True)
    return Backup(int(about["made_at"]), int(about["entries"]), int(about["logs"]), count, 0)


@contextmanager
def _opened(source: Path) -> Generator[zipfile.ZipFile]:
    if not source.is_file():
        raise UsageError(f"没有这个备份文件：{source}")
    with zipfile.ZipFile(source) as archive:
        yield archive


def _about(archive: zipfile.ZipFile) -> dict[str, Any]:
    if archive.getinfo(_MANIFEST).file_size > _LARGEST_MANIFEST:
        raise zipfile.BadZipFile("manifest")
    read: Any = orjson.loads(archive.read(_MANIFEST))
    about = cast("dict[str, Any]", read) if isinstance(read, dict) else {}
    if about.get("fieldlog") != "backup":
        raise zipfile.BadZipFile("manifest")
    if int(about["v"]) > FORMAT:
        raise NewerFormat("备份由更新版本的 fieldlog 写成，请先升级 fieldlog")
    return about


def _prove_database(file: Path, progress: Progress) -> None:
    """Every page, every entry's hash, and every chain from its first entry to the head that is noted."""
    with closing(_read(file)) as database:
        if database.execute("PRAGMA quick_check").fetchone() != ("ok",):
            raise sqlite3.DatabaseError("quick_check")
        heads = database.execute("SELECT unit, log, seq, hash FROM logs ORDER BY 1, 2").fetchall()
        for done, (unit, log, seq, hash_) in enumerate(heads, 1):
            last = (0, NO_HASH, "")
            rows = database.execute("SELECT line FROM entries WHERE unit = ? AND log = ? ORDER BY seq", (unit, log))
            for (line,) in rows:
                try:
                    entry = parse_entry(line)
                    check_follows(entry, *last)
                except FieldlogError as error:
                    raise FoundWrong(f"备份里 {log} 第 {last[0] + 1} 条不对，什么都没有动：{error}") from error
                last = (entry.seq, entry.hash, entry.hlc)
            if last[:2] != (seq, hash_):
                raise FoundWrong(f"备份里 {log} 只到第 {last[0]} 条，应到第 {seq} 条，什么都没有动")
            progress("校验", done, len(heads))


def _restore_blobs(archive: zipfile.ZipFile, blobs: Path, progress: Progress) -> int:
    named = [info for info in archive.infolist() if info.filename.startswith("blobs/")]
    for done, info in enumerate(named, 1):
        _folder, unit, sha256 = info.filename.split("/")
        path = blobs / unit / sha256[:2] / sha256
        if not path.is_file():
            private_folder(blobs)
            durable_folder(path.parent)
            part = path.with_name(f".{sha256}.restoring")
            digest = hashlib.sha256()
            try:
                with archive.open(info) as packed, part.open("wb") as stream:
                    _pour(packed, digest.update, stream.write)
                if digest.hexdigest() != sha256:
                    raise FoundWrong(f"备份里的附件 {sha256[:12]} 与它的校验值不符，数据库没有动")
                sync_file(part)
                move_onto(part, path)
                sync_folder(path.parent)
            finally:
                part.unlink(missing_ok=True)
        progress("附件", done, len(named))
    return len(named)


def _set_aside(target: Path) -> None:
    """Keep the database that stands there, once nobody has it open.

    Raises:
        EnvironmentFault: a hub is running on it.
    """
    if not target.exists():
        return
    try:
        with closing(sqlite3.connect(target, timeout=0)) as held:
            held.execute("PRAGMA locking_mode=EXCLUSIVE")
            held.execute("PRAGMA journal_mode=DELETE")  # fails while another program has it open in WAL mode
            held.execute("BEGIN EXCLUSIVE")
            held.rollback()
    except sqlite3.OperationalError as error:
        raise EnvironmentFault("办公室服务正在用这个数据库，没有恢复：请先停下服务再恢复") from error
    except sqlite3.DatabaseError:
        pass  # damaged, which may be why it is replaced
    number = 1
    while (aside := target.with_name(f"{target.name}.before-{number}")).exists():
        number += 1
    try:
        aside.hardlink_to(target)  # and not moved, so that there is a database at every moment
    except OSError:
        shutil.copyfile(target, aside)
        sync_file(aside)
    only_owner(aside)
    wal = target.with_name(f"{target.name}-wal")
    if wal.exists() and wal.stat().st_size:  # what a damaged database has in it may still be wanted
        wal.replace(aside.with_name(f"{aside.name}-wal"))
    for beside in (wal, target.with_name(f"{target.name}-shm")):  # an index of the other, which SQLite makes again
        beside.unlink(missing_ok=True)


def _read(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)


def _pour(packed: IO[bytes], *into: Callable[[bytes], object]) -> None:
    while piece := packed.read(_STEP):
        for each in into:
            each(piece)


def _why(error: Exception) -> str:
    """In Chinese where it is known; what is no zip file needs no further word."""
    if isinstance(error, zipfile.BadZipFile):
        return "不是备份文件，或没有拷完"
    return os_words(error) if isinstance(error, OSError) else str(error)
