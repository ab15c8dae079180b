"""Groups, repeats and conditions of an XLSForm, as sections and features of a list."""

import re
from dataclasses import dataclass, field

from fieldlog.domain.checklist_parts import Feature, Item, Repeat, Section
from fieldlog.sheets.grid import column_letter
from fieldlog.tables.records import Problem
from fieldlog.tables.relevance import NotCovered, both, condition
from fieldlog.tables.room import LONGEST, one_line
from fieldlog.tables.xlsform_sheets import Form, FormRow
from fieldlog.tables.xlsform_words import side_of


@dataclass(slots=True)
class Part:
    """A group or a repeat that is open."""

    title: str
    condition: str | None
    repeat: Repeat | None
    row: int


@dataclass(slots=True)
class FormParts:
    """Which groups are open, the sections made so far, and the features that conditions name."""

    form: Form
    version: str
    parts: list[Part] = field(default_factory=list[Part])
    sections: list[tuple[Section, list[Item]]] = field(default_factory=list[tuple[Section, list[Item]]])
    open_key: tuple[str, ...] = ()
    features: dict[str, Feature] = field(default_factory=dict[str, Feature])
    """By the name of the question."""
    problems: list[Problem] = field(default_factory=list[Problem])

    def report(self, row: FormRow, name: str, why: str) -> None:
        """Note a problem at a row and a column of the survey."""
        column = self.form.columns.get(name)
        letter = column_letter(column) if column is not None else ""
        self.problems.append(Problem(self.form.survey.sheet, row.row + 1, letter, why))

    def label(self, row: FormRow) -> str:
        """The Chinese label of a row, without marks and references; else its name."""
        label = one_line(re.sub(r"\$\{[^}]*\}", "", re.sub(r"<[^>]+>|\*\*|__", "", row.get("label"))))
        return label or row.get("name")

    def begin(self, row: FormRow, *, repeat: bool) -> None:
        """Open a group or a repeat."""
        title = self.label(row)[:LONGEST] or "检查内容"
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
        self.parts.append(Part(title, self.condition_of(row), again, row.row))

    def end(self, row: FormRow, kind: str) -> None:
        """Close the innermost group."""
        if self.parts:
            self.parts.pop()
        else:
            self.report(row, "type", f"多了一个 {kind}，没有对应的 begin")

    def feature(self, row: FormRow, label: str) -> None:
        """A question on which others depend is a feature of the premises, asked once at the beginning."""
        name = re.sub(r"[？?。\s]+$|吗[？?]?$", "", label)
        name = re.sub(r"^(?:请问|本?单位|该单位|场所)?(?:内)?(?:是否|有没有|有无)(?=有)|是否", "", name)
        name = re.sub(r"[\s（）()且或非]", "", name)[:20] or row.get("name")
        if name in {feature.id for feature in self.features.values()}:
            name = f"{name}{len(self.features) + 1}"
        question = label[:LONGEST]
        when: str | None = None
        try:
            when = condition(row.get("relevant"), self.feature_for) if row.get("relevant") else None
        except NotCovered as beyond:
            self.report(row, "relevant", f"{beyond} 用不上，“{name}”总是要问")
        self.features[row.get("name")] = Feature(id=name, question=question, condition=when)

    def feature_for(self, name: str, value: str) -> tuple[bool, str]:
        """The feature that a question and a value stand for, and whether it must hold."""
        feature = self.features.get(name)
        side = side_of(value, value)
        if feature is None or side not in ("yes", "no"):
            raise NotCovered(f"relevant 里的 ${{{name}}} = '{value}'（不是前面的是否题）")
        return side == "yes", feature.id

    def condition_of(self, row: FormRow) -> str | None:
        """The condition of a row; what it cannot say is reported."""
        relevant = row.get("relevant")
        if not relevant:
            return None
        try:
            found = condition(relevant, self.feature_for)
        except NotCovered as beyond:
            self.report(row, "relevant", f"{beyond} 用不上，条件没有采用，这里总是要查")
            return None
        if len(found) > LONGEST:
            self.report(row, "relevant", f"条件超过 {LONGEST} 字，没有采用，这里总是要查")
            return None
        return found

    def key(self) -> tuple[str, ...]:
        """Which groups are open."""
        return tuple(f"{part.row}" for part in self.parts)

    def place(self, row: FormRow) -> list[Item]:
        """The items of the section that is open now."""
        if self.sections and self.open_key == self.key():
            return self.sections[-1][1]
        self.open_key = self.key()
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
