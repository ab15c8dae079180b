"""What happened to a hazard, step by step, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fieldlog.actions import lookup
from fieldlog.actions.photos import doubt, facts_of
from fieldlog.book.book import Book
from fieldlog.domain import bodies
from fieldlog.domain.entries import Entry
from fieldlog.domain.errors import NotFound
from fieldlog.domain.fold import read_body
from fieldlog.domain.hazard import Hazard
from fieldlog.domain.inspection import Inspection
from fieldlog.domain.photos import WHEN_WORDS


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened."""

    at: str
    """RFC 3339, as the laptop believed."""
    who: str
    what: str
    """One word or two: 发现, 整改反馈, 复查通过."""
    details: tuple[str, ...] = ()
    late: bool = False
    """It arrived after the hazard's end and changed nothing."""
    entry: Entry | None = None
    """None for what another document's entry tells, such as footage of the visit."""


def name_of(book: Book, who: str) -> str:
    """The officer's name; the id itself for a device or somebody not known here."""
    row = book.row("officers", who)
    return str(row["name"]) if row else who


def names_of(book: Book, people: Sequence[str]) -> str:
    """Officers' names as a line lists them."""
    return "、".join(name_of(book, person) for person in people)


def hazard_steps(book: Book, doc: str) -> list[Step]:
    """Everything that happened to the hazard, oldest first, with the photos and footage that its visit holds on it.

    Raises:
        NotFound: there is no such hazard.
    """
    hazard = lookup.hazard(book, doc)
    steps: list[Step] = []
    walked = Hazard(doc)
    for entry in hazard.timeline:
        body = read_body(entry)
        if body is None:
            continue
        before = walked.late
        walked.apply(entry, body)
        what, details = _words(book, body)
        if isinstance(body, bodies.PhotoAttached) and (words := doubt(book, hazard, body)):
            details = (*details, words)
        steps.append(Step(entry.at, name_of(book, entry.by), what, details, walked.late > before, entry))
    steps.extend(_from_visit(book, hazard))
    return sorted(steps, key=lambda step: step.at)


def _from_visit(book: Book, hazard: Hazard) -> list[Step]:
    visit = _visit(book, str(hazard.fields["inspection"]))
    if visit is None:
        return []
    steps: list[Step] = []
    for attached in (*visit.photos, *visit.footage):
        body = attached.body
        of_item = bool(body.item) and body.item == hazard.fields["item"]
        if of_item or (isinstance(body, bodies.FootageLinked) and body.hazard == hazard.doc):
            what, details = _words(book, body)
            steps.append(Step(attached.at, name_of(book, attached.by), what, (*details, "检查时记录")))
    return steps


def _visit(book: Book, doc: str) -> Inspection | None:
    if not doc:
        return None
    try:
        return lookup.inspection(book, doc)
    except NotFound:
        return None


def _words(book: Book, body: bodies.Body) -> tuple[str, tuple[str, ...]]:
    what, details = _beside(body) or _course(book, body)
    return what, tuple(detail for detail in details if detail)


def _beside(body: bodies.Body) -> tuple[str, Sequence[str]] | None:
    match body:
        case bodies.PhotoAttached():
            return f"照片{WHEN_WORDS[body.when]}", (body.name, "  ".join(facts_of(body)), f"指纹 {body.sha256[:12]}")
        case bodies.HazardCommented():
            return "评论", (body.text,)
        case bodies.HazardUnassigned():
            return "收回指派", (body.reason,)
        case bodies.HazardConfirmed():
            return "确认", ("两人改过的，以现在的为准",)
        case bodies.FootageLinked():
            return "录像", (f"{body.camera} 号机 {body.moment[11:19]}", body.note)
        case _:
            return None


def _course(book: Book, body: bodies.Body) -> tuple[str, Sequence[str]]:
    match body:
        case bodies.HazardFound():
            demand = f"要求：{body.measure}，{body.due} 前改好"
            people = f"检查人：{names_of(book, body.officers)}" if body.officers else ""
            return "发现", (body.text, demand, people)
        case bodies.HazardEdited():
            return "更正", _edited(body.model_dump(mode="json", exclude_none=True))
        case bodies.HazardAssigned():
            by = f"{body.due} 前办好" if body.due else ""
            return "指派", (f"交 {name_of(book, body.officer)} 跟进", by, body.note)
        case bodies.HazardUrged():
            return "督办", (body.note,)
        case bodies.HazardRectified():
            by = f"反馈人：{body.reported_by}" if body.reported_by else ""
            return "整改反馈", (body.note, f"整改日期 {body.on}", by)
        case bodies.HazardRechecked():
            people = f"复查人：{names_of(book, body.officers)}"
            due = f"新期限 {body.due}" if body.due else ""
            return ("复查通过" if body.passed else "复查未通过"), (body.note, f"复查日期 {body.on}", people, due)
        case bodies.HazardExtended():
            return "延期", (f"延到 {body.due}", body.reason, _approved(book, body.approver))
        case _:
            return _end(book, body)


def _end(book: Book, body: bodies.Body) -> tuple[str, Sequence[str]]:
    match body:
        case bodies.HazardClosingRequested():
            return "申请销号", (body.note,)
        case bodies.HazardClosingDeclined():
            return "退回销号", (body.reason,)
        case bodies.HazardClosed():
            return "销号", (body.reason.value, _approved(book, body.approver), body.note)
        case bodies.HazardVoided():
            return "作废", (body.reason,)
        case bodies.HazardReinstated():
            return "恢复", (body.reason,)
        case _:
            return "记录", ()


def _approved(book: Book, approver: str) -> str:
    return f"审批人：{name_of(book, approver)}" if approver else ""


FIELDS = {
    "text": "隐患",
    "place": "部位",
    "level": "等级",
    "standard": "判定标准",
    "basis": "依据",
    "measure": "整改措施",
    "due": "期限",
    "responsible": "责任人",
}
"""What the fields of a hazard are called."""


def _edited(changes: Mapping[str, Any]) -> list[str]:
    return [f"{word}改为：{_shown(changes[name])}" for name, word in FIELDS.items() if name in changes]


def _shown(value: object) -> str:
    return "；".join(map(str, value)) if isinstance(value, list | tuple) else str(value)  # pyright: ignore[reportUnknownArgumentType]
