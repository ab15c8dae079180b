"""The versions of a checklist that this device knows: those in the log, and the one on the shelf."""

from collections.abc import Iterable
from pathlib import Path

from fieldlog.actions import lookup
from fieldlog.book.book import Book
from fieldlog.domain.checklist import Checklist
from fieldlog.domain.errors import FieldlogError, FoundWrong, NotFound, UsageError
from fieldlog.domain.versions import version_key
from fieldlog.library import Library, check

_FILE_ENDINGS = (".yaml", ".yml")


def recorded_versions(book: Book, list_id: str) -> list[Checklist]:
    """Every version of the list that visits used and that this program reads, oldest first."""
    found: dict[str, Checklist] = {}
    for row in book.rows("checklists"):
        if row["list"] == list_id and row["digest"] not in found:
            try:
                found[row["digest"]] = lookup.checklist(book, row["digest"])
            except FieldlogError:  # a newer program wrote it
                continue
    return sorted(found.values(), key=lambda each: version_key(each.version))


def version_named(book: Book | None, library: Library, named: str) -> Checklist:
    """The list that `xiaofang`, `xiaofang@2026.1` or the path of a YAML file means.

    Raises:
        NotFound: there is no such list, version or file.
        UsageError: there is no book to look for an older version in.
        FoundWrong: the file has mistakes.
    """
    list_id, at, version = named.partition("@")
    if named.lower().endswith(_FILE_ENDINGS):
        return _in_file(Path(named))
    if at:
        return _of_version(book, library, list_id, version)
    if list_id not in library:
        raise NotFound(f"没有“{list_id}”这份清单，可用的有：{'、'.join(library)}；文件要写全名，如 {list_id}.yaml")
    return library[list_id]


def _in_file(path: Path) -> Checklist:
    checklist, problems = check(path)
    if checklist is None:
        raise NotFound(str(problems[0])) if not path.exists() else FoundWrong(f"清单用不了：{problems[0]}")
    return checklist


def _of_version(book: Book | None, library: Library, list_id: str, version: str) -> Checklist:
    on_shelf = library.get(list_id)
    if on_shelf is not None and on_shelf.version == version:
        return on_shelf
    if book is None:
        raise UsageError(f"{list_id}@{version} 要从日志里找，可这里还没有数据：用 --data 指明数据文件夹")
    versions = recorded_versions(book, list_id)
    found = [each for each in versions if each.version == version]
    if not found:
        known = _known([*versions, *([on_shelf] if on_shelf else [])])
        raise NotFound(f"日志里没有 {list_id} 的 {version} 版{known}")
    return found[-1]


def _known(versions: Iterable[Checklist]) -> str:
    numbers = sorted({each.version for each in versions}, key=version_key)
    return f"，有的是 {'、'.join(numbers)}" if numbers else "，也没有它的别的版本"
