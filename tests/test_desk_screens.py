"""A supervisor's desk and an officer's laptop, by keys, with a real hub between them."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from command import fieldlog
from hubs import HubProcess
from township import ITEMS, Township, device
from walking import shown

from fieldlog.actions import answering, comments, evidence, hazards, visit_closing
from fieldlog.actions.devices import devices
from fieldlog.actions.ways_home import WayHome, bring_home
from fieldlog.book.book import Book
from fieldlog.domain import bodies
from fieldlog.tui.app import FieldlogApp
from fieldlog.tui.screens.hazard_detail import HazardDetailScreen
from fieldlog.tui.screens.hazards import HazardsScreen
from fieldlog.tui.screens.inspection_detail import InspectionDetailScreen
from fieldlog.tui.screens.inspections import InspectionsScreen
from fieldlog.tui.screens.today import TodayScreen
from fieldlog.tui.screens.walk import WalkScreen


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[HubProcess]:
    (tmp_path / "office").mkdir()
    with HubProcess(tmp_path / "office") as running:
        yield running


def send(hub: HubProcess, book: Book, *, role: str = "", fork: bool = False):
    """Synchronise as the screen and the command do; with a role enrol first."""
    code = hub.code(book.device.unit, role) if role else None
    return bring_home(book, WayHome(hub.url, log=book.device.id), lambda *_: None, code, fork=fork)[1]


def closed_visit(township: Township) -> str:
    """A visit that is over, with one hazard."""
    book, by, doc = township.book, township.by, township.visit()
    for item in ITEMS:
        fails = item == "lianxi-1"
        answering.answer(book, by, doc, item, "不符合" if fails else "符合", finding=1 if fails else None)
    evidence.reach_stage(book, by, doc, "亮证")
    reasons = {each.rule: "已说明" for each in visit_closing.objections(book, doc, bodies.Signature())}
    visit_closing.close(book, by, doc, signature=bodies.Signature(), opinion="", reasons=reasons)
    return doc


@pytest.fixture
def desk(township: Township, tmp_path: Path) -> Iterator[Book]:
    """A supervisor's device."""
    with Book.create(
        tmp_path / "desk", device("houye-desk", "01JDEF0000000000000000DEV3", "supervisor"), now=township.clock
    ) as book:
        yield book


def app(book: Book, screen: object = None) -> FieldlogApp:
    return FieldlogApp(lambda: screen or TodayScreen(book), now=book.now, environ={})


async def test_what_a_supervisor_says_reaches_the_officer_and_the_answer_comes_back(
    hub: HubProcess, township: Township, desk: Book
):
    officer, (_zhang, li, chief) = township.book, township.officers
    officer.be(li)
    doc = closed_visit(township)
    (hazard,) = [row["doc"] for row in officer.rows("hazards")]
    send(hub, officer, role="officer")
    send(hub, desk, role="supervisor")
    desk.be(chief)
    async with app(desk).run_test(size=(80, 24)) as pilot:
        await pilot.press("plus")
        await pilot.pause()
        told = shown(pilot)
        assert "houye-01" in told
        assert "最近联系" in told
        heard = {each.device: each.heard for each in devices(desk)}
        assert heard["houye-01"] <= heard["houye-desk"]
        assert heard["houye-01"]
        assert not any(each.heard for each in devices(officer))  # an officer does not watch over others
        assert "与办公室一致" in told
        await pilot.press("escape", "3", "enter", "6", "2", "enter")  # the hazard to 李某乙 on the offered day
        await pilot.pause()
        assert "已指派给" in shown(pilot)
        await pilot.press("escape", "escape", "2", "enter")
        await pilot.pause()
        await pilot.press("minus", "4")  # the first item, 请补照片
        await pilot.pause()
        assert "评论已保存" in shown(pilot)
    assert desk.row("hazards", hazard)["assigned"]
    (said,) = comments.comments_of(desk, doc)
    assert (said.by, said.text, said.item) == (chief, "请补照片", "lianxi-1")
    officer.be(desk.row("hazards", hazard)["assigned"])
    township.clock.pass_(minutes=5)
    send(hub, desk)
    send(hub, officer)
    async with app(officer).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        told = shown(pilot)
        assert "交给你的" in told
        assert "限 11-" in told
        assert "新评论" in told
        assert "王某丙：请补照片" in told
        await pilot.press(*_to_talk(pilot), "enter")
        await pilot.pause()
        assert isinstance(pilot.app.screen, InspectionDetailScreen)
        assert "【评1】" in shown(pilot)
        await pilot.press("plus", "1")  # answer to the whole visit: 已收到，照办
        await pilot.pause()
        await pilot.press("escape")
        await pilot.pause()
        assert "新评论" not in shown(pilot)
    township.clock.pass_(minutes=5)
    send(hub, officer)
    send(hub, desk)
    async with app(desk).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "已收到，照办" in shown(pilot)


def _to_talk(pilot) -> list[str]:
    """The keys from the cursor to the first comment."""
    rows = [row for row in pilot.app.screen._list.rows if row.kind != "heading"]
    return ["down"] * next(place for place, row in enumerate(rows) if row.kind == "talk")


async def test_an_officer_sees_of_each_visit_whether_the_office_has_it(hub: HubProcess, township: Township):
    book = township.book
    doc = closed_visit(township)
    async with app(book, InspectionsScreen(book)).run_test(size=(100, 30)) as pilot:
        await pilot.press("4")
        await pilot.pause()
        assert "未送出" in shown(pilot)
    send(hub, book, role="officer")
    async with app(book, InspectionDetailScreen(book, doc)).run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert "已由办公室收到并校验" in shown(pilot)
    township.clock.pass_(days=1)
    comments.comment(book, township.by, doc, "补一句")
    async with app(book, InspectionDetailScreen(book, doc)).run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert "未送出" in shown(pilot)
        await pilot.press("escape")


