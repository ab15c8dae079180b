"""An XLSForm as a checklist: the part of the format that inspection forms use; the rest is reported row by row.

pyxform, the format's own library, was tried (4.5.0) and not taken: it stops at the first mistake, its result no longer
knows the rows, its messages are English, and it brings a Java validator of 5.7 MB.
https://xlsform.org, https://getodk.github.io/xforms-spec/
"""

import re
from dataclasses import dataclass, field
from typing import Final, get_args

from fieldlog.domain.checklist import Checklist, Feature, Finding, Item, Measure, Repeat, Section, Unit
from fieldlog.sheets.grid import column_letter
from fieldlog.tables.build import COMPETENCE, DAYS, ID, MEASURE, NO_BASIS, guessed_area
from fieldlog.tables.citations import read_citations
from fieldlog.tables.contrary import contraries
from fieldlog.tables.polarity import Judged, judge
from fieldlog.tables.records import Problem, TableList, Tables, Turned
from fieldlog.tables.relevance import NotCovered, both, condition, limits
from fieldlog.tables.room import LONGEST, fitted, one_line, sentences
from fieldlog.tables.scores import points_of
from fieldlog.tables.xlsform_sheets import Form, FormRow

_YES: Final = frozenset(("yes", "y", "是", "有", "1", "true", "符合", "合格", "pass", "ok", "conform", "达标", "正常"))
_NO: Final = frozenset(
    ("no", "n", "否", "无", "0", "false", "不符合", "不合格", "fail", "不达标", "异常", "不正常", "没有")
)
_NA: Final = frozenset(
    ("na", "n/a", "不适用", "不涉及", "无此项", "其他", "合理缺项", "not_applicable", "dk", "不清楚")
)
_SILENT: Final = frozenset(
    (
        "start",
        "end",
        "today",
        "deviceid",
        "username",
        "phonenumber",
        "email",
        "audit",
        "subscriberid",
        "simserial",
        "start-geopoint",
    )
)
_FOLLOWING: Final = frozenset(("image", "photo", "text", "string", "note", "file", "audio", "video", "geopoint"))
_UNIT_WORDS: Final = {"度": "℃", "摄氏度": "℃", "°C": "℃", "%": "%", "m": "米", "cm": "厘米", "mm": "毫米", "kg": "千克", "g": "克", "m2": "平方米", "㎡": "平方米", "公斤": "千克", "h": "小时", "min": "分钟", "分": "分钟", "MPa": "MPa", "兆帕": "MPa", "lux": "lx"}  # fmt: skip


@dataclass(slots=True)
class _Part:
    """A group or a repeat that is open."""

    title: str
    condition: str | None
    repeat: Repeat | None
    row: int


