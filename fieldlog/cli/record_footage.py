"""The line for `fieldlog record` that takes a picture out of a recording."""

from typing import Annotated, Final

from pydantic import AliasChoices, Field

from fieldlog.actions.footage_stills import take_and_keep
from fieldlog.book.book import Book
from fieldlog.cli.record_lines import Line
from fieldlog.domain.entries import Entry


class TakeStill(Line):
    """A frame of a recording as a photo."""

    doc: Annotated[str, Field(min_length=1, max_length=80, validation_alias=AliasChoices("doc", "hazard", "number"))]
    item: str = ""
    recording: str = ""
    """Its id, the beginning of its SHA-256, or the end of its path; without it the one that shows the document best."""
    offset_ms: int | None = Field(default=None, ge=0)


FOOTAGE_LINES: Final[dict[str, type[Line]]] = {"still": TakeStill}


def carry_out(book: Book, by: str, doc: str, line: TakeStill) -> Entry:
    """Do what the line says; raises as the action does."""
    return take_and_keep(book, by, doc, item=line.item, recording=line.recording, offset_ms=line.offset_ms)
