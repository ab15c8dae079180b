"""Premises and officers: registering and changing them, one by one or from an office's file."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, TypeVar

from pydantic import ValidationError

from fieldlog.actions import lookup
from fieldlog.book.book import Book, Draft
from fieldlog.domain import bodies
from fieldlog.domain.entries import Entry
from fieldlog.domain.errors import NotFound, Refused
from fieldlog.domain.people import officer_doc
from fieldlog.domain.uscc import examine
from fieldlog.registry import (
    ImportPlan,
    KnownOfficer,
    KnownPremises,
    OfficerPlan,
    Problem,
    Register,
    certificate_key,
    plan_import,
    plan_officers,
)

BATCH = 2_000
"""Entries written with one fsync during an import; an import cut off between two batches is simply run again."""

_Known = TypeVar("_Known", KnownPremises, KnownOfficer)
_Body = TypeVar("_Body", bound=bodies.Body)


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, or would do: how many premises and officers, and the rows a person should look at."""

    added: int
    updated: int
    unchanged: int
    problems: tuple[Problem, ...]

    @property
    def refused(self) -> int:
        """How many problems kept a row or a sheet out."""
        return sum(problem.severity == "refused" for problem in self.problems)


def register_premises(book: Book, by: str, *, name: str, uscc: str = "", **others: Any) -> Entry:  # noqa: ANN401
    """Register premises; `others` are the fields of `PremisesRegistered`.

    Raises:
        Refused: no name, a wrong credit code, one that is registered already, or a field that cannot be.
    """
    code = _code(uscc)
    if code and (holder := _holder(book, "premises", "uscc", code)):
        raise Refused(f"信用代码 {code} 已登记为“{holder['name']}”，不用重复登记", rule="registers.uscc")
    body = _checked(bodies.PremisesRegistered, {**others, "name": _name(name, "单位名称"), "uscc": code})
    return book.write(by, book.new_id(), body)


def change_premises(book: Book, by: str, premises: str, **changes: Any) -> Entry:  # noqa: ANN401
    """Change the named fields of premises (those of `PremisesChanged`); raises as `register_premises` does."""
    doc = lookup.premises(book, premises)["id"]
    if "name" in changes:
        changes["name"] = _name(changes["name"], "单位名称")
    if "uscc" in changes:
        changes["uscc"] = _code(changes["uscc"])
        holder = _holder(book, "premises", "uscc", changes["uscc"])
        if holder and holder["id"] != doc:
            raise Refused(f"信用代码 {changes['uscc']} 已登记为“{holder['name']}”", rule="registers.uscc")
    return book.write(by, doc, _checked(bodies.PremisesChanged, changes))


def register_officer(book: Book, by: str, *, name: str, certificate: str = "", **others: Any) -> Entry:  # noqa: ANN401
    """Register an officer; `others` are the fields of `OfficerRegistered`.

    Raises:
        Refused: no name, a certificate number that somebody has already, or a field that cannot be.
    """
    number = certificate.strip()
    if number and (holder := _holder(book, "officers", "certificate", number)):
        raise Refused(f"执法证号 {number} 已登记给 {holder['name']}，不用重复登记", rule="registers.certificate")
    body = _checked(bodies.OfficerRegistered, {**others, "name": _name(name, "姓名"), "certificate": number})
    return book.write(by, _officer_doc(book, number), body)


def _officer_doc(book: Book, certificate: str) -> str:
    """Where to register an officer; a document that somebody has already is not taken again."""
    doc = officer_doc(book.device.unit, key) if (key := certificate_key(certificate)) else ""
    return doc if doc and book.row("officers", doc) is None else book.new_id()


def plan_register(book: Book, register: Register) -> tuple[ImportPlan, OfficerPlan]:
    """What importing would do to this book; nothing is written."""
    premises = plan_import(_known(KnownPremises, book.rows("premises")), register.premises)
    return premises, plan_officers(_known(KnownOfficer, book.rows("officers")), register.officers)


def preview_register(book: Book, register: Register) -> Imported:
    """The counts and doubts of an import that is not carried out."""
    return _outcome(register, *plan_register(book, register))


