"""The ways home to the office: which ones this laptop knows, how the last try went, and what still waits.

Kept in `DATA/sync.toml`, which only remembers: what the office really holds is asked for at each synchronisation, so
that losing this file loses nothing but the addresses.
"""

import time
import tomllib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tomli_w

from fieldlog.actions.office_heads import note_office_heads
from fieldlog.actions.paths import named_path
from fieldlog.actions.refusals import note_refusals
from fieldlog.book.book import Book
from fieldlog.book.durable import replace_file
from fieldlog.domain.errors import EnvironmentFault, FieldlogError, UsageError, os_words
from fieldlog.domain.heads import Refusal

if TYPE_CHECKING:
    from fieldlog.sync.exchange import SyncResult
    from fieldlog.sync.line import Transport

Progress = Callable[[str, int, int], None]
"""What is being done (发送, 接收, 附件), how much of it is done, and of how much."""


@dataclass(frozen=True, slots=True)
class WayHome:
    """One target of synchronisation and what came of it."""

    target: str
    """An http(s) address of a hub, or a folder."""
    tried: str = ""
    """When it was tried last, RFC 3339; empty for never."""
    answered: str = ""
    """When it succeeded last."""
    acknowledged: int = 0
    """Entries of this laptop's own log that the other side is known to hold."""
    said: str = ""
    """What the last try came to, one line."""
    failed: bool = False
    log: str = ""
    """This laptop's own log at that time."""

    @property
    def is_hub(self) -> bool:
        """Whether it is a hub's address and no folder."""
        return self.target.lower().startswith(("http://", "https://"))


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the office does not have yet."""

    entries: int
    days: int
    """Whole days since it last answered; 0 where it never did or did today."""


def ways_home(folder: Path) -> list[WayHome]:
    """The targets this laptop knows, the one that answered last first; a damaged file counts as an empty one."""
    try:
        read = tomllib.loads((folder / "sync.toml").read_text(encoding="utf-8"))
        ways = [_way(fields) for fields in read.get("way", [])]
    except (OSError, ValueError, TypeError):
        return []
    return sorted(ways, key=lambda way: (way.answered, way.tried), reverse=True)


def _way(fields: dict[str, Any]) -> WayHome:
    """A target as the file has it; raises ValueError or TypeError where it has something else."""
    way = WayHome(**fields)
    if not isinstance(way.target, str) or not isinstance(way.log, str) or type(way.acknowledged) is not int:  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError
    for moment in filter(None, (way.tried, way.answered)):
        if datetime.fromisoformat(moment).tzinfo is None:
            raise ValueError
    return way


def remember(folder: Path, way: WayHome) -> None:
    """Add a target, or what has become of it.

    Raises:
        UsageError: there is nothing to go to.
        EnvironmentFault: the disk refused.
    """
    if not way.target.strip():
        raise UsageError("请写办公室的地址（http…）或文件夹")
    _write(folder, [way, *(each for each in ways_home(folder) if each.target != way.target)])


def forget(folder: Path, target: str) -> None:
    """Remove a target from the list; raises as `remember` does."""
    _write(folder, [each for each in ways_home(folder) if each.target != target])


def waiting(book: Book, ways: Sequence[WayHome]) -> Waiting:
    """What no way home has brought to the office yet."""
    head = book.heads().get(book.device.id)
    own = head.seq if head else 0
    arrived = max((way.acknowledged for way in ways if way.log in ("", book.device.id)), default=0)
    answered = max((way.answered for way in ways), default="")
    days = (book.now() - datetime.fromisoformat(answered)).days if answered else 0
    return Waiting(max(own - arrived, 0), max(days, 0))


def bring_home(
    book: Book,
    way: WayHome,
    progress: Progress,
    enrol_code: str | None = None,
    *,
    fork: bool = False,
    wait: Callable[[float], None] = time.sleep,
    transport: "Transport | None" = None,
) -> tuple[WayHome, "SyncResult"]:
    """Synchronise with the target and remember what came of it, also where it failed.

    With `fork`, a laptop that was restored or cloned goes on under a new log where its own parted from the office's.
    `wait` and `transport` are how a hub is waited for and reached; see `fieldlog.sync.http.sync_http`.

    Raises:
        FieldlogError: why it failed, in one line; what was acknowledged before stays so.
    """
    tried = book.now().isoformat(timespec="seconds")
    try:
        if way.is_hub:
            from fieldlog.sync.http import sync_http  # noqa: PLC0415 - httpx takes 60 ms to load

            held = way.acknowledged if way.log == book.device.id else 0
            result = sync_http(
                book, way.target, enrol_code, progress, wait=wait, transport=transport, fork=fork, acknowledged=held
            )
        else:
            from fieldlog.sync.folder import sync_folder  # noqa: PLC0415 - cryptography takes 40 ms

            result = sync_folder(book, named_path(way.target), progress=progress, fork=fork)
    except FieldlogError as error:
        if way.target not in {each.target for each in ways_home(book.folder)}:
            raise  # a mistyped address is not one to try again
        with suppress(FieldlogError):  # why it failed matters more than that this could not be noted
            remember(book.folder, replace(way, tried=tried, said=str(error), failed=True))
        raise
    note_refusals(book.folder, way.target, _told(result), tried)
    _note_what_office_has(book, way, result, tried)
    done = replace(_acknowledged(book, way, result, tried), tried=tried, failed=bool(result.refused))
    remember(book.folder, done)
    return done, result


def _told(result: "SyncResult") -> list[Refusal]:
    """What was refused; of this device's own log that parted, where it did and what to do."""
    parted = result.parted
    if parted is None or parted.now:
        return list(result.refused)
    others = [each for each in result.refused if each.log != parted.log]
    return [*others, Refusal(parted.log, parted.common.seq + 1, parted.in_words())]


