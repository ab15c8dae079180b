"""What surrounds every screen: status line, keys, notices, help, palette, questions, colours, glyphs, the end."""

import ast
import re
import subprocess
import sys
import tokenize
import unicodedata
from datetime import date, datetime
from itertools import product
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.binding import Binding
from textual.color import Color

import fieldlog.tui
from fieldlog.domain.errors import NotSaved
from fieldlog.tui.app import FieldlogApp
from fieldlog.tui.dates import Unclear, read_date
from fieldlog.tui.live_keys import live_keys
from fieldlog.tui.screens.ask import AskDate, AskLine, Confirm, PickOne
from fieldlog.tui.screens.ask_note import AskNote
from fieldlog.tui.screens.frame import FieldScreen
from fieldlog.tui.status import GAP, Status, header_parts
from fieldlog.tui.theme import DARK, LIGHT, in_ascii
from fieldlog.tui.widgets.key_bar import KeyBar, place_keys
from fieldlog.tui.widgets.notice_line import NoticeLine
from fieldlog.tui.widgets.row_list import RowList
from fieldlog.tui.widgets.status_header import StatusHeader

NOW = datetime.fromisoformat("2026-11-23T09:12:30+08:00")
TODAY = NOW.date()
STATUS = Status("云阳县后叶镇综合行政执法大队", "houye-01", "李某甲", 2, 318)
PACKAGE = Path(fieldlog.tui.__file__).parent


class Walk(FieldScreen[None]):
    """Keys of a walk, and what they did."""

    BINDINGS: ClassVar[list[Binding]] = [
        Binding("1", "did('符合')", "符合"),
        Binding("2", "did('不符合')", "不符合"),
        Binding("full_stop,backspace", "did('撤销')", "撤销"),
        Binding("f10", "did('结束')", "结束"),
        Binding("f7", "never", "没有"),
        Binding("f9", "crash", "崩溃", show=False),
        Binding("f8", "disk_full", "满", show=False),
    ]

    def __init__(self):
        super().__init__()
        self.done: list[str] = []

    def check_action(self, action: str, parameters: tuple[object, ...]):
        return action != "never"

    def action_did(self, what: str):
        self.done.append(what)

    def action_crash(self):
        raise KeyError("cause")

    def action_disk_full(self):
        raise NotSaved("磁盘已满，这一条没有保存。请腾出空间再试。")


def app_of(**options: object):
    return FieldlogApp(Walk, now=lambda: NOW, status=STATUS, **options)


def text_of(widget):
    return widget.render().plain


# Status line


def test_the_header_says_everything_where_there_is_room():
    parts = [part.text for part in header_parts(STATUS, NOW, 118)]
    assert parts == [
        "fieldlog",
        "云阳县后叶镇综合行政执法大队",
        "houye-01",
        "李某甲",
        "离线2天",
        "待同步318条",
        "2026-11-23 周一",
        "09:12",
    ]


def test_at_80_columns_what_waits_for_the_office_and_the_time_stay():
    parts = [part.text for part in header_parts(STATUS, NOW, 78)]
    assert {"云阳县后叶镇综合行政执法大队", "李某甲", "离线2天", "待同步318条", "09:12"} <= set(parts)


@given(
    st.builds(
        Status,
        st.text("云阳县镇大队", max_size=30),
        st.text("abc-0", max_size=12),
        st.text("李某甲", max_size=5),
        st.integers(0, 999),
        st.integers(0, 99999),
        st.sampled_from(["", "只读"]),
    ),
    st.integers(20, 200),
)
def test_the_header_never_exceeds_its_line(status, width):
    parts = header_parts(status, NOW, width)
    assert sum(cell_len(part.text) for part in parts) + GAP * (len(parts) - 1) <= width
    assert parts[-1].text == "09:12"
    assert not status.warning or any(part.text == status.warning for part in parts)


async def test_the_header_follows_status_and_minute():
    times = [NOW]
    app = FieldlogApp(Walk, now=lambda: times[-1], status=STATUS)
    async with app.run_test(size=(80, 24)) as pilot:
        header = app.screen.query_one(StatusHeader)
        assert "待同步318条" in text_of(header)
        app.status = Status(STATUS.unit, unsynced=0, officer="王某乙")
        await pilot.pause()
        assert "待同步" not in text_of(header)
        assert "王某乙" in text_of(header)
        await app.push_screen(Walk())
        assert "王某乙" in text_of(app.screen.query_one(StatusHeader))


