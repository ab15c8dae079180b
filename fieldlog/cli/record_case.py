"""The line for `fieldlog record` about a case: `{"do": "case", "step": "approve", "doc": …}`."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from pydantic import AliasChoices, Field

from fieldlog.actions import case_steps
from fieldlog.actions.case_evidence import add_evidence_of_source
from fieldlog.actions.case_words import STEPS
from fieldlog.actions.cases import case_of
from fieldlog.book.book import Book
from fieldlog.cli.record_lines import Line
from fieldlog.domain.entries import Entry
from fieldlog.domain.errors import NotFound, Refused


class CaseLine(Line):
    """A step of a case; every other field is one of the step's (`docs/record.md`)."""

    step: str
    doc: Annotated[str, Field(max_length=80, validation_alias=AliasChoices("doc", "case", "number_of_case"))] = ""
    """The case by id or 案号; for `propose` and `on_spot` the hazard, visit or premises it comes from."""
    reasons: dict[str, str] = Field(default_factory=dict[str, str])
    text: str = ""

    @property
    def fields(self) -> Mapping[str, Any]:
        """The step's own fields."""
        return dict(self.model_extra or {})


CASE_LINES: Final[dict[str, type[Line]]] = {"case": CaseLine}


def carry_out(book: Book, by: str, line: CaseLine) -> Entry:
    """Do what the line says; raises as the actions do."""
    if line.step == "comment":
        return case_steps.comment(book, by, line.doc, line.text)
    if line.step == "evidence_of_source":
        written = add_evidence_of_source(book, by, line.doc)
        if not written:
            raise Refused("来源的笔录、照片和录像都已登记，没有新的", rule="case.evidence")
        return written[-1]
    return case_steps.step(book, by, line.doc, line.step, line.fields, line.reasons)


def fields_of_step(step: str) -> frozenset[str]:
    """The names of a step's fields."""
    model = STEPS.get(step)
    return frozenset(model.model_fields) if model is not None else frozenset()


def officers_of(book: Book, line: CaseLine) -> tuple[str, ...]:
    """Who acts where nobody is named: an officer of the case, or of what it begins with."""
    try:
        return case_of(book, line.doc).officers
    except NotFound:
        return tuple(str(each) for each in line.fields.get("officers", ()))
