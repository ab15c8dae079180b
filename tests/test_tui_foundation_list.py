"""The virtual list, on a running app."""

from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from fieldlog.tui.app import FieldlogApp
from fieldlog.tui.screens.frame import FieldScreen
from fieldlog.tui.widgets.cells import fit
from fieldlog.tui.widgets.columns import GAP, Cell, Column, share_width
from fieldlog.tui.widgets.meter import meter
from fieldlog.tui.widgets.row_list import RowList


@dataclass(frozen=True)
class Row:
    """A row of the list under test; a row without state is a heading."""

    id: str
    name: str
    state: str = "待复查"


COLUMNS = [Column("状态", 6), Column("单位", 10, grow=1), Column("编号", 8, priority=2, justify="right")]


class Lister(FieldScreen[None]):
    """A list and what it said."""

    def __init__(self, rows: list[Row]):
        super().__init__()
        self.asked: set[str] = set()
        self.heard: list[tuple[str, str]] = []
        self.list = RowList[Row](
            COLUMNS,
            cells=self.cells,
            key=lambda row: row.id,
            heading=lambda row: None if row.state else row.name,
            rows=rows,
            empty="没有隐患",
            open_word="详情",
            multi_select=True,
            id="rows",
        )

    def cells(self, row: Row):
        self.asked.add(row.id)
        return Cell(row.state, "warn"), row.name, row.id

    def compose_body(self):
        yield self.list

    def on_row_list_opened(self, message: RowList.Opened):
        self.heard.append(("opened", message.key))

    def on_row_list_highlighted(self, message: RowList.Highlighted):
        self.heard.append(("highlighted", message.key))

    def on_row_list_marks_changed(self, message: RowList.MarksChanged):
        self.heard.append(("marks", ",".join(sorted(message.marked))))


def app_of(rows):
    return FieldlogApp(lambda: Lister(rows))


def many(count):
    return [Row(f"h{number}", f"后叶镇第{number}号经营部") for number in range(count)]


def lines(row_list):
    return [row_list.render_line(y).text for y in range(row_list.size.height)]


async def test_a_hundred_thousand_rows_draw_only_the_visible_ones():
    app = app_of(many(100_000))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("G")
        assert app.screen.list.cursor == 99_999
        assert len(app.screen.asked) < 100
        assert not app.screen.list.children
        assert "第99999号" in "".join(lines(app.screen.list))


@pytest.mark.parametrize(
    ("keys", "cursor"),
    [
        (["down", "j", "up"], 1),
        (["down", "k", "k"], 0),
        (["end"], 299),
        (["G", "home"], 0),
        (["G", "g"], 0),
        (["end", "down"], 299),
        (["pagedown", "pageup"], 0),
    ],
)
async def test_keys_move_the_cursor(keys, cursor):
    app = app_of(many(300))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*keys)
        assert app.screen.list.cursor == cursor


async def test_a_page_keeps_one_line_in_sight():
    app = app_of(many(300))
    async with app.run_test(size=(80, 24)) as pilot:
        visible = app.screen.list.size.height - 1
        await pilot.press("pagedown")
        assert app.screen.list.cursor == visible - 1


async def test_the_cursor_row_is_marked_by_a_sign_and_always_in_sight():
    app = app_of(many(300))
    async with app.run_test(size=(80, 24)) as pilot:
        for key in ("pagedown", "pagedown", "j", "G", "k", "pageup", "g"):
            await pilot.press(key)
            pointed = [line for line in lines(app.screen.list) if line.startswith(">")]
            assert len(pointed) == 1
            assert f"第{app.screen.list.cursor}号" in pointed[0]


async def test_enter_opens_and_space_marks():
    app = app_of(many(5))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "enter", "space", "space")
        assert ("opened", "h1") in app.screen.heard
        assert ("marks", "h1,h2") in app.screen.heard
        assert app.screen.list.marked == {"h1", "h2"}
        text = lines(app.screen.list)
        assert "[x]" in text[2]
        assert "[ ]" in text[1]
        await pilot.press("up", "space")
        assert app.screen.list.marked == {"h1"}


async def test_the_cursor_steps_over_headings():
    rows = [Row("a", "一 证照", ""), Row("1", "甲"), Row("b", "二 陈列", ""), Row("2", "乙"), Row("3", "丙")]
    app = app_of(rows)
    async with app.run_test(size=(80, 24)) as pilot:
        assert app.screen.list.cursor == 1
        await pilot.press("down")
        assert app.screen.list.cursor_row == rows[3]
        await pilot.press("up", "up")
        assert app.screen.list.cursor_row == rows[1]
        app.screen.list.cursor = 2
        assert app.screen.list.cursor_row == rows[3]


