"""Browsing, previewing, editing, publishing and approving lists by keys."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.pilot import Pilot
from township import FixedClock, Township, device
from walking import shown, type_in

from fieldlog.actions import answering, list_drafts, own_lists, registers, visit_opening
from fieldlog.book.book import Book
from fieldlog.domain import bodies
from fieldlog.domain.errors import Refused
from fieldlog.domain.item_counts import count_items, ranges
from fieldlog.library import lint, load_library, written
from fieldlog.tui.app import FieldlogApp
from fieldlog.tui.screens.checklists import ChecklistsScreen
from fieldlog.tui.screens.frame import FieldScreen
from fieldlog.tui.screens.list_findings import FindingsScreen
from fieldlog.tui.screens.list_preview import ListPreviewScreen
from fieldlog.tui.screens.today import TodayScreen

FIRE = load_library()["xiaofang"]
FIRST = FIRE.sections[0].items[0]


def on(book: Book, *screens: FieldScreen[None], now: FixedClock) -> FieldlogApp:
    """The app with these screens over the first one."""

    class Home(FieldScreen[None]):
        def on_mount(self) -> None:
            super().on_mount()
            for screen in screens:
                self.app.push_screen(screen)

    return FieldlogApp(Home, now=now, environ={})


async def settled(pilot: Pilot[None]) -> str:
    """The screen after the index and every dialog came to rest."""
    for _ in range(3):
        await pilot.pause()
    return shown(pilot)


async def answer(pilot: Pilot[None], text: str) -> None:
    """Type a line into the dialog in place of what it holds."""
    await pilot.press("ctrl+u")
    await type_in(pilot, text)
    await pilot.press("enter")
    await pilot.pause()


@pytest.fixture
def office(township: Township) -> Township:
    """The township with somebody at the keyboard."""
    township.book.be(township.by)
    return township


async def test_the_first_screen_leads_to_the_lists_and_a_search_finds_items_by_pinyin(office: Township):
    app = FieldlogApp(lambda: TodayScreen(office.book), now=office.clock, environ={})
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("f9")
        await app.workers.wait_for_complete()
        page = await settled(pilot)
        assert isinstance(app.screen, ChecklistsScreen)
        assert FIRE.title in page
        assert "随程序" in page
        await pilot.press("slash")
        await type_in(pilot, "aqck")  # 安全出口
        page = await settled(pilot)
        assert "安全出口" in page.replace(" ", "")
        assert "药品零售" not in page
        await pilot.press("enter", "enter")
        await settled(pilot)
        assert isinstance(app.screen, ListPreviewScreen)
        await pilot.press("escape")
        await settled(pilot)
        assert isinstance(app.screen, ChecklistsScreen)


async def test_a_preview_walks_the_list_with_the_features_that_digits_tick(office: Township):
    preview = ListPreviewScreen(office.book, "xiaofang")
    async with on(office.book, preview, now=office.clock).run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        bare = len(preview._preview.walk.questions)
        assert bare == len(FIRE.applicable(frozenset()))
        await pilot.press("1")
        page = await settled(pilot)
        assert "1[x]" in page
        assert len(preview._preview.walk.questions) > bare
        await pilot.press("enter")
        page = await settled(pilot)
        assert "常见问题和整改措施" in page or "还没有法规文本" in page


async def test_how_often_an_item_failed_is_counted_over_closed_visits(office: Township):
    book, library = office.book, own_lists.library_of(office.book)
    for value in ("符合", "不符合", "不符合"):
        doc = visit_opening.open_inspection(
            book, library, office.by, premises=office.shop, lists=["xiaofang"], officers=office.officers[:2]
        ).doc
        answering.answer(book, office.by, doc, FIRST.id, value, text="" if value == "符合" else "有问题")
        book.write(office.by, doc, bodies.InspectionClosed())
    preview = ListPreviewScreen(book, "xiaofang")
    async with on(book, preview, now=office.clock).run_test(size=(120, 40)) as pilot:
        assert "查过 3 次，不符合 2 次（66%）" in await settled(pilot)


async def test_findings_are_changed_by_keys_and_what_is_wrong_stands_on_the_line(office: Township):
    preview = ListPreviewScreen(office.book, "xiaofang")
    async with on(office.book, preview, now=office.clock).run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        item = preview._list.question.item
        await pilot.press("f4")
        await settled(pilot)
        assert isinstance(pilot.app.screen, FindingsScreen)
        await pilot.press("1")
        await pilot.pause()
        await answer(pilot, "发现过期药品 3 盒")
        assert "像是已经查到的数量" in shown(pilot)
        await answer(pilot, "本镇古街水缸没有水")
        await answer(pilot, "把水缸加满")
        await answer(pilot, "2")
        page = await settled(pilot)
        assert "本镇古街水缸没有水" in page
        assert "草稿" in page
        edited = list_drafts.edited(office.book, own_lists.library_of(office.book), "xiaofang")
        assert edited is not None
        assert edited.checklist is not None
        found = edited.checklist.item(item.id)
        assert found is not None
        assert (found.findings[0].text, found.findings[0].days) == ("本镇古街水缸没有水", 2)
        assert found.findings[1:] == item.findings[1:]
        assert edited.checklist.version.endswith(".101"), "an office's version has numbers of its own"
        await pilot.press("escape")
        page = await settled(pilot)
        assert "有 1 项改动没有发布" in page
        await pilot.press("full_stop")
        assert "没有发布" not in await settled(pilot)


async def test_a_local_item_goes_into_the_offices_supplement_and_survives_a_kill(office: Township):
    preview = ListPreviewScreen(office.book, "xiaofang")
    async with on(office.book, preview, now=office.clock).run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await pilot.press("plus")
        await pilot.pause()
        await answer(pilot, "是否占用消防水缸")
        assert "不写问句，写符合时的样子，如 没有占用消防水缸" in shown(pilot).replace("\n", "")
        await answer(pilot, "场镇古街消防水缸有水")
        await answer(pilot, "看水缸")
        await answer(pilot, "随便")
        assert "看不懂" in shown(pilot)
        await answer(pilot, "消防法第十六条第一款第二项")
        await pilot.press("1")
        await pilot.pause()
        await answer(pilot, "水缸没有水")
        await answer(pilot, "把水缸加满")
        await answer(pilot, "1")
        page = await settled(pilot)
        assert "场镇古街消防水缸有水" in page
        assert "新" in page
    office.book.close()
    with Book.open(office.book.folder, now=office.clock) as book:
        edited = list_drafts.edited(book, own_lists.library_of(book), "xiaofang-houye")
        assert edited is not None
        assert edited.checklist is not None
        assert edited.checklist.extends == "xiaofang"
        (item,) = edited.checklist.items()
        assert (item.id, str(item.basis[0]), item.basis[0].verified) == ("xiaofang-houye-1", "消防法#16.1.2", False)


async def test_half_a_typed_item_comes_back_after_a_kill(office: Township):
    preview = ListPreviewScreen(office.book, "xiaofang")
    async with on(office.book, preview, now=office.clock).run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await pilot.press("plus")
        await pilot.pause()
        await answer(pilot, "场镇古街消防水缸有水")
        await type_in(pilot, "看水")
        await pilot.press("escape", "escape")
        await settled(pilot)
        await pilot.press("plus")
        assert "场镇古街消防水缸有水" in await settled(pilot)


def test_numbers_of_removed_items_are_not_given_away_again(office: Township):
    book, library = office.book, own_lists.library_of(office.book)
    item = list_drafts.item_data(FIRST) | {"text": "本镇的要求"}
    item.pop("id")
    item.pop("shared", None)
    title = FIRE.sections[0].title
    first = list_drafts.add_item(book, office.by, library, "xiaofang", title, item)
    list_drafts.add_item(book, office.by, library, "xiaofang", title, item | {"text": "本镇的另一个要求"})
    assert first == "xiaofang-houye-1"
    list_drafts.publish_draft(book, office.by, library, "xiaofang-houye")
    with pytest.raises(own_lists.Refused, match="随程序的项不能删"):
        list_drafts.remove_item(book, office.by, library, "xiaofang", FIRST.id)
    third = list_drafts.add_item(book, office.by, library, "xiaofang", title, item | {"text": "第三个要求"})
    assert third == "xiaofang-houye-3"


@pytest.fixture
def desk(tmp_path: Path, office: Township) -> Iterator[Book]:
    """A supervisor's computer."""
    clock = office.clock
    book = Book.create(tmp_path / "desk", device("houye-09", "01JDEF00000000000000000009", "supervisor"), now=clock)
    with book:
        by = registers.register_officer(book, "houye-09", name="王某丙", certificate="CQ0009", post="大队长").doc
        book.be(by)
        yield book


