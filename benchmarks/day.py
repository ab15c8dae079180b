"""A laptop with days of work on it as an officer does it: visits, an answer every few seconds, hazards and photos."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from fieldlog.book.book import Book
from fieldlog.book.device import Device
from fieldlog.domain import bodies
from fieldlog.domain.bodies import Value

ANSWERS: Final = 40
"""Of one visit."""
PHOTO_BYTES: Final = 250_000
"""As the camera's small size gives."""
_MORNING: Final = datetime(2026, 11, 24, 1, tzinfo=UTC)
_SLOWEST_S: Final = 20.0
_LEAST_S: Final = 3.0


@dataclass(frozen=True, slots=True)
class Work:
    """What there is to do."""

    visits: int
    photos: int = 0
    """In all of them together."""
    hazards: bool = False
    """Whether one answer in twenty finds one; else all are plain."""

    @property
    def answers(self) -> int:
        """In all visits together."""
        return self.visits * ANSWERS


def build(folder: Path, work: Work, *, unit: str = "houye", device: str = "houye-01") -> None:
    """Make the book; the same work gives the same contents, but for salts and keys."""
    chance = random.Random(device)
    now = [_MORNING]
    with Book.create(folder, Device(device, unit, "后叶镇", "01ARZ3NDEKTSV4RRFFQ69G5FAV"), now=lambda: now[0]) as book:
        left = work.photos
        for number in range(work.visits):
            photos = left // (work.visits - number)
            left -= photos
            _visit(book, now, number, photos, chance, hazards=work.hazards)


def _visit(book: Book, now: list[datetime], number: int, photos: int, chance: random.Random, *, hazards: bool) -> None:
    def write(body: bodies.Body, doc: str) -> None:
        now[0] += timedelta(milliseconds=int(1000 * chance.uniform(_LEAST_S, _SLOWEST_S)))
        book.write("zhang", doc, body)

    doc, premises = book.new_id(), book.new_id()
    name = f"云阳县福源{number}副食店"
    write(bodies.PremisesRegistered(name=name, kind="副食店", village="后叶村", contact="陈某丙"), premises)
    write(
        bodies.InspectionOpened(
            premises=premises, premises_name=name, type=bodies.InspectionType.ROUTINE, lists=(), officers=("a", "b"),
            items=ANSWERS,
        ),
        doc,
    )  # fmt: skip
    for item in range(ANSWERS):
        failed = hazards and item % 20 == 7
        write(bodies.ItemAnswered(item=f"xiaofang-{item + 1}", value=Value.FAIL if failed else Value.PASS), doc)
        if failed:
            day = now[0].date()
            write(
                bodies.HazardFound(
                    number=f"隐患〔2026〕01-{number:04d}", serial=number + 1, premises=premises, premises_name=name,
                    inspection=doc, item=f"xiaofang-{item + 1}", list="xiaofang", text="安全出口堆放货物", level="一般",
                    basis=("《消防法》第二十八条",), measure="立即清理", found=day.isoformat(), deadline_days=7,
                    due=(day + timedelta(days=7)).isoformat(), responsible="陈某丙",
                ),
                book.new_id(),
            )  # fmt: skip
        if item < photos:
            content = chance.randbytes(PHOTO_BYTES)
            attached = bodies.PhotoAttached(
                sha256=book.blobs.put([content]), name=f"现场{item}.jpg", size=PHOTO_BYTES, item=f"xiaofang-{item + 1}"
            )
            write(attached, doc)
    write(bodies.InspectionClosed(), doc)