# Keys


async def test_the_key_bar_shows_what_works_and_nothing_else():
    app = app_of()
    async with app.run_test(size=(80, 24)) as pilot:
        bar = text_of(app.screen.query_one(KeyBar))
        assert bar.split() == ["1", "符合", "2", "不符合", ".", "撤销", "F10", "结束", "F1", "帮助"]
        await app.push_screen(Walk())
        await pilot.pause()
        assert "Esc 返回" in text_of(app.screen.query_one(KeyBar))


async def test_a_click_on_a_key_presses_it():
    app = app_of()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.click(KeyBar, offset=(9, 0))
        assert app.screen.done == ["不符合"]


async def test_where_the_line_is_short_the_tail_goes_and_help_stays():
    app = app_of()
    async with app.run_test(size=(40, 24)):
        keys = [live for live in live_keys(app.screen) if live.shown]
        for width in range(8, 80):
            placed = place_keys(keys, width)
            assert placed[-1].live.key == "F1"
            ends = [0, *(each.x + each.width for each in placed)]
            assert all(each.x >= end for each, end in zip(placed, ends, strict=False))
            assert ends[-1] <= width
            words = [each.live.word for each in placed[:-1]]
            assert words == ["符合", "不符合", "撤销", "结束"][: len(words)]


async def test_help_lists_the_live_keys_and_presses_the_chosen_one():
    app = app_of()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f1")
        rows = app.screen.query_one(RowList).rows
        words = [row if isinstance(row, str) else f"{row.all_keys} {row.word}" for row in rows]
        assert words[:4] == ["1 符合", "2 不符合", ". 退格 撤销", "F10 结束"]
        assert "Ctrl+Q 退出" in words
        assert "F7 没有" not in words
        assert not [word for word in words if word.isascii()]
        await pilot.press("down", "enter")
        await pilot.pause()
        assert app.screen.done == ["不符合"]


async def test_help_closes_with_the_key_that_opened_it():
    app = app_of()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f1", "f1")
        assert isinstance(app.screen, Walk)


@pytest.mark.parametrize("typed", ["bfh", "bufuhe", "不符"])
async def test_the_palette_finds_by_pinyin_initials_and_words(typed):
    app = app_of()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+p", *typed, "enter")
        await pilot.pause()
        assert app.screen.done == ["不符合"]


async def test_the_palette_switches_light_and_dark():
    app = app_of(environ={})
    async with app.run_test(size=(80, 24)) as pilot:
        assert app.theme == DARK.name
        await pilot.press("ctrl+p", *"qs", "enter")
        await pilot.pause()
        assert app.theme == LIGHT.name


async def test_ctrl_c_does_not_end_the_visit_and_ctrl_q_does():
    app = app_of()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+c")
        assert app.is_running
        assert "Ctrl+Q" in app.notice.text
        await pilot.press("ctrl+q")
    assert app.return_code == 0


# Notices


async def test_a_notice_says_its_weight_in_words_and_takes_the_lines_it_needs():
    app = app_of()
    async with app.run_test(size=(80, 24)) as pilot:
        line = app.screen.query_one(NoticeLine)
        assert line.size.height == 1
        app.notify("没有保存：[磁盘]已满，" + "请腾出空间再试" * 8, severity="error")
        await pilot.pause()
        assert text_of(line).startswith("出错：没有保存：[磁盘]已满")
        assert line.size.height == 2
        app.notify("好了")
        await pilot.pause()
        assert text_of(line) == "好了"
        assert line.size.height == 1


# Questions


async def asked(dialog, *pressed: str, size=(80, 24)):
    """What a question was answered with; `...` while it still stands."""
    app = app_of()
    answers = []
    async with app.run_test(size=size) as pilot:
        app.push_screen(dialog, answers.append)
        await pilot.pause()
        await pilot.press(*pressed)
        await pilot.pause()
        said = "\n".join(prose.text for prose in app.screen.query("Prose"))
    return (answers[0] if answers else ...), said


@pytest.mark.parametrize(
    ("pressed", "answer"), [("1", True), ("0", False), ("escape", False), ("enter", ...), ("fullwidth_digit_one", True)]
)
async def test_yes_and_no_are_digits(pressed, answer):
    assert (await asked(Confirm("复查", "整改到位了吗"), pressed))[0] is answer


