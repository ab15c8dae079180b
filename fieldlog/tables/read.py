"""Goes through the sheets of a workbook, finds the check tables in it and takes their rows apart."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from fieldlog.sheets.grid import Grid, column_letter
from fieldlog.sheets.text import is_ditto, is_placeholder, match_key, text_of
from fieldlog.tables.drafts import Draft, Table
from fieldlog.tables.header import Header, find_header
from fieldlog.tables.numerals import is_serial, without_serial
from fieldlog.tables.records import Problem
from fieldlog.tables.row_words import MARKS, NOTE, SIGNED, TOTAL, mark_of, place_of, tall_cells

MOST_ITEMS: Final = 2000
MOST_ROWS: Final = 20_000
"""More is a register or a log; a check table has some hundred."""


@dataclass(slots=True)
class Found:
    """What the sheets came to."""

    tables: list[Table] = field(default_factory=list[Table])
    problems: list[Problem] = field(default_factory=list[Problem])


def lines_of(grid: Grid, row: int, column: int | None) -> str:
    """The text of a cell with its line breaks; of a merged range that of its top."""
    if column is None:
        return ""
    cell = grid.filled(row, column)
    if isinstance(cell, str):
        return "\n".join(line for part in re.split(r"[\r\n]+", cell) if (line := text_of(part)))
    return text_of(cell)


def read_grid(grid: Grid, found: Found) -> None:
    """Add the tables of one sheet to `found`."""
    rows = [row for row in range(len(grid.rows)) if any(True for _ in grid.own(row))]
    if grid.hidden:
        if rows:
            why = f"工作表“{grid.sheet}”是隐藏的，没有读取；要导入请先取消隐藏"
            found.problems.append(Problem(grid.sheet, 1, "", why))
        return
    if len(rows) > MOST_ROWS:
        why = f"有 {len(rows)} 行，不像检查表，没有读取；要导入请把检查表的行复制到新表格"
        found.problems.append(Problem(grid.sheet, rows[0] + 1, "", why))
        return
    reader = _Reader(grid, found)
    for row in rows:
        if row > reader.below:
            reader.take(row)
    reader.end(rows)


@dataclass(slots=True)
class _Reader:
    grid: Grid
    found: Found
    open: list[Table] = field(default_factory=list[Table])
    """The table being read, or several side by side."""
    titles: list[int] = field(default_factory=list[int])
    """Rows since the last table that may be the next one's title."""
    below: int = -1
    groups: list[str] = field(default_factory=list[str])
    heads: set[tuple[str, ...]] = field(default_factory=set[tuple[str, ...]])
    any_table: bool = False
    in_notes: bool = False

    def take(self, row: int) -> None:
        texts = self._texts(row)
        if texts in self.heads:
            return
        headers = find_header(self.grid, row)
        if headers and not (self.open and len(texts) == 1):
            self._start(row, headers)
        elif not self.open:
            self.titles.append(row)
        else:
            self._row(row)

    def end(self, rows: Sequence[int]) -> None:
        if not self.any_table and len(rows) > 0:
            first = next(self.grid.own(rows[0]))
            why = "没有认出检查表：表头要有“检查内容”（或检查项目、检查要点）和另外至少一列，如序号、依据、检查结果；没有导入这张工作表"
            self.found.problems.append(Problem(self.grid.sheet, rows[0] + 1, column_letter(first[0]), why))

    def _texts(self, row: int) -> tuple[str, ...]:
        return tuple(match_key(text_of(cell)) for _, cell in self.grid.own(row))

    def _start(self, row: int, headers: tuple[Header, ...]) -> None:
        self.any_table, self.below, self.in_notes = True, headers[0].bottom, False
        self.heads = {self._texts(r) for r in range(headers[0].top, headers[0].bottom + 1)}
        titles = [text for at in self.titles if (text := self._lone(at))]
        title = next(
            (text for text in titles if re.search(r"[表单册]|清单|检查|要点|标准", text)), titles[0] if titles else ""
        )
        same = self.open and not title and [t.header.columns for t in self.open] == [h.columns for h in headers]
        if not same:
            self.groups = []
            self.open = [
                Table(
                    self.grid.sheet,
                    header,
                    title or self._unnamed(),
                    [self._whole(at) for at in self.titles],
                    shared_cells=tall_cells(self.grid),
                )
                for header in headers[:1]
            ]
            self.found.tables += self.open
        self.titles = []
        self.sides = headers

    sides: tuple[Header, ...] = ()

    def _unnamed(self) -> str:
        named = not re.fullmatch(r"(?:sheet|工作表|表)\s*\d*", self.grid.sheet, re.IGNORECASE)
        return self.grid.sheet if named else ""

    def _whole(self, row: int) -> str:
        return " ".join(text_of(cell) for _, cell in self.grid.own(row))

    def _lone(self, row: int) -> str:
        """The text of a row that may be a title: one cell, no label with room to fill in."""
        cells = [text_of(cell) for _, cell in self.grid.own(row)]
        return cells[0] if len(cells) == 1 and not re.search(r"[:：]", cells[0]) and len(cells[0]) >= 2 else ""

    def _row(self, row: int) -> None:
        own = [(column, text_of(cell)) for column, cell in self.grid.own(row)]
        table = self.open[0]
        first = own[0][1]
        single = len(own) == 1
        if TOTAL.fullmatch(re.sub(r"\s", "", first)) or (len(own) > 1 and TOTAL.fullmatch(own[1][1].replace(" ", ""))):
            table.total = self._whole(row)
            return
        if NOTE.match(first) and len(own) <= 2:
            self.in_notes = True
            table.notes.append((row, "\n".join(lines_of(self.grid, row, column) for column, _ in own)))
            return
        if self._signature(own):
            self.in_notes = False
            return
        if single and self._next_title(row, first):
            self.titles.append(row)
            return
        if self.in_notes and single:
            table.notes.append((row, lines_of(self.grid, row, own[0][0])))
            return
        if self._group(row, own):
            return
        self.in_notes = False
        for header in self.sides:
            self._data(row, header)

    def _next_title(self, row: int, text: str) -> bool:
        """Whether a lone cell is the title of a table that begins below it."""
        for below in range(row + 1, min(row + 5, len(self.grid.rows))):
            if self._texts(below) and (find_header(self.grid, below) or self._texts(below) in self.heads):
                again = self._texts(below) in self.heads
                if again and re.search(r"检查表|清单|检查单|记录表|自查表|评分表", text):
                    self.heads = set()
                    self.open = []
                return not again or not self.open
            if len(self._texts(below)) > 1 and not any(
                re.search(r"[:：]", text_of(c)) for _, c in self.grid.own(below)
            ):
                return False
        return False

    def _signature(self, own: list[tuple[int, str]]) -> bool:
        if is_serial(own[0][1]):
            return False
        return all(SIGNED.match(text) or not re.search(r"[\w]", text) for _, text in own) or (
            SIGNED.match(own[0][1]) is not None
            and len(own) <= 3
            and re.search(r"[:：]\s*$|[:：]\s{2,}|签|盖章", own[0][1]) is not None
        )

    def _group(self, row: int, own: list[tuple[int, str]]) -> bool:
        """Whether the row is the heading of what follows; it is remembered as such."""
        header = self.open[0].header
        texts = [(column, text) for column, text in own if not is_serial(text)]
        if len(texts) != 1:
            return False
        column, text = texts[0]
        number = next((t for c, t in own if c != column), text)
        if is_serial(number) and re.fullmatch(r"\d+", number) and column == header.column("text"):
            return False
        wide = self.grid.spans.get((row, column), 1) > 1
        worded = re.match(
            r"[一二三四五六七八九十]{1,3}(?:[、.．]|$)|[(（][一二三四五六七八九十]{1,3}[)）]|第[一二三四五六七八九十\d]+[部章类节]",
            number,
        )
        if not (
            wide or worded or (column != header.column("text") and column in (header.left, header.column("serial")))
        ):
            return False
        if len(text) > 60 or (column == header.column("text") and not (wide or worded)):
            return False
        deep = re.match(r"[(（]|\d+[.．]\d+|\d", number) is not None and bool(self.groups) and worded is not None
        self.groups = [self.groups[0], without_serial(text)] if deep else [without_serial(text)]
        return True

    def _data(self, row: int, header: Header) -> None:
        table = self.open[0]
        texts = {name: text for name, column in header.columns.items() if (text := lines_of(self.grid, row, column))}
        for name in ("basis", "penalty", "how", "measure", "category"):
            if is_ditto(texts.get(name, "")):
                texts[name] = table.drafts[-1].texts.get(name, "") if table.drafts else ""
        covered = header.columns["text"]
        repeats = (row, covered) in self.grid.covered and self.grid.at(row, covered) == ""
        if _says_nothing(texts.get("text", "")) and "requirement" in texts:
            texts["text"] = texts.pop("requirement")
        if _says_nothing(texts.get("text", "")):
            self._no_text(row, header, texts)
            return
        if repeats and not any(
            self.grid.at(row, column)
            for name, column in header.columns.items()
            if name in ("requirement", "how", "finding")
        ):
            self._joins(row, header, texts)
            return
        if len(table.drafts) >= MOST_ITEMS:
            if len(table.drafts) == MOST_ITEMS:
                why = f"一份清单最多 {MOST_ITEMS} 项，从这一行起没有导入，请拆成几份"
                self.found.problems.append(Problem(self.grid.sheet, row + 1, "", why))
            return
        mark = mark_of(texts)
        place = texts.get("place", "")
        table.drafts.append(Draft(row, self._section(texts), place_of(place), texts, mark))
        self._outside(row, header)

    def _joins(self, row: int, header: Header, texts: dict[str, str]) -> None:
        """A further row of a check that stretches over several: its own basis and the like belong to it too."""
        before = self.open[0].drafts[-1].texts if self.open[0].drafts else {}
        for name, text in texts.items():
            if name not in ("serial", "text", "category", "place", "topic") and self.grid.at(row, header.columns[name]):
                before[name] = f"{before[name]}\n{text}" if name in before else text

    def _section(self, texts: dict[str, str]) -> str:
        parts = [*self.groups]
        for name in ("category", "place"):
            part = without_serial(texts.get(name, "").replace("\n", "")).strip(MARKS + " ")
            if part and part not in parts and not is_placeholder(part):
                parts.append(part)
        return " / ".join(parts)

    def _no_text(self, row: int, header: Header, texts: dict[str, str]) -> None:
        """A row without anything to check: nothing is said of one that only has a number filled in beforehand."""
        told = {
            name: text for name, text in texts.items() if name not in ("serial", "category", "place", "topic", "text")
        }
        own = {column for column, _ in self.grid.own(row)}
        told = {name: text for name, text in told.items() if header.columns[name] in own and not is_placeholder(text)}
        if told:
            words = "；".join(told.values())[:60].replace("\n", " ")
            why = f"这一行没有检查内容（空白，或公式出错如 #REF!），没有导入：{words}"
            self.found.problems.append(Problem(self.grid.sheet, row + 1, column_letter(header.columns["text"]), why))

    def _outside(self, row: int, header: Header) -> None:
        """Report what stands in columns that have no heading, or one that was not understood."""
        known = {*header.columns.values(), *header.results}
        for column, cell in self.grid.own(row):
            inside = any(side.left <= column <= side.right for side in self.sides if side is not header)
            if column in known or inside or is_placeholder(text_of(cell)):
                continue
            heading = header.headings.get(column, "")
            named = f"“{heading}”这一列没有看懂" if heading else "这一列没有表头"
            why = f"{named}，内容没有采用：{text_of(cell)[:60]}"
            self.found.problems.append(Problem(self.grid.sheet, row + 1, column_letter(column), why))


def _says_nothing(text: str) -> bool:
    """Whether a cell states no check: empty, a placeholder, a number in a list or punctuation alone."""
    return is_placeholder(text) or not any(character.isalpha() for character in without_serial(text))
