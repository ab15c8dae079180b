"""What nobody should type twice: the fields of a step as far as the case, the hazard or the visit say them already."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any, cast

from fieldlog.actions import lookup
from fieldlog.actions.cases import pay_by
from fieldlog.book.book import Book
from fieldlog.domain.case import Case
from fieldlog.domain.case_money import capital, owed, surcharge
from fieldlog.domain.discretion import Scale, fitting
from fieldlog.domain.errors import FieldlogError, NotFound
from fieldlog.domain.procedure.case_decision import gives_hearing
from fieldlog.domain.procedure.case_facts import day_of
from fieldlog.rules.discretion import find_scale, load_discretion

Fields = dict[str, Any]
RIGHTS = "有权陈述、申辩"
_EXTRA_DAYS = 30  # of an announcement


def scales_for(book: Book, party_kind: str, cited: Sequence[str]) -> list[Scale]:
    """The scales that count today for such a party, those for what is cited first."""
    return fitting(load_discretion(book.folder), lookup.today(book), party_kind, cited)


def from_hazard(book: Book, doc: str) -> Fields:
    """A proposal's fields from a hazard: party, facts, what was broken, officers.

    Raises:
        NotFound: there is no such hazard.
    """
    hazard = lookup.hazard(book, doc)
    now = hazard.fields
    place = f"{now['place']}：" if now["place"] else ""
    rechecks = [f"{each.on} 复查，{each.note or '没有整改'}" for each in hazard.rechecks if not each.passed]
    facts = "；".join([f"{now['found']} 检查发现：{place}{now['text']}", *rechecks])
    return {
        **_of_premises(book, str(now["premises"])),
        "source": "隐患",
        "source_doc": doc,
        "source_text": f"隐患 {now['number']}",
        "cause": str(now["text"])[:60],
        "facts": facts,
        "place": now["place"],
        "occurred": now["found"],
        "discovered": now["found"],
        "broken": list(now["basis"]),
        "basis": _penalty_basis(book, list(now["basis"])),
        "officers": list(now["officers"]),
    }


def from_inspection(book: Book, doc: str) -> Fields:
    """A proposal's fields from a visit; raises NotFound where there is none."""
    visit = lookup.inspection(book, doc)
    assert visit.opened is not None  # noqa: S101 - lookup has seen to it
    day = visit.opened_at[:10]
    return {
        **_of_premises(book, visit.opened.premises),
        "source": "检查",
        "source_doc": doc,
        "source_text": f"{day} 检查",
        "occurred": day,
        "discovered": day,
        "officers": list(visit.opened.officers),
    }


def from_premises(book: Book, named: str) -> Fields:
    """The party as it is registered; raises NotFound."""
    return _of_premises(book, str(lookup.premises(book, named)["id"]))


def _of_premises(book: Book, premises: str) -> Fields:
    row = book.row("premises", premises)
    if row is None:
        return {"premises": premises}
    party = {
        "kind": "单位",
        "name": row["name"],
        "credit_code": row["uscc"],
        "address": row["address"],
        "contact": row["contact"],
        "phone": row["phone"],
        "representative": row["contact"],
    }
    return {"premises": premises, "party": party, "place": row["address"]}


def _penalty_basis(book: Book, broken: list[str]) -> list[str]:
    """The articles of the scale for what was broken; without one, what was broken, so that the officer puts it right."""
    with suppress(FieldlogError):
        for scale in scales_for(book, "单位", broken):
            if any(text.startswith((each.chinese, str(each))) for each in scale.broken for text in broken):
                return [each.shown for each in scale.basis]
    return broken


def defaults(book: Book, case: Case, step: str, given: Mapping[str, Any]) -> Fields:
    """The fields of a step that the case says already; what is given goes over them."""
    day = str(given.get("on") or lookup.today(book))
    fields: Fields = {"on": day, **_of_case(book, case, step, day), **given}
    if "delivery" in fields:
        fields["delivery"] = delivery(case, fields["on"], cast(Mapping[str, Any], fields.get("delivery") or {}))
    if step == "investigate" and isinstance(fields.get("discretion"), Mapping):
        fields["discretion"] = _discretion(book, fields["on"], cast(Mapping[str, Any], fields["discretion"]))
    if step == "decide" and "amount_in_words" not in fields:
        fields["amount_in_words"] = _in_words(fields.get("penalties", ()))
    return fields


def delivery(case: Case, on: str, given: Mapping[str, Any]) -> Fields:
    """A delivery with its day, the day from which it counts, and the officers who serve."""
    fields: Fields = {"way": "直接", **given}
    fields.setdefault("on", on)
    if fields["way"] == "公告":
        fields.setdefault("counts", (day_of(str(fields["on"])) + timedelta(days=_EXTRA_DAYS)).isoformat())
    fields.setdefault("counts", fields["on"])
    if fields["way"] in ("直接", "留置"):
        fields.setdefault("servers", list(case.officers))
    if fields["way"] == "直接" and case.party:
        fields.setdefault("receiver", case.party.contact or case.party.name)
    return fields


