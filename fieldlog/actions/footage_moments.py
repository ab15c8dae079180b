"""What happened in an inspection, and which second of which recording shows it: for the screen, the lists, the papers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from wcwidth import wcswidth

from fieldlog.actions import lookup
from fieldlog.actions.footage_matching import Film, Tied, moment_at, tie
from fieldlog.actions.hazard_numbers import hazard_numbered
from fieldlog.book.book import Book
from fieldlog.domain.checklist import Checklist
from fieldlog.domain.checklist_parts import Item
from fieldlog.domain.errors import NotFound
from fieldlog.domain.film_time import film_clock
from fieldlog.domain.hazard import Hazard
from fieldlog.domain.inspection import Inspection
from fieldlog.footage.timeline import Event

Row = Mapping[str, Any]
_BESIDE: Final = timedelta(days=2)
"""Inspections so much before and after decide with it whom a recording shows."""
_BEST: Final = ("mark", "hazard", "stage", "answer", "photo", "slate")
"""Of several moments of one thing the earlier kind: a mark was set in front of the camera, an answer maybe later."""
WORDS: Final = {"stage": "阶段", "answer": "项目", "hazard": "隐患", "mark": "标记", "photo": "照片", "slate": "对时码"}
"""What each kind of moment is called."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Something that happened, and a recording of it; `film` is None where none shows it."""

    event: Event
    what: str
    """In words: 亮证, the hazard's text, the item's."""
    film: Film | None = None
    at_ms: int = 0
    """In the film, from its first frame."""

    @property
    def key(self) -> str:
        """Tells it from the others of the inspection."""
        film = self.film.row["id"] if self.film else ""
        return f"{self.event.ms} {self.event.kind} {self.event.key} {film}"


def tie_around(book: Book, doc: str) -> Tied:
    """The recordings and inspections of the days around an inspection.

    Raises:
        NotFound: no such inspection.
    """
    day = date.fromisoformat(lookup.inspection(book, doc).opened_at[:10])
    return tie(book, day - _BESIDE, day + _BESIDE)


def moments_of_visit(book: Book, doc: str, tied: Tied | None = None) -> list[Shown]:
    """All that happened in the inspection, in the order of time, once for each recording that shows it.

    Raises:
        NotFound: no such inspection.
    """
    tied = tied or tie_around(book, doc)
    visit = tied.visits.get(doc)
    if visit is None:
        return []
    by_event: dict[Event, list[tuple[Film, int]]] = {}
    for film in tied.films:
        for moment in film.moments:
            if moment.event.doc == doc:
                by_event.setdefault(moment.event, []).append((film, moment.at_ms))
    say = _Words(book, lookup.inspection(book, doc))
    return [
        Shown(event, say(event), film, at_ms)
        for event in visit.events
        for film, at_ms in by_event.get(event) or [(None, 0)]
    ]


def moments_of(book: Book, named: str, tied: Tied | None = None) -> list[Shown]:
    """The moments of an inspection, or of a hazard by its id or number: when it was found, and its item's marks.

    Raises:
        NotFound: there is no such document, or two hazards have the number.
    """
    state = case_of(book, named)
    if isinstance(state, Inspection):
        return moments_of_visit(book, state.doc, tied)
    doc, item = str(state.fields.get("inspection", "")), str(state.fields.get("item", ""))
    return [each for each in moments_of_visit(book, doc, tied) if _is_about(each.event, state.doc, item)] if doc else []


def case_of(book: Book, named: str) -> Inspection | Hazard:
    """An inspection by its id, or a hazard by its id or number.

    Raises:
        NotFound: there is no such document, or two hazards have the number.
    """
    state = book.document(named)
    if state is None and (numbered := hazard_numbered(book, named)):
        state = book.document(numbered)
    if isinstance(state, Hazard) or (isinstance(state, Inspection) and state.opened is not None):
        return state
    raise NotFound(f"没有编号为 {named} 的检查或隐患")


def best(moments: Iterable[Shown], key: str = "") -> Shown | None:
    """The moment to open, of those that a recording shows that can be played; with `key` of that item, hazard or stage."""
    shown = [
        each for each in moments if each.film and not each.film.row["broken"] and (not key or each.event.key == key)
    ]
    return min(shown, key=lambda each: (_BEST.index(each.event.kind), each.event.ms), default=None)


def moment_row(book: Book, each: Shown) -> dict[str, Any]:
    """A moment as other programs get it."""
    film = each.film
    return {
        "inspection": each.event.doc,
        "kind": each.event.kind,
        "key": each.event.key,
        "what": each.what,
        "at": moment_at(book, each.event.ms).isoformat(timespec="milliseconds"),
        "recording": film.row["id"] if film else None,
        "path": film.row["path"] if film else None,
        "sha256": film.row["sha256"] if film else None,
        "camera": film.camera if film else None,
        "offset_ms": each.at_ms if film else None,
        "start_source": film.start.source if film else None,
        "uncertainty_ms": film.start.uncertainty_ms if film else None,
    }


def moments_text(book: Book, moments: Sequence[Shown]) -> list[str]:
    """The lines of the list as it goes into a case file: time, what, camera, second, file; below it each file's hash."""
    rows = [
        (
            f"{moment_at(book, each.event.ms):%Y-%m-%d %H:%M:%S}",
            f"{WORDS[each.event.kind]} {each.what}".rstrip(),
            each.film.camera if each.film else "",
            film_clock(each.at_ms) if each.film else "没有录像",
            name_of_file(each.film.row["path"]) if each.film else "",
        )
        for each in moments
    ]
    films = {each.film.row["id"]: each.film for each in moments if each.film}
    hashes = [(name_of_file(film.row["path"]), f"SHA-256 {film.row['sha256']}") for film in films.values()]
    lines = list(_aligned([("时间", "内容", "机号", "录像第几秒", "文件"), *rows])) if rows else []
    return [*lines, "", *_aligned(hashes)] if hashes else lines


def _is_about(event: Event, hazard: str, item: str) -> bool:
    return event.key == hazard or (bool(item) and event.key == item and event.kind in ("mark", "photo"))


class _Words:
    """What moments of one inspection are called."""

    def __init__(self, book: Book, visit: Inspection) -> None:
        self._book = book
        self._items: Mapping[str, tuple[Checklist, Item]] = {}
        with suppress(NotFound):  # its lists are on another device still
            self._items = lookup.walk(book, visit)

    def __call__(self, event: Event) -> str:
        if event.kind == "stage" or not event.key:
            return event.key
        if (row := self._book.row("hazards", event.key)) is not None:
            return str(row["text"])
        found = self._items.get(event.key)
        return found[1].text if found else event.key


def name_of_file(path: str) -> str:
    """The last part of a path of any system."""
    return path.replace("\\", "/").rpartition("/")[2]


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """The rows in columns; a Han character takes two cells."""
    widths = [max(max(0, wcswidth(text)) for text in column) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(
            text + " " * (width - max(0, wcswidth(text))) for text, width in zip(row, widths, strict=True)
        ).rstrip()