@pytest.mark.parametrize(
    ("pressed", "answer"),
    [
        (["2"], 1),
        (["3"], 2),
        (["4"], ...),
        (["down", "enter"], 1),
        (["escape"], None),
    ],
)
async def test_a_phrase_is_picked_by_its_digit(pressed, answer):
    assert (await asked(PickOne("哪一种", ["超温", "无记录", "失准"]), *pressed))[0] == answer


async def test_more_phrases_than_digits_come_in_pages():
    phrases = [f"第{number}条" for number in range(20)]
    assert (await asked(PickOne("哪一条", phrases), "0", "2"))[0] == 10
    assert (await asked(PickOne("哪一条", phrases), "0", "0", "3"))[0] is ...
    assert (await asked(PickOne("哪一条", phrases), "0", "0", "0", "1"))[0] == 0
    assert (await asked(PickOne("哪一条", phrases), "minus", "2"))[0] == 19


async def test_a_line_is_checked_before_it_is_taken():
    drafts = []

    def line():
        return AskLine("编号", check=lambda text: None if text else "不能为空", on_draft=drafts.append)

    answer, said = await asked(line(), "enter")
    assert answer is ...
    assert said == "不能为空"
    assert (await asked(line(), "一", "二", "enter"))[0] == "一二"
    assert drafts == ["一", "一二"]


async def test_a_note_is_taken_with_f10_and_survives_one_esc():
    drafts = []

    def note():
        return AskNote("备注", text="店员陪同。", on_draft=drafts.append)

    assert (await asked(note(), "无", "enter", "人", "f10"))[0] == "店员陪同。无\n人"
    assert drafts[-1] == "店员陪同。无\n人"
    assert (await asked(note(), "无", "escape"))[0] is ...
    assert (await asked(note(), "无", "escape", "escape"))[0] is None


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_date_is_spoken_before_it_is_taken(size):
    def question():
        return AskDate("期限", TODAY, earliest=TODAY)

    answer, said = await asked(question(), *"12-05", size=size)
    assert answer is ...
    assert said == "2026-12-05 周六，12 天后"
    assert (await asked(question(), *"12-05", "enter", size=size))[0] == date(2026, 12, 5)
    answer, said = await asked(question(), *"13-05", "enter", size=size)
    assert answer is ...
    assert "没有 13 月 5 日" in said


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-12-05", date(2026, 12, 5)),
        ("2026/12/5", date(2026, 12, 5)),
        ("2026.12.5", date(2026, 12, 5)),
        ("2026年12月5日", date(2026, 12, 5)),
        ("\uff12\uff10\uff12\uff16\uff0d\uff11\uff12\uff0d\uff10\uff15", date(2026, 12, 5)),
        ("20261205", date(2026, 12, 5)),
        ("12-05", date(2026, 12, 5)),
        ("1-5", date(2027, 1, 5)),
        ("+7", date(2026, 11, 30)),
        ("＋7天", date(2026, 11, 30)),
        ("明天", date(2026, 11, 24)),
    ],
)
def test_dates_as_officers_type_them(text, day):
    assert read_date(text, TODAY) == day


@pytest.mark.parametrize(
    "text", ["", "1205", "12", "26-12-05", "2026-13-01", "2026-02-29", "2-30", "12-5-2026", "7", "星期五", "+", "２月"]
)
def test_what_could_be_misread_is_asked_again(text):
    assert isinstance(read_date(text, TODAY), Unclear)


def test_a_day_without_a_year_is_looked_for_where_it_is_allowed():
    assert read_date("11-20", TODAY) == date(2026, 11, 20)
    assert read_date("11-20", TODAY, earliest=TODAY) == date(2027, 11, 20)
    assert read_date("12-30", TODAY, latest=TODAY) == date(2025, 12, 30)
    assert isinstance(read_date("2026-11-20", TODAY, earliest=TODAY), Unclear)


@given(st.text(max_size=12) | st.from_regex(r"[0-9+./年月日-]{1,12}", fullmatch=True))
def test_any_text_is_a_date_or_unclear(text):
    found = read_date(text, TODAY)
    assert isinstance(found, date) or found.why


# Colours and glyphs


