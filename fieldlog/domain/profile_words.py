"""What a unit's supervisors turned, statement by statement. Whether one counts depends on the role of the device that
wrote it, which another document states; so every one is kept, and `procedure.profile` says what they come to."""

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from fieldlog.domain import bodies
from fieldlog.domain.crockford import id_of
from fieldlog.domain.entries import Entry
from fieldlog.domain.people import FIRST, Order


def profile_doc(unit: str) -> str:
    """The document of a unit's profile, the same on every device."""
    return id_of(sha256(f"fieldlog profile 1\n{unit}".encode()).digest())


@dataclass(slots=True)
class ProfileWords:
    """Every statement, in order."""

    doc: str
    last: Order = FIRST
    said: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    def apply(self, entry: Entry, body: bodies.Body) -> None:
        """Take in the next entry."""
        match body:
            case bodies.ProfileValueSet() | bodies.ProfileRuleTurned() | bodies.CalendarCorrected():
                where = {"kind": entry.kind, "log": entry.log, "hlc": entry.hlc, "seq": entry.seq}
                self.said.append({**where, "at": entry.at, "by": entry.by, **body.model_dump(mode="json")})
            case _:
                pass

    def row(self) -> dict[str, Any] | None:
        """All of it; None until something was said."""
        return {"id": self.doc, "said": list(self.said)} if self.said else None
