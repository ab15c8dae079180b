"""An XLSForm as a checklist: the part of the format that inspection forms use; the rest is reported row by row.

pyxform, the format's own library, was tried (4.5.0) and not taken: it stops at the first mistake, its result no longer
knows the rows, its messages are English, and it brings a Java validator of 5.7 MB.
https://xlsform.org, https://getodk.github.io/xforms-spec/
"""

import re
from dataclasses import dataclass, field

from pydantic import ValidationError

from fieldlog.domain.checklist import Checklist
from fieldlog.domain.checklist_parts import Finding, Item, Measure, Section
from fieldlog.domain.citation import Citation
from fieldlog.sheets.grid import column_letter
from fieldlog.tables.build import COMPETENCE, ID, guessed_area
from fieldlog.tables.citations import read_citations
from fieldlog.tables.contrary import contraries
from fieldlog.tables.polarity import Judged, judge
from fieldlog.tables.records import Problem, TableList, Tables, Turned
from fieldlog.tables.relevance import NotCovered, limits
from fieldlog.tables.room import LONGEST, fitted, one_line, sentences
from fieldlog.tables.row_cells import DAYS, LOOK, MEASURE, NO_BASIS
from fieldlog.tables.scores import points_of
from fieldlog.tables.xlsform_parts import FormParts
from fieldlog.tables.xlsform_sheets import Form, FormRow
from fieldlog.tables.xlsform_words import FOLLOWING, SILENT, range_words, side_of, unit_of


