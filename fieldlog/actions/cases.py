"""The one door through which a step of a case is taken: order, days, rules, then the entry."""

from collections.abc import Mapping
from typing import Any

from fieldlog.actions import lookup
from fieldlog.actions.case_words import NAMES
from fieldlog.actions.office_profile import rules_on, work_calendar
from fieldlog.actions.refusal import passed_over
from fieldlog.book.book import Book
from fieldlog.domain import case_bodies as before
from fieldlog.domain.case import Case
from fieldlog.domain.case_bodies import CaseStep
from fieldlog.domain.case_deadlines import Deadline, case_deadlines
from fieldlog.domain.case_deadlines import pay_by as pay_by_of
from fieldlog.domain.case_state import KIND_OF, kinds_after, standing_in_the_way
from fieldlog.domain.contested import newest
from fieldlog.domain.entries import Entry
from fieldlog.domain.errors import NotFound, Refused
from fieldlog.domain.procedure import Objection, may_approve
from fieldlog.domain.procedure.case import case_findings
from fieldlog.domain.procedure.case_days import day_problem
from fieldlog.domain.procedure.case_facts import CaseFacts, day_of
from fieldlog.domain.roles import approves_by_itself, require
from fieldlog.rules.deadlines import load_deadlines

BEGINNINGS = (before.CaseProposed, before.DecidedOnSpot)


def case_of(book: Book, named: str) -> Case:
    """The folded case, by id, 案号 or form number.

    Raises:
        NotFound: there is none, or several have that number.
    """
    state = book.document(named)
    if not isinstance(state, Case):
        found = [row["id"] for row in book.rows("cases") if named and row["number"] == named]
        if len(found) > 1:
            raise NotFound(f"有 {len(found)} 个案件的案号是“{named}”，请改用编号")
        state = book.document(str(found[0])) if found else None
    if not isinstance(state, Case) or state.party is None:
        raise NotFound(f"没有编号为 {named} 的案件")
    return state


def cases_of(book: Book, source_doc: str) -> list[Mapping[str, Any]]:
    """The rows of cases that come from a hazard or visit, newest first."""
    rows = [row for row in book.rows("cases") if source_doc and row["source_doc"] == source_doc]
    return sorted(rows, key=lambda row: str(row["proposed"]), reverse=True)


def facts(book: Book, day: str) -> CaseFacts:
    """What the checks need to know, on the day of a step."""
    people = {str(row["id"]): row for row in book.rows("officers")}
    return CaseFacts(people, rules_on(book, day_of(day)).value, work_calendar(book), load_deadlines())


def deadlines(book: Book, case: Case) -> tuple[Deadline, ...]:
    """The terms that run in the case, by the unit's calendar."""
    return case_deadlines(case, work_calendar(book), load_deadlines())


def pay_by(book: Book, case: Case) -> Any:  # noqa: ANN401 - date or None
    """The last day to pay without a surcharge."""
    return pay_by_of(case, work_calendar(book), load_deadlines())


def objections(book: Book, case: Case, body: CaseStep) -> list[Objection]:
    """What stands in the way of the step by the rules of its day: blocks, and warnings that a reason lets pass."""
    return rules_on(book, day_of(body.on)).judged(case_findings(case, body, facts(book, body.on)))


def take(book: Book, by: str, doc: str, body: CaseStep, reasons: Mapping[str, str] | None = None) -> Entry:
    """Take a step of a case that exists.

    Raises:
        NotFound: there is no such case.
        Refused: it is not the turn of that step, a day cannot be right, nobody with the post approves it, or a rule
            stands against it.
    """
    case = case_of(book, doc)
    _check_turn(case, body)
    approved = _approved(book, by, body)
    checked = _checked(book, case, approved, reasons)
    return book.write(by, case.doc, checked.model_copy(update={"seen": newest(case.heads.items(), but=book.device.id)}))


def begin(book: Book, by: str, body: CaseStep, reasons: Mapping[str, str] | None = None) -> Entry:
    """Begin a case: by a proposal, or by a decision on the spot; raises as `take` does."""
    return book.write(by, book.new_id(), _checked(book, Case(""), body, reasons))


def _checked(book: Book, case: Case, body: CaseStep, reasons: Mapping[str, str] | None) -> CaseStep:
    if wrong := day_problem(case, body, lookup.today(book)):
        raise Refused(wrong, rule="date")
    given = passed_over(objections(book, case, body), reasons)
    return body.model_copy(update={"reasons": given})


def check_stage(case: Case, step: type[CaseStep]) -> None:
    """Raise Refused where the case's stage does not allow such a step, whatever it says."""
    if KIND_OF[step] not in kinds_after(case.state):
        raise Refused(f"案件在“{case.state}”，现在不能{NAMES[step]}", rule="case.state")


def _check_turn(case: Case, body: CaseStep) -> None:
    check_stage(case, type(body))
    if why := standing_in_the_way(case, body):
        raise Refused(why, rule="case.state")


def _approved(book: Book, by: str, body: CaseStep) -> CaseStep:
    """The step with whoever approves it, whose post allows that."""
    if "approver" not in type(body).model_fields:
        return body
    named = str(getattr(body, "approver", ""))
    person = book.row("officers", named or by)
    if person is not None and (may_approve(person) or (approves_by_itself(book.device.role) and person["id"] == by)):
        return body.model_copy(update={"approver": str(person["id"])})
    if not named and KIND_OF[type(body)] == "case.handed_over":
        return body
    require(book.device.role, KIND_OF[type(body)], {"approver": named or "?"}, book.device.id)
    who = f"{person['name']} 不是" if person is not None and named else "需要"
    raise Refused(f"{who}大队长或以上的审批人，请写明审批人（approver）", rule=KIND_OF[type(body)])