async def test_other_rows_keep_the_cursor_on_its_key():
    rows = many(50)
    app = app_of(rows)
    async with app.run_test(size=(80, 24)) as pilot:
        app.screen.list.move_to("h20")
        app.screen.list.set_rows(rows[10:])
        await pilot.pause()
        assert app.screen.list.cursor_row.id == "h20"
        app.screen.list.set_rows(rows[:5])
        await pilot.pause()
        assert app.screen.list.cursor_row.id == "h4"
        app.screen.list.set_rows([])
        await pilot.pause()
        assert app.screen.list.cursor_row is None
        assert "没有隐患" in "".join(lines(app.screen.list))
        await pilot.press("enter", "space", "down", "G")


async def test_one_row_is_updated_in_its_place():
    rows = many(50)
    app = app_of(rows)
    async with app.run_test(size=(80, 24)) as pilot:
        lines(app.screen.list)
        app.screen.asked.clear()
        app.screen.list.update_row(3, replace(rows[3], state="已销号"))
        await pilot.pause()
        assert app.screen.asked == {"h3"}
        assert "已销号" in lines(app.screen.list)[4]


async def test_a_narrow_list_leaves_out_the_least_column_and_every_line_fits():
    app = app_of([Row("h1", "云阳县后叶镇一个名字特别特别长的烟花爆竹零售经营部（临时）" * 3)])
    async with app.run_test(size=(80, 24)) as pilot:
        assert "编号" in lines(app.screen.list)[0]
        app.screen.list.styles.width = 25
        await pilot.pause()
        assert "编号" not in lines(app.screen.list)[0]
        assert "单位" in lines(app.screen.list)[0]
        for line in lines(app.screen.list):
            assert cell_len(line) == 25


async def test_a_resize_keeps_the_cursor_in_sight():
    app = app_of(many(300))
    async with app.run_test(size=(120, 40)) as pilot:
        for _ in range(35):
            await pilot.press("down")
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert any(line.startswith(">") for line in lines(app.screen.list))


async def test_a_double_click_opens():
    app = app_of(many(5))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.click("#rows", offset=(5, 3))
        assert app.screen.list.cursor == 2
        await pilot.double_click("#rows", offset=(5, 4))
        assert app.screen.heard[-1] == ("opened", "h3")


HAN = st.text(alphabet=st.sampled_from("安全出口堆放货物，。（）Ab1 -\t\n\u200b\U00020bb7é"), max_size=40)


@given(HAN, st.integers(0, 30), st.sampled_from(["left", "right", "centre"]))
def test_fitted_text_is_exactly_as_wide_as_asked(text, width, justify):
    assert cell_len(fit(text, width, justify)) == width


@given(
    st.lists(
        st.builds(Column, st.just("列"), st.integers(1, 30), st.integers(0, 3), st.integers(0, 3)),
        min_size=1,
        max_size=8,
    ),
    st.integers(20, 200),
)
def test_columns_never_exceed_the_line_and_the_essential_ones_stay(columns, width):
    shares = share_width(columns, width)
    kept = {index for index, _ in shares}
    assert {index for index, column in enumerate(columns) if column.priority == 0} <= kept
    essential = [column for column in columns if column.priority == 0]
    if len(essential) * (1 + GAP) - GAP <= width:
        assert sum(cells for _, cells in shares) + GAP * (len(shares) - 1) <= width
    dropped = [column.priority for index, column in enumerate(columns) if index not in kept]
    assert not dropped or min(dropped) >= max((columns[index].priority for index in kept), default=0)


@given(st.integers(0, 40), st.integers(0, 40), st.integers(3, 40))
def test_a_meter_is_full_only_when_all_is_done(done, total, width):
    done = min(done, total)
    bar = meter(done, total, width)
    assert len(bar) == width
    assert bar.isascii()
    assert ("." not in bar) == (total > 0 and done == total)


async def test_a_text_that_is_too_long_goes_on_over_empty_cells():
    long = "灭火器压力正常，没有过期、损坏"
    rows = [(long, "", "1"), (long, "消防", "2")]
    listed = RowList[tuple[str, str, str]](
        [Column("项", 12), Column("领域", 20), Column("编号", 4)],
        cells=lambda row: row,
        key=lambda row: row[2],
        rows=rows,
    )

    class Shower(FieldScreen[None]):
        def compose_body(self):
            yield listed

    async with FieldlogApp(Shower, environ={}).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        first, second = listed.render_line(1).text, listed.render_line(2).text
    assert long in first
    assert long not in second
    assert cell_len(first[: first.index("1")]) == cell_len(second[: second.index("2")])
