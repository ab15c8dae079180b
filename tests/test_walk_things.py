"""Sections that are walked once for each thing: counting, naming, answering, and what is remembered."""

from pathlib import Path

import pytest
from command import fieldlog, record, unit_copy
from test_begin_visit import keep_local
from township import Township
from walking import FIT, answers, item, keys, open_visit, practice, shown, state, type_in, walk, walking

from fieldlog.actions import answering, evidence, hazards, lookup, things, visit_closing, visit_opening
from fieldlog.book.book import Book
from fieldlog.domain.bodies import Signature
from fieldlog.domain.checklist import Checklist
from fieldlog.domain.errors import NotFound, Refused
from fieldlog.domain.walk import plan_walk
from fieldlog.library import load_library

SIZES = [(80, 24), (120, 40)]


def items(township: Township, doc: str) -> int:
    row = township.book.row("inspections", doc)
    assert row is not None
    return row["items"]


def labels(township: Township, doc: str) -> tuple[str, ...]:
    return lookup.plan(township.book, state(township, doc)).things["冷藏柜"].labels


@pytest.mark.parametrize("size", SIZES)
async def test_one_more_is_two_keys_and_is_walked_like_the_first(township: Township, size: tuple[int, int]):
    doc = open_visit(township, "canting")
    async with walking(township, doc).run_test(size=size) as pilot:
        assert "0/3" in shown(pilot)
        await pilot.press(*keys("1 1 f7 1"))
        assert walk(pilot).list.question.ref == "canting-4@2"
        page = shown(pilot)
        assert "2/5" in page and "冷藏柜2" in page and "加了冷藏柜2" in page
        assert (items(township, doc), labels(township, doc)) == (5, ("冷藏柜1", "冷藏柜2"))
        await pilot.press(*keys("2 1"))
        hazard = lookup.hazard(township.book, state(township, doc).hazards["canting-4@2"])
        assert (hazard.fields["item"], hazard.fields["place"]) == ("canting-4@2", "冷藏柜2")
        await pilot.press(*keys("1 1 full_stop full_stop full_stop full_stop"))
        assert answers(township, doc) == {"canting-4@1": "符合", "canting-5@1": "符合"}
        await pilot.press(*keys("2 1 minus"), *"门封破", "enter")
        await pilot.pause()
        assert state(township, doc).notes == {"canting-5@2": "门封破"}
    async with walking(township, doc).run_test(size=size) as pilot:
        assert walk(pilot).list.question.ref == "canting-5@2", "goes on after the last answer"
        assert "3/5" in shown(pilot)


async def test_a_name_is_kept_and_follows_into_the_hazard(township: Township):
    doc = open_visit(township, "canting")
    async with walking(township, doc).run_test(size=(80, 24)) as pilot:
        await pilot.press(*keys("2 1 up f7 2"), *["backspace"] * 4)
        await type_in(pilot, "阴凉柜")
        await pilot.press("enter")
        await pilot.pause()
        assert labels(township, doc) == ("阴凉柜",)
        assert walk(pilot).list.question.ref == "canting-4@1"
        assert "冷藏柜：阴凉柜" in shown(pilot)
        hazard = lookup.hazard(township.book, state(township, doc).hazards["canting-4@1"])
        assert hazard.fields["place"] == "阴凉柜"


async def test_only_what_was_not_looked_at_can_go(township: Township):
    doc = open_visit(township, "canting")
    async with walking(township, doc).run_test(size=(80, 24)) as pilot:
        await pilot.press(*keys("f7 1 f7 1"))
        assert labels(township, doc) == ("冷藏柜1", "冷藏柜2", "冷藏柜3")
        await pilot.press(*keys("f7 1"))
        assert "冷藏柜最多 3 个" in shown(pilot)
        await pilot.press(*keys("f7 3"))
        assert labels(township, doc) == ("冷藏柜1", "冷藏柜2")
        assert "冷藏柜还有 2 个" in shown(pilot)
        await pilot.press(*keys("tab 1 tab 1 tab 1"))
        await pilot.press(*keys("f7 3"))
        assert "冷藏柜2已经检查过" in shown(pilot)
        await pilot.press(*keys("end f7"))
        assert "冷藏柜 2 个" in shown(pilot), "the only kind there is, from anywhere"


