"""A laptop whose clock is wrong: it says so wherever days are counted, and takes no other laptop with it."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from command import fieldlog_at
from hubs import HubProcess, laptop, note
from township import FixedClock, Township, device, new_township

from fieldlog.actions import hazards, registers
from fieldlog.book.book import Book
from fieldlog.domain import bodies
from fieldlog.domain.hazard_state import CLOSED
from fieldlog.sync.http import sync_http

RIGHT = "2026-11-30T09:00:00+08:00"
DOC = "01JDEF0000000000000000DEV2"


def find(premises: str) -> str:
    line = {"do": "hazard", "premises": premises, "text": "配电箱无盖", "officer": "李某甲", "days": 3}
    return json.dumps(line, ensure_ascii=False) + "\n"


@pytest.mark.parametrize(
    ("wrong", "said"), [("1970-01-01T08:00:00+08:00", "早于程序发布"), ("2099-06-01T09:00:00+08:00", "二十年以后")]
)
def test_a_wrong_year_is_said_at_every_door_and_the_deadline_keeps_the_mark(tmp_path: Path, wrong: str, said: str):
    data = tmp_path / "data"
    people = ("李某甲,示例001,2098-12-31,队员", "王某乙,示例002,2098-12-31,队员")
    options = [part for person in people for part in ("--officer", person)]
    assert fieldlog_at(RIGHT, "init", "--unit", "houye", "--unit-name", "后叶镇", *options, data=data).code == 0
    with Book.open(data, now=lambda: datetime.fromisoformat(RIGHT)) as book:
        person = next(iter(book.rows("officers")))["id"]
        shop = registers.register_premises(book, person, name="某某副食店", kind="副食店").doc
    ran = fieldlog_at(wrong, "record", data=data, given=find(shop) * 2)
    assert [answer["ok"] for answer in ran.rows] == [True, True]
    assert said in ran.complaint  # one line for both
    for command in ("hazards", "inspections"):
        assert said in fieldlog_at(wrong, command, "--json", data=data).complaint
    assert "时间存疑" in fieldlog_at(wrong, "hazards", data=data).out
    right = fieldlog_at("2026-12-01T09:00:00+08:00", "hazards", "--json", data=data)
    assert (right.err, [row["doubt"] for row in right.rows]) == ("", [True, True])  # the clock is right again
    fieldlog_at("2026-12-01T09:00:00+08:00", "record", data=data, given=find(shop))
    assert [
        row["doubt"] for row in fieldlog_at("2026-12-01T10:00:00+08:00", "hazards", "--json", data=data).rows
    ].count(False) == 1
    assert json.loads(fieldlog_at(RIGHT, "verify", "--json", data=data).out)["ok"]


@pytest.fixture
def astray(tmp_path: Path, clock: FixedClock):
    """The officer's laptop in 2099 and the supervisor's, whose clock is right; both know the people and the shop."""
    officer = new_township(tmp_path / "officer", clock)
    with Book.create(tmp_path / "desk", device("houye-02", DOC, "supervisor"), now=clock) as desk:
        desk.merge(officer.book.lines_after({}))
        ahead = FixedClock(datetime.fromisoformat("2099-06-01T09:00:00+08:00"))
        officer.book.now = ahead
        yield officer, desk
    officer.book.close()


def test_a_laptop_in_2099_takes_nobody_there(astray: tuple[Township, Book]):
    officer, desk = astray
    hazards.find(officer.book, officer.by, text="配电箱无盖", premises=officer.shop)
    assert "二十年以后" in officer.book.clock_doubt
    desk.merge(officer.book.lines_after({}))
    entry = desk.write(officer.by, desk.new_id(), bodies.ItemNoted(note="别的事"))
    assert desk.clock_doubt == ""
    assert entry.hlc < f"{int(datetime(2027, 1, 1).astimezone().timestamp() * 1000) << 16:016x}"
    desk.close()
    with Book.open(desk.folder, now=desk.now) as again:
        assert again.clock_doubt == ""


def test_what_is_done_about_its_hazard_still_counts_everywhere(astray: tuple[Township, Book], clock: FixedClock):
    officer, desk = astray
    found = hazards.find(officer.book, officer.by, text="配电箱无盖", premises=officer.shop)
    desk.merge(officer.book.lines_after({}))
    chief = officer.officers[2]
    clock.pass_(hours=1)
    closed = hazards.close(desk, chief, found.doc, reason="误报", approver=chief, note="与前一条重复")
    assert closed.order > found.order
    desk.write(officer.by, desk.new_id(), bodies.ItemNoted(note="以后的事"))
    assert desk.clock_doubt == ""
    officer.book.merge(desk.lines_after({}))
    for book in (officer.book, desk):
        assert book.row("hazards", found.doc)["state"] == CLOSED
        book.rebuild()
        assert book.row("hazards", found.doc)["state"] == CLOSED
    desk.close()
    with Book.open(desk.folder, now=clock) as again:  # its log is in 2099 now, its clock is right
        assert again.clock_doubt == ""
        again.now = lambda: clock() - timedelta(days=2)
        assert "比最后一条记录早 47 小时" in again.clock_doubt


def test_the_office_tells_a_laptop_whose_clock_is_off(tmp_path: Path):
    with HubProcess(tmp_path) as hub, laptop(tmp_path, "houye-01") as book:
        right = book.now
        book.now = lambda: right() + timedelta(hours=2)
        note(book, "一")
        sync_http(book, hub.url, hub.code("houye"))
        assert "比办公室快 2 小时" in book.clock_doubt
        with Book.look(book.folder, now=book.now) as beside:
            assert "比办公室快" in beside.clock_doubt
        book.now = right
        assert "比最后一条记录早" in book.clock_doubt
        sync_http(book, hub.url)
        assert book.clock_doubt == ""  # the office has seen that this clock is right