@dataclass(slots=True)
class _Reader(FormParts):
    """Reads the rows of a form one after the other."""

    asked: frozenset[str] = frozenset()
    turned: list[Turned] = field(default_factory=list[Turned])
    stated: dict[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    remarks: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    hints: list[str] = field(default_factory=list[str])
    """Notes that wait for the next item."""
    texts: set[str] = field(default_factory=set[str])
    questions: dict[str, str] = field(default_factory=dict[str, str])
    """Question name to the id of the item that it became."""
    number: int = 0

    # ---- rows --------------------------------------------------------------------------------------------------------

    def read(self) -> None:
        self.asked = self._asked()
        for row in self.form.rows:
            self._row(row)
        for part in self.parts:
            self.report(
                FormRow(part.row, {}), "type", f"“{part.title}”这一组没有结束（缺 end group 或 end repeat），按到表尾算"
            )

    def _asked(self) -> frozenset[str]:
        """The yes or no questions that conditions ask for; they become features."""
        # what only a photo or an explanation depends on is a check like any other
        asking = [row for row in self.form.rows if row.get("type").strip().lower() not in FOLLOWING]
        named = {name for row in asking for name in re.findall(r"\$\{\s*([^{}\s]+)\s*\}", row.get("relevant"))}
        before: set[str] = set()
        for row in self.form.rows:
            kind, _, rest = row.get("type").replace("select one", "select_one").partition(" ")
            if kind == "select_one" and row.get("name") in named and self._two_way(rest.strip()):
                before.add(row.get("name"))
        return frozenset(before)

    def _row(self, row: FormRow) -> None:
        written = re.sub(r"\s+", " ", row.get("type").strip())
        kind = written.lower().replace("select one from", "select_one").replace("select one", "select_one")
        kind = kind.replace("select multiple", "select_multiple").replace("begin_", "begin ").replace("end_", "end ")
        first, _, rest = kind.partition(" ")
        if not written:
            self.report(row, "type", f"没有写 type，没有采用：{self.label(row)[:60]}")
        elif kind in ("begin group", "begin repeat"):
            self.begin(row, repeat=kind == "begin repeat")
        elif kind in ("end group", "end repeat"):
            self.end(row, kind)
        elif first == "select_one":
            self._select(row, written.split(" ")[-1] if rest else "")
        elif kind in ("integer", "decimal", "int"):
            self._measured(row, whole=kind != "decimal")
        elif kind in ("text", "string"):
            self._text(row)
        elif kind == "note":
            self._hint(row)
        elif kind in ("image", "photo"):
            self._photo(row)
        elif kind not in SILENT:
            self.report(row, "type", f"类型“{written}”这里用不上，没有导入：{self.label(row)[:60]}")

    # ---- questions -----------------------------------------------------------------------------------------------------

    def _two_way(self, name: str) -> bool:
        """Whether a list of choices is yes and no, with or without 不适用."""
        choices = self.form.choices.get(name, {})
        sides = {side for key, label in choices.items() if (side := side_of(key, label))}
        return "yes" in sides and "no" in sides and len(choices) <= 4 and all(side_of(k, v) for k, v in choices.items())

    def _select(self, row: FormRow, choices: str) -> None:
        label = self.label(row)
        if not self._two_way(choices):
            options = "、".join(self.form.choices.get(choices, {}).values())[:60]
            self.report(
                row, "type", f"不是“是/否”一类的选择题，没有导入：{label[:60]}（选项：{options or '没有找到'}）"
            )
            return
        if row.get("name") in self.asked:
            self.feature(row, label)
            return
        labels = set(self.form.choices[choices].values())
        judged = judge(label, answers="have" if {"有", "无"} <= labels else "yes")
        self._add(row, judged, level=not judged.open)

    def _measured(self, row: FormRow, *, whole: bool) -> None:
        label = self.label(row)
        unit = unit_of(label, row.get("unit"), row.get("hint"))
        constraint = row.get("constraint")
        low = high = None
        if constraint:
            try:
                found = limits(constraint, whole=whole)
                low, high = found.low, found.high
                if not found.exact:
                    self.report(row, "constraint", f"“{constraint[:40]}”不含端点，范围写不出来，按含端点导入")
            except NotCovered as beyond:
                self.report(row, "constraint", f"{beyond} 用不上，范围没有采用")
        name = re.sub(r"[（(][^（）()]*[)）]|[？?。]+$", "", label).strip()[:40] or label[:40]
        if unit is None:
            self.report(row, "label", f"没有看出单位（写在标题的括号里，如“温度（℃）”），没有导入：{label[:60]}")
            return
        told = range_words(low, high, unit)
        try:
            measure = Measure.model_validate({"label": name, "unit": unit, "min": low, "max": high})
        except ValidationError:
            self.report(row, "constraint", f"“{constraint[:40]}”的范围颠倒或太长，没有采用")
            told, measure = "", Measure.model_validate({"label": name, "unit": unit})
        text = f"{name}{told}" if told else f"{name}（{unit}）"
        self._add(row, Judged(text, text), level=bool(told), measure=measure, findings=(f"{name}不在规定范围内",))

    def _text(self, row: FormRow) -> None:
        """A text to write is a record, not a check; one that explains a 不符合 is what the note of an answer is for."""
        if re.search(r"\$\{[^}]+\}", row.get("relevant")) and not self._features_only(row.get("relevant")):
            self.report(row, "type", f"不符合时的说明在检查时直接写，没有另导入：{self.label(row)[:60]}")
            return
        label = re.sub(r"[：:。]+$", "", self.label(row))
        self._add(row, Judged(label[:LONGEST], label[:LONGEST]), level=False)

    def _features_only(self, relevant: str) -> bool:
        return all(name in self.features for name in re.findall(r"\$\{\s*([^{}\s]+)\s*\}", relevant))

    def _hint(self, row: FormRow) -> None:
        self.hints += sentences(self.label(row))

    def _photo(self, row: FormRow) -> None:
        items = self.sections[-1][1] if self.sections else []
        if not items or self.open_key != self.key():
            self.report(row, "type", f"照片前面没有检查项，没有导入：{self.label(row)[:60]}")
            return
        relevant = row.get("relevant")
        asked = re.findall(r"\$\{\s*([^{}\s]+)\s*\}\s*=\s*'([^']*)'", relevant)
        failing = any(
            self.questions.get(name) == items[-1].id and side_of(value, value) == "no" for name, value in asked
        )
        if relevant and not failing:
            self.report(row, "relevant", f"照片的条件“{relevant[:40]}”用不上，每次都要拍")
        items[-1] = items[-1].model_copy(update={"photo": "fail" if failing else "always"})

    # ---- items ---------------------------------------------------------------------------------------------------------

    def _add(
        self,
        row: FormRow,
        judged: Judged,
        *,
        level: bool,
        measure: Measure | None = None,
        findings: tuple[str, ...] = (),
    ) -> None:
        notes = self._worded(row, judged)
        pieces = sentences(judged.text)
        if len(pieces) > 1:
            self.report(row, "label", f"问题超过 {LONGEST} 字，后面的写进了检查方法")
        hint = one_line(row.get("hint"))
        how, left = fitted([*pieces[1:], *(sentences(hint) if hint else []), *self.hints])
        notes += [f"检查方法续：{piece}" for piece in left]
        self.hints = []
        basis = self._basis(row, notes)
        statement = self._unique(row, pieces[0] if pieces else row.get("name"))
        self.number += 1
        item_id = f"{ID}-{self.number}"
        note, over = fitted(notes)
        if over:
            self.remarks[item_id] = tuple(f"原表 survey 第 {row.row + 1} 行：{piece}" for piece in over)
        stated = ["text", "measure", *(["how_to_check"] if how else []), *(["basis"] if basis else [])]
        self.stated[item_id] = frozenset(stated)
        self.questions[row.get("name")] = item_id
        wrong = findings or contraries(statement)
        item = Item(
            id=item_id, text=statement, how_to_check=how or LOOK, basis=basis or (NO_BASIS,),
            penalty=read_citations(row.get("penalty")).citations, level="一般" if level else None, deadline_days=DAYS,
            condition=self.condition_of(row), measure=measure, points=points_of(row.get("points")), note=note,
            findings=tuple(Finding(text=each, measure=MEASURE, days=DAYS) for each in wrong) if level else (),
        )  # fmt: skip
        self.place(row).append(item)

    def _worded(self, row: FormRow, judged: Judged) -> list[str]:
        """What the note says of the wording; what is uncertain is reported."""
        notes: list[str] = []
        column = self.form.columns.get("label")
        letter = column_letter(column) if column is not None else ""
        if judged.turned or not judged.sure:
            turned = Turned(self.form.survey.sheet, row.row + 1, letter, judged.original, judged.text, judged.sure)
            self.turned.append(turned)
            notes.append(f"{'' if judged.sure else '符合与否待核，'}原表：{judged.original}")
        if judged.open:
            self.report(row, "label", f"“{judged.original}”不是能用符合、不符合回答的问题，只作记录；请改成一句陈述")
        elif not judged.sure:
            now = f"“{judged.original}”答“是”算好还是算不好看不准：现在按“{judged.text}”为符合"
            self.report(row, "label", f"{now}；如果相反，改成“{judged.other}”")
        return notes

    def _basis(self, row: FormRow, notes: list[str]) -> tuple[Citation, ...]:
        read = read_citations(row.get("basis"))
        notes += [f"原依据：{rest}" for rest in read.rest]
        for rest in read.rest:
            self.report(row, "basis", f"依据里这一段没有看懂，记在了备注里：{rest[:60]}")
        if not read.citations:
            self.report(row, "basis", "没有写依据，先填了“依据待补”，请补上法规和条款（可加一列“依据”）")
        return read.citations

    def _unique(self, row: FormRow, text: str) -> str:
        if text in self.texts:
            again = next(each for n in range(2, 5000) if (each := f"{text[:110]}（第 {n} 处）") not in self.texts)
            self.report(row, "label", f"与前面的一项重复，写成了“{again}”；如果是同一件事，请删去一行")
            text = again
        self.texts.add(text)
        return text


def form_tables(form: Form, version: str) -> Tables:
    """The form as one list, and what of it was not covered, by row."""
    reader = _Reader(form, version)
    reader.read()
    sheet = form.survey.sheet
    if not reader.sections:
        why = "XLSForm 里没有能导入的检查项：要有“是/否”的 select_one，或带单位的 integer、decimal"
        return Tables((), (*reader.problems, Problem(sheet, 1, "A", why)))
    title = (form.settings.get("form_title") or form.settings.get("form_id") or "检查清单")[:LONGEST].strip()
    checklist = Checklist(
        id=ID, title=title, version=version, area=guessed_area(title), competence=COMPETENCE,
        features=tuple(reader.features.values()),
        sections=tuple(
            Section(title=frame.title, condition=frame.condition, repeat=frame.repeat, items=tuple(items))
            for frame, items in reader.sections
        ),
    )  # fmt: skip
    columns = {
        f"{column_letter(column)} {name}": name for name, column in sorted(form.columns.items(), key=lambda one: one[1])
    }
    listed = TableList(sheet, 1, checklist, reader.stated, reader.remarks, columns)
    return Tables((listed,), tuple(reader.problems), tuple(reader.turned))
