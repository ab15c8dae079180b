"""Finds the header of a check table: one to three rows, with groups such as 检查结果 over 是 and 否."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from fieldlog.sheets.grid import Grid, is_something
from fieldlog.sheets.text import text_of
from fieldlog.tables.columns import TEXT_FIELDS, could_head, heading_key, likely, meanings
from fieldlog.tables.polarity import Answers

_DEEPEST: Final = 3


@dataclass(frozen=True, slots=True)
class Header:
    """The header of one table."""

    top: int
    bottom: int
    left: int
    right: int
    columns: Mapping[str, int]
    """Field to column; `text` is always there and says what is checked."""
    headings: Mapping[int, str]
    """What stands over each column, levels joined by " / "."""
    unknown: tuple[int, ...]
    results: tuple[int, ...]
    """Columns for answers, which a list does not hold."""
    answers: Answers
    says: str
    """The field that the text column was named by: text, requirement, topic, violation or finding."""

    def column(self, field: str) -> int | None:
        """The column of a field."""
        return self.columns.get(field)


def find_header(grid: Grid, row: int) -> tuple[Header, ...]:
    """The tables whose header starts at `row`: none, one, or several side by side."""
    if not _may_start(grid, row):
        return ()
    bottom = row
    while bottom + 1 < min(len(grid.rows), row + _DEEPEST) and _continues(grid, row, bottom + 1):
        bottom += 1
    paths = {column: path for column in range(grid.width) if (path := _path(grid, row, bottom, column))}
    tables = [_table(paths, window, row, bottom) for window in _windows(paths)]
    return tuple(table for table in tables if table is not None)


def _may_start(grid: Grid, row: int) -> bool:
    cells = [text_of(cell) for _, cell in grid.own(row)]
    if not cells or not all(could_head(cell) for cell in cells):
        return False
    fields = {likely(cell) for cell in cells} - {""}
    checks = any(field in TEXT_FIELDS for field in fields)
    if len(cells) == 1:
        return meanings(cells[0])[:1] == ("text",)
    exact = sum(1 for cell in cells if meanings(cell))
    return checks and len(fields) >= 2 and exact >= 1 and exact * 3 >= len(cells)


def _continues(grid: Grid, top: int, row: int) -> bool:
    """Whether `row` is a further level: each of its cells stands under a group and is a heading."""
    own = [(column, text_of(cell)) for column, cell in grid.own(row)]
    if not own or not all(could_head(text) for _, text in own) or not any(likely(text) for _, text in own):
        return False
    return all(_under_group(grid, top, row, column) for column, _ in own)


def _under_group(grid: Grid, top: int, row: int, column: int) -> bool:
    if (row - 1, column) in grid.covered or not is_something(grid.at(row - 1, column)):
        return bool(_group(grid, row - 1, column)) or row - 1 > top
    return grid.spans.get((row - 1, column), 1) > 1


def _group(grid: Grid, row: int, column: int) -> str:
    """The text whose merged range, or whose empty neighbours, reach over `column`."""
    for left in range(column, -1, -1):
        if is_something(grid.at(row, left)):
            reach = grid.spans.get((row, left), 0)
            inside = reach > column - left if reach > 1 else not _merged_after(grid, row, left, column)
            return text_of(grid.at(row, left)) if inside else ""
    return ""


def _merged_after(grid: Grid, row: int, left: int, column: int) -> bool:
    return any((row, between) in grid.covered for between in range(left + 1, column + 1))


def _path(grid: Grid, top: int, bottom: int, column: int) -> tuple[str, ...]:
    path: list[str] = []
    for row in range(top, bottom + 1):
        text = text_of(grid.at(row, column) if row == top else grid.filled(row, column))
        if not text and row < bottom and any(is_something(grid.at(r, column)) for r in range(row + 1, bottom + 1)):
            text = _group(grid, row, column)
        if text and path[-1:] != [text]:
            path.append(text)
    return tuple(path)


def _windows(paths: Mapping[int, tuple[str, ...]]) -> Iterator[tuple[int, int]]:
    """First and last column of each table: two stand side by side where the headings of the first begin again."""
    columns = sorted(paths)
    texts = [column for column in columns if _field(paths[column])[0] in ("text", "topic")]
    names = [heading_key("".join(paths[column])) for column in texts]
    first = paths[columns[0]]
    starts = [column for column in columns if paths[column] == first]
    if len(starts) > 1 and len(set(names)) < len(names):
        for start, following in zip(starts, [*starts[1:], columns[-1] + 1], strict=True):
            yield start, following - 1
    else:
        yield columns[0], columns[-1]


def _field(path: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The likeliest field of a column, and all that its headings name exactly."""
    whole = meanings("".join(path))
    first, last = next(iter(path), ""), next(reversed(path), "")
    leaf = meanings(last)
    above = likely(first) if len(path) > 1 else ""
    if above == "result" and not (leaf and leaf[0] in ("text", "basis", "how", "remark")):
        return "result", ()
    exact = whole or leaf or meanings(first)
    return (exact[0] if exact else likely(last) or likely("".join(path))), exact


def _table(paths: Mapping[int, tuple[str, ...]], window: tuple[int, int], top: int, bottom: int) -> Header | None:
    left, right = window
    columns: dict[str, int] = {}
    results: list[int] = []
    unknown: list[int] = []
    for column in sorted(column for column in paths if left <= column <= right):
        field, exact = _field(paths[column])
        field = next((each for each in exact if each not in columns), field if field not in columns else "")
        if field == "result" or (not field and likely(paths[column][-1]) == "result"):
            results.append(column)
        elif field:
            columns[field] = column
        else:
            unknown.append(column)
    says = next((field for field in TEXT_FIELDS if field in columns), None)
    if says is None:
        return None
    columns["text"] = columns.pop(says)
    headings = {column: " / ".join(path) for column, path in paths.items() if left <= column <= right}
    answers = _answers([headings[column] for column in results])
    return Header(top, bottom, left, right, columns, headings, tuple(unknown), tuple(results), answers, says)


def _answers(headings: list[str]) -> Answers:
    """是/否, 有/无 or 符合/不符合, as the headings of the answer columns have it."""
    told = " ".join(headings)
    leaves = {part for heading in headings for part in re.split(r"[\s/、,，（）()|]+", heading)}
    if {"有", "无"} <= leaves or "有无" in told:
        return "have"
    if {"是", "否"} <= leaves:
        return "yes"
    return "pass" if re.search(r"符合|合格|√|达标", told) else ""
