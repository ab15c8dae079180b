"""Saying in an entry what this device held of other devices about the same thing; `domain.contested` reads it."""

from collections.abc import Iterable
from dataclasses import replace

from fieldlog.actions import lookup
from fieldlog.book.book import Book, Draft
from fieldlog.domain import bodies
from fieldlog.domain.body_fields import Handled
from fieldlog.domain.contested import newest
from fieldlog.domain.entries import Entry
from fieldlog.domain.hazard import Hazard
from fieldlog.domain.inspection import Inspection


def write_step(book: Book, by: str, doc: str, body: Handled) -> Entry:
    """Write a step in a hazard's course; raises as `Book.write` does."""
    return book.write(by, doc, with_seen(book, lookup.hazard(book, doc), body))


def with_seen(book: Book, hazard: Hazard, body: Handled) -> Handled:
    """The step with what this device holds of other devices' steps."""
    return body.model_copy(update={"seen": newest(hazard.heads.items(), but=book.device.id)})


def drafts_with_seen(book: Book, hazard: Hazard, drafts: Iterable[Draft]) -> list[Draft]:
    """The same for steps that are written together with something else."""
    return [
        replace(each, body=with_seen(book, hazard, each.body)) if isinstance(each.body, Handled) else each
        for each in drafts
    ]


def answer_with_seen(book: Book, visit: Inspection, body: bodies.ItemAnswered) -> bodies.ItemAnswered:
    """The answer with what this device holds of other devices' answers to the item."""
    places = (each.first for each in visit.given.get(body.item, ()))
    seen = newest(places, but=book.device.id)
    return body.model_copy(update={"seen": seen}) if seen else body
