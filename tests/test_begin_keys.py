"""Beginning a visit by keys, from the first screen: search by initials, officers, what is in the way."""

from textual.pilot import Pilot
from township import Township
from walking import keys, shown

from fieldlog.actions import registers
from fieldlog.library import load_library
from fieldlog.tui.app import FieldlogApp
from fieldlog.tui.screens.begin_visit import BeginVisitScreen
from fieldlog.tui.screens.today import TodayScreen
from fieldlog.tui.screens.walk import WalkScreen


async def press(pilot: Pilot[None], sequence: str) -> None:
    for key in keys(sequence):
        await pilot.press(key)
        await pilot.pause()


async def test_enter_without_a_second_officer_goes_to_the_officers(township: Township):
    book = township.book
    registers.register_officer(
        book, township.by, name="赵某旧", certificate="CQ0009", certificate_expiry="2020-01-01", post="队员"
    )
    book.be(township.by)
    app = FieldlogApp(lambda: TodayScreen(book), now=township.clock, environ={})
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "1 m m f s d enter")
        assert isinstance(app.screen, BeginVisitScreen)
        await press(pilot, "enter")
        said = shown(pilot)
        assert said.count("检查人员不得少于两人") == 1
        assert "CQ0009（已到期）" in said
        assert next(line for line in said.splitlines() if line.startswith(" >")).split()[2:4] == ["[x]", "张某甲"]
        await press(pilot, "2 enter")
        await pilot.pause()
        assert isinstance(app.screen, WalkScreen)
        assert app.screen.visit.state.opened.officers == tuple(township.officers[:2])


async def test_a_list_beyond_the_ninth_has_a_digit_after_0(township: Township):
    book = township.book
    book.be(township.by)
    app = FieldlogApp(lambda: TodayScreen(book), now=township.clock, environ={})
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "1 m m f s d enter tab tab tab")
        while "检查清单" not in shown(pilot):
            await press(pilot, "tab")
        await press(pilot, "0")
        tenth = next(line for line in shown(pilot).splitlines() if line.startswith(" > 1"))
        assert "[ ]" in tenth
        await press(pilot, "1 9")
        assert tenth.replace("[ ]", "[x]") in shown(pilot)
        assert "没有 9 这一条" in shown(pilot)
        await press(pilot, "0")
        assert next(line for line in shown(pilot).splitlines() if line.startswith(" > 1")).split()[3] == "食品销售检查"


async def test_on_the_first_screen_9_shows_the_lists_and_a_digit_without_a_meaning_says_so(township: Township):
    app = FieldlogApp(lambda: TodayScreen(township.book), now=township.clock, environ={})
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "7")
        assert "7 在这里没有用" in shown(pilot)
        await press(pilot, "9")
        assert "餐饮服务检查" in shown(pilot)


async def test_visits_are_found_by_initials_and_those_of_others_stand_apart(township: Township):
    book = township.book
    township.visit()
    book.be(township.officers[2])  # 王某丙 was not along
    app = FieldlogApp(lambda: TodayScreen(book), now=township.clock, environ={})
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "别人没做完的检查" in shown(pilot)
        assert "未完成的检查" not in shown(pilot)
        await press(pilot, "2 / m m f s d")
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        assert "共 1 次" in shown(pilot)
        await press(pilot, "x")
        assert "共 0 次" in shown(pilot)
        await press(pilot, "backspace down enter")
        assert "这是张某甲、李某乙的检查" in shown(pilot)


async def test_a_list_that_is_not_offered_since_its_file_is_broken_is_named(township: Township):
    folder = township.book.folder / "checklists"
    folder.mkdir()
    (folder / "xiaofang.yaml").write_text("id: xiaofang\ntitle: 坏\n", encoding="utf-8")
    load_library.cache_clear()
    screen = BeginVisitScreen(township.book, township.shop, print)
    async with FieldlogApp(lambda: screen, now=township.clock, environ={}).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "检查清单（xiaofang.yaml 用不了，没有列出）" in shown(pilot)
