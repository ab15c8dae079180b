"""The terms that run in a case: what is to be done by when, since what, and whether it was done.

Pure: the table of terms and the calendar of working days are given. `docs/format.md` has the steps' days.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol

from fieldlog.domain.case import Case
from fieldlog.domain.case_state import OVER, TRANSFERRED
from fieldlog.domain.deadlines import DayRule, Reckoned, Term, WorkCalendar, explain, reckon
from fieldlog.domain.due import Due

SAFETY = "安全生产法"


class Terms(Protocol):
    """The table of terms, as `rules.deadlines` reads it."""

    def find(self, rule: str, days: int | None = None) -> Term:
        """The one term that an article, with its number of days, means."""
        ...

    def matching(self, rule: str) -> tuple[Term, ...]:
        """Every term of an article."""
        ...

    def day_rule(self, law: str) -> DayRule | None:
        """How a law counts its days."""
        ...


@dataclass(frozen=True, slots=True)
class Deadline:
    """A term that runs in a case or has been met."""

    what: str
    due: date
    """A `datetime` where hours are counted."""
    since: date
    term: Term | None
    """None for a day that the organ itself set, as for an instalment."""
    explanation: str
    done: str = ""
    """The day it was done."""
    certain: bool = True
    whose: str = "机关"


@dataclass(frozen=True, slots=True)
class _Counting:
    calendar: WorkCalendar
    terms: Terms

    def end(self, rule: str, amount: int, start: date) -> date:
        """The last day of the term of that article from `start`."""
        return _day_of(self._reckoned(self.terms.find(rule, amount), start)[0].due)

    def deadline(self, rule: str, amount: int, start: date | datetime, done: str = "", what: str = "") -> Deadline:
        """The term of that article from `start`."""
        return self.of(self.terms.find(rule, amount), start, done, what)

    def of(self, term: Term, start: date | datetime, done: str = "", what: str = "") -> Deadline:
        """That term from `start`."""
        found, counted = self._reckoned(term, start)
        day = start.date() if isinstance(start, datetime) else start
        said = explain(term, start, found, counted)
        return Deadline(what or term.what, found.due, day, term, said, done, found.certain, term.whose)

    def _reckoned(self, term: Term, start: date | datetime) -> tuple[Reckoned, DayRule | None]:
        counted = self.terms.day_rule(term.source.law)
        calendar, backwards = self.calendar, term.backwards
        return reckon(start, term.amount, term.unit, day_rule=counted, backwards=backwards, calendar=calendar), counted


def case_deadlines(case: Case, calendar: WorkCalendar, terms: Terms) -> tuple[Deadline, ...]:
    """The case's terms, in the order in which they began to run."""
    counting = _Counting(calendar, terms)
    every = (
        *_until_decision(case, counting),
        *_after(case, counting),
        *_money(case, counting),
        *_transfer(case, counting),
    )
    return tuple(sorted(every, key=lambda each: (each.since, f"{each.due}")))


def dues(case: Case, calendar: WorkCalendar, terms: Terms) -> tuple[Due, ...]:
    """The same for a board that lists terms of every kind of document."""
    title = f"{case.party.name if case.party else ''} {case.cause}".strip()
    return tuple(
        Due(
            case.doc, title, each.what, each.due, each.term.source.shown if each.term else "", each.explanation, each.done,
            each.term.rules[0] if each.term and each.term.rules else "", each.whose, each.since.isoformat(), each.certain,
        )
        for each in case_deadlines(case, calendar, terms)
    )  # fmt: skip


def pay_by(case: Case, calendar: WorkCalendar, terms: Terms) -> date | None:
    """The last day to pay without a surcharge; None while nothing is to be paid or nothing was served."""
    if not (case.served_on and case.due_amount):
        return None
    if case.terms and case.terms.parts:
        return max(_day(each.due) for each in case.terms.parts)
    return _Counting(calendar, terms).end("处罚法#67.3", 15, _day(case.served_on))


def court_window(case: Case, calendar: WorkCalendar, terms: Terms) -> tuple[date, date] | None:
    """The first and the last day on which the court may be asked, where nobody went to review or suit (强制法 art. 53).

    The three months run from the end of the later of the two terms; where payment was put off, from the end of that
    (处罚法 art. 72.2), if it is later.
    """
    if not case.served_on or case.disputes:
        return None
    counting, served = _Counting(calendar, terms), _day(case.served_on)
    appeal = [counting.end("复议法#20", 60, served), counting.end("诉讼法#46", 6, served)]
    parts = [_day(each.due) for each in case.terms.parts] if case.terms else []
    begins = max((*appeal, *parts))
    return begins, counting.end("强制法#53", 3, begins)


