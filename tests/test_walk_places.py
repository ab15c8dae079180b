"""The order of a visit's sections, by place in the premises."""

from township import Township
from walking import ALL_LISTS, FIT, GATE, SHOP, keys, open_visit, shown, state, walk, walking

from fieldlog.actions import visit_closing
from fieldlog.domain.bodies import Signature
from fieldlog.domain.checklist import Checklist
from fieldlog.domain.walk import plan_walk

COOKING = frozenset({"有加工"})


def titles(*lists: Checklist, features: frozenset[str] = COOKING) -> list[str]:
    return [section.title for section in plan_walk(lists, features).sections]


def test_sections_come_in_the_order_of_their_places():
    assert titles(GATE, FIT) == ["门口", "操作间", "冷藏柜", "库房", "台账"]


def test_a_section_without_a_place_is_where_the_one_before_it_is_even_if_that_one_does_not_apply():
    assert titles(FIT, GATE, features=frozenset()) == ["门口", "冷藏柜", "库房", "台账"]


def test_lists_without_places_keep_their_order():
    assert titles(SHOP, ALL_LISTS["lianxi"], ALL_LISTS["fangxian"]) == ["门口", "店内", "现场", "设施"]


async def test_cursor_next_unanswered_finish_and_resume_follow_the_order(township: Township):
    doc = open_visit(township, "canting", "menkou", features=["有加工"])
    async with walking(township, doc).run_test(size=(80, 24)) as pilot:
        assert walk(pilot).list.question.ref == "menkou-2"
        page = shown(pilot)
        assert page.count("【餐厅检查】") == 2 and page.count("【门口检查】") == 2, "named where the list changes"
        await pilot.press(*keys("1 down 1 tab"))
        assert walk(pilot).list.question.ref == "menkou-1"
        await pilot.press("f10")
        await pilot.pause()
        lines = [line for line in shown(pilot).splitlines() if "未检" in line and "第" in line]
        assert [line.split("：")[1].split()[0] for line in lines] == [
            "第2处没有问题", "第5处没有问题", "灭火器压力正常，没有过期", "第1处没有问题",
        ]  # fmt: skip
    given = [ref for _log, _seq, ref in state(township, doc).trail]
    assert given == ["menkou-2", "canting-4@1"]
    async with walking(township, doc).run_test(size=(80, 24)) as pilot:
        assert walk(pilot).list.question.ref == "canting-5@1", "on from the last answer"
    first = visit_closing.objections(township.book, doc, Signature())[0]
    assert (first.rule, first.item) == ("unanswered", "canting-2")
