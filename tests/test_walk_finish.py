"""The hazard form, and the end of a visit."""

from township import Township
from walking import keys, open_visit, shown, state, type_in, walk, walking

from fieldlog.actions import answering, lookup, visit_closing
from fieldlog.domain.inspection_state import CLOSED
from fieldlog.tui.screens.finish import FinishScreen
from fieldlog.tui.screens.hazard_form import HazardForm
from fieldlog.tui.screens.visit_summary import VisitSummary


def hazard_of(township: Township, doc: str, item: str) -> dict:
    return lookup.hazard(township.book, state(township, doc).hazards[item]).fields


async def test_the_form_edits_words_and_deadline_and_shows_the_day(township: Township):
    doc = open_visit(township)
    async with walking(township, doc).run_test(size=(80, 24)) as pilot:
        await pilot.press(*keys("2 1 up f4"))
        await pilot.pause()
        assert isinstance(pilot.app.screen, HazardForm)
        await type_in(pilot, "，共三处")
        pilot.app.screen.query_one("#days").focus()
        await pilot.press("backspace", "5", "tab", "2")
        await pilot.pause()
        assert "期限 2026-12-01 周二" in shown(pilot), "five working days after Tuesday the 24th"
        await pilot.press("f10")
        await pilot.pause()
        now = hazard_of(township, doc, "lianxi-1")
        assert (now["text"], now["due"], now["deadline_kind"]) == (
            "安全出口被杂物堵塞，共三处",
            "2026-12-01",
            "workday",
        )
        assert "一般 5工作日" in shown(pilot)
        assert not state(township, doc).drafts


async def test_a_year_without_a_holiday_table_says_so(township: Township):
    doc = open_visit(township)
    township.clock.pass_(days=365)
    async with walking(township, doc).run_test(size=(80, 24)) as pilot:
        await pilot.press("f8")
        pilot.app.screen.query_one("#kind").focus()
        await pilot.press("2")
        await pilot.pause()
        assert "存疑" in shown(pilot)


async def test_a_major_hazard_needs_its_standard(township: Township):
    doc = open_visit(township)
    async with walking(township, doc).run_test(size=(80, 24)) as pilot:
        await pilot.press("f4")
        await type_in(pilot, "楼梯间封堵")
        await pilot.press("enter", "2", "f10")
        await pilot.pause()
        assert "重大隐患要写明判定标准" in shown(pilot)
        assert "lianxi-1" not in state(township, doc).given, "nothing was written"
        assert pilot.app.focused.id == "standard"
        await type_in(pilot, "重大火灾隐患判定方法 6.1")
        await pilot.press("f10")
        await pilot.pause()
        now = hazard_of(township, doc, "lianxi-1")
        assert (now["level"], now["standard"]) == ("重大", "重大火灾隐患判定方法 6.1")
        assert state(township, doc).answer("lianxi-1").value.value == "不符合"


async def test_a_hazard_beside_the_lists_and_one_at_a_record_item(township: Township):
    doc = open_visit(township)
    async with walking(township, doc).run_test(size=(80, 24)) as pilot:
        await pilot.press("f8")
        await type_in(pilot, "招牌松动")
        await pilot.press("f10")
        await pilot.pause()
        await pilot.press("down", "f4")
        await type_in(pilot, "没有台账")
        await pilot.press("f10")
        await pilot.pause()
        found = [(row["text"], row["item"]) for row in township.book.rows("hazards") if row["inspection"] == doc]
        assert found == [("招牌松动", ""), ("没有台账", "lianxi-2")]
        await pilot.press("f4", "f10")
        await pilot.pause()
        assert len(found) == len([row for row in township.book.rows("hazards") if row["inspection"] == doc])


async def test_a_form_left_half_done_comes_back(township: Township):
    doc = open_visit(township)
    async with walking(township, doc).run_test(size=(80, 24)) as pilot:
        await pilot.press("f4")
        await type_in(pilot, "半句")
        await pilot.press("escape", "escape")
        await pilot.pause()
        assert walk(pilot) is pilot.app.screen
        assert "没有保存的修改留着" in shown(pilot)
        await pilot.press("f4")
        await pilot.pause()
        assert "半句" in shown(pilot)
        assert "已恢复没有保存的修改" in shown(pilot)


async def test_the_end_leads_through_every_gap_and_closes(township: Township):
    """F10 again and again: a jump, two reasons by digits, a signature, the question, the end."""
    doc = open_visit(township)
    async with walking(township, doc).run_test(size=(80, 24)) as pilot:
        await pilot.press(*keys("1 1 2 escape down 1 f10"))
        await pilot.pause()
        assert isinstance(pilot.app.screen, FinishScreen)
        assert "某某副食店" in shown(pilot)
        await pilot.press("f10", "enter")
        await pilot.pause()
        assert walk(pilot).list.question.item.id == "lianxi-3", "the line leads to its cause"
        await pilot.press(*keys("2 1 f10 f10"))
        await pilot.pause()
        assert "没有记录亮证时间。说明原因" in shown(pilot)
        await pilot.press("1", "f10", "1")
        await pilot.pause()
        assert "已说明" in shown(pilot)
        await pilot.press("f10", "1", "f10")
        await pilot.pause()
        assert "结束后答案不能再改" in shown(pilot)
        assert state(township, doc).closed is None
        await pilot.press("1")
        await pilot.pause()
        assert isinstance(pilot.app.screen, VisitSummary)
        assert "检查已结束，记录已签名封存" in shown(pilot)
    closed = state(township, doc)
    assert closed.state == CLOSED
    assert {each.rule for each in closed.closed.reasons} == {"P4", "P24"}


async def test_refusal_and_opinion_are_kept_through_a_kill(township: Township):
    doc = open_visit(township)
    for item in ("lianxi-1", "lianxi-2", "lianxi-3", "lianxi-4"):
        answering.answer(township.book, township.by, doc, item, "符合")
    async with walking(township, doc).run_test(size=(80, 24)) as pilot:
        await pilot.press("f10")
        await pilot.pause()
        screen = pilot.app.screen
        screen._list.move_to("sign")
        await pilot.press("enter", "2", "2")
        await type_in(pilot, "社区 王某")
        await pilot.press("enter")
        await pilot.pause()
        screen._list.move_to("opinion")
        await pilot.press("enter", "1")
        await pilot.pause()
    async with walking(township, doc).run_test(size=(80, 24)) as pilot:
        await pilot.press("f10")
        await pilot.pause()
        assert "拒签：不说明原因；见证人 社区 王某" in shown(pilot)
        assert "对方意见：无异议" in shown(pilot)
        await pilot.press(*keys("f10 1 f10 1 f10 1"))
        await pilot.pause()
    closed = state(township, doc).closed
    assert (closed.signature.way, closed.signature.reason, closed.signature.witness) == (
        "refused", "不说明原因", "社区 王某",
    )  # fmt: skip
    assert closed.opinion == "无异议"


async def test_a_closed_visit_can_be_read_and_not_changed(township: Township):
    doc = open_visit(township)
    visit_closing.void(township.book, township.by, doc, "开错单位")
    async with walking(township, doc).run_test(size=(80, 24)) as pilot:
        await pilot.press("1")
        assert "这次检查已作废，只能查看" in shown(pilot)
        assert not state(township, doc).given