async def test_what_was_refused_stays_on_the_desk_until_it_is_settled(
    hub: HubProcess, township: Township, tmp_path: Path
):
    book, folder = township.book, township.book.folder
    send(hub, book, role="officer")
    book.close()
    shutil.copytree(folder, tmp_path / "copy")
    with Book.open(folder, now=township.clock) as first:
        first.write(township.by, township.shop, bodies.PremisesChanged(remark="甲"))
        assert not send(hub, first).refused
    with Book.open(tmp_path / "copy", now=township.clock) as second:
        doc = _visit_on(second, township)
        township.clock.pass_(minutes=1)
        result = send(hub, second)
        assert result.refused
        (own,) = [each for each in devices(second) if each.own]
        assert own.state == "有没收下的"
        async with app(second).run_test(size=(80, 24)) as pilot:
            await pilot.press("plus")
            await pilot.pause()
            told = shown(pilot)
            assert "没有收下的 1" in told
            await pilot.press("down", "down")
            await pilot.pause()
            assert "怎么办：" in shown(pilot)
        async with app(second, InspectionDetailScreen(second, doc)).run_test(size=(120, 40)) as pilot:
            await pilot.pause()
            assert "办公室未收下" in shown(pilot)
        township.clock.pass_(minutes=1)
        assert not send(hub, second, fork=True).refused
        by_name = {each.device: each for each in devices(second)}
        (own,) = [each for each in by_name.values() if each.own]
        assert (own.continues, own.state) == ("houye-01", "都已送到")
        assert by_name["houye-01"].state == f"已换用 {own.device}"
        async with app(second).run_test(size=(80, 24)) as pilot:
            await pilot.press("plus")
            await pilot.pause()
            assert "以前没有收下、后来过去的 1" in shown(pilot)
    rows = fieldlog("devices", "--json", data=tmp_path / "copy").rows
    assert {row["device"] for row in rows} == {"houye-01", own.device}
    assert [one["over"] != "" for row in rows for one in row["refused"]] == [True]


def _visit_on(book: Book, township: Township) -> str:
    return closed_visit(Township(book, township.clock, township.officers, township.shop))


async def test_a_book_that_never_met_anybody_says_what_it_cannot_know(township: Township):
    async with app(township.book).run_test(size=(80, 24)) as pilot:
        await pilot.press("f7")
        await pilot.pause()
        told = shown(pilot)
        assert "还没有与办公室的网址同步过" in told
        assert "不清楚" in told
        assert "没有收下的" not in told


async def test_two_people_s_answers_are_marked_in_the_walk_until_one_is_given_again(township: Township, tmp_path: Path):
    book, clock, (zhang, li, _chief) = township.book, township.clock, township.officers
    book.be(zhang)
    doc = township.visit()
    with Book.create(tmp_path / "other", device("houye-02", "01JDEF0000000000000000DEV2"), now=clock) as other:
        _meet(book, other)
        clock.pass_(minutes=1)
        answering.answer(book, zhang, doc, "lianxi-2", "符合")
        clock.pass_(minutes=1)
        answering.answer(other, li, doc, "lianxi-2", "不适用")
        _meet(book, other)
        async with app(book).run_test(size=(120, 40)) as pilot:
            await pilot.press("enter")
            await pilot.pause()
            assert isinstance(pilot.app.screen, WalkScreen)
            assert "两改 1" in shown(pilot)
            await pilot.press("home", "down")
            await pilot.pause()
            told = "".join(shown(pilot).split())
            assert "张某甲11-2409:01符合" in told
            assert "现取后者" in told
            clock.pass_(minutes=1)
            await pilot.press("3")
            await pilot.pause()
            assert "两改" not in shown(pilot)
        assert book.row("inspections", doc)["contested"] == 0


async def test_a_hazard_that_two_people_changed_is_marked_in_the_list_and_settled_by_a_key(
    township: Township, tmp_path: Path
):
    book, clock, (zhang, li, _chief) = township.book, township.clock, township.officers
    book.be(zhang)
    doc = hazards.find(book, zhang, text="灭火器失压", premises=township.shop).doc
    with Book.create(tmp_path / "other", device("houye-02", "01JDEF0000000000000000DEV2"), now=clock) as other:
        _meet(book, other)
        hazards.edit(book, zhang, doc, place="东侧")
        clock.pass_(minutes=1)
        hazards.edit(other, li, doc, place="西侧")
        hazards.extend(other, li, doc, due="2026-12-20", reason="等配件", approver=township.officers[2])
        other.write(li, doc, bodies.HazardExtended(due="2026-12-21", reason="等", approver=li))
        _meet(book, other)
    async with app(book, HazardsScreen(book)).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "【未批 两改】" in shown(pilot)
    async with app(book, HazardDetailScreen(book, doc)).run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert "两人改过部位" in shown(pilot)
        await pilot.press("f6")
        await pilot.pause()
        assert "两人改过部位" not in shown(pilot)
        assert "确认" in shown(pilot)


def _meet(*books: Book) -> None:
    for one in books:
        for another in books:
            if one is not another:
                one.merge(list(another.lines_after({log: head.seq for log, head in one.heads().items()})))