def import_register(book: Book, by: str, register: Register, source: str = "") -> Imported:
    """Write what is new or changed; what is the same writes nothing. `source` names the file.

    Raises:
        NotSaved: the disk refused; importing again goes on where it stopped.
    """
    premises, officers = plan_register(book, register)
    drafts = [*_premises_drafts(book, by, premises, source), *_officer_drafts(book, by, officers)]
    for start in range(0, len(drafts), BATCH):
        book.write_all(drafts[start : start + BATCH])
    return _outcome(register, premises, officers)


def _premises_drafts(book: Book, by: str, plan: ImportPlan, source: str) -> Iterable[Draft]:
    names = bodies.PremisesRegistered.model_fields.keys()
    for row in plan.added:
        values = {name: _plain(getattr(row, name)) for name in names if hasattr(row, name)}
        yield Draft(by, book.new_id(), bodies.PremisesRegistered.model_validate({**values, "source": source}))
    for change in plan.updated:
        values = {name: _plain(value) for name, value in change.fields.items()}
        yield Draft(by, change.id, bodies.PremisesChanged.model_validate(values))


def _officer_drafts(book: Book, by: str, plan: OfficerPlan) -> Iterable[Draft]:
    for row in plan.added:
        values = {name: _plain(getattr(row, name)) for name in bodies.OfficerRegistered.model_fields}
        yield Draft(by, _officer_doc(book, row.certificate), bodies.OfficerRegistered.model_validate(values))
    for change in plan.updated:
        values = {name: _plain(value) for name, value in change.fields.items()}
        yield Draft(by, change.id, bodies.OfficerChanged.model_validate(values))


def _outcome(register: Register, premises: ImportPlan, officers: OfficerPlan) -> Imported:
    found = {*register.problems, *premises.problems, *officers.problems}
    order = {sheet.sheet: place for place, sheet in enumerate(register.sheets)}
    problems = sorted(found, key=lambda each: (order.get(each.sheet, 0), each.row, each.column, each.why))
    return Imported(
        len(premises.added) + len(officers.added),
        len(premises.updated) + len(officers.updated),
        len(premises.unchanged) + len(officers.unchanged),
        tuple(problems),
    )


def _known(kind: type[_Known], rows: Iterable[Mapping[str, Any]]) -> Sequence[_Known]:
    names = [field.name for field in fields(kind)]
    known: list[_Known] = []
    for row in rows:
        values: dict[str, Any] = {name: row.get(name) for name in names}
        for name in ("licence_expiry", "certificate_expiry"):
            if values.get(name):
                values[name] = date.fromisoformat(str(values[name]))
        if "features" in values:
            values["features"] = tuple(row.get("features", ()))
        known.append(kind(**values))
    return known


def _plain(value: Any) -> Any:  # noqa: ANN401 - a row's value
    return value.isoformat() if isinstance(value, date) else value


def _name(text: str, what: str) -> str:
    name = " ".join(str(text).split())
    if not name:
        raise Refused(f"请写明{what}", rule="registers.name")
    return name


def _code(written: str) -> str:
    reading = examine(written)
    if reading.doubt:
        raise Refused(f"{reading.doubt}，请核对营业执照；没有代码可以不填", rule="registers.uscc")
    return reading.code


def _holder(book: Book, table: str, field: str, value: str) -> Mapping[str, Any] | None:
    return next((row for row in book.rows(table) if value and row.get(field) == value), None)


def _checked(model: type[_Body], values: Mapping[str, Any]) -> _Body:
    unknown = values.keys() - model.model_fields.keys()
    if unknown:
        raise NotFound(f"没有“{'、'.join(sorted(unknown))}”这个栏目")
    given = {name: _plain(value) for name, value in values.items() if value is not None}
    try:
        return model.model_validate(given)
    except ValidationError as error:
        name = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise Refused(
            f"{name} 的值“{given.get(name, '')}”不对，日期请写成 2026-12-31", rule="registers.field"
        ) from error
