"""Makes a checklist of the rows of a check table."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from typing import Final

from fieldlog.domain.checklist import Area, Checklist, Finding, Item, Level, Place, Scoring, Section, Standard
from fieldlog.domain.citation import Citation
from fieldlog.sheets.grid import column_letter
from fieldlog.sheets.text import is_placeholder, match_key
from fieldlog.tables.citations import read_citations
from fieldlog.tables.contrary import contraries
from fieldlog.tables.drafts import Draft, Table
from fieldlog.tables.findings import deductions, stated_findings
from fieldlog.tables.numerals import without_serial
from fieldlog.tables.polarity import Expected, Judged, judge
from fieldlog.tables.records import Problem, TableList, Turned
from fieldlog.tables.room import LONGEST, fitted, numbered_parts, one_line, sentences
from fieldlog.tables.scores import grades_in, plain_points, points_of

ID: Final = "list"
"""The id under which a list is built, until it gets its own."""
MOST_SAME: Final = 2100
NO_BASIS: Final = Citation(law="依据待补", verified=False)
MEASURE: Final = "按要求整改到位"
COMPETENCE: Final = "表格没有写；处罚权以县里的权力清单为准"
DAYS: Final = 7
_LOOK: Final = "现场查看"
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
class Builder:
    """One table on its way to a list."""

    table: Table
    version: str
    problems: list[Problem] = field(default_factory=list[Problem])
    turned: list[Turned] = field(default_factory=list[Turned])
    stated: dict[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    remarks: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    abbreviations: dict[str, str] = field(default_factory=dict[str, str])
    number: int = 0
    last_law: str = ""
    seen: set[str] = field(default_factory=set[str])
    veto_marks: bool = False
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

    def report(self, row: int | None, name: str, why: str) -> None:
        """Note a problem at a row (from 0) and the column of a field."""
        at = self.table.header.top if row is None else row
        self.problems.append(Problem(self.table.sheet, at + 1, self.table.letter(name), why))

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
        notes, stated = self._told(draft, judged), {"text"}
        how, basis, penalty = (
            self._how(draft, notes, stated),
            self._basis(draft, notes, stated),
            self._penalty(draft, notes, stated),
        )
        standard, level = self._level(draft, notes, stated)
        findings = self._findings(draft, text, judged, notes, stated)
        points = self._points(draft, notes)
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
            level=None if record else level, standard=standard, deadline_days=self._days(draft),
            points=points, veto=self._veto(draft, notes), note=note, findings=() if record else findings,
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

    def _told(self, draft: Draft, judged: Judged) -> list[str]:
        """What the note says of the wording; what is uncertain is reported."""
        column = self.table.letter("text")
        if judged.turned or not judged.sure:
            self.turned.append(
                Turned(self.table.sheet, draft.row + 1, column, judged.original, judged.text, judged.sure)
            )
        if judged.open:
            why = f"“{judged.original}”不是能用符合、不符合回答的问题，只作记录；请改成一句陈述"
            self.report(draft.row, "text", why)
            return [f"原表：{judged.original}"]
        if not judged.sure:
            why = f"“{judged.original}”答“是”算好还是算不好看不准：现在按“{judged.text}”为符合"
            self.report(draft.row, "text", f"{why}；如果相反，改成“{judged.other}”" if judged.other else why)
            return [f"符合与否待核，原表：{judged.original}"]
        return [f"原表：{judged.original}"] if judged.turned else []

    def _how(self, draft: Draft, notes: list[str], stated: set[str]) -> str:
        parts = [one_line(draft.texts[name]) for name in ("how", "requirement") if draft.texts.get(name)]
        parts = [part for part in parts if not is_placeholder(part)]
        if not parts:
            return _LOOK
        stated.add("how_to_check")
        pieces = [piece for part in parts for piece in sentences(part)]
        how, left = fitted(pieces)
        notes += [f"检查方法续：{piece}" for piece in left]
        return how or _LOOK

    def _basis(self, draft: Draft, notes: list[str], stated: set[str]) -> tuple[Citation, ...]:
        text = draft.texts.get("basis", "")
        parts = re.split(r"(?:罚则|处罚依据|法律责任)\s*[:：]", text, maxsplit=1)
        if len(parts) == 2 and not draft.texts.get("penalty"):
            draft.texts["penalty"] = parts[1]
            text = parts[0]
        found = self._citations(draft, "basis", text, notes)
        if found:
            stated.add("basis")
            return found
        if is_placeholder(text):
            self.report(draft.row, "basis", "没有写依据，先填了“依据待补”，请补上法规和条款")
        return (NO_BASIS,)

    def _penalty(self, draft: Draft, notes: list[str], stated: set[str]) -> tuple[Citation, ...]:
        found = self._citations(draft, "penalty", draft.texts.get("penalty", ""), notes)
        if found:
            stated.add("penalty")
        return found

    def _citations(self, draft: Draft, name: str, text: str, notes: list[str]) -> tuple[Citation, ...]:
        if is_placeholder(text):
            return ()
        column = self.table.header.column(name)
        heading = self.table.header.headings.get(column, "") if column is not None else ""
        named = re.search(r"《([^》]+)》", heading)
        law = named[1] if named else ""
        read = read_citations(text, law, self.abbreviations)
        if not read.citations and self.last_law and re.match(r"\s*第?[\d一二三四五六七八九十百]+条", text):
            read = read_citations(text, self.last_law, self.abbreviations)
            self.report(draft.row, name, f"“{one_line(text)[:40]}”没有写法名，按上面的《{self.last_law}》读，请核对")
        for citation in read.citations:
            self.last_law = citation.law if citation.article else self.last_law
        for rest in read.rest:
            self.report(draft.row, name, f"依据里这一段没有看懂，记在了备注里：{rest[:60]}")
        label = "原依据" if name == "basis" else "原处罚依据"
        notes += [f"{label}：{one_line(rest)}" for rest in read.rest]
        return read.citations

    def _level(self, draft: Draft, notes: list[str], stated: set[str]) -> tuple[Standard | None, Level]:
        told = draft.texts.get("level", "")
        clause = draft.texts.get("standard", "")
        if not re.search(r"重大", told):
            if told and not re.fullmatch(r"一般|一般隐患|一般项目?", told):
                notes.append(f"原表级别：{one_line(told)}")
            return None, "一般"
        stated.add("level")
        if not clause or is_placeholder(clause):
            notes.append("原表级别：重大")
            self.report(draft.row, "level", "标了重大，却没有判定标准和条款：先按一般写，请补判定标准后改")
            return None, "一般"
        cut = re.match(r"《?([^》]{2,60}?)》?\s*(第.+)", one_line(clause))
        name, where = (cut[1], cut[2]) if cut else (one_line(clause), "见原表")
        return Standard(name=name[:LONGEST], clause=where[:LONGEST], verified=False), "重大"

    def _findings(
        self, draft: Draft, text: str, judged: Judged, notes: list[str], stated: set[str]
    ) -> tuple[Finding, ...]:
        days, measure = self._days(draft), one_line(draft.texts.get("measure", ""))
        if is_placeholder(measure) or len(measure) > LONGEST:
            if len(measure) > LONGEST:
                notes.append(f"原表措施：{measure}")
            measure = MEASURE
        told = draft.texts.get("finding", "") if self.table.header.says != "finding" else judged.original
        found, left = stated_findings(told)
        deducted, unread = deductions(draft.texts.get("deduct", ""))
        notes += [f"原表问题：{piece}" for piece in left] + [f"扣分：{piece}" for piece in unread]
        if found or deducted:
            stated.add("findings")
        lines = [(each, None) for each in found] or list(deducted) or [(each, None) for each in self._contraries(text)]
        return tuple(Finding(text=each, measure=measure, days=days, deduct=points) for each, points in lines[:4])

    def _contraries(self, text: str) -> tuple[str, ...]:
        return (text,) if self.table.header.says == "violation" else contraries(text)

    def _days(self, draft: Draft) -> int:
        told = draft.texts.get("days", "")
        if re.search(r"立即|当场|即时|立行", told):
            return 0
        found = re.search(r"(\d{1,3})\s*(?:天|日|个?工作日)?", told)
        return min(int(found[1]), 365) if found else DAYS

    def _points(self, draft: Draft, notes: list[str]) -> str | None:
        told = draft.texts.get("points", "")
        if is_placeholder(told):
            return None
        points = points_of(told)
        if points is None:
            notes.append(f"原表分值：{one_line(told)}")
            self.report(draft.row, "points", f"分值“{one_line(told)[:20]}”不是一个数，没有采用")
            return None
        column = self.table.header.columns["points"]
        if self._merged(draft.row, column):
            notes.append(f"原表几项合计 {points} 分")
            self.report(draft.row, "points", "分值合并在几行上，没有分到各项，请逐项写分值")
            return None
        draft.texts["points"] = ""  # of several items out of one row the first has them
        return points

    def _merged(self, row: int, column: int) -> bool:
        return (row, column) in self.table.shared_cells

    def _veto(self, draft: Draft, notes: list[str]) -> bool:
        told = draft.texts.get("veto", "")
        if re.search(r"否决|^是$|√|★", told) and "非" not in told:
            return True
        if draft.mark and not self.veto_marks:
            notes.append(f"原表标有 {draft.mark}")
        return bool(draft.mark) and self.veto_marks