async def test_changes_are_published_and_approved_by_keys_on_two_devices(office: Township, desk: Book):
    book, library = office.book, own_lists.library_of(office.book)
    item = list_drafts.item_data(FIRST)
    findings = [{"text": "门锁着打不开", "measure": "打开门锁", "days": 0}, *item["findings"][1:]]
    list_drafts.change_item(book, office.by, library, "xiaofang", item | {"findings": findings})
    async with on(book, ListPreviewScreen(book, "xiaofang"), now=office.clock).run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await pilot.press("f10")
        page = await settled(pilot)
        assert "门锁着打不开" in page.replace("\n", "")
        await pilot.press("1")
        await pilot.pause()
        await answer(pilot, "按本镇实际")
        assert "已提交" in await settled(pilot)
    (proposal,) = own_lists.proposals(book)
    assert not list_drafts.drafts(book)
    desk.merge(list(book.lines_after({})))
    async with on(desk, ChecklistsScreen(desk), now=office.clock).run_test(size=(120, 40)) as pilot:
        await pilot.app.workers.wait_for_complete()
        page = await settled(pilot)
        assert "待审批" in page
        await pilot.press("enter")
        page = await settled(pilot)
        assert "按本镇实际" in page
        assert "常见问题" in page
        await pilot.press("1")
        page = await settled(pilot)
        assert "已批准" in page
        assert "本所发布" in page
    book.merge(list(desk.lines_after({"houye-01": book.heads()["houye-01"].seq})))
    counted = own_lists.library_of(book)["xiaofang"]
    assert counted.version == proposal.row["version"]
    assert counted.item(FIRST.id).findings[0].text == "门锁着打不开"
    assert "随程序" in [each.kind for each in own_lists.library_of(book).origins("xiaofang")][1]


