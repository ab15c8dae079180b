"""Beginning a visit by keys, from the first screen: search by initials, officers, what is in the way."""

from textual.pilot import Pilot
from township import Township
from walking import keys, shown

from fieldlog.actions import registers
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