@dataclass(slots=True)
class _Reader:
    form: Form
    version: str
    parts: list[_Part] = field(default_factory=list[_Part])
    sections: list[tuple[Section, list[Item]]] = field(default_factory=list[tuple[Section, list[Item]]])
    open_key: tuple[str, ...] = ()
    features: dict[str, Feature] = field(default_factory=dict[str, Feature])
    """By the name of the question."""
    asked: frozenset[str] = frozenset()
    problems: list[Problem] = field(default_factory=list[Problem])
    turned: list[Turned] = field(default_factory=list[Turned])
    stated: dict[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    remarks: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    hints: list[str] = field(default_factory=list[str])
    """Notes that wait for the next item."""
    texts: set[str] = field(default_factory=set[str])
    questions: dict[str, str] = field(default_factory=dict[str, str])
    """Question name to the id of the item that it became."""
    number: int = 0

    def report(self, row: FormRow, name: str, why: str) -> None:
        column = self.form.columns.get(name)
        letter = column_letter(column) if column is not None else ""
        self.problems.append(Problem(self.form.survey.sheet, row.row + 1, letter, why))

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
        asking = [row for row in self.form.rows if row.get("type").strip().lower() not in _FOLLOWING]
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
            self.report(row, "type", f"没有写 type，没有采用：{self._label(row)[:60]}")
        elif kind in ("begin group", "begin repeat"):
            self._begin(row, repeat=kind == "begin repeat")
        elif kind in ("end group", "end repeat"):
            self._end(row, kind)
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
        elif kind not in _SILENT:
            self.report(row, "type", f"类型“{written}”这里用不上，没有导入：{self._label(row)[:60]}")

    def _label(self, row: FormRow) -> str:
        label = one_line(re.sub(r"\$\{[^}]*\}", "", re.sub(r"<[^>]+>|\*\*|__", "", row.get("label"))))
        return label or row.get("name")

    def _begin(self, row: FormRow, *, repeat: bool) -> None:
        title = self._label(row)[:LONGEST] or "检查内容"
        again: Repeat | None = None
        if repeat and any(part.repeat for part in self.parts):
            self.report(row, "type", f"循环里又套循环，“{title}”按普通一组导入")
        elif repeat:
            name = re.sub(r"^(?:每个|各个|各|逐个检查)", "", title)[:LONGEST] or title
            count = row.get("repeat_count")
            most = int(count) if re.fullmatch(r"\d{1,2}", count) and 2 <= int(count) <= 50 else 20
            if count and most == 20 and count != "20":
                self.report(row, "repeat_count", f"repeat_count“{count}”不是 2 到 50 的数，按最多 20 个")
            again = Repeat(name=name, most=most)
        self.parts.append(_Part(title, self._condition(row), again, row.row))

    def _end(self, row: FormRow, kind: str) -> None:
        if self.parts:
            self.parts.pop()
        else:
            self.report(row, "type", f"多了一个 {kind}，没有对应的 begin")

    # ---- questions -----------------------------------------------------------------------------------------------------

    def _two_way(self, name: str) -> bool:
        """Whether a list of choices is yes and no, with or without 不适用."""
        choices = self.form.choices.get(name, {})
        sides = {side for key, label in choices.items() if (side := _side(key, label))}
        return "yes" in sides and "no" in sides and len(choices) <= 4 and all(_side(k, v) for k, v in choices.items())

    def _select(self, row: FormRow, choices: str) -> None:
        label = self._label(row)
        if not self._two_way(choices):
            options = "、".join(self.form.choices.get(choices, {}).values())[:60]
            self.report(
                row, "type", f"不是“是/否”一类的选择题，没有导入：{label[:60]}（选项：{options or '没有找到'}）"
            )
            return
        if row.get("name") in self.asked:
            self._feature(row, label)
            return
        labels = set(self.form.choices[choices].values())
        judged = judge(label, answers="have" if {"有", "无"} <= labels else "yes")
        self._add(row, judged, level=not judged.open)

    def _feature(self, row: FormRow, label: str) -> None:
        """A question on which others depend is a feature of the premises, asked once at the beginning."""
        name = re.sub(r"[？?。\s]+$|吗[？?]?$", "", label)
        name = re.sub(r"^(?:请问|本?单位|该单位|场所)?(?:内)?(?:是否|有没有|有无)(?=有)|是否", "", name)
        name = re.sub(r"[\s（）()且或非]", "", name)[:20] or row.get("name")
        if name in {feature.id for feature in self.features.values()}:
            name = f"{name}{len(self.features) + 1}"
        question = label[:LONGEST]
        when: str | None = None
        try:
            when = condition(row.get("relevant"), self._feature_for) if row.get("relevant") else None
        except NotCovered as beyond:
            self.report(row, "relevant", f"{beyond} 用不上，“{name}”总是要问")
        self.features[row.get("name")] = Feature(id=name, question=question, condition=when)

    def _feature_for(self, name: str, value: str) -> tuple[bool, str]:
        feature = self.features.get(name)
        side = _side(value, value)
        if feature is None or side not in ("yes", "no"):
            raise NotCovered(f"relevant 里的 ${{{name}}} = '{value}'（不是前面的是否题）")
        return side == "yes", feature.id

    def _measured(self, row: FormRow, *, whole: bool) -> None:
        label = self._label(row)
        unit = self._unit(row, label)
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
        limited = low is not None or high is not None
        words = {
            (True, True): f"在 {low} 到 {high} {unit}",
            (True, False): f"不低于 {low} {unit}",
            (False, True): f"不高于 {high} {unit}",
        }
        told = words.get((low is not None, high is not None), "")
        text = f"{name}{told}" if limited else f"{name}（{unit}）"
        measure = Measure.model_validate({"label": name, "unit": unit, "min": low, "max": high})
        self._add(row, Judged(text, text), level=limited, measure=measure, findings=(f"{name}不在规定范围内",))

    def _unit(self, row: FormRow, label: str) -> str | None:
        units = get_args(Unit)
        told = [
            row.get("unit"),
            *re.findall(r"[（(]([^（）()]{1,8})[)）]", label),
            *re.findall(r"单位\s*[:：]?\s*(\S{1,5})", row.get("hint")),
        ]
        for each in told:
            unit = _UNIT_WORDS.get(each.strip(), each.strip())
            if unit in units:
                return unit
        return next((unit for unit in units if len(unit) > 1 and label.endswith(unit)), None)

    def _text(self, row: FormRow) -> None:
        """A text to write is a record, not a check; one that explains a 不符合 is what the note of an answer is for."""
        if re.search(r"\$\{[^}]+\}", row.get("relevant")) and not self._features_only(row.get("relevant")):
            self.report(row, "type", f"不符合时的说明在检查时直接写，没有另导入：{self._label(row)[:60]}")
            return
        label = re.sub(r"[：:。]+$", "", self._label(row))
        self._add(row, Judged(label[:LONGEST], label[:LONGEST]), level=False)

    def _features_only(self, relevant: str) -> bool:
        return all(name in self.features for name in re.findall(r"\$\{\s*([^{}\s]+)\s*\}", relevant))

    def _hint(self, row: FormRow) -> None:
        self.hints += sentences(self._label(row))

    def _photo(self, row: FormRow) -> None:
        items = self.sections[-1][1] if self.sections else []
        if not items or self.open_key != self._key():
            self.report(row, "type", f"照片前面没有检查项，没有导入：{self._label(row)[:60]}")
            return
        relevant = row.get("relevant")
        asked = re.findall(r"\$\{\s*([^{}\s]+)\s*\}\s*=\s*'([^']*)'", relevant)
        failing = any(self.questions.get(name) == items[-1].id and _side(value, value) == "no" for name, value in asked)
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
        text, notes = judged.text, list[str]()
        column = self.form.columns.get("label")
        letter = column_letter(column) if column is not None else ""
        if judged.turned or not judged.sure:
            self.turned.append(Turned(self.form.survey.sheet, row.row + 1, letter, judged.original, text, judged.sure))
            notes.append(f"{'' if judged.sure else '符合与否待核，'}原表：{judged.original}")
        if judged.open:
            self.report(row, "label", f"“{judged.original}”不是能用符合、不符合回答的问题，只作记录；请改成一句陈述")
        elif not judged.sure:
            why = f"“{judged.original}”答“是”算好还是算不好看不准：现在按“{text}”为符合；如果相反，改成“{judged.other}”"
            self.report(row, "label", why)
        pieces = sentences(text)
        if len(pieces) > 1:
            self.report(row, "label", f"问题超过 {LONGEST} 字，后面的写进了检查方法")
        told = [*pieces[1:], *(sentences(one_line(row.get("hint"))) if row.get("hint") else []), *self.hints]
        how, left = fitted(told)
        notes += [f"检查方法续：{piece}" for piece in left]
        self.hints = []
        read = read_citations(row.get("basis"))
        notes += [f"原依据：{rest}" for rest in read.rest]
        for rest in read.rest:
            self.report(row, "basis", f"依据里这一段没有看懂，记在了备注里：{rest[:60]}")
        if not read.citations:
            self.report(row, "basis", "没有写依据，先填了“依据待补”，请补上法规和条款（可加一列“依据”）")
        statement = self._unique(row, pieces[0] if pieces else row.get("name"))
        self.number += 1
        item_id = f"{ID}-{self.number}"
        note, over = fitted(notes)
        if over:
            self.remarks[item_id] = tuple(f"原表 survey 第 {row.row + 1} 行：{piece}" for piece in over)
        stated = ["text", "measure", *(["how_to_check"] if how else []), *(["basis"] if read.citations else [])]
        self.stated[item_id] = frozenset(stated)
        self.questions[row.get("name")] = item_id
        wrong = findings or contraries(statement)
        item = Item(
            id=item_id, text=statement, how_to_check=how or "现场查看", basis=read.citations or (NO_BASIS,),
            penalty=read_citations(row.get("penalty")).citations, level="一般" if level else None, deadline_days=DAYS,
            condition=self._condition(row), measure=measure, points=points_of(row.get("points")), note=note,
            findings=tuple(Finding(text=each, measure=MEASURE, days=DAYS) for each in wrong) if level else (),
        )  # fmt: skip
        self._place(row).append(item)

    def _unique(self, row: FormRow, text: str) -> str:
        if text in self.texts:
            again = next(each for n in range(2, 5000) if (each := f"{text[:110]}（第 {n} 处）") not in self.texts)
            self.report(row, "label", f"与前面的一项重复，写成了“{again}”；如果是同一件事，请删去一行")
            text = again
        self.texts.add(text)
        return text

    def _condition(self, row: FormRow) -> str | None:
        relevant = row.get("relevant")
        if not relevant:
            return None
        try:
            found = condition(relevant, self._feature_for)
        except NotCovered as beyond:
            self.report(row, "relevant", f"{beyond} 用不上，条件没有采用，这里总是要查")
            return None
        if len(found) > LONGEST:
            self.report(row, "relevant", f"条件超过 {LONGEST} 字，没有采用，这里总是要查")
            return None
        return found

    def _key(self) -> tuple[str, ...]:
        return tuple(f"{part.row}" for part in self.parts)

    def _place(self, row: FormRow) -> list[Item]:
        """The items of the section that is open now."""
        if self.sections and self.open_key == self._key():
            return self.sections[-1][1]
        self.open_key = self._key()
        title = " / ".join(part.title for part in self.parts)[:LONGEST].strip() or "检查内容"
        when: str | None = None
        for part in self.parts:
            try:
                when = both(when, part.condition)
            except NotCovered:
                self.report(row, "type", f"“{part.title}”和外层的条件合起来太长，没有采用它自己的条件")
        repeat = next((part.repeat for part in self.parts if part.repeat), None)
        frame = Section.model_construct(title=title, place=None, condition=when, repeat=repeat, items=())
        self.sections.append((frame, []))
        return self.sections[-1][1]


def _side(key: str, label: str) -> str:
    for word in (key.strip().lower(), label.strip().lower()):
        for side, known in (("yes", _YES), ("no", _NO), ("na", _NA)):
            if word in known:
                return side
    return ""


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
