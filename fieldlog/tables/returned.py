"""A list that fieldlog exported comes back: as it was, or with what somebody changed in the visible cells.

What a cell would say is worked out again from the hidden list; a cell that says something else was edited, and the
edit wins. What is written by hand on a visit (results, remarks) is no part of a list.
"""

from dataclasses import dataclass, field

from fieldlog.domain.checklist import Checklist
from fieldlog.domain.checklist_parts import Finding, Item, Section
from fieldlog.domain.citation import Citation
from fieldlog.sheets.grid import Grid, column_letter
from fieldlog.sheets.text import text_of
from fieldlog.tables.citations import read_citations
from fieldlog.tables.contrary import contraries
from fieldlog.tables.identity import number_of
from fieldlog.tables.polarity import judge
from fieldlog.tables.printed import HEADER_KEY, TITLE_KEY, columns, item_cells, rows, section_key, section_title, shown
from fieldlog.tables.records import Problem, TableList, Tables, Turned
from fieldlog.tables.room import LONGEST, fitted, one_line, sentences
from fieldlog.tables.row_cells import DAYS, LOOK, MEASURE, NO_BASIS
from fieldlog.tables.scores import points_of

_TEXTS = ("检查内容", "检查方法", "依据", "分值")


@dataclass(slots=True)
class _Visible:
    """The visible sheet: which row is what, by the keys in its hidden column."""

    grid: Grid
    keys: dict[str, int]
    """Key to row; of a row that was copied the first counts."""
    column: int
    headings: dict[str, int]
    header: int


@dataclass(slots=True)
class _Comparison:
    checklist: Checklist
    visible: _Visible
    problems: list[Problem] = field(default_factory=list[Problem])
    turned: list[Turned] = field(default_factory=list[Turned])
    highest: int = 0

    def report(self, row: int, column: int, why: str) -> None:
        letter = column_letter(column) if column >= 0 else ""
        self.problems.append(Problem(self.visible.grid.sheet, row + 1, letter, why))

    def text(self, row: int, heading: str) -> str:
        column = self.visible.headings.get(heading)
        return "" if column is None else text_of(self.visible.grid.at(row, column))


def returned_tables(grids: tuple[Grid, ...], checklist: Checklist) -> Tables:
    """The exported list with the edits of the visible sheet."""
    visible = _visible(grids, checklist)
    if visible is None:
        sheet = next((grid.sheet for grid in grids if not grid.hidden), grids[0].sheet)
        why = "可见的检查表里认不出导出时的行，按隐藏的清单数据导入，表上的改动没有采用"
        return Tables((TableList(sheet, 1, checklist, own_id=True),), (Problem(sheet, 1, "", why),))
    compared = _Comparison(checklist, visible)
    compared.highest = max(number_of(item.id) for item in checklist.items())
    now = _compare(compared)
    listed = TableList(visible.grid.sheet, visible.header + 1, now, own_id=True, edited=now != checklist)
    return Tables((listed,), tuple(compared.problems), tuple(compared.turned))


def _visible(grids: tuple[Grid, ...], checklist: Checklist) -> _Visible | None:
    """The sheet with the keys of most items."""
    wanted = {item.id for item in checklist.items()}
    for grid in grids:
        if grid.hidden:
            continue
        for column in range(min(grid.width, 60) - 1, 0, -1):
            cells = [text_of(grid.at(row, column)) for row in range(len(grid.rows))]
            if HEADER_KEY not in cells or not wanted & set(cells):
                continue
            keys: dict[str, int] = {}
            for row, key in enumerate(cells):
                if key:
                    keys.setdefault(key, row)
            header = keys[HEADER_KEY]
            headings = {text_of(cell): at for at, cell in grid.own(header) if at != column}
            if "检查内容" in headings:
                return _Visible(grid, keys, column, headings, header)
    return None


def _compare(compared: _Comparison) -> Checklist:
    checklist, visible = compared.checklist, compared.visible
    known = {item.id: (n, item) for n, item in enumerate(checklist.items(), 1)}
    sections = {section_key(n): section for n, section in enumerate(checklist.sections)}
    printed = {row.key: row.cells[0] for row in rows(checklist) if row.key}
    title = _line(compared, TITLE_KEY, printed[TITLE_KEY], checklist.title, "标题")
    made: list[tuple[Section, list[Item]]] = []
    by_row = {row: key for key, row in visible.keys.items()}
    for row in range(visible.header + 1, len(visible.grid.rows)):
        key = by_row.get(row, "")
        if key in sections:
            section = sections[key]
            named = _line(compared, key, printed[key], section.title, "部分的名称")
            made.append((section.model_copy(update={"title": named}), []))
        elif key in known and made:
            made[-1][1].append(_item(compared, row, *known[key]))
        elif (added := _new_item(compared, row)) and made:
            made[-1][1].append(added)
    _tell_missing(compared)
    kept = tuple(section.model_copy(update={"items": tuple(items)}) for section, items in made if items)
    return checklist.model_copy(update={"title": title, "sections": kept}) if kept else checklist


def _line(compared: _Comparison, key: str, printed: str, held: str, what: str) -> str:
    """A line across the table: what is held, unless it was edited."""
    row = compared.visible.keys.get(key)
    if row is None:
        return held
    seen = text_of(compared.visible.grid.at(row, 0))
    if seen == text_of(printed) or not seen:
        return held
    edited = (section_title(seen) if key != TITLE_KEY else seen)[:LONGEST].strip()
    if not edited or edited == text_of(shown(held)):
        return held
    compared.report(row, 0, f"{what}改成了“{edited}”，原来是“{held}”；按改后的导入")
    return edited


