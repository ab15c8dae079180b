"""The state of one paper, folded from its entries: its versions, reprints and signed scans."""

from dataclasses import dataclass, field
from typing import Any

from fieldlog.domain.bodies import Body
from fieldlog.domain.entries import Entry, origin_of
from fieldlog.domain.paper_bodies import PaperPrinted, PaperReprinted, PaperScanned, PaperVoided
from fieldlog.domain.people import FIRST, Order


@dataclass(frozen=True, slots=True)
class Version:
    """One version, with the entry that it is proven by."""

    body: PaperPrinted
    log: str
    seq: int
    hash: str
    at: str
    by: str
    origin: str = ""
    """The hash that it was written with first, where its device wrote it again after a fork."""


@dataclass(slots=True)
class Paper:
    """A paper given out; the newest version counts, and every one of them stays."""

    doc: str
    last: Order = FIRST
    versions: list[Version] = field(default_factory=list[Version])
    copies: dict[int, int] = field(default_factory=dict[int, int])
    """By version, how often it was printed again."""
    scans: list[tuple[str, str, PaperScanned]] = field(default_factory=list[tuple[str, str, PaperScanned]])
    """When, by whom, what."""
    voided: str = ""

    @property
    def newest(self) -> Version | None:
        """The version that counts: the highest, and of several the one that was written last."""
        return (
            max(enumerate(self.versions), key=lambda each: (each[1].body.version, each[0]))[1]
            if self.versions
            else None
        )

    def apply(self, entry: Entry, body: Body) -> None:
        """Take in the next entry."""
        match body:
            case PaperPrinted():
                origin = origin_of(entry)
                self.versions.append(Version(body, entry.log, entry.seq, entry.hash, entry.at, entry.by, origin))
            case PaperReprinted():
                self.copies[body.version] = self.copies.get(body.version, 0) + 1
            case PaperScanned():
                self.scans.append((entry.at, entry.by, body))
            case PaperVoided():
                self.voided = body.reason or "未说明"
            case _:
                pass

    def row(self) -> dict[str, Any] | None:
        """What a list shows; None until a version is here."""
        newest = self.newest
        if newest is None:
            return None
        return {
            "id": self.doc,
            "doc": self.doc,
            "paper": newest.body.paper,
            "title": newest.body.title,
            "of": newest.body.of,
            "number": newest.body.number,
            "version": newest.body.version,
            "date": newest.body.date,
            "printed": newest.at,
            "by": newest.by,
            "copies": self.copies.get(newest.body.version, 0),
            "scans": len(self.scans),
            "voided": self.voided,
        }
