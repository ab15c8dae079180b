"""Scans the sample day's recordings and holds what the book says of them against when they were really made."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from fieldlog.actions.footage_matching import Film, tie
from fieldlog.actions.footage_moments import moments_of_visit
from fieldlog.actions.footage_scanning import begin_scan
from fieldlog.book.book import Book
from fieldlog.demo.footage_day import CARD, Made, truth_of


@dataclass(frozen=True, slots=True)
class HazardShown:
    """A hazard of the day, and where a recording is opened for it."""

    premises: str
    hazard: str
    camera: str
    path: str
    offset_ms: int
    true_ms: int
    """Where in the recording it really is."""
    frame_ms: int
    source: str
    uncertainty_ms: int

    @property
    def off_ms(self) -> int:
        return abs(self.offset_ms - self.true_ms)

    @property
    def holds(self) -> bool:
        """Within a frame by a slate in the recording itself, else within what the book says of itself."""
        return self.off_ms <= (self.frame_ms if self.source == "slate" else self.uncertainty_ms)


@dataclass(frozen=True, slots=True)
class Proof:
    """What came of the day."""

    films: int
    inspections: int
    hazards: tuple[HazardShown, ...]
    unshown: tuple[str, ...]
    """Hazards that no recording shows."""
    wrong: tuple[str, ...]
    """Recordings that the book ties to an inspection that they do not show."""
    loose: tuple[str, ...]
    """Recordings that it ties to none."""
    gaps: int

    @property
    def holds(self) -> bool:
        """Every hazard opens at its second and nothing is tied wrongly."""
        return not self.wrong and not self.unshown and all(each.holds for each in self.hazards)

    def as_json(self) -> dict[str, Any]:
        """With plain types."""
        shown = [{**asdict(each), "off_ms": each.off_ms} for each in self.hazards]
        return {**asdict(self), "hazards": shown, "holds": self.holds}


def scan_day(folder: Path) -> int:
    """Register the day's recordings; those that are known are left alone. Returns how many there are."""
    with Book.open(folder) as book:
        work = begin_scan(book, book.device.officer or book.device.id, folder / CARD)
        for _outcome in work.run():
            pass
        return work.result.files


def prove_day(folder: Path) -> Proof:
    """Hold what the book says against the truth."""
    truth = truth_of(folder)
    with Book.open(folder) as book:
        tied = tie(book)
        by_name = {name: film for film in tied.films if (name := _name(film)) in truth}
        docs = dict.fromkeys(doc for each in truth.values() for doc in each.shows)
        found = [each for doc in docs for each in _hazards(book, doc, truth)]
        shown = tuple(each for each in found if isinstance(each, HazardShown))
        return Proof(
            films=len(by_name),
            inspections=len(docs),
            hazards=shown,
            unshown=tuple(each for each in found if isinstance(each, str)),
            wrong=tuple(name for name, film in by_name.items() if set(film.inspections) - set(truth[name].shows)),
            loose=tuple(name for name, film in by_name.items() if not film.inspections),
            gaps=sum(len(tied.match.coverage[doc].gaps) for doc in docs),
        )


def _hazards(book: Book, doc: str, truth: dict[str, Made]) -> Iterator[HazardShown | str]:
    row = book.row("inspections", doc) or {}
    for each in moments_of_visit(book, doc):
        if each.event.kind != "hazard":
            continue
        if each.film is None:
            yield each.what
            continue
        name = _name(each.film)
        begin, rate = truth[name].begin_ms, truth[name].rate
        start = each.film.start
        yield HazardShown(
            str(row.get("premises_name", "")), each.what, each.film.camera, name, each.at_ms,
            each.event.ms - begin, -(-1000 // rate), start.source, start.uncertainty_ms,
        )  # fmt: skip


def _name(film: Film) -> str:
    """The recording's name below the card."""
    return "/".join(str(film.row["path"]).replace("\\", "/").split("/")[-2:])