def contrast(a: Color, b: Color) -> float:
    """WCAG 2.1, contrast ratio."""

    def luminance(color: Color) -> float:
        parts = [
            part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
            for part in (each / 255 for each in color.rgb)
        ]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_text_reaches_wcag_aa_on_every_ground(theme):
    colours = theme.to_color_system().generate()
    inks = ["foreground", "text-muted", "primary", "success", "warning", "error"]
    pairs = [
        *product(inks, ["background", "surface", "panel"]),
        ("foreground", "boost"),
        ("primary", "boost"),
        ("block-cursor-foreground", "block-cursor-background"),
        ("block-cursor-blurred-foreground", "block-cursor-blurred-background"),
        ("footer-key-foreground", "footer-background"),
    ]
    for ink, ground in pairs:
        ratio = contrast(Color.parse(colours[ink]), Color.parse(colours[ground]))
        assert ratio >= 4.5, f"{ink} on {ground}: {ratio:.2f}"


def test_styles_name_no_colour_but_the_themes():
    for path in [*PACKAGE.rglob("*.tcss"), *PACKAGE.rglob("*.py")]:
        if path.name not in ("theme.py", "moving_code.py"):  # a code is dark on light whatever the theme
            assert not re.search(r"#[0-9A-Fa-f]{6}\b", path.read_text(encoding="utf-8")), path.name


def strings_of(path: Path):
    """Every string literal of a source file as it is written, so that an escape does not count, without docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documented = set()
    for node in ast.walk(tree):
        body = getattr(node, "body", [])
        for statement in body if isinstance(body, list) else []:
            if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                documented.add(statement.lineno)
    with path.open("rb") as file:
        for token in tokenize.tokenize(file.readline):
            is_string = token.type == tokenize.STRING or tokenize.tok_name[token.type] == "FSTRING_MIDDLE"
            if is_string and token.start[0] not in documented:
                yield token.start[0], token.string


def test_our_own_words_hold_no_glyph_of_ambiguous_width():
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        for line, text in strings_of(path):
            odd = {
                each
                for each in text
                if not each.isascii()
                and (
                    unicodedata.east_asian_width(each) not in "WF"
                    or "\U0001f000" <= each <= "\U0001faff"
                    or "\u2600" <= each <= "\u27bf"
                )
            }
            if odd - ({"▀"} if path.name == "moving_code.py" else set()):  # FIELDLOG_ASCII draws it without
                found.append(f"{path.name}:{line} {''.join(sorted(odd))}")
    assert not found


@given(st.text(max_size=40))
def test_ascii_glyphs_keep_every_cell(text):
    plain = in_ascii(text)
    assert len(plain) == len(text)
    assert not [each for each in plain if unicodedata.east_asian_width(each) == "A"]
    if text.isascii():
        assert plain == text


def test_ascii_glyphs_have_a_likeness():
    assert (
        in_ascii("\u250c\u2500\u2510\u2502 \u201c冷链\u201d 2\u201310\u2103 \u2192 \u2460") == '+-+| "冷链" 2-10C > 1'
    )


async def test_fieldlog_ascii_asks_for_them():
    app = app_of(environ={"FIELDLOG_ASCII": "1"})
    async with app.run_test(size=(80, 24)) as pilot:
        app.notify("温度 2\u201310\u2103 \u201c冷链\u201d")
        await pilot.pause()
        assert '2-10C&#160;"冷链"' in app.export_screenshot().replace("&quot;", '"')


# The end


@pytest.mark.parametrize(("key", "said"), [("f9", "KeyError"), ("f8", "磁盘已满")])
def test_a_crash_is_one_line(key, said, tmp_path, capsys):
    async def press(pilot):
        await pilot.press(key)

    crash = tmp_path / "data" / "crash.txt"
    app = app_of(crash_file=crash)
    app.run(headless=True, auto_pilot=press, size=(80, 24))
    err = capsys.readouterr().err
    assert said in err
    assert "Traceback" not in err
    assert app.return_code == 1
    assert crash.exists() == (key == "f9")
    if key == "f9":
        assert "cause" in crash.read_text(encoding="utf-8")


async def test_every_size_down_to_nothing_is_drawn():
    app = app_of()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f1")
        for size in ((1, 1), (10, 3), (200, 60), (80, 24)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
        assert app.is_running


def test_start_up_loads_nothing_that_only_a_later_screen_needs():
    probe = "import fieldlog.tui.app, sys; print(*sorted(set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True, encoding="utf-8")
    loaded = set(done.stdout.split())
    late = {"pypinyin", "pydantic", "tree_sitter", "textual.widgets._text_area", "textual.widgets._markdown"}
    late |= {"fieldlog.tui.screens.palette", "fieldlog.tui.screens.help", "tinydb", "httpx", "openpyxl"}
    assert not loaded & late
