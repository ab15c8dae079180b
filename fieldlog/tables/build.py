"""Makes a checklist of the rows of a check table."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from typing import Final

from fieldlog.domain.checklist import Area, Checklist, Scoring
from fieldlog.domain.checklist_parts import Item, Place, Section
from fieldlog.sheets.grid import column_letter
from fieldlog.sheets.text import is_placeholder, match_key
from fieldlog.tables.drafts import Draft
from fieldlog.tables.numerals import without_serial
from fieldlog.tables.polarity import Expected, Judged, judge
from fieldlog.tables.records import TableList
from fieldlog.tables.room import LONGEST, fitted, numbered_parts, one_line, sentences
from fieldlog.tables.row_cells import RowCells
from fieldlog.tables.scores import grades_in, plain_points

ID: Final = "list"
"""The id under which a list is built, until it gets its own."""
MOST_SAME: Final = 2100
COMPETENCE: Final = "表格没有写；处罚权以县里的权力清单为准"
_AREAS: Final[tuple[tuple[str, Area], ...]] = (
    (r"烟花|爆竹|液化气|气瓶|燃气站|供应站", "烟花爆竹和液化气"),
    (r"食品|餐饮|药|食堂|宴席|聚餐|医疗器械|保健|化妆品|小作坊|摊贩", "食品药品"),
    (r"消防|火灾|九小|三合一|自建房|住宿", "消防"),
    (r"道路交通|交通安全|机动车|电动自行车|路面|车辆", "道路交通"),
)  # fmt: skip


def guessed_area(words: str) -> Area:
    """The area that a title speaks of; 企业安全 where it names none."""
    for pattern, area in _AREAS:
        if re.search(pattern, words):
            return area
    return "企业安全"


@dataclass(slots=True)
class Builder(RowCells):
    """One table on its way to a list."""

    stated: dict[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    remarks: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    number: int = 0
    seen: set[str] = field(default_factory=set[str])
    scored: bool = False
    topics: bool = False

    def build(self) -> TableList | None:
        """The list, or None where no row of the table can be an item."""
        table = self.table
        legend = " ".join(text for _, text in table.notes)
        self.scored = table.header.column("points") is not None
        self.veto_marks = "否决" in legend or (self.scored and not re.search(r"重点项|关键项|重点项目", legend))
        self.topics = self._topics_vary()
        parts = [part for draft in table.drafts for part in self._items(draft)]
        if not parts:
            return None
        title = one_line(without_serial(table.title)).strip() or "检查清单"
        if len(title) > LONGEST:
            self.report(None, "", f"标题超过 {LONGEST} 字，截短了：{title}")
            title = title[:LONGEST].strip()
        return TableList(
            table.sheet,
            table.header.top + 1,
            self._checklist(title, parts, legend),
            self.stated,
            self.remarks,
            self._columns(),
        )

    def _checklist(self, title: str, parts: Sequence[tuple[str, Place | None, Item]], legend: str) -> Checklist:
        sections: list[Section] = []
        for (name, place), run in groupby(parts, key=lambda part: part[:2]):
            sections.append(
                Section(title=self._heading(name or title), place=place, items=tuple(item for _, _, item in run))
            )
        scoring = None
        if self.scored and any(item.points for _, _, item in parts):
            full = sum((Decimal(item.points) for _, _, item in parts if item.points), Decimal(0))
            grades, unread = grades_in(legend, full)
            for row, text in self.table.notes:
                if any(piece in text for piece in unread):
                    self.report(row, "", f"等级的分数线没有看懂，没有采用：{one_line(text)[:80]}")
            scoring = Scoring(full=plain_points(full) if 0 < full < 10_000 else "100", grades=grades)
        catalogue = self.table.header.says == "violation"
        return Checklist(
            id=ID, title=title, version=self.version, form="catalogue" if catalogue else "walk",
            area=guessed_area(f"{title} {self.table.sheet}"), competence=COMPETENCE, scoring=scoring,
            sections=tuple(sections),
        )  # fmt: skip

    def _heading(self, name: str) -> str:
        line = one_line(name)
        if len(line) > LONGEST:
            self.report(None, "category", f"分类名称超过 {LONGEST} 字，截短了：{line}")
            line = line[:LONGEST].strip()
        return line

    def _columns(self) -> dict[str, str]:
        header = self.table.header
        named = {header.columns[name]: name for name in header.columns}
        return {
            f"{column_letter(column)} {heading}": named.get(column, "result" if column in header.results else "")
            for column, heading in sorted(header.headings.items())
        }

    def _topics_vary(self) -> bool:
        """Whether 检查项目 names each check, not groups of them."""
        topics = [draft.texts.get("topic", "") for draft in self.table.drafts]
        return len(topics) > 2 and len({topic for topic in topics if topic}) > len(topics) * 0.6

    # ---- one row ------------------------------------------------------------------------------------------------------

    def _items(self, draft: Draft) -> Iterator[tuple[str, Place | None, Item]]:
        section, lead = self._section(draft)
        for text in self._statements(draft, lead):
            yield section, draft.place, self._item(draft, text)

    def _section(self, draft: Draft) -> tuple[str, str]:
        """The section's title, and what to put before the text where 检查项目 names the check itself."""
        topic = one_line(without_serial(draft.texts.get("topic", ""))) if self.table.header.says != "topic" else ""
        if not topic or is_placeholder(topic) or topic == draft.section:
            return draft.section, ""
        if self.topics or len(topic) > 30:
            return draft.section, topic
        return (f"{draft.section} / {topic}" if draft.section else topic), ""

    def _statements(self, draft: Draft, lead: str) -> list[Judged]:
        """The statements of a row: one, or several where its cell lists several or is too long for one."""
        text = draft.texts["text"]
        requirement = draft.texts.get("requirement", "")
        apart = bool(requirement) and not is_placeholder(requirement) and match_key(requirement) != match_key(text)
        if apart and len(text) <= 20 and not re.search(r"是否|有无", text):
            text = f"{one_line(text)}：{requirement}"
            draft.texts["requirement"] = ""
        pieces = [one_line(piece) for piece in numbered_parts(text)]
        if lead and match_key(lead) not in match_key(text):
            pieces = [f"{lead}：{piece}" for piece in pieces]
        judged = [each for piece in pieces for each in self._judged(draft, piece)]
        if len(judged) > 1 and draft.texts.get("points"):
            self.report(
                draft.row,
                "points",
                f"这一行拆成了 {len(judged)} 项，分值 {draft.texts['points']} 只给了第一项，请重新分配",
            )
        return judged

    def _judged(self, draft: Draft, piece: str) -> list[Judged]:
        lead, colon, rest = (
            piece.partition("：")
            if re.match(r"[^，。；？?]{1,30}：(?=.*(?:是否|有无|有没有))", piece)
            else ("", "", piece)
        )
        if self.table.header.says == "violation":
            whole = Judged(without_serial(piece), piece)
        else:
            whole = judge(rest, answers=self.table.header.answers, expected=self._expected(draft))
            if colon:
                other = f"{lead}：{whole.other}" if whole.other else ""
                whole = Judged(f"{lead}：{whole.text}", piece, whole.sure, other, whole.open)
        if len(whole.text) <= LONGEST:
            return [whole]
        parts = sentences(whole.text)
        self.report(draft.row, "text", f"检查内容有 {len(whole.text)} 字，超过 {LONGEST} 字，拆成了 {len(parts)} 项")
        return [
            Judged(part.rstrip("，,；;。、"), part.rstrip("，,；;。、") if whole.sure else whole.original, whole.sure)
            for part in parts
        ]

    def _expected(self, draft: Draft) -> Expected:
        if self.table.header.says == "finding":
            return "bad"
        told = draft.texts.get("expected", "")
        if re.fullmatch(r"(?:是|有|√|符合|Y|y|yes|对)", told):
            return "good"
        return "bad" if re.fullmatch(r"(?:否|无|没有|×|N|n|no|错)", told) else ""

    def _item(self, draft: Draft, judged: Judged) -> Item:
        self.number += 1
        item_id = f"{ID}-{self.number}"
        text = self._unique(draft, judged.text)
        notes, stated = self.told(draft, judged), {"text"}
        how, basis, penalty = (
            self.how(draft, notes, stated),
            self.basis(draft, notes, stated),
            self.penalty(draft, notes, stated),
        )
        standard, level = self.level(draft, notes, stated)
        findings = self.findings(draft, text, judged, notes, stated)
        points = self.points(draft, notes)
        if draft.texts.get("remark") and not is_placeholder(draft.texts["remark"]):
            notes.append(f"备注：{one_line(draft.texts['remark'])}")
        note, left = fitted(notes)
        if left:
            self.remarks[item_id] = tuple(
                f"原表 {self.table.sheet} 第 {draft.row + 1} 行：{one_line(piece)}" for piece in left
            )
            self.report(draft.row, "text", "备注写不下的内容写在了清单文件的注释里：" + "；".join(left)[:60])
        record = judged.open
        self.stated[item_id] = frozenset(stated)
        return Item(
            id=item_id, text=text, how_to_check=how, basis=basis, penalty=penalty,
            level=None if record else level, standard=standard, deadline_days=self.days(draft),
            points=points, veto=self.veto(draft, notes), note=note, findings=() if record else findings,
        )  # fmt: skip

    def _unique(self, draft: Draft, text: str) -> str:
        """The statement, told apart from an equal one before it."""
        text = text.strip()
        if text in self.seen:
            where = one_line(draft.texts.get("place", "") or draft.texts.get("category", "") or draft.section)[:30]
            again = next(
                each for n in range(2, MOST_SAME)
                if (each := f"{text[: LONGEST - 40]}（{where}{'' if n == 2 and where else f'第 {n} 处'}）") not in self.seen
            )  # fmt: skip
            self.report(draft.row, "text", f"检查内容与前面的一项重复，写成了“{again}”；如果是同一件事，请删去一行")
            text = again
        self.seen.add(text)
        return text
