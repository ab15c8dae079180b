"""What a visit begins with, chosen beforehand as far as the book knows it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fieldlog.actions import overview, visit_opening
from fieldlog.book.book import Book
from fieldlog.domain.bodies import InspectionType
from fieldlog.domain.checklist import feature_conditions
from fieldlog.domain.condition import asked_features
from fieldlog.domain.inspection_state import OPEN
from fieldlog.domain.procedure import LEAST_OFFICERS
from fieldlog.domain.walk import plan_walk
from fieldlog.library import Library, with_supplements

Row = Mapping[str, Any]
_LOOK_BACK = 200  # visits among which the usual partner is looked for


@dataclass
class Beginning:
    """The choices of one visit; toggled by the screen, then carried out."""

    premises: Row
    lists: list[str] = field(default_factory=list[str])
    officers: list[str] = field(default_factory=list[str])
    features: set[str] = field(default_factory=set[str])
    type: str = InspectionType.ROUTINE.value
    approval: str = ""
    asked_before: bool = False
    """Somebody has already said which features these premises have."""


def begin(book: Book, library: Library, premises: Row, officer: str) -> Beginning:
    """The usual choices: lists by kind and features, the officer and the one who was along last time."""
    visits = overview.last_visits(book, premises["id"], 1)
    known = set(premises.get("features", ()))
    return Beginning(
        premises,
        lists=library.suggest(str(premises.get("kind", "")), frozenset(known)),
        officers=usual_pair(book, officer),
        features=known,
        asked_before=bool(known or visits),
    )


def questions(library: Library, chosen: Beginning) -> dict[str, str]:
    """The features to ask about with these lists and the features ticked so far, with the question; each once."""
    lists = with_supplements(library, chosen.lists)
    heads = [head for head in library.heads() if head.id in lists]
    worded = {each.id: each.question for head in heads for each in head.features}
    return {name: worded[name] for name in asked_features(feature_conditions(heads), frozenset(chosen.features))}


def count_questions(library: Library, chosen: Beginning) -> int:
    """How many questions the visit will ask, a shared one counted once."""
    return len(
        plan_walk(
            [library[each] for each in with_supplements(library, chosen.lists)], frozenset(chosen.features)
        ).questions
    )


def unfinished_at(book: Book, premises: str) -> Row | None:
    """The newest visit to these premises that is still open."""
    rows = [row for row in book.rows("inspections") if row["premises"] == premises and row["state"] == OPEN]
    return max(rows, key=lambda row: row["opened"], default=None)


def carry_out(book: Book, library: Library, by: str, chosen: Beginning) -> str:
    """Open the visit and return its id.

    Raises:
        Refused, NotFound, NotSaved: as `visit_opening.open_inspection`.
    """
    opened = visit_opening.open_inspection(
        book,
        library,
        by,
        premises=str(chosen.premises["id"]),
        lists=chosen.lists,
        officers=chosen.officers,
        type=chosen.type,
        features=sorted(chosen.features),
        approval=chosen.approval,
    )
    return opened.doc


def usual_pair(book: Book, officer: str) -> list[str]:
    """The officer, and whoever was along on the newest visit of the officer; the only other one where there are two."""
    newest = sorted(book.rows("inspections"), key=lambda row: row["opened"], reverse=True)[:_LOOK_BACK]
    along = next((list[str](row["officers"]) for row in newest if officer in row["officers"]), list[str]())
    pair = [officer, *(each for each in along if each != officer)][:LEAST_OFFICERS]
    others = [str(row["id"]) for row in book.rows("officers") if row["id"] != officer]
    return [officer, *others] if len(pair) == 1 and len(others) == 1 else pair
