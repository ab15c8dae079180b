"""Keys as they arrive under an input method or from a number pad, pressed on a running app."""

from typing import ClassVar

import pytest
from textual.binding import Binding
from textual.events import Key
from textual.widgets import Static

from fieldlog.tui import keys
from fieldlog.tui.app import IME_NOTICE, NUM_LOCK_NOTICE, FieldlogApp
from fieldlog.tui.screens.frame import FieldScreen
from fieldlog.tui.terminal import prefers_light, settle_environment
from fieldlog.tui.widgets.text_field import TextField


class Walk(FieldScreen[None]):
    """Keys of a walk, and what they did."""

    BINDINGS: ClassVar[list[Binding]] = [
        Binding("1", "did('符合')", "符合"),
        Binding("0", "did('待定')", "待定"),
        Binding("full_stop,backspace", "did('撤销')", "撤销"),
        Binding("minus,f2", "did('备注')", "备注"),
        Binding("plus,f3", "did('照片')", "照片"),
        Binding("asterisk,f5", "did('录像')", "录像"),
        Binding("slash", "did('查找')", "查找"),
        Binding("j", "did('下')", "下"),
        Binding("G", "did('末')", "末"),
    ]

    def __init__(self):
        super().__init__()
        self.done: list[str] = []

    def compose_body(self):
        yield Static("x")

    def action_did(self, what: str):
        self.done.append(what)


class Typing(FieldScreen[None]):
    """One field."""

    def compose_body(self):
        yield TextField()


TWINS = [
    (Key("1", "1"), "符合"),
    (Key("\uff11", "\uff11"), "符合"),
    (Key("\uff10", "\uff10"), "待定"),
    (Key("full_stop", "."), "撤销"),
    (Key("ideographic_full_stop", "\u3002"), "撤销"),
    (Key("fullwidth_full_stop", "\uff0e"), "撤销"),
    (Key("decimal", None), "撤销"),
    (Key("decimal", "."), "撤销"),
    (Key("fullwidth_hyphen_minus", "\uff0d"), "备注"),
    (Key("subtract", None), "备注"),
    (Key("plus", "+"), "照片"),
    (Key("fullwidth_plus_sign", "\uff0b"), "照片"),
    (Key("add", "+"), "照片"),
    (Key("add", None), "照片"),
    (Key("equals_sign", "="), "照片"),
    (Key("fullwidth_equals_sign", "\uff1d"), "照片"),
    (Key("fullwidth_asterisk", "\uff0a"), "录像"),
    (Key("fullwidth_asterisk", None), "录像"),
    (Key("multiply", None), "录像"),
    (Key("fullwidth_solidus", "\uff0f"), "查找"),
    (Key("ideographic_comma", "\u3001"), "查找"),
    (Key("divide", None), "查找"),
    (Key("\uff4a", "\uff4a"), "下"),
    (Key("\uff27", "\uff27"), "末"),
]


@pytest.mark.parametrize(("pressed", "done"), TWINS, ids=lambda value: getattr(value, "key", value))
async def test_each_twin_does_what_its_plain_key_does(pressed, done):
    app = FieldlogApp(Walk)
    async with app.run_test(size=(80, 24)) as pilot:
        app.post_message(Key(pressed.key, pressed.character))
        await pilot.pause()
        assert app.screen.done == [done]
        assert not app.notice.text


@pytest.mark.parametrize("key", ["fullwidth_question_mark", "question_mark", "f1"])
async def test_help_opens_under_an_input_method(key):
    app = FieldlogApp(Walk)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(key)
        assert type(app.screen).__name__ == "HelpScreen"


async def test_a_composed_word_is_told_as_input_method_on():
    app = FieldlogApp(Walk)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("符", "合")
        assert IME_NOTICE in app.notice.text
        assert app.screen.done == []


async def test_number_pad_without_num_lock_is_told():
    app = FieldlogApp(Walk)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("insert")
        assert NUM_LOCK_NOTICE in app.notice.text


async def test_in_a_text_field_full_width_text_stays_and_the_pad_types():
    app = FieldlogApp(Typing)
    async with app.run_test(size=(80, 24)) as pilot:
        for key, character in [
            ("\uff11", "\uff11"),
            ("ideographic_full_stop", "\u3002"),
            ("中", "中"),
            ("equals_sign", "="),
            ("add", None),
            ("add", "+"),
            ("question_mark", "?"),
        ]:
            app.post_message(Key(key, character))
        await pilot.pause()
        assert app.screen.query_one(TextField).value == "\uff11\u3002中=++?"
        assert not app.notice.text


@pytest.mark.parametrize(
    ("key", "label"),
    [
        ("f10", "F10"),
        ("full_stop", "."),
        ("minus", "-"),
        ("plus", "+"),
        ("asterisk", "*"),
        ("slash", "/"),
        ("question_mark", "?"),
        ("ctrl+p", "Ctrl+P"),
        ("shift+tab", "Shift+Tab"),
        ("ctrl+left", "Ctrl+左"),
        ("G", "G"),
        ("space", "空格"),
    ],
)
def test_keys_are_called_as_on_the_keyboard(key, label):
    assert keys.label(key) == label


def test_control_keys_are_left_alone():
    assert keys.fold("ctrl+q", None) == ("ctrl+q", None)
    assert keys.fold("enter", "\r") == ("enter", "\r")
    assert keys.fold("f1", None) == ("f1", None)
    assert keys.fold("up", None) == ("up", None)


def test_kitty_keys_are_off_in_iterm_only():
    iterm = {"TERM_PROGRAM": "iTerm.app"}
    settle_environment(iterm, "darwin")
    assert iterm["TEXTUAL_DISABLE_KITTY_KEY"] == "1"
    for environ, platform in (({"TERM_PROGRAM": "iTerm.app"}, "win32"), ({"TERM_PROGRAM": "tmux"}, "linux")):
        settle_environment(environ, platform)
        assert "TEXTUAL_DISABLE_KITTY_KEY" not in environ


def test_theme_follows_the_terminal_unless_told():
    assert prefers_light({"COLORFGBG": "0;15"})
    assert not prefers_light({"COLORFGBG": "15;0"})
    assert not prefers_light({})
    assert prefers_light({"FIELDLOG_THEME": "light", "COLORFGBG": "15;0"})
