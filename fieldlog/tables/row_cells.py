"""What each cell of a row means for its item: how to check, basis, level, findings, points."""

import re
from dataclasses import dataclass, field
from typing import Final

from fieldlog.domain.checklist_parts import Finding, Level, Standard
from fieldlog.domain.citation import Citation
from fieldlog.sheets.text import is_placeholder
from fieldlog.tables.citations import read_citations
from fieldlog.tables.contrary import contraries
from fieldlog.tables.drafts import Draft, Table
from fieldlog.tables.findings import deductions, stated_findings
from fieldlog.tables.polarity import Judged
from fieldlog.tables.records import Problem, Turned
from fieldlog.tables.room import LONGEST, fitted, one_line, sentences
from fieldlog.tables.scores import points_of

NO_BASIS: Final = Citation(law="依据待补", verified=False)
MEASURE: Final = "按要求整改到位"
DAYS: Final = 7
LOOK: Final = "现场查看"


@dataclass(slots=True)
class RowCells:
    """The cells of one table's rows; what is odd about one is noted with its place."""

    table: Table
    version: str
    problems: list[Problem] = field(default_factory=list[Problem])
    turned: list[Turned] = field(default_factory=list[Turned])
    abbreviations: dict[str, str] = field(default_factory=dict[str, str])
    last_law: str = ""
    veto_marks: bool = False
    told_no_basis: bool = False

    def report(self, row: int | None, name: str, why: str) -> None:
        """Note a problem at a row (from 0) and the column of a field."""
        at = self.table.header.top if row is None else row
        self.problems.append(Problem(self.table.sheet, at + 1, self.table.letter(name), why))

    def told(self, draft: Draft, judged: Judged) -> list[str]:
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

    def how(self, draft: Draft, notes: list[str], stated: set[str]) -> str:
        parts = [one_line(draft.texts[name]) for name in ("how", "requirement") if draft.texts.get(name)]
        parts = [part for part in parts if not is_placeholder(part)]
        if not parts:
            return LOOK
        stated.add("how_to_check")
        pieces = [piece for part in parts for piece in sentences(part)]
        how, left = fitted(pieces)
        notes += [f"检查方法续：{piece}" for piece in left]
        return how or LOOK

    def basis(self, draft: Draft, notes: list[str], stated: set[str]) -> tuple[Citation, ...]:
        text = draft.texts.get("basis", "")
        parts = re.split(r"(?:罚则|处罚依据|法律责任)\s*[:：]", text, maxsplit=1)
        if len(parts) == 2 and not draft.texts.get("penalty"):
            draft.texts["penalty"] = parts[1]
            text = parts[0]
        found = self._citations(draft, "basis", text, notes)
        if found:
            stated.add("basis")
            return found
        if self.table.header.column("basis") is None:
            if not self.told_no_basis:
                self.report(None, "text", "表里没有“依据”一列，各项都先填了“依据待补”，请补上法规和条款")
            self.told_no_basis = True
        elif is_placeholder(text):
            self.report(draft.row, "basis", "没有写依据，先填了“依据待补”，请补上法规和条款")
        return (NO_BASIS,)

    def penalty(self, draft: Draft, notes: list[str], stated: set[str]) -> tuple[Citation, ...]:
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

    def level(self, draft: Draft, notes: list[str], stated: set[str]) -> tuple[Standard | None, Level]:
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

    def findings(
        self, draft: Draft, text: str, judged: Judged, notes: list[str], stated: set[str]
    ) -> tuple[Finding, ...]:
        days, measure = self.days(draft), one_line(draft.texts.get("measure", ""))
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

    def days(self, draft: Draft) -> int:
        told = draft.texts.get("days", "")
        if re.search(r"立即|当场|即时|立行", told):
            return 0
        found = re.search(r"(\d{1,3})\s*(?:天|日|个?工作日)?", told)
        return min(int(found[1]), 365) if found else DAYS

    def points(self, draft: Draft, notes: list[str]) -> str | None:
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

    def veto(self, draft: Draft, notes: list[str]) -> bool:
        told = draft.texts.get("veto", "")
        if re.search(r"否决|^是$|√|★", told) and "非" not in told:
            return True
        if draft.mark and not self.veto_marks:
            notes.append(f"原表标有 {draft.mark}")
        return bool(draft.mark) and self.veto_marks
