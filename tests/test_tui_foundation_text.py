"""Text on the screen and text fields: wrapping, typing, undo, drafts, and where the input method's window opens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.containers import VerticalScroll
from textual.events import Paste

from fieldlog.tui.app import FieldlogApp
from fieldlog.tui.screens.frame import FieldScreen
from fieldlog.tui.widgets.note_area import NoteArea
from fieldlog.tui.widgets.prose import Paragraph, Prose
from fieldlog.tui.widgets.text_field import STAY_NOTICE, SearchField, TextField
from fieldlog.tui.widgets.words import word_end, word_start
from fieldlog.tui.widgets.wrapping import wrap

NEVER_FIRST = "，。、；：？！）》」』】\u201d\u2019\u2026"
NEVER_LAST = "（《「『【\u201c\u2018"


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("冷藏药品存放温度", 8, ["冷藏药品", "存放温度"]),
        ("安全出口，堆放", 8, ["安全出", "口，堆放"]),
        ("见《消防法》第十六条", 12, ["见《消防法》", "第十六条"]),
        ("按照（消防法）", 6, ["按照", "（消防", "法）"]),
        ("温度 2\u201310\u2103 且有记录", 10, ["温度 2\u201310\u2103", "且有记录"]),
        ("联系 13800138000 张某甲", 12, ["联系", "13800138000", "张某甲"]),
        ("甲\n\n乙", 10, ["甲", "", "乙"]),
        ("", 10, [""]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("他说\u201c没有\u201d", 8, ["他说\u201c没", "有\u201d"]),
    ],
)
def test_lines_break_as_chinese_typesetting_asks(text, width, lines):
    assert wrap(text, width) == lines


def test_a_hanging_indent_starts_with_the_second_line():
    assert wrap("查：冷藏柜温度计读数", 12, hanging=4) == ["查：冷藏柜温", "    度计读数"]


PROSE = st.text(
    alphabet=st.sampled_from("安全出口堆放货物查依据" * 3 + NEVER_FIRST + NEVER_LAST + "Ab12 .,-\U00020bb7\n"),
    max_size=120,
)


@given(PROSE, st.integers(2, 60), st.integers(0, 8))
def test_no_line_is_too_wide_and_no_character_is_lost(text, width, hanging):
    lines = wrap(text, width, hanging)
    assert all(cell_len(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


WORDS = st.lists(
    st.tuples(
        st.sampled_from(["", "（", "《", "「", "\u201c"]),
        st.sampled_from(["安全", "出", "A", "12", "货物堆"]),
        st.sampled_from(["", "，", "。", "）", "》", "\u201d", "\u2026"]),
    ),
    max_size=40,
)


@given(WORDS, st.integers(12, 60))
def test_no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one(words, width):
    lines = [line for line in wrap("".join(map("".join, words)), width) if line]
    assert not [line for line in lines if line[0] in NEVER_FIRST]
    assert not [line for line in lines[:-1] if line[-1] in NEVER_LAST]


class Reading(FieldScreen[None]):
    """A panel of prose."""

    def compose_body(self):
        with VerticalScroll():
            yield Prose([Paragraph("冷藏药品存放温度", "strong"), Paragraph("查：近七天记录。" * 5, hanging=4)])


async def test_prose_is_as_tall_as_its_lines_at_any_width():
    app = FieldlogApp(Reading)
    async with app.run_test(size=(80, 24)) as pilot:
        prose = app.screen.query_one(Prose)
        before = prose.size.height
        await pilot.resize_terminal(40, 24)
        await pilot.pause()
        assert prose.size.height > before
        assert prose.size.height == len(wrap("查：近七天记录。" * 5, 40, 4)) + 1
        prose.show("空")
        await pilot.pause()
        assert prose.size.height == 1
        assert prose.text == "空"


class Form(FieldScreen[None]):
    """A field and an area, and the drafts they sent."""

    def __init__(self):
        super().__init__()
        self.drafts: list[str] = []

    def compose_body(self):
        yield TextField("原文", id="line")
        yield NoteArea(id="note")

    def on_text_field_draft(self, message: TextField.Draft):
        self.drafts.append(message.text)

    def on_note_area_draft(self, message: NoteArea.Draft):
        self.drafts.append(message.text)


class Above(FieldScreen[None]):
    """A screen that Esc comes back to."""


def field_of(app):
    return app.screen.query_one("#line", TextField)


def area_of(app):
    return app.screen.query_one("#note", NoteArea)


async def test_every_change_is_a_draft():
    app = FieldlogApp(Form)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("一", "二", "backspace", "tab", "三", "enter", "四")
        assert app.screen.drafts == ["原文一", "原文一二", "原文一", "三", "三\n", "三\n四"]


async def test_a_restored_draft_is_not_sent_again():
    app = FieldlogApp(Form)
    async with app.run_test(size=(80, 24)) as pilot:
        field_of(app).restore("写到一半")
        area_of(app).restore("第一行\n第二行")
        await pilot.pause()
        assert app.screen.drafts == []
        assert not field_of(app).typed
        await pilot.press("ctrl+z", "句")
        assert field_of(app).value == "写到一半句"


async def test_a_paste_of_several_lines_loses_none():
    app = FieldlogApp(Form)
    async with app.run_test(size=(80, 24)) as pilot:
        app.post_message(Paste("一\r\n\n  二\u200b\n三\t四"))
        await pilot.pause()
        assert field_of(app).value == "原文一 二 三 四"
        await pilot.press("ctrl+z")
        assert field_of(app).value == "原文"
        await pilot.press("ctrl+y")
        assert field_of(app).value == "原文一 二 三 四"
        await pilot.press("tab")
        app.post_message(Paste("一\n二"))
        await pilot.pause()
        assert area_of(app).text == "一\n二"


async def test_undo_takes_back_typing_in_pieces_and_ends_at_the_start():
    app = FieldlogApp(Form)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*"一二三四五六七八九十一二三四五")
        await pilot.press("ctrl+z")
        assert field_of(app).value == "原文一二三四五六七八九十一二"
        await pilot.press("ctrl+z")
        assert field_of(app).value == "原文"
        await pilot.press("ctrl+z", "ctrl+z")
        assert field_of(app).value == "原文"
        await pilot.press("ctrl+y", "ctrl+y", "ctrl+y")
        assert field_of(app).value == "原文一二三四五六七八九十一二三四五"


@pytest.mark.parametrize("which", ["line", "note"])
async def test_ctrl_w_deletes_a_word_and_not_the_sentence(which):
    app = FieldlogApp(Form)
    async with app.run_test(size=(80, 24)) as pilot:
        widget = app.screen.query_one(f"#{which}")
        widget.restore("安全出口堆放货物，宽 1.2m")
        widget.focus()
        for left in (
            "安全出口堆放货物，宽 1.",
            "安全出口堆放货物，宽 1",
            "安全出口堆放货物，宽 ",
            "安全出口堆放货物，",
        ):
            await pilot.press("ctrl+w")
            assert (widget.value if which == "line" else widget.text) == left
        await pilot.press("ctrl+w", "ctrl+w")
        assert (widget.value if which == "line" else widget.text) == "安全出口堆放"
        await pilot.press("ctrl+z")
        assert (widget.value if which == "line" else widget.text).startswith("安全出口堆放货物")


@given(st.text(alphabet=st.sampled_from("安全 ab1，-\U00020bb7"), max_size=20), st.data())
def test_words_are_the_same_from_both_sides(text, data):
    end = data.draw(st.integers(0, len(text)))
    start = word_start(text, end)
    assert 0 <= start <= end
    assert start < end or end == 0
    assert word_end(text[::-1], len(text) - end) == len(text) - start


async def test_one_esc_never_leaves_typed_text():
    app = FieldlogApp(Above)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(Form())
        await pilot.press("一", "escape")
        assert isinstance(app.screen, Form)
        assert STAY_NOTICE in app.notice.text
        assert field_of(app).value == "原文一"
        await pilot.press("escape")
        assert isinstance(app.screen, Above)


async def test_esc_leaves_text_that_was_not_touched_at_once():
    app = FieldlogApp(Above)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(Form())
        await pilot.press("escape")
        assert isinstance(app.screen, Above)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_input_methods_window_opens_at_the_cursor_block(size):
    app = FieldlogApp(Form)
    async with app.run_test(size=size) as pilot:
        field = field_of(app)
        await pilot.press("汉", "字")
        await pilot.pause()
        x, y, *_ = field.content_region
        assert app.cursor_position == (x + cell_len("原文汉字"), y)
        await pilot.press("left")
        assert app.cursor_position == (x + cell_len("原文汉"), y)
        field.styles.margin = (3, 0, 0, 5)
        await pilot.pause()
        assert app.cursor_position == (x + 5 + cell_len("原文汉"), y + 3)
        await pilot.press("tab", "汉", "enter", "a")
        await pilot.pause()
        area = area_of(app)
        assert app.cursor_position == (area.content_region.x + 1, area.content_region.y + 1)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_no_field_stands_on_the_two_bottom_rows(size):
    class Low(FieldScreen[None]):
        """A field at the very end of a body that fills the screen."""

        def compose_body(self):
            yield Prose("一" * 6000)
            yield SearchField(id="low")

        DEFAULT_CSS = "Low Prose { height: 1fr; }"

    app = FieldlogApp(Low)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert app.screen.query_one("#low").region.bottom <= size[1] - 2


class Finder(FieldScreen[None]):
    """A search field and whether it was left."""

    def __init__(self):
        super().__init__()
        self.left: list[bool] = []

    def compose_body(self):
        yield SearchField()

    def on_search_field_left(self, message: SearchField.Left):
        self.left.append(message.chosen)


async def test_a_search_keeps_its_words_on_every_way_out():
    app = FieldlogApp(Above)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(Finder())
        await pilot.press("f", "y", "enter", "down", "escape")
        assert app.screen.left == [True, False, False]
        assert app.screen.query_one(SearchField).value == "fy"
        await pilot.press("backspace", "backspace", "escape")
        assert isinstance(app.screen, Above)