def _note_what_office_has(book: Book, way: WayHome, result: "SyncResult", now: str) -> None:
    """Its signed receipt says so, from the line or on the stick; a hub that signs none only says its heads."""
    from fieldlog.sync.receipts import received_by_office  # noqa: PLC0415 - cryptography takes 40 ms

    signed = received_by_office(book.folder)
    if signed:
        at = datetime.fromtimestamp(max(at for _seq, at in signed.values()) / 1000, book.now().tzinfo)
        reached = {log: seq for log, (seq, _at) in signed.items()}
        note_office_heads(book.folder, reached, at.isoformat("T", "seconds"), result.heard)
    elif way.is_hub:
        note_office_heads(book.folder, {log: head.seq for log, head in result.heads.items()}, now, result.heard)


def _acknowledged(book: Book, way: WayHome, result: "SyncResult", now: str) -> WayHome:
    """What the office is known to hold: a hub says so itself, in a folder the office leaves it for us."""
    own = book.device.id
    if way.is_hub:
        reached = result.heads[own].seq if own in result.heads else 0
        return replace(way, answered=now, acknowledged=reached, log=own, said=in_words(result))
    from fieldlog.sync.folder import taken_by_office  # noqa: PLC0415 - cryptography takes 40 ms

    reached = taken_by_office(book, named_path(way.target))
    written = book.heads()[own].seq
    before = way.acknowledged if way.log in ("", own) else 0
    heard = reached > before or reached == written
    waits = "办公室都已读到" if reached >= written else f"办公室已读到第 {reached} 条，已写入第 {written} 条"
    said = in_words(result) if result.refused else f"{in_words(result)}；{waits}"
    return replace(way, answered=now if heard else way.answered, acknowledged=reached, log=own, said=said)


def in_words(result: "SyncResult") -> str:
    """What the exchange came to, in one line."""
    if result.parted is not None and not result.parted.now:
        return result.parted.in_words()
    if result.refused:
        log, seq, why = result.refused[0]
        named = f"{log} 第 {seq} 条没有收下：" if log else ""
        return "；".join([f"{named}{why}", *result.notes])
    said = f"发出 {result.sent} 条，收到 {result.received} 条"
    if result.blobs_sent or result.blobs_received:
        said += f"，附件发出 {result.blobs_sent} 个，收到 {result.blobs_received} 个"
    return "；".join([*happened(result), said, *result.notes])


def happened(result: "SyncResult") -> list[str]:
    """What does not happen every day, a line each: a log that parted, a hub that was restored."""
    lines: list[str] = []
    if result.parted is not None:
        lines.append(result.parted.in_words())
    if result.went_back:
        lines.append(f"办公室的数据退回过（恢复了较早的备份），缺的 {result.went_back} 条已重新补送")
    return lines


def _write(folder: Path, ways: Sequence[WayHome]) -> None:
    try:
        replace_file(folder / "sync.toml", tomli_w.dumps({"way": [asdict(way) for way in ways]}).encode())
    except OSError as error:
        raise EnvironmentFault(f"同步记录没有写入 {folder}：{os_words(error)}") from error
