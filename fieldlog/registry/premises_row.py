"""Makes premises of a row of data."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from fieldlog.domain.uscc import examine, is_person_id
from fieldlog.registry.columns import FEATURE_PREFIX
from fieldlog.registry.features import features_in_text, is_denying
from fieldlog.registry.header import Column, Header
from fieldlog.registry.kinds import is_legal_form, kind_in_column, kind_in_heading, kind_in_name
from fieldlog.registry.places import village_in
from fieldlog.registry.records import PremisesRow, Problem, Severity
from fieldlog.registry.values import date_of, digits_of, phone_of, yes_or_no
from fieldlog.sheets.grid import Cell, Grid, column_letter, is_something
from fieldlog.sheets.text import is_ditto, is_error, is_placeholder, plain, text_of

_LONGEST_NAME: Final = 80
_GONE: Final = re.compile(r"注销|吊销|关闭|关门|停业|歇业|搬迁|已搬|不再经营|倒闭|转让")


@dataclass(slots=True)
class RowReader:
    """One row of a table, read cell by cell; what is odd about a cell is noted with its column."""

    grid: Grid
    row: int
    header: Header
    problems: list[Problem] = field(default_factory=list[Problem])

    def columns(self, name: str) -> tuple[Column, ...]:
        return self.header.columns.get(name, ())

    def cells(self, name: str) -> Iterator[tuple[Column, Cell]]:
        """The field's filled cells, the best column first."""
        for column in self.columns(name):
            cell = self.grid.filled(self.row, column.index)
            if is_error(cell):
                self.note(column, f"{column.header}是公式错误（{text_of(cell)}），没有采用，请改正公式或直接填写")
            elif is_ditto(text_of(cell)):
                self.note(column, f"{column.header}写的是“同上”，没有采用，请填写完整")
            elif is_something(cell):
                yield column, cell

    def note(self, column: Column | None, why: str, severity: Severity = "doubt") -> None:
        letter = column_letter(column.index) if column else ""
        self.problems.append(Problem(self.grid.sheet, self.row + 1, letter, why, severity))

    def text(self, name: str) -> str:
        """The first column's text that says something."""
        return next((text for _, cell in self.cells(name) if (text := plain(cell))), "")

    def name(self) -> str:
        """The name, or nothing, with the reason noted, when the row has none that can be one."""
        for column, cell in self.cells("name"):
            text = plain(cell)
            if not text:
                continue
            if len(text) > _LONGEST_NAME:
                self.note(column, f"{column.header}太长（{len(text)} 字），不像名称，没有导入", "refused")
                return ""
            if not isinstance(cell, str) or not re.search(r"[^\W\d_]", text) or len(text) < 2:
                self.note(column, f"{column.header}不像名称（{text}），没有导入", "refused")
                return ""
            return text
        column = self.columns("name")[0]
        self.note(column, f"缺{column.header.split(' / ')[-1]}，没有导入，请补上", "refused")
        return ""

    def number(self, name: str) -> str:
        """A number that stands for something, such as a licence; one the table has rounded is noted, not taken."""
        for column, cell in self.cells(name):
            reading = digits_of(cell)
            if reading.doubt:
                self.note(column, reading.doubt)
            elif is_person_id(reading.text.upper()):
                self.note(column, f"{column.header}填的是身份证号，没有采用")
            elif reading.text:
                return reading.text
        return ""

    def day(self, name: str) -> tuple[date | None, bool]:
        """The day, and whether the paper has none because it never expires."""
        for column, cell in self.cells(name):
            reading = date_of(cell)
            if reading.doubt:
                self.note(column, reading.doubt)
            if reading.day or reading.unlimited:
                return reading.day, reading.unlimited
        return None, False

    def phone(self) -> tuple[str, str]:
        """All numbers of all telephone columns, and a person's name found beside one."""
        numbers: list[str] = []
        person = ""
        for column, cell in self.cells("phone"):
            reading = phone_of(cell)
            if reading.doubt:
                self.note(column, reading.doubt)
            numbers += [number for number in reading.phone.split("、") if number and number not in numbers]
            person = person or reading.person
        return "、".join(numbers), person


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the rows above and the sheet's name say about a row."""

    group: str = ""
    sheet: str = ""
    title: str = ""
    village: str = ""


