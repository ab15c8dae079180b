"""A newer version of a list for a visit that is under way."""

from pathlib import Path
from typing import Any

import yaml
from command import fieldlog, record, unit_copy
from township import FixedClock, Township
from walking import answers, item, practice, shown, state, walk, walking

from fieldlog.actions import adoption, answering, lookup, things, visit_opening
from fieldlog.book.book import Book
from fieldlog.domain.checklist import Checklist
from fieldlog.library import load_library
from fieldlog.tui.screens.checklist_diff import DiffScreen
from fieldlog.tui.screens.inspection_detail import InspectionDetailScreen

SECTIONS: dict[str, list[dict[str, Any]]] = {
    "门口": [item("dianpu", 1, text="安全出口没有锁闭"), item("dianpu", 2, text="疏散指示标志完好")],
    "店内": [item("dianpu", 3, text="灭火器压力正常")],
}
NEWER = {"门口": SECTIONS["门口"][:1], "店内": [*SECTIONS["店内"], item("dianpu", 4, text="电线没有私拉乱接")]}


def write(folder: Path, version: str, sections: dict[str, list[dict[str, Any]]]) -> Checklist:
    """A version of the list in the folder of local lists."""
    made = practice("dianpu", "店铺检查", sections).model_copy(update={"version": version})
    (folder / "checklists").mkdir(exist_ok=True)
    text = yaml.safe_dump(made.model_dump(mode="json", exclude_none=True), allow_unicode=True, sort_keys=False)
    (folder / "checklists" / "dianpu.yaml").write_text(text, encoding="utf-8")
    load_library.cache_clear()
    return made


def began(township: Township) -> str:
    """A visit with 2026.1 whose first two items are answered, while 2026.2 is on the shelf."""
    write(township.book.folder, "2026.1", SECTIONS)
    library = load_library(township.book.folder / "checklists")
    doc = visit_opening.open_inspection(
        township.book, library, township.by, premises=township.shop, lists=["dianpu"], officers=township.officers[:2]
    ).doc
    answering.answer(township.book, township.by, doc, "dianpu-1", "符合")
    answering.answer(township.book, township.by, doc, "dianpu-2", "不符合", finding=1)
    write(township.book.folder, "2026.2", NEWER)
    return doc


def row(book: Book, doc: str) -> tuple[int, int, int]:
    found = book.row("inspections", doc)
    assert found is not None
    return found["answered"], found["items"], found["findings"]


def test_a_visit_keeps_its_version_until_a_newer_one_is_adopted(township: Township):
    doc = began(township)
    library = load_library(township.book.folder / "checklists")
    before = state(township, doc)
    assert list(lookup.walk(township.book, before)) == ["dianpu-1", "dianpu-2", "dianpu-3"]
    assert row(township.book, doc) == (2, 3, 1)
    (offer,) = adoption.newer_versions(library, before)
    assert (offer.old, offer.new) == ("2026.1", "2026.2")

    adoption.adopt(township.book, library, township.by, doc, "dianpu")
    after = state(township, doc)
    assert list(lookup.walk(township.book, after)) == ["dianpu-1", "dianpu-3", "dianpu-4"]
    assert after.opened is not None
    assert [used.version for used in after.opened.lists] == ["2026.1"], "what it began with stays"
    assert answers(township, doc)["dianpu-2"] == "不符合", "the answer to a removed item is kept"
    assert row(township.book, doc) == (1, 3, 0)
    assert not adoption.newer_versions(library, after)

    _entry, undone = answering.undo(township.book, township.by, doc)
    assert undone == "dianpu-1", "an answer that counts no more is not taken back"


def test_of_two_versions_adopted_apart_the_newest_counts_on_both_devices(township: Township, tmp_path: Path):
    doc = began(township)
    folder = township.book.folder
    adoption.adopt(township.book, load_library(folder / "checklists"), township.by, doc, "dianpu")
    write(folder, "2026.10", {"门口": SECTIONS["门口"]})
    adoption.adopt(township.book, load_library(folder / "checklists"), township.by, doc, "dianpu")
    assert row(township.book, doc) == (2, 2, 1), "an item that comes back counts again"
    assert [used.version for used in state(township, doc).lists] == ["2026.10"]
    township.book.rebuild()
    assert row(township.book, doc) == (2, 2, 1)


COUNTED = {"name": "冷藏柜"}
FINDINGS = [
    {"text": text, "measure": f"改{text}", "days": days} for days, text in enumerate(("甲坏", "乙坏", "丙坏"), 1)
]


def other_version(township: Township, doc: str, version: str, repeat: bool, **fields: Any) -> None:
    """Adopt a version whose items of 门口 are asked of each thing, or are not."""
    sections = {"门口": [{**each, **fields} for each in SECTIONS["门口"]]}
    made = practice("dianpu", "店铺检查", sections).recorded() | {"version": version}
    made["sections"][0] |= {"repeat": COUNTED} if repeat else {}
    lists = {"dianpu": Checklist.model_validate(made)}
    adoption.adopt(township.book, lists, township.by, doc, "dianpu")


def test_answers_of_no_thing_and_of_each_are_not_mixed_up_when_a_version_changes_that(township: Township):
    doc = began(township)
    other_version(township, doc, "2026.2", repeat=True)
    assert row(township.book, doc) == (0, 2, 0), "nobody said which of them was looked at"
    things.count_to(township.book, township.by, doc, "冷藏柜", 2)
    for ref in ("dianpu-1@1", "dianpu-1@2"):
        answering.answer(township.book, township.by, doc, ref, "符合")
    assert row(township.book, doc) == (2, 4, 0)
    other_version(township, doc, "2026.3", repeat=False)
    assert row(township.book, doc) == (2, 2, 1), "the answers that the visit began with count again"
    assert answering.undo(township.book, township.by, doc)[1] == "dianpu-2"
    township.book.rebuild()
    assert row(township.book, doc) == (1, 2, 0)