def _until_decision(case: Case, counting: _Counting) -> Iterator[Deadline]:
    for place, hold in enumerate(case.holds, 1):
        what = f"处理第 {place} 次先行登记保存的证据"
        done = hold.decided.on if hold.decided else ""
        yield counting.deadline("处罚法#56", 7, _day(hold.held.on), done, what)
    if case.approved:
        given_up = case.state == TRANSFERRED or (case.state in OVER and not case.decided_on)
        ended = case.decided_on or (case.closed.on if case.closed else "")
        if not given_up or ended:
            yield counting.deadline("处罚法#60", 90, _day(case.approved.on), ended)
    if case.notified and case.notified.hearing:
        done = case.hearing_requested.on if case.hearing_requested else ""
        waived = next((each.on for each in case.heard if each.no_hearing), "")
        yield counting.deadline(
            "处罚法#64.1.1", 5, _day(case.notified.delivery.counts), done or waived or case.decided_on
        )
    if case.hearing_set:
        yield counting.deadline("处罚法#64.1.2", 7, _day(case.hearing_set.day), case.hearing_set.delivery.counts)


def _after(case: Case, counting: _Counting) -> Iterator[Deadline]:
    if not case.decided_on:
        return
    decided = _day(case.decided_on)
    if case.decided:
        yield counting.deadline("处罚法#61.1", 7, decided, case.served_on)
    if case.outcome == "处罚":
        shown = case.published or case.not_published
        done = shown.on if shown else ""
        if any(SAFETY in each for each in (*case.broken, *case.basis)):
            yield counting.deadline("安法#78.2", 7, decided, done)
        else:
            yield counting.deadline("三项制度", 7, decided, done)
    changed = next((each for each in case.decision_changes), None)
    if changed and case.published:
        yield counting.deadline("处罚法#48.2", 3, _day(changed.on), case.withdrawn.on if case.withdrawn else "")


def _money(case: Case, counting: _Counting) -> Iterator[Deadline]:
    if case.cash:
        for term, to in zip(counting.terms.matching("处罚法#71"), ("行政机关", "银行"), strict=True):
            if start := _cash_start(case, to):
                yield counting.of(term, start, next((each.on for each in case.cash_delivered if each.to == to), ""))
    if not (case.served_on and case.due_amount):
        return
    paid = _paid_up(case)
    if case.terms:
        for part in case.terms.parts:
            said = f"批准的期限，到 {part.due}"
            granted = _day(case.terms.on)
            yield Deadline("缴纳（延期、分期）", _day(part.due), granted, None, said, paid, whose="当事人")
    else:
        yield counting.deadline("处罚法#67.3", 15, _day(case.served_on), paid)
    if paid:
        return
    for urged in case.urged[-1:]:
        done = case.enforcement.on if case.enforcement else ""
        waiting = counting.deadline("强制法#54", 10, _day(urged.delivery.counts), done, "催告以后缴纳")
        yield replace(waiting, whose="当事人")
    window = court_window(case, counting.calendar, counting.terms)
    if window:
        yield counting.deadline("强制法#53", 3, window[0], case.enforcement.on if case.enforcement else "")


def _cash_start(case: Case, to: str) -> date | None:
    if to == "行政机关":
        paid = next((each.on for each in case.payments if each.way == "当场收缴"), "")
        first = case.on_spot.on if case.on_spot and case.on_spot.cash else paid
        return _day(first) if first else None
    return next((_day(each.on) for each in case.cash_delivered if each.to == "行政机关"), None)


def _transfer(case: Case, counting: _Counting) -> Iterator[Deadline]:
    if reported := case.transfer_reported:
        done = case.transfer_decided.on if case.transfer_decided else ""
        received = datetime.fromisoformat(reported.received)
        yield counting.deadline("移送规定#5.2", 3, received, done)
    if (decided := case.transfer_decided) and decided.approved:
        done = case.transfer_sent.on if case.transfer_sent else ""
        yield counting.deadline("移送规定#5.2", 24, datetime.fromisoformat(decided.at), done)
    if sent := case.transfer_sent:
        answer = case.transfer_answered
        yield counting.deadline("移送规定#8", 3, _day(sent.on), answer.on if answer else "")
        if answer and not answer.opened:
            done = case.transfer_objected.on if case.transfer_objected else ""
            yield counting.deadline("移送规定#9.1", 3, _day(answer.on), done)
        elif answer:
            done = case.transfer_goods.on if case.transfer_goods else ""
            yield counting.deadline("移送规定#12", 3, _day(answer.on), done)


def _paid_up(case: Case) -> str:
    """The day on which the last of the sum came in; empty while some is owed."""
    left = case.due_amount - (case.on_spot.cash if case.on_spot else 0)
    if left <= 0:
        return case.decided_on
    for each in case.payments:
        left -= each.amount
        if left <= 0:
            return each.on
    return ""


def _day(text: str) -> date:
    return date.fromisoformat(text[:10])


def _day_of(due: date) -> date:
    return due.date() if isinstance(due, datetime) else due
