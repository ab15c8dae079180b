"""Ending a visit: what stands in the way, closing it, or that it was opened by mistake."""

from collections.abc import Iterable, Mapping
from contextlib import suppress

from fieldlog.actions import lookup
from fieldlog.actions.answer_hazard import raised
from fieldlog.actions.office_profile import rules_on
from fieldlog.actions.refusal import passed_over
from fieldlog.actions.texts import plain
from fieldlog.book.book import Book
from fieldlog.domain import bodies
from fieldlog.domain.entries import Entry
from fieldlog.domain.errors import EnvironmentFault, Refused
from fieldlog.domain.inspection import Inspection
from fieldlog.domain.photos import without_photo
from fieldlog.domain.procedure import LACKING, Finding, Objection, closing_findings


def objections(book: Book, doc: str, signature: bodies.Signature) -> list[Objection]:
    """What stands in the way of closing the visit now."""
    visit = lookup.inspection(book, doc)
    plan = lookup.plan(book, visit)
    asked = _one_a_question(book, visit)
    photoless = [question.ref for question in without_photo(visit, plan)]
    found = [*_unfinished(book, visit, plan.items), *closing_findings(visit, asked, signature, photoless)]
    return rules_on(book).judged(found)


def _one_a_question(book: Book, visit: Inspection) -> list[str]:
    """The items that stand for the questions of the walk: of a shared one, an item that is still open, if any is."""
    items: list[str] = []
    for question in lookup.plan(book, visit).questions:
        refs = (question.ref, *question.twins)
        items.append(next((ref for ref in refs if visit.answer(ref) is None), question.ref))
    return items


def _unfinished(book: Book, visit: Inspection, walk: Iterable[str]) -> list[Finding]:
    """Answers whose hazard a power cut kept from the disk: nothing was acknowledged, but the answer stands."""
    torn = [item for item in walk if (given := visit.answer(item)) and given.hazard and not raised(book, visit, item)]
    text = f"{len(torn)} 项的隐患上次没有存完，请把答案再按一次"
    return [Finding(LACKING, text, torn[0])] if torn else []


def close(
    book: Book,
    by: str,
    doc: str,
    *,
    signature: bodies.Signature,
    opinion: str = "",
    reasons: Mapping[str, str] | None = None,
) -> Entry:
    """End the visit and seal the log. `reasons` answers each warning by its rule.

    Raises:
        Refused: something blocks it, or a warning has no reason.
    """
    lookup.open_inspection(book, doc)
    passed = passed_over(objections(book, doc, signature), reasons)
    closed = bodies.InspectionClosed(signature=signature, opinion=plain(opinion), reasons=passed)
    entry = book.write(by, doc, closed)
    with suppress(
        EnvironmentFault
    ):  # the visit is closed; the next synchronisation seals again, and says why it cannot
        book.seal()
    return entry


def void(book: Book, by: str, doc: str, reason: str) -> Entry:
    """Mark a visit as opened by mistake; nothing is deleted. Raises Refused without a reason."""
    lookup.inspection(book, doc)
    if not reason.strip():
        raise Refused("作废要写明原因", rule="void")
    return book.write(by, doc, bodies.InspectionVoided(reason=plain(reason)))
