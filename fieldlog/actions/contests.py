"""What two devices changed without knowing of each other: in words, and settled by somebody who looked at both."""

from datetime import datetime

from fieldlog.actions import lookup
from fieldlog.actions.timeline import FIELDS, name_of
from fieldlog.book.book import Book
from fieldlog.domain import bodies
from fieldlog.domain.contested import Change, Contest, newest
from fieldlog.domain.entries import Entry
from fieldlog.domain.errors import Refused

MARK = "两改"
"""What a list shows in two Han characters."""


def confirm_item(book: Book, by: str, doc: str, item: str) -> Entry:
    """Let the answer stand that counts, after looking at all of them; also where the visit is over.

    Raises:
        NotFound: no such visit.
        Refused: there is nothing to settle.
    """
    visit = lookup.inspection(book, doc)
    if visit.contest(item) is None:
        raise Refused("这一项没有两人改过而未确认的", rule="confirm")
    seen = newest(each.first for each in visit.given[item])
    return book.write(by, doc, bodies.ItemConfirmed(item=item, seen=seen))


def confirm_hazard(book: Book, by: str, doc: str) -> Entry:
    """Let stand what stands of a hazard, after looking at everything that was said; also where it is over.

    Raises:
        NotFound: no such hazard.
        Refused: there is nothing to settle.
    """
    hazard = lookup.hazard(book, doc)
    contests = hazard.contests()
    if not contests:
        raise Refused("这条隐患没有两人改过而未确认的", rule="confirm")
    return [book.write(by, doc, bodies.HazardConfirmed(what=what, seen=hazard.heads)) for what in sorted(contests)][-1]


def item_contest_words(book: Book, contest: Contest) -> str:
    """两人改过：张某甲 10:02 符合，李某乙 10:03 不符合（现取后者）."""
    return f"两人改过：{_said(book, contest.before)}，{_said(book, contest.now)}（现取后者）"


def hazard_contest_words(book: Book, what: str, contest: Contest) -> str:
    """The same about a field of a hazard, its course or who follows it up."""
    word = {"state": "办理", "assigned": "指派"}.get(what) or FIELDS.get(what, what)
    names = what == "assigned"
    said = f"{_said(book, contest.before, names=names)}，{_said(book, contest.now, names=names)}"
    return f"两人改过{word}：{said}（现取后者）"


def _said(book: Book, change: Change, *, names: bool = False) -> str:
    at = datetime.fromisoformat(change.at).astimezone(book.now().tzinfo)
    value = (name_of(book, change.value) or "收回指派") if names else change.value
    return f"{name_of(book, change.by)} {at:%m-%d %H:%M} {value}"
