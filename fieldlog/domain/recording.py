"""A recording: one content of a video, audio or photo file, wherever copies of it lie."""

import hashlib
from dataclasses import dataclass, field
from typing import Any, Final

from fieldlog.domain import bodies
from fieldlog.domain.crockford import id_of
from fieldlog.domain.entries import Entry
from fieldlog.domain.footage_bodies import RecordingChecked, RecordingFound, RecordingSeen
from fieldlog.domain.people import FIRST, Order

_EMPTY: Final = hashlib.sha256(b"").hexdigest()


def recording_id(sha256: str, name: str = "") -> str:
    """The document of a recording: the same on every device, since it follows from the content.

    Empty files all have the same content; `name` tells them apart.
    """
    if sha256 == _EMPTY:
        return id_of(hashlib.sha256(f"empty\n{name}".encode()).digest())
    return id_of(bytes.fromhex(sha256))


@dataclass(slots=True)
class Recording:
    """What is known of one recording; the newest measurement counts, and every place where it was seen."""

    doc: str
    last: Order = FIRST
    found: RecordingFound | None = None
    found_at: str = ""
    found_by: str = ""
    places: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict[tuple[str, str], dict[str, Any]])
    """By device and path, the one seen last at the end."""

    checks: int = 0
    checked: dict[str, Any] = field(default_factory=dict[str, Any])
    """The newest check."""

    def apply(self, entry: Entry, body: bodies.Body) -> None:
        """Take in the next entry."""
        match body:
            case RecordingFound():
                if self.found is None:
                    self.found_at, self.found_by = entry.at, entry.by
                self.found = body
                self._seen(entry, body.path, body.modified_ms)
            case RecordingSeen():
                self._seen(entry, body.path, body.modified_ms)
            case RecordingChecked():
                self._checked(entry, body)
            case _:
                pass

    def _checked(self, entry: Entry, body: RecordingChecked) -> None:
        self.checks += 1
        of_body = body.model_dump(mode="json", include={"path", "volume", "result", "found"})
        self.checked = {"at": entry.at, "by": entry.by, "device": entry.log, **of_body}
        if body.result in ("same", "moved"):
            self._seen(entry, body.path, body.modified_ms)

    def _seen(self, entry: Entry, path: str, modified_ms: int) -> None:
        key = (entry.log, path)
        self.places.pop(key, None)
        self.places[key] = {"device": entry.log, "path": path, "modified_ms": modified_ms, "at": entry.at}

    def row(self) -> dict[str, Any] | None:
        """What a list shows and what starts and matches are worked out from; None until it was measured."""
        if self.found is None:
            return None
        places = list(self.places.values())
        measured = self.found.model_dump(mode="json", exclude={"path", "modified_ms"})
        newest = {name: places[-1][name] for name in ("device", "path", "modified_ms")}
        return {
            "id": self.doc,
            "at": self.found_at,
            "by": self.found_by,
            **measured,
            **newest,
            "places": places,
            "checks": self.checks,
            "checked": self.checked,
        }