async def test_a_list_that_is_sent_back_shows_its_reason_on_the_device_that_proposed_it(office: Township, desk: Book):
    book, library = office.book, own_lists.library_of(office.book)
    findings = [{"text": "门锁着打不开", "measure": "打开门锁", "days": 0}]
    list_drafts.change_item(book, office.by, library, "xiaofang", list_drafts.item_data(FIRST) | {"findings": findings})
    list_drafts.publish_draft(book, office.by, library, "xiaofang", "")
    desk.merge(list(book.lines_after({})))
    async with on(desk, TodayScreen(desk), now=office.clock).run_test(size=(80, 24)) as pilot:
        assert "待审批的清单" in await settled(pilot)
        await pilot.press("home", "enter")
        await pilot.app.workers.wait_for_complete()
        await settled(pilot)
        await pilot.press("enter")
        await settled(pilot)
        await pilot.press("2", "1")
        await settled(pilot)
    book.merge(list(desk.lines_after({"houye-01": book.heads()["houye-01"].seq})))
    async with on(book, TodayScreen(book), now=office.clock).run_test(size=(80, 24)) as pilot:
        assert "被退回的清单" in await settled(pilot)
        await pilot.press("9")
        await pilot.app.workers.wait_for_complete()
        assert "依据不准" in await settled(pilot)
        await pilot.press("home", "enter")
        page = await settled(pilot)
        assert "已退回" in page
        assert "依据不准，请核对条文" in page
        assert "收回" not in page


# counting


@given(st.sets(st.integers(1, 40)), st.sets(st.integers(1, 40)))
def test_ranges_hold_every_number_and_no_other(one: set[int], other: set[int]):
    ids = [f"a-{n}" for n in one] + [f"a-b-{n}" for n in other]
    asked, _failed = count_items([{"asked": ranges(ids), "failed": ""}] * 2)
    assert asked == dict.fromkeys(ids, 2)


# local items, files, and what is gone


def local_item(office: Township, **fields: object) -> str:
    """A local item beside the first section of the fire list."""
    item = {key: value for key, value in list_drafts.item_data(FIRST).items() if key not in ("id", "shared")}
    library = own_lists.library_of(office.book)
    return list_drafts.add_item(
        office.book, office.by, library, "xiaofang", FIRE.sections[0].title, item | {"text": "水缸有水", **fields}
    )


async def test_a_local_item_is_changed_and_taken_out_by_keys_and_a_shipped_one_is_not(office: Township):
    made = local_item(office)
    preview = ListPreviewScreen(office.book, "xiaofang", made)
    async with on(office.book, preview, now=office.clock).run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await pilot.press("f2")
        await pilot.pause()
        await answer(pilot, "古街水缸有水")
        await answer(pilot, "看水缸")
        await pilot.press("enter")
        await pilot.pause()
        await pilot.press("2")
        await settled(pilot)
        edited = list_drafts.edited(office.book, own_lists.library_of(office.book), "xiaofang-houye")
        assert edited is not None
        assert edited.checklist is not None
        (item,) = edited.checklist.items()
        assert (item.id, item.text, item.level) == (made, "古街水缸有水", None)
        await pilot.press("f8")
        await pilot.pause()
        await pilot.press("1")
        assert "古街水缸有水" not in await settled(pilot)
        assert not list_drafts.drafts(office.book)
        await pilot.press("f2")
        assert "只能改常见问题" in await settled(pilot)
        await pilot.press("f8")
        assert "不能删" in await settled(pilot)


