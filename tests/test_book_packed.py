"""Rows settled long ago stay packed in the checkpoint until they are needed, and nothing shows the difference."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fieldlog.book.book import Book, Draft
from fieldlog.book.device import Device
from fieldlog.domain import bodies

START = datetime(2024, 1, 2, 1, tzinfo=UTC)
DEVICE = Device("houye-01", "houye", "后叶镇", "01ARZ3NDEKTSV4RRFFQ69G5FAV")


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def three_years(tmp_path: Path) -> Path:
    """A visit and a hazard each month for three years; every third hazard is still open."""
    clock = Clock()
    with Book.create(tmp_path / "data", DEVICE, now=clock) as book:
        for month in range(36):
            clock.now = START + timedelta(days=30 * month)
            day, visit, hazard = clock.now.date().isoformat(), book.new_id(), book.new_id()
            opened = bodies.InspectionOpened(
                premises="p",
                premises_name="福源",
                type=bodies.InspectionType.ROUTINE,
                lists=(),
                officers=("a",),
                items=1,
            )
            found = bodies.HazardFound(
                number=f"{month}", serial=month + 1, premises="p", premises_name="福源", text="堵塞", found=day,
                deadline_days=7, due=day,
            )  # fmt: skip
            drafts = [
                Draft("a", visit, opened),
                Draft("a", visit, bodies.InspectionClosed()),
                Draft("a", hazard, found),
            ]
            if month % 3:
                closed = bodies.HazardClosed(reason=bodies.ClosingReason.FALSE_ALARM, on=day, approver="b")
                drafts.append(Draft("a", hazard, closed))
            book.write_all(drafts)
        book.checkpoint()
    return tmp_path / "data"


def rows(book: Book) -> dict[str, dict[str, object]]:
    return {name: dict(book.table(name).rows) for name in ("inspections", "hazards", "counters")}


def test_every_row_is_there_and_a_rebuild_writes_the_same_bytes(three_years: Path):
    with Book.open(three_years) as book:
        opened = rows(book)
        written = (three_years / "view.json").read_bytes()
        book.rebuild()
        assert rows(book) == opened
        assert (three_years / "view.json").read_bytes() == written
        assert len(opened["hazards"]) == len(opened["inspections"]) == 36


def test_open_and_recent_rows_need_no_others(three_years: Path):
    with Book.open(three_years) as book:
        since = (START + timedelta(days=30 * 33)).date()
        lively = [row["number"] for row in book.rows_since("hazards", since)]
        assert {str(month) for month in range(0, 36, 3)} <= set(lively), "every open one"
        assert {"33", "34", "35"} <= set(lively)
        assert len(lively) < 36
        assert len(list(book.rows_since("hazards", START.date()))) == 36, "looking further back brings all"


def test_a_packed_row_can_be_changed_and_keeps_the_change(three_years: Path):
    with Book.open(three_years) as book:
        old = next(row for row in Book.look(three_years).rows("hazards") if row["number"] == "1")
        book.write("a", str(old["id"]), bodies.HazardVoided(reason="录错"))
        assert book.row("hazards", str(old["id"]))["state"] == "已作废"
        assert len(list(book.rows("hazards"))) == 36
        changed = rows(book)
        book.checkpoint()
    with Book.open(three_years) as book:
        assert rows(book) == changed
