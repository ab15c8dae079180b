"""Finds the header of a table: one to three rows, with titles above it and merged groups inside it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from fieldlog.registry.columns import FEATURE_PREFIX, IGNORED, Meaning, looks_like_header, meaning_of, meaning_of_path
from fieldlog.registry.records import TableKind
from fieldlog.sheets.grid import Grid, is_something
from fieldlog.sheets.text import text_of

_DEEPEST: Final = 3
_OFFICER_FIELDS: Final = ("certificate", "certificate_expiry", "post", "issuer", "phone", "remark", "serial")
_PREMISES_FIELDS: Final = (
    *("uscc", "address", "kind", "village", "contact", "phone", "licence_no", "licence_expiry", "remark"),
    *("serial", "legal_form"),
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column that was recognised."""

    index: int
    header: str
    rank: int


@dataclass(frozen=True, slots=True)
class Header:
    """The header of one table, and which columns serve which field, the best one first."""

    top: int
    bottom: int
    left: int
    right: int
    """First and last column of the table."""
    kind: TableKind
    columns: Mapping[str, tuple[Column, ...]]
    unknown: tuple[tuple[int, str], ...] = ()
    score: int = field(default=0, compare=False)

    def column(self, name: str) -> int | None:
        """The first choice for a field, or `None`."""
        found = self.columns.get(name)
        return found[0].index if found else None


def find_header(grid: Grid, row: int, context: str) -> tuple[Header, ...]:
    """The table headers that start at `row`: none, one, or several tables side by side.

    Args:
        context: what stands above, and the sheet's name; 执法 in it makes a list of names a list of officers.
    """
    best = _best_from(grid, row, context)
    if best:
        # a title that looks like a group adds nothing: then the header starts below it
        for later in range(row + 1, best[0].bottom + 1):
            tables = _best_from(grid, later, context)
            lone = sum(1 for _ in grid.own(best[0].top)) == 1
            if tables and _score(tables) + lone > _score(best):
                best = tables
    return best


def _best_from(grid: Grid, row: int, context: str) -> tuple[Header, ...]:
    if not _may_start(grid, row):
        return ()
    best: tuple[Header, ...] = ()
    for bottom in range(row, min(row + _DEEPEST, len(grid.rows))):
        if bottom > row and not _continues(grid, row, bottom):
            break
        tables = _tables(grid, row, bottom, context)
        if _score(tables) > _score(best):
            best = tables
    return best


def _score(tables: tuple[Header, ...]) -> int:
    return sum(table.score for table in tables)


def _may_start(grid: Grid, row: int) -> bool:
    """Whether the row holds column titles: all could be titles, and two of them (or a lone name) are known ones."""
    cells = [text_of(cell) for _, cell in grid.own(row)]
    if not cells or not all(looks_like_header(cell) for cell in cells):
        return False
    known = [meaning for cell in cells if (meaning := meaning_of(cell))]
    if len(cells) == 1:
        return len(known) == 1 and known[0].exact and known[0].field in ("name", "person") and cells != ["单位"]
    groups = sum(1 for column, _ in grid.own(row) if _span(grid, row, column) > 1)
    exact = {meaning.field for meaning in known if meaning.exact or meaning.field.startswith(FEATURE_PREFIX)}
    return len(exact) >= 2 or bool(exact and len(known) >= 2) or (groups >= 2) or bool(groups and known)


def _span(grid: Grid, row: int, column: int) -> int:
    """Over how many columns a header stretches: merged, or with nothing to its right, as in a CSV."""
    if (row, column) in grid.spans:
        return grid.spans[row, column]
    reach = 1
    while column + reach < grid.width and not is_something(grid.at(row, column + reach)):
        if (row, column + reach) in grid.spans or (row, column + reach) in grid.covered:
            break
        reach += 1
    return reach


def _continues(grid: Grid, top: int, row: int) -> bool:
    """Whether `row` is a further level of the header that starts at `top`, not the first row of data."""
    own = [(column, text_of(cell)) for column, cell in grid.own(row)]
    if not own or not all(looks_like_header(text) for _, text in own):
        return False
    known = [meaning for _, text in own if (meaning := meaning_of(text)) and meaning.field != IGNORED]
    if not any(meaning.exact for meaning in known) or len({meaning.field for meaning in known}) * 2 < len(own):
        return False
    return all(
        _under_group(grid, row - 1, column) or ((meaning := meaning_of(text)) is not None and meaning.exact)
        for column, text in own
    )