def _of_case(book: Book, case: Case, step: str, on: str) -> Fields:
    match step:
        case "officers":
            return {"why": "人员变动"}
        case "evidence":
            return {"taken_by": list(case.officers)}
        case "hold_decide":
            open_ = [place for place, hold in enumerate(case.holds, 1) if hold.decided is None]
            return {"hold": open_[0] if open_ else 1}
        case "investigate":
            return {"facts": case.facts, "outcome": "处罚"}
        case "notify" if case.investigated:
            return _notice(book, case)
        case "hearing_hold" if case.hearing_set:
            return {"chair": case.hearing_set.chair}
        case "hearing_set" | "urge":
            return _urging(book, case, on) if step == "urge" else {"delivery": Fields()}
        case "decide":
            return _decision(case)
        case _:
            return _after_decision(book, case, step)


def _notice(book: Book, case: Case) -> Fields:
    assert case.investigated is not None and case.party is not None  # noqa: S101 - the caller has seen to it
    proposed = case.investigated
    from fieldlog.actions.cases import facts  # noqa: PLC0415 - only here

    known = facts(book, lookup.today(book).isoformat())
    return {
        "facts": proposed.facts,
        "why": f"违反{'、'.join(case.broken) or '有关规定'}",
        "basis": list(case.basis),
        "penalties": [each.model_dump() for each in proposed.penalties],
        "hearing": bool(gives_hearing(case.party, proposed.penalties, known)),
        "delivery": {},
    }


def _decision(case: Case) -> Fields:
    proposed = case.investigated
    if proposed is None:
        return {}
    penalties = case.notified.penalties if case.notified else proposed.penalties
    return {
        "outcome": proposed.outcome,
        "facts": proposed.facts,
        "why": case.notified.why if case.notified else "",
        "basis": list(case.basis),
        "penalties": [each.model_dump() for each in penalties] if proposed.outcome == "处罚" else [],
        "ground": proposed.ground,
    }


def _urging(book: Book, case: Case, on: str) -> Fields:
    today = lookup.today(book)
    with suppress(ValueError):  # the body says what is wrong with a day that is none
        today = day_of(on)
    grown = surcharge(case, pay_by(book, case), today) - case.surcharge_paid
    by = (today + timedelta(days=14)).isoformat()
    return {"amount": owed(case), "surcharge": max(0, grown), "pay_by": by, "delivery": Fields()}


def _after_decision(book: Book, case: Case, step: str) -> Fields:
    match step:
        case "serve":
            number = case.decided.number if case.decided else ""
            return {"paper": "决定书", "number": number, "delivery": {}}
        case "pay":
            return {"amount": owed(case), "way": "银行"}
        case "terms":
            return {"parts": [{"due": (lookup.today(book) + timedelta(days=30)).isoformat(), "amount": owed(case)}]}
        case "cash":
            return {"to": "银行" if case.cash_delivered else "行政机关"}
        case "enforce":
            urged = case.urged[-1] if case.urged else None
            return {"amount": owed(case), "surcharge": urged.surcharge if urged else 0}
        case "dispute_end":
            return {"kind": next((each.kind for each in case.disputes if not each.ended), "行政复议")}
        case "publish":
            return {"what": "不予处罚决定" if case.outcome == "不予处罚" else "处罚决定"}
        case "transfer_report":
            return {"officers": list(case.officers), "facts": case.facts, "received": _now(book)}
        case "transfer_decide" | "transfer_send":
            return {"at": _now(book)}
        case "close":
            return {"outcome": closing_outcome(case)}
        case _:
            return {}


def closing_outcome(case: Case) -> str:
    """What the case ends with, as far as it can be seen."""
    if case.is_void_decision:
        return "决定被撤销"
    if case.outcome in ("不予处罚", "撤销案件"):
        return case.outcome
    if case.transfer_sent and not case.outcome:
        return "移送"
    ended = next((each.result for each in reversed(case.enforcement_answers)), "")
    return {"执行完毕": "法院执行完毕", "终结执行": "终结执行", "不予执行": "终结执行"}.get(ended, "已履行")


def _discretion(book: Book, on: str, given: Mapping[str, Any]) -> Fields:
    """A scale's step with its limits, version and source, where its id and the step's name are given."""
    fields: Fields = dict(given)
    if not fields.get("scale"):
        return {"scale": "", **fields}
    scale = find_scale(load_discretion(book.folder), str(fields["scale"]), day_of(on))
    step = scale.step(str(fields.get("step", "")))
    if step is None:
        raise NotFound(f"裁量基准“{scale.id}”没有这一档，可用的有：{'、'.join(each.name for each in scale.steps)}")
    known = {"version": scale.version, "violation": scale.violation, "least": step.least, "most": step.most}
    return {**fields, **known, "step": step.name, "verified": scale.verified}


def _in_words(penalties: Any) -> str:  # noqa: ANN401 - as the line gave them
    total = 0
    for each in cast("list[Mapping[str, Any]]", penalties) if isinstance(penalties, list | tuple) else ():
        if isinstance(each, Mapping) and each.get("kind") == "罚款":  # pyright: ignore[reportUnnecessaryIsInstance]
            total += amount if isinstance(amount := each.get("amount"), int) else 0
    return capital(total) if total else ""


def _now(book: Book) -> str:
    return book.now().isoformat(timespec="seconds")