def _item(compared: _Comparison, row: int, number: int, item: Item) -> Item:
    cells = dict(zip(columns(compared.checklist), item_cells(compared.checklist, item, number), strict=True))
    changes: dict[str, object] = {}
    for heading in _TEXTS:
        if heading not in cells or heading not in compared.visible.headings:
            continue
        seen = compared.text(row, heading)
        if seen != text_of(cells[heading]):
            changes |= _edited(compared, row, heading, item, seen)
    return item.model_copy(update=changes)


def _edited(compared: _Comparison, row: int, heading: str, item: Item, seen: str) -> dict[str, object]:
    """What an edited cell changes in the item."""
    column = compared.visible.headings[heading]
    told = f"{item.id} 的{heading}改成了“{seen[:60]}”"
    if not seen:
        compared.report(row, column, f"{item.id} 的{heading}被清空了，仍按原来的导入；要删去这一项请删掉整行")
        return {}
    match heading:
        case "检查内容":
            text = _statement(compared, row, column, seen)
            if (
                any(other.text == text for other in compared.checklist.items() if other.id != item.id)
                or len(text) > LONGEST
            ):
                compared.report(row, column, f"{told}，与别的项重复或超过 {LONGEST} 字，没有采用")
                return {}
            compared.report(row, column, f"{told}；编号和典型问题还是原来的，依据改标待核，请核对")
            return {"text": text, "basis": _unverified(item.basis), "penalty": _unverified(item.penalty)}
        case "检查方法":
            how, left = fitted(sentences(seen))
            lost = f"；超过 {LONGEST} 字的部分没有采用：{''.join(left)[:60]}" if left else ""
            compared.report(row, column, f"{told}{lost}")
            return {"how_to_check": how} if how else {}
        case "依据":
            return _edited_basis(compared, row, column, item, seen)
        case _:
            points = points_of(seen)
            why = told if points else f"{told}，不是一个数，没有采用"
            compared.report(row, column, why)
            return {"points": points} if points else {}


def _unverified(citations: tuple[Citation, ...]) -> tuple[Citation, ...]:
    """The same places; nobody has read them against the new statement."""
    return tuple(each.model_copy(update={"verified": False}) for each in citations)


def _edited_basis(compared: _Comparison, row: int, column: int, item: Item, seen: str) -> dict[str, object]:
    read = read_citations(seen)
    held = {str(each): each for each in item.basis}
    basis: tuple[Citation, ...] = tuple(held.get(str(each), each) for each in read.citations)
    rest = f"；没有看懂：{'；'.join(read.rest)[:60]}" if read.rest else ""
    if not basis:
        compared.report(row, column, f"{item.id} 的依据改过，没有看懂，仍按原来的导入：{seen[:60]}")
        return {}
    compared.report(row, column, f"{item.id} 的依据改成了“{seen[:60]}”，新写的都标待核{rest}")
    return {"basis": basis}


def _statement(compared: _Comparison, row: int, column: int, written: str) -> str:
    judged = judge(written)
    if judged.turned or not judged.sure:
        at = (compared.visible.grid.sheet, row + 1, column_letter(column))
        compared.turned.append(Turned(*at, judged.original, judged.text, judged.sure))
    if not judged.sure:
        compared.report(row, column, f"“{judged.original}”答“是”算好还是算不好看不准：现在按“{judged.text}”为符合")
    return judged.text


def _new_item(compared: _Comparison, row: int) -> Item | None:
    """A row that somebody added among the items."""
    text = compared.text(row, "检查内容")
    column = compared.visible.headings["检查内容"]
    end = max((at for key, at in compared.visible.keys.items() if key.rpartition("-")[2].isdigit()), default=0)
    if not text or (
        row > end
        and "结果" in compared.visible.headings
        and not compared.text(row, "检查方法") + compared.text(row, "依据") + compared.text(row, "序号")
    ):
        return None
    statement = _statement(compared, row, column, text)
    if len(statement) > LONGEST or any(item.text == statement for item in compared.checklist.items()):
        compared.report(row, column, f"新加的一行与已有的项重复，或超过 {LONGEST} 字，没有导入：{text[:60]}")
        return None
    compared.highest += 1
    read = read_citations(compared.text(row, "依据"))
    how, _ = fitted(sentences(one_line(compared.text(row, "检查方法"))))
    compared.report(
        row,
        column,
        f"新加的一项“{statement[:60]}”，编号 {compared.checklist.id}-{compared.highest}，请补依据、典型问题和期限",
    )
    return Item(
        id=f"{compared.checklist.id}-{compared.highest}", text=statement, how_to_check=how or LOOK,
        basis=read.citations or (NO_BASIS,), level="一般", deadline_days=DAYS,
        points=points_of(compared.text(row, "分值")),
        findings=tuple(Finding(text=each, measure=MEASURE, days=DAYS) for each in contraries(statement)),
    )  # fmt: skip


def _tell_missing(compared: _Comparison) -> None:
    for item in compared.checklist.items():
        if item.id not in compared.visible.keys:
            compared.report(compared.visible.header, -1, f"{item.id} 的行没有了，这一项没有导入：{item.text[:60]}")