def _under_group(grid: Grid, row: int, column: int) -> bool:
    if not is_something(grid.at(row, column)):
        return True
    return _span(grid, row, column) > 1


def _path(grid: Grid, top: int, bottom: int, column: int) -> tuple[str, ...]:
    """The header texts above each other at a column; a group's text counts for each of its columns."""
    path: list[str] = []
    for row in range(top, bottom + 1):
        # what is merged down from above the window is no part of it
        text = text_of(grid.at(row, column) if row == top else grid.filled(row, column))
        if not text and row < bottom:
            text = _group_text(grid, row, bottom, column)
        if text and (not path or path[-1] != text):
            path.append(text)
    return tuple(path)


def _group_text(grid: Grid, row: int, bottom: int, column: int) -> str:
    """The text to the left whose range reaches over `column`, if something stands below it there."""
    if not any(is_something(grid.at(below, column)) for below in range(row + 1, bottom + 1)):
        return ""
    for left in range(column - 1, -1, -1):
        if is_something(grid.at(row, left)):
            return text_of(grid.at(row, left)) if _span(grid, row, left) > column - left else ""
    return ""


def _tables(grid: Grid, top: int, bottom: int, context: str) -> tuple[Header, ...]:
    paths = {column: path for column in range(grid.width) if (path := _path(grid, top, bottom, column))}
    tables = [_table(paths, left, right, (top, bottom), context) for left, right in _panels(paths)]
    return tuple(table for table in tables if table is not None)


def _panels(paths: Mapping[int, tuple[str, ...]]) -> Iterator[tuple[int, int]]:
    """Column ranges of tables side by side: the same headers over again (序号 名称 电话 序号 名称 电话)."""
    columns = sorted(paths)
    if not columns:
        return
    first = paths[columns[0]]
    starts = [column for column in columns if paths[column] == first]
    names = [column for column in columns if _is_name(paths[column])]
    named = all(any(_next(starts, start) > name >= start for name in names) for start in starts)
    if not named or not names:
        starts = [columns[0]]
    for start in starts:
        yield start, min(_next(starts, start) - 1, columns[-1])


def _next(starts: list[int], start: int) -> int:
    return min((other for other in starts if other > start), default=10**9)


def _is_name(path: tuple[str, ...]) -> bool:
    meaning = meaning_of_path(path)
    return meaning is not None and meaning.field in ("name", "person")


def _table(
    paths: Mapping[int, tuple[str, ...]], left: int, right: int, rows: tuple[int, int], context: str
) -> Header | None:
    meant = {column: meaning_of_path(path) for column, path in paths.items() if left <= column <= right}
    kind = _kind({meaning.field for meaning in meant.values() if meaning}, context)
    if kind is None:
        return None
    columns: dict[str, list[Column]] = {}
    unknown: list[tuple[int, str]] = []
    for index, meaning in meant.items():
        header = " / ".join(paths[index])
        name = _field_for(meaning, kind) if meaning else None
        if meaning and name:
            columns.setdefault(name, []).append(Column(index, header, meaning.rank))
        else:
            unknown.append((index, header))
    served = {name: tuple(sorted(found, key=lambda one: (one.rank, one.index))) for name, found in columns.items()}
    if len(served) < 2 and len(meant) > 1:
        return None
    return Header(*rows, left, right, kind, served, tuple(unknown), _weight(served))


def _weight(columns: Mapping[str, tuple[Column, ...]]) -> int:
    """How much of a table was understood; an exact name counts more than a likely one."""
    return sum(3 if found[0].rank < 100 else 2 for found in columns.values())


def _kind(fields: set[str], context: str) -> TableKind | None:
    if "person" in fields and ("certificate" in fields or ("document_no" in fields and "name" not in fields)):
        return "officers"
    if "name" in fields:
        return "premises"
    return "officers" if "person" in fields and "执法" in context else None


def _field_for(meaning: Meaning, kind: TableKind) -> str | None:
    """The field in this kind of table; 有效期 is the certificate's among officers and the licence's among premises."""
    name = meaning.field
    if kind == "officers":
        name = {"person": "name", "name": "unit", "document_no": "certificate", "expiry": "certificate_expiry"}.get(
            name, name
        )
        return name if name in _OFFICER_FIELDS or name == "name" else None
    name = {"person": "contact", "document_no": "licence_no", "expiry": "licence_expiry"}.get(name, name)
    return name if name in _PREMISES_FIELDS or name == "name" or name.startswith(FEATURE_PREFIX) else None
