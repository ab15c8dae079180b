"""Taking a step of a case from its fields: names of people become ids, what the case knows is filled in."""

from collections.abc import Mapping
from typing import Any, Final, cast

from pydantic import ValidationError

from fieldlog.actions import lookup
from fieldlog.actions.case_defaults import Fields, defaults, from_hazard, from_inspection, from_premises
from fieldlog.actions.case_words import STEPS
from fieldlog.actions.cases import BEGINNINGS, begin, case_of, check_stage, take
from fieldlog.actions.texts import plain
from fieldlog.book.book import Book
from fieldlog.domain.case_bodies import CaseCommented, CaseStep
from fieldlog.domain.entries import Entry
from fieldlog.domain.errors import NotFound, Refused
from fieldlog.domain.hazard import Hazard
from fieldlog.domain.inspection import Inspection

_PERSON: Final = ("approver", "decided_by", "reviewer", "signed_by")
_PEOPLE: Final = ("officers", "taken_by", "attended", "servers")
_EITHER: Final = ("chair", "attended")
"""People who need not be officers of this unit: a name that is not known stays as it is."""


def prepare(book: Book, doc: str, step: str, given: Mapping[str, Any]) -> CaseStep:
    """The step's body with all that is known filled in; nothing is written.

    Args:
        doc: the case; for a step that begins one, the hazard, visit or premises it comes from, or empty.

    Raises:
        NotFound: no such case, source or officer.
        Refused: there is no such step, or a field cannot hold what is given.
    """
    model = STEPS.get(step)
    if model is None:
        raise Refused(f"案件没有“{step}”这一步，可用的有：{'、'.join(STEPS)}", rule="step")
    if model in BEGINNINGS:
        fields = _beginning(book, doc, given)
    else:
        case = case_of(book, doc)
        check_stage(case, model)
        fields = defaults(book, case, step, given)
    try:
        return model.model_validate(_with_ids(book, _cleaned(fields)))
    except ValidationError as error:
        raise Refused(_worded(error), rule="field") from error


def step(
    book: Book, by: str, doc: str, name: str, given: Mapping[str, Any], reasons: Mapping[str, str] | None = None
) -> Entry:
    """Take the step of that name; raises as `prepare` and `cases.take` do."""
    body = prepare(book, doc, name, given)
    if isinstance(body, BEGINNINGS):
        return begin(book, by, body, reasons)
    return take(book, by, doc, body, reasons)


def comment(book: Book, by: str, doc: str, text: str) -> Entry:
    """Say something about a case; also after it is over."""
    case, words = case_of(book, doc), plain(text)
    if not words:
        raise Refused("请写几个字", rule="words")
    return book.write(by, case.doc, CaseCommented(text=words))


def _beginning(book: Book, doc: str, given: Mapping[str, Any]) -> Fields:
    """The fields of a proposal or of a decision on the spot; of the party only what is given goes over what is known."""
    known = _source(book, doc)
    fields = {"on": lookup.today(book).isoformat(), "source": "其他", **known, **given}
    party = given.get("party")
    if isinstance(party, Mapping):
        fields["party"] = {**known.get("party", {}), **cast(Mapping[str, Any], party)}
    for name in ("occurred", "discovered"):
        fields.setdefault(name, fields["on"])
    return fields


def _source(book: Book, doc: str) -> Fields:
    if not doc:
        return {}
    state = book.document(doc)
    if isinstance(state, Hazard):
        return from_hazard(book, doc)
    if isinstance(state, Inspection):
        return from_inspection(book, doc)
    try:
        return from_premises(book, doc)
    except NotFound as error:
        raise NotFound(f"没有编号为 {doc} 的隐患、检查或单位") from error


def _cleaned(fields: Mapping[str, Any]) -> Fields:
    return {name: plain(value) if isinstance(value, str) else value for name, value in fields.items()}


def _with_ids(book: Book, fields: Fields) -> Fields:
    """The same with officers by their ids."""
    done = dict(fields)
    for name in _PERSON:
        if isinstance(done.get(name), str) and done[name]:
            done[name] = lookup.officer(book, done[name])["id"]
    for name in _PEOPLE:
        if isinstance(done.get(name), list | tuple):
            people = list(done[name])
            done[name] = [_person(book, str(each), may_be_other=name in _EITHER) for each in people]
    if isinstance(done.get("chair"), str) and done["chair"]:
        done["chair"] = _person(book, done["chair"], may_be_other=True)
    if isinstance(done.get("delivery"), Mapping):
        done["delivery"] = _with_ids(book, dict(cast(Mapping[str, Any], done["delivery"])))
    return done


def _person(book: Book, named: str, *, may_be_other: bool) -> str:
    try:
        return str(lookup.officer(book, named)["id"])
    except NotFound:
        if may_be_other:
            return named
        raise


def _worded(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    name = ".".join(str(part) for part in first["loc"]) or "这一步"
    match first["type"]:
        case "missing" | "string_too_short":
            return f"缺少 {name}"
        case "literal_error":
            import re  # noqa: PLC0415 - only for a refusal

            choices = re.findall(r"'([^']+)'", str(first.get("ctx", {}).get("expected", "")))
            return f"{name} 只能是 {'、'.join(choices)}"
        case "string_pattern_mismatch" | "value_error":
            return f"{name} 的值不对，日期写成 2026-12-05"
        case "int_type" | "int_parsing" | "greater_than_equal" | "less_than_equal" | "int_from_float":
            return f"{name} 应是整数，金额以分计"
        case _:
            return f"{name} 的值不对"
