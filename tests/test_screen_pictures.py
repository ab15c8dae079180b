"""How the screens around the walk look. `pytest -n 0 --snapshot-update tests/test_screen_pictures.py` writes them anew."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from test_walk_pictures import SIZES, pressing
from township import ITEMS, LISTS, START, FixedClock, Township, new_township
from walking import FIRE, SHOP

from fieldlog.actions import answering, assigning, evidence, hazards, registers, visit_closing, visit_opening
from fieldlog.actions.office_heads import note_office_heads
from fieldlog.actions.refusals import note_refusals
from fieldlog.actions.ways_home import WayHome, remember
from fieldlog.book.book import Book
from fieldlog.domain import bodies
from fieldlog.domain.heads import Head, Refusal
from fieldlog.library import Library, written
from fieldlog.tui.app import FieldlogApp
from fieldlog.tui.desk import Desk
from fieldlog.tui.screens.today import TodayScreen

UNITS = (
    ("福源大药房", "药店", "正街社区", "后叶镇正街 18 号"),
    ("宏达超市", "超市", "正街社区", "后叶镇正街 2 号附 1 号"),
    ("佳佳液化气经营点", "液化气站", "新桥村", "后叶镇新桥村 3 组 27 号"),
    ("新桥烟花爆竹零售店", "烟花店", "新桥村", "后叶镇新桥村 1 组"),
)
WAY = "https://bangong.houye.example:8470"


@pytest.fixture
def furnished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Township]:
    """A fortnight's work: visits closed and under way, hazards overdue, reported, extended and closed, a way home."""
    township = new_township(tmp_path / "data", FixedClock(START - timedelta(days=14)))
    book, by, chief = township.book, township.by, township.officers[2]
    book.be(by)
    places = [
        registers.register_premises(
            book, by, name=name, kind=kind, village=village, address=address, contact="陈某"
        ).doc
        for name, kind, village, address in UNITS
    ]
    for place, findings in zip(places, (1, 2, 4, 0), strict=True):
        doc = visited(township, place, findings)
        if place != places[3]:
            visit_closing.close(book, by, doc, signature=bodies.Signature(state="signed", name="陈某"), reasons=REASONS)
        township.clock.pass_(days=2, hours=1)
    stove = hazards.find(book, by, premises=places[1], text="厨房燃气软管老化开裂", level="一般", days=3).doc
    assigning.assign(book, chief, stove, township.officers[1], note="三日内盯紧")
    hazards.extend(book, by, stove, due="2026-11-30", reason="配件缺货", approver=chief)
    hazards.rectify(book, by, stove, note="已换新软管", reported_by="陈某")
    done = hazards.find(book, by, premises=places[0], text="冷藏柜温度计失准", days=5).doc
    hazards.rectify(book, by, done, note="已校准", reported_by="陈某")
    hazards.recheck(book, by, done, passed=True, officers=township.officers[:2], note="读数正常")
    hazards.close(book, chief, done, approver=chief)
    township.clock.now = START
    remember(book.folder, WayHome(WAY, "2026-11-22T17:30:00+08:00",
                                  "2026-11-22T17:30:00+08:00", 40, "发出 40 条，收到 12 条"))  # fmt: skip
    remember(
        book.folder, WayHome("/media/usb", "2026-11-20T17:30:00+08:00", "", 0, "/media/usb 写不进去：磁盘已满", True)
    )
    note_office_heads(book.folder, {"houye-01": 20}, "2026-11-20T17:30:00+08:00", {})
    heard = {"houye-01": 1_795_339_800_000, "houye-02": 1_795_171_500_000}
    note_office_heads(book.folder, {"houye-01": 40, "houye-02": 12}, "2026-11-22T17:30:00+08:00", heard)
    why = "与办公室的不同，那台电脑恢复或复制过；等它换用新日志同步以后就会一致"
    note_refusals(book.folder, WAY, [Refusal("houye-02", 13, f"houye-02 {why}")], "2026-11-22T17:30:00+08:00")
    lists: dict[str, Path] = {}
    for each in (LISTS["lianxi"], SHOP, FIRE):
        lists[each.id] = tmp_path / f"{each.id}.yaml"
        lists[each.id].write_text(written(each), encoding="utf-8")
    monkeypatch.setattr(Desk, "library", Library(lists))
    monkeypatch.setattr(Book, "heads", lambda self: {"houye-01": Head(self._tips["houye-01"].seq, "3f" * 32)})
    yield township
    book.close()


REASONS = dict.fromkeys((f"P{number}" for number in range(1, 40)), "已口头说明")


def visited(township: Township, place: str, findings: int) -> str:
    """A visit with this many findings; of none, one that is left half done."""
    opened = visit_opening.open_inspection(
        township.book, LISTS, township.by, premises=place, lists=["lianxi"], officers=township.officers[:2]
    )
    for number, item in enumerate(ITEMS if findings else ITEMS[:2]):
        value, finding = ("不符合", 1) if number < findings and item != ITEMS[1] else ("符合", None)
        answering.answer(township.book, township.by, opened.doc, item, value, finding=finding)
    for stage in ("亮证", "告知"):
        evidence.reach_stage(township.book, township.by, opened.doc, stage)
    return opened.doc


@SIZES
@pytest.mark.parametrize(
    ("name", "sequence"),
    [
        ("today", "left"),
        ("new-inspection", "1 h d"),
        ("begin-visit", "1 h d c s enter"),
        ("hazards", "3"),
        ("hazard", "3 end enter"),
        ("re-check", "4"),
        ("sync", "8"),
        ("devices", "plus down down down"),
        ("premises", "6"),
        ("help", "f1"),
    ],
    ids=lambda value: "" if value[:1].isdigit() or value.split()[0] in ("f1", "left", "plus") else value,
)
def test_picture(furnished: Township, snap_compare, size: tuple[int, int], name: str, sequence: str):
    app = FieldlogApp(lambda: TodayScreen(furnished.book), now=furnished.clock, environ={})
    assert snap_compare(app, terminal_size=size, run_before=pressing(sequence))
