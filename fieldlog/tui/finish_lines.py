"""The lines of the last page: what is missing, what stands, and where each line leads."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fieldlog.actions import lookup, visit_closing
from fieldlog.actions.adoption import newer_versions
from fieldlog.domain.bodies import FootageLinked, Signature, Value
from fieldlog.domain.procedure import LACKING, PHOTO, UNANSWERED, Objection
from fieldlog.tui.desk import desk_of
from fieldlog.tui.item_facts import due_text
from fieldlog.tui.visit import STAGES, Visit
from fieldlog.tui.widgets.columns import Cell

WAYS: Mapping[str, Signature] = {"paper": Signature(way="paper"), "refused": Signature(way="refused")}
MOST_NAMED = 6
"""Unanswered items named one by one; more of them are counted."""

_NEEDS, _REASON, _GIVEN, _FINE = (
    Cell("必须补", "bad"),
    Cell("写原因", "warn"),
    Cell("已说明", "good"),
    Cell("好", "good"),
)
_OPTIONAL = Cell("可补", "warn")


@dataclass(frozen=True, slots=True)
class FinishLine:
    """One line, and what Enter does there."""

    key: str
    act: str
    """`title`, `jump`, `reason`, `stage`, `hazard`, `opinion`, `sign`, `close` or nothing to do: empty."""
    state: Cell
    text: str
    aside: str = ""
    target: str = ""
    """The item, rule, stage or hazard it is about."""
    stops: bool = False
    """The visit cannot be closed while the line stands like this."""


@dataclass(frozen=True, slots=True)
class Closing:
    """What was decided on the page so far; kept in the log as drafts until the visit is closed."""

    reasons: Mapping[str, str]
    opinion: str
    signature: Signature | None
    """None: nobody has said yet."""


FIELD = "finish:"
_REASON_FIELD = f"{FIELD}reason:"


def closing_of(visit: Visit) -> Closing:
    """What the drafts of the visit say about its end."""
    drafts = visit.state.drafts
    way = WAYS.get(drafts.get(f"{FIELD}way", ""))
    if way is not None and way.way == "refused":
        way = Signature(
            way="refused", reason=drafts.get(f"{FIELD}refusal", ""), witness=drafts.get(f"{FIELD}witness", "")
        )
    reasons = {key.removeprefix(_REASON_FIELD): text for key, text in drafts.items() if key.startswith(_REASON_FIELD)}
    return Closing(reasons, drafts.get(f"{FIELD}opinion", ""), way)


def finish_lines(visit: Visit, closing: Closing) -> list[FinishLine]:
    """The page, top to bottom."""
    standing = visit_closing.objections(visit.book, visit.doc, closing.signature or WAYS["paper"])
    by_rule = {each.rule: each for each in standing}
    parts: list[tuple[str, list[FinishLine]]] = [
        ("检查项目", list(_items(visit, by_rule, closing))),
        ("程序", list(_procedure(visit, by_rule, closing))),
        ("录像", list(_footage(visit, by_rule, closing))),
        ("隐患", list(_hazards(visit))),
        ("当事人", list(_party(closing, by_rule))),
    ]
    known = {LACKING, UNANSWERED, PHOTO, "P4", "P24", "P27"}
    parts[1][1].extend(_objection(each, closing) for each in standing if each.rule not in known)
    lines: list[FinishLine] = []
    for title, part in parts:
        lines.append(FinishLine(f"title:{title}", "title", Cell(""), title))
        lines.extend(part)
    lines.append(FinishLine("title:end", "title", Cell(""), "结束"))
    waiting = sum(line.stops for line in lines)
    said = f"还有 {waiting} 处要补或说明，按 F10 逐处去补" if waiting else "都齐了，按 F10 结束检查"
    lines.append(FinishLine("close", "close", Cell("未齐", "warn") if waiting else _FINE, said))
    return lines


def _items(visit: Visit, by_rule: Mapping[str, Objection], closing: Closing) -> Iterator[FinishLine]:
    counts = visit.tally.counts
    said = "  ".join(f"{value.value} {counts[value]}" for value in Value if counts[value])
    yield FinishLine("progress", "", Cell("", ""), f"已检 {visit.tally.done} / {visit.tally.total} 项  {said}")
    for each in visit.scores:
        veto = each.vetoed[0] if each.vetoed else ""
        text = f"{each.title} {each.shown}，满分 {each.full}"
        act, aside = ("jump", "看否决项") if veto else ("", "")
        yield FinishLine(f"score:{each.list}", act, Cell("得分", "bad" if veto else "good"), text, aside, veto)
    questions = visit.walk.questions
    for question in questions:
        if visit.is_lacking(question):
            text = f"第 {question.number} 项不符合没有写明问题：{visit.text(question)}"
            yield FinishLine(f"lacking:{question.ref}", "jump", _NEEDS, text, "去补", question.ref, True)
    if UNANSWERED in by_rule:
        yield _objection(by_rule[UNANSWERED], closing)
    waiting = [question for question in questions if visit.is_open(question)]
    for question in waiting[:MOST_NAMED]:
        text = f"第 {question.number} 项：{visit.text(question)}"
        yield FinishLine(f"open:{question.ref}", "jump", Cell("未检"), text, "去检查", question.ref)
    if rest := waiting[MOST_NAMED:]:
        first = rest[0]
        text = f"另有 {len(rest)} 项未检，从第 {first.number} 项起"
        yield FinishLine(f"open:{first.ref}", "jump", Cell("未检"), text, "去检查", first.ref)
    for question in questions:
        if visit.lacks_measure(question):
            text = f"第 {question.number} 项没有填实测值：{visit.text(question)}"
            yield FinishLine(f"measure:{question.ref}", "jump", _OPTIONAL, text, "去补", question.ref)
    yield from _photos(visit, by_rule, closing)
    yield from _unsaved_texts(visit)
    for offer in newer_versions(desk_of(visit.book).library, visit.state):
        text = f"{offer.title}有新版 {offer.new}，这次用的是 {offer.old}"
        yield FinishLine(f"adopt:{offer.id}", "adopt", Cell("可换"), text, "看改动", offer.id)


def _photos(visit: Visit, by_rule: Mapping[str, Objection], closing: Closing) -> Iterator[FinishLine]:
    """Photos that the lists ask for: a reason for all of them, and where each is missing."""
    if PHOTO not in by_rule:
        return
    yield _objection(by_rule[PHOTO], closing)
    photoless = [question for question in visit.walk.questions if visit.lacks_photo(question)]
    for question in photoless[:MOST_NAMED]:
        text = f"第 {question.number} 项缺照片：{visit.text(question)}"
        yield FinishLine(f"photo:{question.ref}", "jump", Cell("缺照"), text, "去拍", question.ref)


def _unsaved_texts(visit: Visit) -> Iterator[FinishLine]:
    """Closing drops what was typed and not saved, so it is shown first."""
    words = {"note": "备注", "other": "问题描述", "form": "隐患表单"}
    told: set[str] = set()
    for field in visit.state.drafts:
        purpose, _colon, rest = field.partition(":")
        item = rest.partition(":")[0]
        question = visit.walk.of(item)
        if purpose in words and question is not None and (key := f"draft:{purpose}:{item}") not in told:
            told.add(key)
            text = f"第 {question.number} 项{words[purpose]}没有保存，结束后就没有了"
            yield FinishLine(key, "jump", _OPTIONAL, text, "去保存", item)


def _procedure(visit: Visit, by_rule: Mapping[str, Objection], closing: Closing) -> Iterator[FinishLine]:
    reached = {stage.stage: stage.moment[11:16] for _by, stage in visit.state.stages}
    if "P4" in by_rule:
        yield _objection(by_rule["P4"], closing)
    for stage in STAGES:
        if stage in reached:
            yield FinishLine(f"stage:{stage}", "", _FINE, stage, reached[stage])
        else:
            yield FinishLine(f"stage:{stage}", "stage", Cell("未记"), stage, "记下此刻", stage)
    names = "、".join(visit.officer_names())
    yield FinishLine("officers", "", _FINE, f"执法人员 {names}")


def _footage(visit: Visit, by_rule: Mapping[str, Objection], closing: Closing) -> Iterator[FinishLine]:
    links = [each.body for each in visit.state.footage if isinstance(each.body, FootageLinked)]
    if "P24" in by_rule:
        yield _objection(by_rule["P24"], closing)
    for camera in dict.fromkeys(link.camera for link in links):
        times = [link.moment[11:19] for link in links if link.camera == camera]
        yield FinishLine(f"camera:{camera}", "", _FINE, f"{camera} 号机 {len(times)} 处", f"{times[0]} 到 {times[-1]}")


def _hazards(visit: Visit) -> Iterator[FinishLine]:
    found = False
    for doc in visit.hazards_here():
        hazard = lookup.hazard(visit.book, doc)
        if not hazard.is_open:
            continue
        found = True
        level = hazard.fields["level"]
        tone = "bad" if level == "重大" else "warn"
        yield FinishLine(f"hazard:{doc}", "hazard", Cell(level, tone), hazard.fields["text"], due_text(hazard), doc)
    if not found:
        yield FinishLine("no-hazard", "", Cell(""), "没有发现隐患")


def _party(closing: Closing, by_rule: Mapping[str, Objection]) -> Iterator[FinishLine]:
    text = f"对方意见：{closing.opinion}" if closing.opinion else "对方意见：没有记录"
    yield FinishLine("opinion", "opinion", _FINE if closing.opinion else Cell("可写"), text, "填写")
    signature = closing.signature
    if signature is None:
        yield FinishLine("sign", "sign", _NEEDS, "签字：还没有选", "选择", stops=True)
    elif signature.way == "paper":
        yield FinishLine("sign", "sign", _FINE, "签字：已在纸质笔录上签字", "改选")
    else:
        lacking = "P27" in by_rule
        said = f"拒签：{signature.reason or '原因未写'}；见证人 {signature.witness or '未写'}"
        yield FinishLine("sign", "sign", _NEEDS if lacking else _FINE, said, "改选", stops=lacking)


def _objection(each: Objection, closing: Closing) -> FinishLine:
    if each.act == "block":
        act = "jump" if each.item else ""
        return FinishLine(f"rule:{each.rule}", act, _NEEDS, each.text, each.source, each.item, True)
    reason = closing.reasons.get(each.rule, "")
    what = each.text.partition("，")[0]
    text = f"{what}：{reason}" if reason else what
    state = _GIVEN if reason else _REASON
    return FinishLine(f"rule:{each.rule}", "reason", state, text, each.source, each.rule, not reason)
