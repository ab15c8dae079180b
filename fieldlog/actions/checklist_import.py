"""Checklists out of an office's workbook into files: ids kept, versions raised, nothing overwritten unasked."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from fieldlog.book.durable import replace_files
from fieldlog.domain.checklist import Area, Checklist, Head
from fieldlog.domain.errors import EnvironmentFault, FoundWrong, UsageError, os_words
from fieldlog.domain.versions import next_version
from fieldlog.library import check, load_library, written
from fieldlog.library.lint import check_source
from fieldlog.library.source import read_text
from fieldlog.tables import Problem, TableList, Turned, read_tables
from fieldlog.tables.identity import list_id, merged, number_of, numbers_for, renamed

_USED = re.compile(r"^# 用过的编号到 (\d+)$", re.MULTILINE)
_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*", re.ASCII)


@dataclass(frozen=True, slots=True)
class ImportedList:
    """One list and where it went."""

    checklist: Checklist
    file: Path
    state: str
    """新建, 更新 or 没有变化."""
    table: TableList
    covers: str = ""
    """The version of the list of this id that came with the program; the file stands before it. Empty: none did."""


@dataclass(frozen=True, slots=True)
class ImportedTables:
    """What an import came to."""

    lists: tuple[ImportedList, ...]
    problems: tuple[Problem, ...]
    turned: tuple[Turned, ...]


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the person asked for; empty where the table decides."""

    list_id: str = ""
    title: str = ""
    area: Area | None = None
    force: bool = False


def import_tables(file: Path, folder: Path, today: date, wishes: Wishes) -> ImportedTables:
    """Read a workbook and write each list in it to a file in `folder`: all of them, or none.

    Raises:
        UsageError: the file cannot be read, or an option does not fit.
        FoundWrong: it holds no check table, or a list would overwrite another.
        EnvironmentFault: the folder cannot be written.
    """
    if wishes.list_id and (not _ID.fullmatch(wishes.list_id) or len(wishes.list_id) > 40):
        raise UsageError(
            f"编号“{wishes.list_id}”写法不对：用小写字母、数字和短横，字母开头，最多 40 个，如 jiuxiao-xiaofang"
        )
    if wishes.title and (len(wishes.title) > 120 or wishes.title != wishes.title.strip()):
        raise UsageError("标题前后不能有空格，最多 120 个字")
    tables = read_tables(file, f"{today.year}.1")
    if not tables.lists:
        first = tables.problems[0] if tables.problems else None
        where = (
            f"工作表“{first.sheet}”第 {first.row} 行{f' {first.column} 列' if first.column else ''}：{first.why}"
            if first
            else "文件里没有内容"
        )
        raise FoundWrong(f"“{file.name}”没有可导入的清单。{where}")
    problems = list(tables.problems)
    planned: list[tuple[ImportedList, str]] = []
    taken: set[str] = set()
    for n, table in enumerate(tables.lists):
        planned.append(_planned(file, table, folder, wishes, n, taken, today))
        taken.add(planned[-1][0].checklist.id)
    _write({listed.file: (text.encode("utf-8"),) for listed, text in planned if listed.state != "没有变化"})
    return ImportedTables(tuple(listed for listed, _ in planned), tuple(problems), tables.turned)


def _planned(
    file: Path, table: TableList, folder: Path, wishes: Wishes, n: int, taken: Collection[str], today: date
) -> tuple[ImportedList, str]:
    """One list as it will be written, and its text."""
    checklist = table.checklist
    told: dict[str, object] = {"title": wishes.title} if wishes.title and n == 0 else {}
    if wishes.area:
        told["area"] = wishes.area
    checklist = checklist.model_copy(update=told)
    new_id = _chosen_id(checklist, table, folder, wishes, n, taken)
    target = folder / f"{new_id}.yaml"
    before, used = _before(target)
    numbers = (
        {item.id: number_of(item.id) for item in checklist.items()}
        if table.own_id
        else numbers_for(checklist, before, used)
    )
    stated = {f"{new_id}-{numbers[item_id]}": fields for item_id, fields in table.stated.items()}
    remarks = {f"{new_id}-{numbers[item_id]}": lines for item_id, lines in table.remarks.items()}
    checklist = renamed(checklist, new_id, numbers)
    if before is not None and not table.own_id:
        checklist = merged(checklist, before, stated)
    state = "新建"
    if before is not None:
        same = checklist.model_copy(update={"version": before.version})
        state = "没有变化" if same == before else "更新"
        checklist = same
    if state == "更新" or (table.edited and (before is None or state != "没有变化")):
        version = next_version(_versions(checklist), today.year, shadows_shipped=_shipped(new_id) is not None)
        checklist = checklist.model_copy(update={"version": version})
    highest = max([used, *(number_of(item.id) for item in checklist.items())])
    text = written(checklist, opening=_opening(file.name, table, highest), remarks=remarks)
    _hold(text, target, checklist)
    if target.exists() and state != "没有变化" and not wishes.force:
        raise FoundWrong(
            f"{target} 已经有了，没有覆盖：加 --force 更新（编号按内容保留，版本升到 {checklist.version}），或用 --id、--out 另存"
        )
    shipped = _shipped(new_id)
    return ImportedList(checklist, target, state, table, shipped.version if shipped is not None else ""), text


def _chosen_id(
    checklist: Checklist, table: TableList, folder: Path, wishes: Wishes, n: int, taken: Collection[str]
) -> str:
    if wishes.list_id:
        return wishes.list_id if n == 0 else f"{wishes.list_id[:37]}-{n + 1}"
    if table.own_id and checklist.id not in taken:
        return checklist.id
    shipped = {name for name in load_library() if not (folder / f"{name}.yaml").exists()}
    return list_id(checklist.title, {*taken, *shipped})


def _before(target: Path) -> tuple[Checklist | None, int]:
    """The list that stands in the file now, and the highest number it has ever given."""
    if not target.exists():
        return None, 0
    checklist, _ = check(target)
    try:
        found = _USED.search(target.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        found = None
    return checklist, int(found[1]) if found else 0


def _versions(checklist: Checklist) -> list[str]:
    """What the next version must be newer than."""
    shipped = _shipped(checklist.id)
    return [checklist.version, *([shipped.version] if shipped is not None else [])]


def _shipped(list_id: str) -> Head | None:
    return load_library().shipped(list_id)


def _opening(name: str, table: TableList, highest: int) -> list[str]:
    return [
        f"由“{name}”的工作表“{table.sheet}”第 {table.row} 行起的表格导入。",
        "没有对照现行文本核对过的依据标 verified: false；核对一条，改一条。",
        f"用过的编号到 {highest}",
    ]


def _hold(text: str, target: Path, checklist: Checklist) -> None:
    """Make sure that the file reads back as the list before it is written."""
    source = read_text(text, target.name)
    back = check_source(source)
    if source.problems or back != checklist:
        first = source.problems[0] if source.problems else f"{target.name}：写出来再读不是原样"
        raise FoundWrong(f"由表格得出的清单通不过校验，没有写入：{first}")


def _write(texts: Mapping[Path, Iterable[bytes]]) -> None:
    try:
        replace_files(texts)
    except OSError as error:
        where = "、".join(str(path) for path in texts)
        raise EnvironmentFault(f"没有写到 {where}：{os_words(error)}。请换一个能写的文件夹（--out）") from error