async def test_a_mistake_in_an_edited_list_stands_on_its_line_and_stops_publishing(office: Township):
    made = local_item(office, findings=[{"text": "过期药品 3 盒", "measure": "清理", "days": 1}])
    preview = ListPreviewScreen(office.book, "xiaofang", made)
    async with on(office.book, preview, now=office.clock).run_test(size=(80, 24)) as pilot:
        page = await settled(pilot)
        assert "错 水缸有水" in page
        await pilot.press("f10")
        assert "还不能发布" in await settled(pilot)
    assert not own_lists.proposals(office.book)


def test_a_citation_that_the_law_texts_do_not_have_stops_publishing(office: Township):
    made = local_item(office, basis=[{"cite": "消防法#3", "verified": False}], penalty=[])
    folder = office.book.folder / "laws"
    folder.mkdir()
    row = {
        "name": "消防法",
        "title": "中华人民共和国消防法",
        "version": "2021-04-29",
        "articles": 2,
        "file": "x.md",
        "status": "现行",
    }
    (folder / "index.json").write_text(json.dumps([row]), encoding="utf-8")
    (folder / "x.md").write_text("第一条　甲。\n第二条　乙。\n", encoding="utf-8")
    edited = list_drafts.edited(office.book, own_lists.library_of(office.book), "xiaofang-houye")
    assert edited is not None
    assert "没有第三条" in edited.problems[made][0]
    with pytest.raises(Refused, match="没有第三条"):
        list_drafts.publish_draft(office.book, office.by, own_lists.library_of(office.book), "xiaofang-houye")


def test_a_change_to_an_item_that_a_later_version_dropped_is_told(office: Township):
    text = '{"list":"xiaofang","head":{},"items":{"xiaofang-999":{"id":"xiaofang-999"}},"sections":{},"removed":[]}'
    office.book.write(office.by, office.book.device.doc, bodies.DraftSaved(field="checklist:xiaofang", text=text))
    edited = list_drafts.edited(office.book, own_lists.library_of(office.book), "xiaofang")
    assert edited is not None
    assert edited.lost == ("xiaofang-999",)
    with pytest.raises(own_lists.NotFound, match="没有“xiaofang-998”这一项"):
        list_drafts.change_item(
            office.book, office.by, own_lists.library_of(office.book), "xiaofang", {"id": "xiaofang-998"}
        )


async def test_a_file_is_published_as_it_is_and_taken_back_by_keys(desk: Book, office: Township):
    (desk.folder / "checklists").mkdir()
    content = written(FIRE).replace("id: xiaofang\n", "id: jiujie\n", 1).replace("xiaofang-", "jiujie-")
    (desk.folder / "checklists" / "jiujie.yaml").write_text(content, encoding="utf-8")
    screen = ChecklistsScreen(desk)
    async with on(desk, screen, now=office.clock).run_test(size=(120, 40)) as pilot:
        await pilot.app.workers.wait_for_complete()
        page = await settled(pilot)
        assert "本机文件" in page
        screen._list.move_to("jiujie")
        await pilot.press("f10")
        await pilot.pause()
        await answer(pilot, "旧街用")
        await settled(pilot)
        (proposal,) = own_lists.proposals(desk)
        own_lists.approve(desk, desk.device.officer, proposal.doc)
        screen.show()
        screen._list.move_to("jiujie")
        assert "覆盖本机文件" in await settled(pilot)
        await pilot.press("f8")
        await pilot.pause()
        await pilot.press("3")
        await settled(pilot)
    assert own_lists.proposals(desk)[0].standing.state == "已撤回"
    assert own_lists.library_of(desk).origins("jiujie")[0].kind == "本机文件"
    load_library.cache_clear()


def test_lint_holds_a_supplement_against_the_list_it_supplements(tmp_path: Path):
    for name, base in (
        ("xiaofang-houye", "xiaofang"),
        ("meiyou-houye", "meiyou"),
        ("xiaofang-houye-er", "xiaofang-houye"),
    ):
        content = written(FIRE.model_copy(update={"extends": base})).replace("xiaofang-", f"{name}-")
        content = content.replace(f"extends: {name}-", f"extends: {base}-")
        content = content.replace("id: xiaofang\n", f"id: {name}\n", 1).replace(
            f"extends: {name}-houye", f"extends: {base}"
        )
        (tmp_path / f"{name}.yaml").write_text(content, encoding="utf-8")
    whys = {(each.file, each.why[:8]) for each in lint([tmp_path], heads=load_library().head).problems}
    assert {file for file, _why in whys} == {"meiyou-houye.yaml", "xiaofang-houye-er.yaml"}