def test_a_number_typed_after_the_findings_changed_places_keeps_what_was_said(township: Township):
    doc = began(township)
    measured = {"measure": {"label": "温度", "unit": "℃", "max": "8"}}
    other_version(township, doc, "2026.2", repeat=False, findings=FINDINGS, **measured)
    hazard = answering.answer(township.book, township.by, doc, "dianpu-1", "不符合", finding=2).hazard
    other_version(township, doc, "2026.3", repeat=False, findings=FINDINGS[::-1][:1] + FINDINGS[:2], **measured)
    answering.answer(township.book, township.by, doc, "dianpu-1", measured="12")
    fields = lookup.hazard(township.book, hazard).fields
    assert (fields["text"], fields["measure"]) == ("乙坏（温度实测 12 ℃）", "改乙坏")
    answer = state(township, doc).answer("dianpu-1")
    assert answer is not None
    assert answer.finding == 3
    other_version(township, doc, "2026.4", repeat=False, findings=FINDINGS[2:], **measured)
    answering.answer(township.book, township.by, doc, "dianpu-1", measured="13")
    assert lookup.hazard(township.book, hazard).fields["text"] == "乙坏（温度实测 13 ℃）"


async def test_the_walk_shows_the_changes_and_goes_on_in_the_new_version(township: Township):
    doc = began(township)
    async with walking(township, doc).run_test(size=(80, 24)) as pilot:
        await pilot.press("f9")
        await pilot.pause()
        assert isinstance(pilot.app.screen, DiffScreen)
        page = shown(pilot)
        assert "新增  dianpu-4" in page
        assert "删去  dianpu-2" in page
        assert "1 项已经答过" in page
        await pilot.press("escape")
        await pilot.pause()
        assert walk(pilot).visit.tally.total == 3
        assert state(township, doc).lists[0].version == "2026.1"
        await pilot.press("f9", "1")
        await pilot.pause()
        assert [question.item.id for question in walk(pilot).visit.walk.questions] == [
            "dianpu-1",
            "dianpu-3",
            "dianpu-4",
        ]
        assert "1/3" in shown(pilot)
        await pilot.press("f9")
        await pilot.pause()
        assert "都是最新版" in shown(pilot)


async def test_the_last_page_offers_it_too(township: Township):
    doc = began(township)
    async with walking(township, doc).run_test(size=(100, 40)) as pilot:
        await pilot.press("f10")
        await pilot.pause()
        assert "店铺检查有新版 2026.2" in shown(pilot)
        pilot.app.screen._list.move_to("adopt:dianpu")
        await pilot.press("enter")
        await pilot.pause()
        await pilot.press("1")
        await pilot.pause()
        await pilot.pause()
        assert walk(pilot).visit.tally.total == 3
        assert state(township, doc).lists[0].version == "2026.2"


async def test_looking_back_shows_when_the_version_changed_and_what_is_asked_no_more(township: Township):
    doc = began(township)
    adoption.adopt(township.book, load_library(township.book.folder / "checklists"), township.by, doc, "dianpu")
    async with walking(township, doc).run_test(size=(120, 40)) as pilot:
        pilot.app.push_screen(InspectionDetailScreen(township.book, doc))
        await pilot.pause()
        page = shown(pilot)
        assert "把店铺检查由 2026.1 版换成 2026.2 版" in page.replace("\n", "") or "换版" in page
        assert "不再检查" in page
        assert "疏散指示标志完好" in page


def test_the_command_for_programs_adopts_and_refuses_in_one_line(tmp_path: Path):
    data = unit_copy(tmp_path / "data")
    write(data, "2026.1", SECTIONS)
    township_of = fieldlog("officers", "--json", data=data).rows
    with Book.open(data, now=FixedClock()) as book:
        from fieldlog.domain import bodies

        shop = book.new_id()
        book.write(township_of[0]["id"], shop, bodies.PremisesRegistered(name="某某副食店", kind="副食店"))
    (opened,) = record(data, {"do": "open", "premises": shop, "lists": ["dianpu"], "officers": ["李某甲", "王某乙"]})
    doc = opened["doc"]
    (early,) = record(data, {"do": "adopt", "doc": doc, "list": "dianpu"})
    assert not early["ok"]
    assert "没有更新的版本" in early["error"]
    write(data, "2026.2", NEWER)
    wrong, done = record(
        data, {"do": "adopt", "doc": doc, "list": "xiaofang"}, {"do": "adopt", "doc": doc, "list": "dianpu"}
    )
    assert "没有用" in wrong["error"]
    assert done["ok"]
    (seen,) = fieldlog("inspections", "--json", data=data).rows
    assert seen["items"] == 3


async def test_a_feature_that_only_the_newer_version_asks_about_is_told(township: Township):
    doc = began(township)
    made = practice("dianpu", "店铺检查", NEWER).recorded()
    made |= {"version": "2026.3", "features": [{"id": "有冷库", "question": "有冷库吗？"}]}
    text = yaml.safe_dump(made, allow_unicode=True, sort_keys=False)
    (township.book.folder / "checklists" / "dianpu.yaml").write_text(text, encoding="utf-8")
    load_library.cache_clear()
    async with walking(township, doc).run_test(size=(80, 24)) as pilot:
        await pilot.press("f9")
        await pilot.pause()
        assert "这次没有问过，按没有处理" in shown(pilot).replace("\n", "").replace(" ", "")
