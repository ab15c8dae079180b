"""Premises, officers, recorded checklists and logs: documents whose state is their newest fields."""

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from fieldlog.domain import bodies
from fieldlog.domain.crockford import id_of
from fieldlog.domain.entries import Entry

Order = tuple[str, str, int]
FIRST: Order = ("", "", 0)

MAY_APPROVE = ("大队长", "分管领导", "分管副镇长", "副镇长", "镇长", "负责人")
"""Posts that approve a closing or an extension (hazards.md, section 3)."""


def officer_doc(unit: str, certificate: str) -> str:
    """The document of whoever holds that certificate in the unit, the same on every laptop.

    Each laptop is set up by itself with the people who work on it; a document apiece would make two inspectors of one.
    """
    return id_of(sha256(f"fieldlog officer 1\n{unit}\n{certificate}".encode()).digest())


@dataclass(slots=True)
class Premises:
    """One unit, shop or place that is inspected."""

    doc: str
    last: Order = FIRST
    fields: dict[str, Any] = field(default_factory=dict[str, Any])

    def apply(self, entry: Entry, body: bodies.Body) -> None:
        """Take in the next entry."""
        match body:
            case bodies.PremisesRegistered():
                self.fields = body.model_dump(mode="json") | self.fields
            case bodies.PremisesChanged():
                self.fields |= body.model_dump(mode="json", exclude_none=True)
            case _:
                pass

    def row(self) -> dict[str, Any] | None:
        """What a list shows; None until the premises are registered."""
        return {"id": self.doc, **self.fields} if self.fields.get("name") else None


@dataclass(slots=True)
class Officer:
    """A person with an enforcement certificate."""

    doc: str
    last: Order = FIRST
    fields: dict[str, Any] = field(default_factory=dict[str, Any])

    def apply(self, entry: Entry, body: bodies.Body) -> None:
        """Take in the next entry."""
        match body:
            case bodies.OfficerRegistered():  # two laptops may register one person: the later one fills blanks only
                said = {name: value for name, value in self.fields.items() if value not in ("", None)}
                self.fields = body.model_dump(mode="json") | said
            case bodies.OfficerChanged():
                self.fields |= body.model_dump(mode="json", exclude_none=True)
            case _:
                pass

    def row(self) -> dict[str, Any] | None:
        """What a list shows; None until the officer is registered."""
        return {"id": self.doc, **self.fields} if self.fields.get("name") else None


@dataclass(slots=True)
class RecordedChecklist:
    """One version of a checklist as visits used it; the list itself stays in its entry."""

    doc: str
    last: Order = FIRST
    list: str = ""
    version: str = ""
    digest: str = ""
    title: str = ""

    def apply(self, entry: Entry, body: bodies.Body) -> None:
        """Take in the next entry."""
        if isinstance(body, bodies.ChecklistRecorded):
            self.list, self.version, self.digest = body.list, body.version, body.digest
            self.title = str(body.checklist.get("title", body.list))

    def row(self) -> dict[str, Any] | None:
        """Where to find the version again."""
        if not self.digest:
            return None
        return {
            "id": self.doc,
            "list": self.list,
            "version": self.version,
            "digest": self.digest,
            "title": self.title,
        }


@dataclass(slots=True)
class StartedLog:
    """What a device says of itself in its first entry."""

    doc: str
    last: Order = FIRST
    started: bodies.LogStarted | None = None
    drafts: dict[str, str] = field(default_factory=dict[str, str])
    """Half-typed text on the device that belongs to no other document yet."""

    def apply(self, entry: Entry, body: bodies.Body) -> None:
        """Take in the next entry."""
        match body:
            case bodies.LogStarted() if entry.seq == 1 and entry.log == body.device:  # nobody speaks for another
                self.started = body
            case bodies.DraftSaved() if self.started is None or entry.log != self.started.device:
                pass  # what another device typed is not this one's
            case bodies.DraftSaved() if body.text:
                self.drafts[body.field] = body.text
            case bodies.DraftSaved():
                self.drafts.pop(body.field, None)
            case _:
                pass

    def row(self) -> dict[str, Any] | None:
        """The device as other devices know it."""
        if self.started is None:
            return None
        return {
            "id": self.doc,
            "device": self.started.device,
            "unit": self.started.unit,
            "unit_name": self.started.unit_name,
            "role": self.started.role,
            "public_key": self.started.public_key,
            "continues": self.started.continues,
        }