def read_premises(reader: RowReader, around: Surroundings) -> PremisesRow | None:
    """The row's premises, or `None` with the reason among the reader's problems."""
    name = reader.name()
    if not name:
        return None
    contact, phone = _people(reader)
    kind, form, kind_inferred = _kind(reader, name, around)
    address, village = reader.text("address"), reader.text("village")
    expiry, unlimited = reader.day("licence_expiry")
    remark = "；".join(_remarks(reader, form, unlimited))
    has, absent = _features(reader, kind)
    inferred = ["kind"] if kind_inferred and kind else []
    if not village and (village := village_in(address) or around.village):
        inferred.append("village")
    if gone := _GONE.search(remark):
        reader.note(next(iter(reader.columns("remark")), None), f"备注里有“{gone[0]}”，已导入，请确认是否还在经营")
    return PremisesRow(
        reader.grid.sheet,
        reader.row + 1,
        name,
        uscc=_code(reader),
        address=address,
        kind=kind,
        village=village,
        contact=contact,
        phone=phone,
        licence_no=reader.number("licence_no"),
        licence_expiry=expiry,
        features=has,
        remark=remark,
        absent=absent,
        inferred=tuple(inferred),
    )


def _code(reader: RowReader) -> str:
    """The credit code when it is sound; a wrong one is noted and never taken, since premises are told apart by it."""
    noted = len(reader.problems)
    for column, cell in reader.cells("uscc"):
        if isinstance(cell, str) and is_placeholder(text_of(cell)):
            continue
        if isinstance(cell, (int, float)) and abs(cell) >= 1e15:
            reader.note(
                column, f"代码按数字保存，末几位已丢失（{text_of(cell)}），已导入但未采用该代码，请改为文本重填"
            )
            continue
        if isinstance(cell, str) and re.fullmatch(r"\s*\d\.\d*[eE]\+?\d+\s*", cell):
            reader.note(column, f"代码显示成了科学计数法（{text_of(cell)}），已导入但未采用该代码，请改为文本重填")
            continue
        reading = examine(text_of(cell))
        if reading.code:
            return reading.code
        if reading.doubt:
            reader.note(column, f"{reading.doubt}，已导入但未采用该代码，请核对营业执照")
    if reader.columns("uscc") and len(reader.problems) == noted:
        reader.note(reader.columns("uscc")[0], "没有统一社会信用代码，已导入，只能按名称和地址识别，请补上")
    return ""


def _people(reader: RowReader) -> tuple[str, str]:
    """Contact and telephone; either may have been written into the other's cell."""
    phone, beside = reader.phone()
    contact = ""
    for _, cell in reader.cells("contact"):
        text = plain(cell)
        reading = phone_of(cell) if re.search(r"\d{7}", text) else None
        if reading and not reading.doubt:
            text = reading.person
            phone = phone or reading.phone
        contact = contact or text
    return contact or beside, phone


def _kind(reader: RowReader, name: str, around: Surroundings) -> tuple[str, str, bool]:
    """Kind, legal form if the column held one, and whether the kind was worked out.

    A heading over the rows says more than the sign (副食店 in the list of fireworks outlets), a broad one less.
    """
    form = reader.text("legal_form")
    written = reader.text("kind")
    if written and is_legal_form(written):
        form, written = form or written, ""
    if written:
        return kind_in_column(written), form, False
    headings = [kind_in_heading(text) for text in (around.group, around.sheet, around.title)]
    precise = next((kind for kind, sure in headings if sure), "")
    broad = next((kind for kind, sure in headings if kind and not sure), "")
    return precise or kind_in_name(name) or broad, form, True


def _remarks(reader: RowReader, form: str, unlimited: bool) -> Iterator[str]:
    for _, cell in reader.cells("remark"):
        if text := plain(cell):
            yield text
    if form:
        yield f"主体类型：{form}"
    if unlimited:
        yield "许可证长期有效"


def _features(reader: RowReader, kind: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Features from their own columns, then from the remarks; a column's word counts more than a remark's."""
    said: dict[str, bool] = {}
    for name, columns in reader.header.columns.items():
        if not name.startswith(FEATURE_PREFIX):
            continue
        for column in columns:
            cell = reader.grid.filled(reader.row, column.index)
            answer = yes_or_no(cell)
            if answer is None and name.removeprefix(FEATURE_PREFIX) in features_in_text(text_of(cell))[0]:
                answer = not is_denying(column.header)  # 天然气 under 燃气使用情况
            if answer is None and is_something(cell):
                reader.note(column, f"{column.header}看不出有还是没有（{text_of(cell)[:40]}），没有采用，请填有或无")
            elif answer is not None:
                said.setdefault(name.removeprefix(FEATURE_PREFIX), answer != is_denying(column.header))
    for _, cell in reader.cells("remark"):
        has, denied = features_in_text(text_of(cell))
        for feature in (*has, *denied):
            said.setdefault(feature, feature in has)
    if kind == "药店" and "有冷藏" in said:
        said["有冷藏药品"] = said.pop("有冷藏")  # what the pharmacies' list asks for
    return tuple(f for f, yes in said.items() if yes), tuple(f for f, yes in said.items() if not yes)
