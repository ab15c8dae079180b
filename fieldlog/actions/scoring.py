"""Scores of visits, read from the book."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from fieldlog.actions import lookup
from fieldlog.book.book import Book
from fieldlog.domain.errors import FieldlogError
from fieldlog.domain.inspection import Inspection
from fieldlog.domain.score import Score, scores


def scored_lists(book: Book) -> frozenset[str]:
    """Ids of the lists that a recorded version scores; reads the recorded lists without checking them."""
    return frozenset(
        row["list"]
        for row in book.rows("checklists")
        for entry in book.entries_of(row["id"])
        if isinstance(content := entry.fields.get("checklist"), dict) and content.get("scoring")  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - any JSON
    )


def score_fields(book: Book, row: Mapping[str, Any], scored: frozenset[str]) -> dict[str, Any]:
    """What is said of a visit's scores beside its row: `score` and `grade` of its first scored list, `scores` of all.

    `scored` is what `scored_lists` says, so that only visits with such a list are folded.
    """
    found = scores_of(book, lookup.inspection(book, row["doc"])) if scored.intersection(row["lists"]) else ()
    return {
        "score": found[0].points if found else None,
        "grade": (found[0].grade or None) if found else None,
        "scores": [
            {"list": each.list, "score": each.points, "full": each.full, "grade": each.grade, "vetoed": each.vetoed}
            for each in found
        ],
    }


def scores_of(book: Book, visit: Inspection) -> tuple[Score, ...]:
    """The scores of a visit; none where its lists are not on this device, or a newer version wrote them."""
    with suppress(FieldlogError):
        return scores(lookup.plan(book, visit), visit.answer)
    return ()