async def test_finish_and_the_last_time_line_know_each_thing(township: Township):
    doc = open_visit(township, "canting")
    things.count(township.book, township.by, doc, "冷藏柜", ["阴凉柜", "冷冻柜"])
    for ref in ("canting-4@1", "canting-5@1", "canting-5@2", "canting-1"):
        answering.answer(township.book, township.by, doc, ref, "符合")
    answering.answer(township.book, township.by, doc, "canting-4@2", "不符合")
    async with walking(township, doc).run_test(size=(120, 40)) as pilot:
        await pilot.press("f10")
        await pilot.pause()
        assert "冷冻柜：第4处没有问题" in shown(pilot)
    answering.answer(township.book, township.by, doc, "canting-4@2", "不符合", finding=1)
    reasons = {"P4": "已口头说明", "P24": "记录仪没电"}
    visit_closing.close(township.book, township.by, doc, signature=Signature(), reasons=reasons)
    township.clock.pass_(days=30)
    again = open_visit(township, "canting")
    assert labels(township, again) == ("阴凉柜", "冷冻柜"), "remembered"
    assert items(township, again) == 5
    async with walking(township, again).run_test(size=(120, 40)) as pilot:
        assert "上次：2026-11-24 符合" in shown(pilot)
        await pilot.press(*keys("down down"))
        assert walk(pilot).list.question.ref == "canting-4@2"
        assert "2026-11-24 不符合：冷藏温度超限" in shown(pilot)


def test_an_answer_of_before_the_list_asked_of_each_is_the_first_one_s(township: Township):
    once = FIT.model_copy(update={"sections": tuple(each.model_copy(update={"repeat": None}) for each in FIT.sections)})
    first = visit_opening.open_inspection(
        township.book, {"canting": once}, township.by, premises=township.shop, lists=["canting"],
        officers=township.officers[:2],
    ).doc  # fmt: skip
    answering.answer(township.book, township.by, first, "canting-4", "不符合", finding=1)
    township.clock.pass_(days=1)
    from fieldlog.tui.visit import Visit

    visit = Visit(township.book, open_visit(township, "canting"))
    question = visit.walk.of("canting-4@1")
    assert question is not None
    assert "不符合：冷藏温度超限" in visit.last_time(question)


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ("canting-4@3", "冷藏柜有 2 个，没有“canting-4@3”"),
        ("canting-4@0", "冷藏柜有 2 个，没有"),
        ("canting-4@x", "冷藏柜有 2 个，没有"),
        ("canting-4", "请写明是第几个，例如 canting-4@1"),
        ("canting-1@1", "这一项不用写第几个，请写 canting-1"),
        ("canting-2", "没有“canting-2”这一项"),
    ],
)
def test_a_reference_to_nothing_is_told_in_a_line(township: Township, named: str, told: str):
    doc = open_visit(township, "canting")
    things.add(township.book, township.by, doc, "冷藏柜")
    before = len(list(township.book.entries()))
    for act in (
        lambda: answering.answer(township.book, township.by, doc, named, "符合"),
        lambda: answering.note(township.book, township.by, doc, "x", named),
        lambda: evidence.link_footage(township.book, township.by, doc, camera="1", item=named),
        lambda: hazards.find(township.book, township.by, inspection=doc, item=named, text="x"),
    ):
        with pytest.raises(NotFound) as refused:
            act()
        assert told in str(refused.value) and "\n" not in str(refused.value)
    assert len(list(township.book.entries())) == before


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ([], "至少要有一个"),
        (["甲", "甲"], "重复"),
        (["甲", " "], "空的"),
        (["长" * 21], "超过 20 个字"),
        (["1", "2", "3", "4"], "最多 3 个"),
    ],
)
def test_a_count_that_cannot_be_is_told_in_a_line(township: Township, named: list[str], told: str):
    doc = open_visit(township, "canting")
    with pytest.raises(Refused, match=told):
        things.count(township.book, township.by, doc, "冷藏柜", named)
    with pytest.raises(NotFound, match="有的是：冷藏柜"):
        things.count(township.book, township.by, doc, "气瓶间", ["甲"])


