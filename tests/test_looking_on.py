"""Devices of an auditor and a viewer: they show, refuse to work in one line, and say so on the screen."""

from pathlib import Path

import pytest
from command import fieldlog, record
from township import FixedClock, Township, device
from walking import shown

from fieldlog.book.book import Book
from fieldlog.domain.roles import NAMES
from fieldlog.tui.app import FieldlogApp
from fieldlog.tui.screens.inspection_detail import InspectionDetailScreen
from fieldlog.tui.screens.today import TodayScreen

ROLES = ("viewer", "auditor")
DOC = "01JDEF00000000000000000077"


def log(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.glob("log/houye-70/*.jsonl")))


@pytest.mark.parametrize("role", ROLES)
def test_record_refuses_in_one_line_before_it_writes_or_copies_anything(tmp_path: Path, role: str):
    data = tmp_path / "data"
    options = ("--unit", "houye", "--unit-name", "后叶镇", "--device", "houye-70", "--role", role)
    assert fieldlog("init", *options, data=data).code == 0
    before = log(data)
    photo = tmp_path / "照片.jpg"
    photo.write_bytes(b"jpeg")
    answers = record(
        data,
        {"do": "open", "premises": "某某药房", "lists": ["yaodian"], "officers": ["李某甲", "王某乙"]},
        {"do": "hazard", "premises": "某某药房", "text": "安全出口堆放货物"},
        {"do": "answer", "doc": DOC, "item": "yaodian-1", "value": "符合"},
        {"do": "photo", "doc": DOC, "path": str(photo)},
        {"do": "close", "doc": DOC},
    )
    for answer in answers:
        assert (answer["ok"], answer["rule"]) == (False, "role")
        assert NAMES[role] in answer["error"]
        assert "fieldlog office role houye-70 officer" in answer["error"]
        assert "\n" not in answer["error"]
    table = tmp_path / "台账.csv"
    table.write_text("单位名称,类别,地址\n某某大药房,药店,正街1号\n", encoding="utf-8")
    refused = fieldlog("registry", "import", table, data=data)
    assert refused.code == 1
    assert f"“{NAMES[role]}”，不能登记单位" in refused.complaint
    assert log(data) == before
    assert not [path for path in (data / "blobs").rglob("*") if path.is_file()]


@pytest.fixture(params=ROLES)
def looker(request: pytest.FixtureRequest, tmp_path: Path, clock: FixedClock, township: Township):
    """The book of a device that looks on and holds the township's log, with a visit going on."""
    township.visit()
    with Book.create(tmp_path / "looker", device("houye-70", DOC, request.param), now=clock) as book:
        assert not book.merge(township.book.lines_after({})).refused
        yield book


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_first_screen_says_that_it_only_shows_and_opens_visits_for_reading(
    looker: Book, clock: FixedClock, size: tuple[int, int]
):
    app = FieldlogApp(lambda: TodayScreen(looker), now=clock, environ={})
    before = looker.heads()
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        screen = shown(pilot)
        assert "只能查看" in screen.splitlines()[0]
        assert "本机只能查看" in screen
        assert NAMES[looker.device.role] in screen
        assert "新检查" not in screen
        assert "先做这几步" not in screen
        await pilot.press("1")
        await pilot.pause()
        assert isinstance(app.screen, TodayScreen)
        await pilot.press("home", "enter")
        await pilot.pause()
        assert "只能查看，不能办理检查和隐患" in shown(pilot)
        await pilot.press("down", "enter")
        await pilot.pause()
        assert isinstance(app.screen, InspectionDetailScreen)
    assert looker.heads() == before