def test_what_another_device_answered_is_not_counted_away(township: Township, tmp_path: Path):
    """Two officers in one visit: one takes the third away while the other has answered it."""
    doc = open_visit(township, "canting")
    things.count_to(township.book, township.by, doc, "冷藏柜", 3)
    from township import new_township

    other = new_township(tmp_path / "other", township.clock, "houye-02")
    other.book.merge(list(township.book.lines_after({})))
    township.clock.pass_(minutes=1)
    answering.answer(other.book, township.by, doc, "canting-4@3", "符合")
    township.clock.pass_(minutes=1)
    things.remove_last(township.book, township.by, doc, "冷藏柜")
    township.book.merge(list(other.book.lines_after({})))
    other.book.merge(list(township.book.lines_after({})))
    for book in (township.book, other.book):
        assert lookup.plan(book, lookup.inspection(book, doc)).things["冷藏柜"].labels[2] == "冷藏柜3"
    assert township.book.row("inspections", doc) == other.book.row("inspections", doc)
    assert items(township, doc) == 7
    other.book.close()


def test_programs_count_and_answer_by_reference(tmp_path: Path):
    data = unit_copy(tmp_path / "data")
    with Book.open(data) as book:
        officers = [row["id"] for row in book.rows("officers")][:2]
        place = book.new_id()
        from fieldlog.domain.bodies import PremisesRegistered

        book.write(officers[0], place, PremisesRegistered(name="某餐馆", kind="小餐馆"))
        keep_local(Township(book, book.now, officers, place), FIT)
    load_library.cache_clear()
    (opened,) = record(data, {"do": "open", "premises": place, "lists": ["canting"], "officers": officers})
    doc = opened["doc"]
    done = record(
        data,
        {"do": "answer", "doc": doc, "item": "canting-4", "measured": "5"},
        {"do": "count", "doc": doc, "thing": "冷藏柜", "labels": ["甲柜", "乙柜"]},
        {"do": "answer", "doc": doc, "item": "canting-4@2", "measured": 12, "finding": 1},
        {"do": "answer", "doc": doc, "item": "canting-4@3", "value": "符合"},
        {"do": "answer", "doc": doc, "item": "canting-5", "value": "符合"},
        {"do": "count", "doc": doc, "thing": "冷藏柜", "number": 1},
        {"do": "count", "doc": doc, "thing": "冷藏柜"},
    )
    assert [each["ok"] for each in done] == [True, True, True, False, False, False, False]
    (row,) = fieldlog("inspections", "--json", data=data).rows
    assert (row["items"], row["answered"], row["findings"]) == (5, 2, 1)
    (hazard,) = fieldlog("hazards", "--json", data=data).rows
    found = ("canting-4@2", "乙柜", "冷藏温度超限（冷藏温度实测 12 ℃）")
    assert (hazard["item"], hazard["place"], hazard["text"]) == found
    exported = fieldlog("export", "--format", "json", data=data)
    assert '"things":{"冷藏柜":["甲柜","乙柜"]}' in exported.out.replace(" ", "")


def test_what_a_supplement_shares_is_asked_of_each_of_its_lists_things():
    own = practice("canting-houye", "补充", {"冷藏": [item("canting-houye", 1, shared="temperature-log")]})
    repeated = {"title": "冷藏", "repeat": {"name": "冷藏柜"}, "items": [item("canting", 1)]}
    base = Checklist.model_validate(
        practice("canting", "餐厅", {"冷藏": [item("canting", 1)]}).recorded() | {"sections": [repeated]}
    )
    supplement = Checklist.model_validate(own.recorded() | {"extends": "canting"})
    questions = plan_walk([base, supplement], frozenset(), {"冷藏柜": ["甲", "乙"]}).questions
    assert [(each.ref, each.twins) for each in questions] == [
        (f"{list_id}-1@{nth}", ()) for list_id in ("canting", "canting-houye") for nth in (1, 2)
    ]
