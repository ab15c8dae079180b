"""The program on the screen: what holds on every screen, and nothing of what a single one does."""

import gc
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.filter import LineFilter
from textual.notifications import SeverityLevel
from textual.reactive import reactive
from textual.screen import Screen
from textual.scrollbar import ScrollBar

from fieldlog.domain.errors import FieldlogError
from fieldlog.tui import keys
from fieldlog.tui.at_work import at_work_in
from fieldlog.tui.live_keys import live_keys
from fieldlog.tui.screens.frame import FieldScreen
from fieldlog.tui.status import Status
from fieldlog.tui.terminal import prefers_light, wants_ascii
from fieldlog.tui.theme import DARK, LIGHT, AsciiGlyphs, PlainScrollBar
from fieldlog.tui.widgets.columns import Tone
from fieldlog.tui.widgets.notice_line import Notice

IME_NOTICE = "输入法为中文状态，按 Shift 切换"
NUM_LOCK_NOTICE = "数字键没有起作用：按一下 NumLock 再试"

_SEVERITY_WORDS: Mapping[SeverityLevel, str] = {"information": "", "warning": "注意", "error": "出错"}
_TONES: Mapping[SeverityLevel, Tone] = {"information": "", "warning": "warn", "error": "bad"}
_SHOWN_S: Mapping[Tone, float] = {"": 4.0, "warn": 6.0, "bad": 15.0}
_IDLE_S = 0.3


def _load_models() -> None:
    """Load what the first key needs and the first screen does not: the entries' models."""
    import_module("fieldlog.actions.answering")


class FieldlogApp(App[None], inherit_bindings=False):
    """fieldlog on the screen.

    Args:
        home: makes the first screen; without it an empty one shows.
        now: the laptop's clock, with its offset.
        status: what the header says at the start; assign `app.status` later.
        find: makes the screen that `/` opens where a screen has no search of its own.
        environ: FIELDLOG_THEME (`light`, `dark`), FIELDLOG_ASCII (`1`), COLORFGBG.
        crash_file: where an unexpected error is written in full.
        debug: show a traceback instead of the one line.
    """

    TITLE = "fieldlog"
    DEFAULT_MODE = "home"  # a mode of ours: Textual loads no CSS of its default mode's screen
    CSS_PATH = Path(__file__).with_name("styles") / "app.tcss"
    ENABLE_COMMAND_PALETTE = False  # Textual's own is in English, has an emoji, and knows no pinyin
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide"), (140, "-broad")]  # noqa: RUF012 - typed by Textual
    """Classes a screen has by its width, for TCSS: below 100 cells, below 140, and from there."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "find", "查找"),
        Binding("escape", "back", "返回"),
        Binding("f1,question_mark", "help", "帮助"),
        Binding("f12,ctrl+g", "slate", "对时码（给记录仪拍）", show=False, priority=True),
        Binding("ctrl+p", "palette", "全部命令", show=False),
        Binding("ctrl+l", "repaint", "重画屏幕", show=False, priority=True),
        Binding("ctrl+q", "quit", "退出", show=False, priority=True),
        Binding("ctrl+c", "tell_how_to_quit", show=False, system=True),
    ]

    status: reactive[Status] = reactive(Status())
    """What the header of every screen says."""

    notice: reactive[Notice] = reactive(Notice(""))
    """The short message that shows above the keys; say it with `notify`."""

    def __init__(
        self,
        home: Callable[[], Screen[None]] | None = None,
        *,
        now: Callable[[], datetime] = lambda: datetime.now().astimezone(),
        status: Status | None = None,
        find: Callable[[], Screen[None]] | None = None,
        environ: Mapping[str, str] = os.environ,
        crash_file: Path | None = None,
        debug: bool = False,
    ) -> None:
        self._ascii: Sequence[LineFilter] = [AsciiGlyphs()] if wants_ascii(environ) else []
        ScrollBar.renderer = PlainScrollBar
        super().__init__()
        self.now = now
        self._find = find
        self._crash_file = crash_file
        self._shows_traceback = debug
        self._notice_number = 0
        self.add_mode(self.DEFAULT_MODE, home or FieldScreen[None])  # pyright: ignore[reportUnknownMemberType]
        self.set_reactive(FieldlogApp.status, status or Status())
        self.register_theme(LIGHT)
        self.register_theme(DARK)
        self.theme = (LIGHT if prefers_light(environ) else DARK).name

    def on_ready(self) -> None:
        """The first screen stands: collect garbage again, but leave alone what start-up made and the program keeps."""
        if not gc.isenabled():
            gc.freeze()
            gc.enable()
        self.set_timer(_IDLE_S, lambda: self.run_worker(_load_models, thread=True, exit_on_error=False))

    @property
    def is_ascii(self) -> bool:
        """Whether glyphs of ambiguous width are not to be drawn."""
        return bool(self._ascii)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """What changes a line on its way to the terminal."""
        return [*super().get_line_filters(), *self._ascii]

    # Keys

    async def on_event(self, event: events.Event) -> None:
        """Fold a key press to its plain twin before anything looks for its binding.

        Here, because this is the one public place that sees a key before priority bindings, the focused widget and
        the screen do. In a text field full-width characters are text and stay.
        """
        if isinstance(event, events.Key) and not event.is_forwarded:
            await super().on_event(self._folded(event))
        else:
            await super().on_event(event)

    def _folded(self, event: events.Key) -> events.Key:
        focused = self.focused
        if focused is not None and focused.check_consume_key("a", "a"):
            plain = keys.fold_in_text(event.key, event.character)
        else:
            plain = keys.fold(event.key, event.character)
            if keys.is_composed(plain.character):
                self.notify(IME_NOTICE, severity="warning")
            elif keys.hints_num_lock_off(plain.key):
                self.notify(NUM_LOCK_NOTICE, severity="warning")
        return event if plain.key == event.key else events.Key(plain.key, plain.character)

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,
    ) -> None:
        """Show a short message above the keys of whatever screen is on top; the next one replaces it. Thread-safe.

        A warning and an error also say so in words. `markup` is ignored: text is taken as it is.
        """
        word = title or _SEVERITY_WORDS[severity]
        self.call_later(self._show_notice, Notice(f"{word}：{message}" if word else message, _TONES[severity]), timeout)

    def _show_notice(self, notice: Notice, timeout: float | None) -> None:
        self.notice = notice
        self._notice_number += 1
        number = self._notice_number
        self.set_timer(_SHOWN_S[notice.tone] if timeout is None else timeout, lambda: self._end_notice(number))

    def _end_notice(self, number: int) -> None:
        if number == self._notice_number:
            self.notice = Notice("")

    def get_key_display(self, binding: Binding) -> str:
        """What a key is called."""
        return binding.key_display or keys.label(binding.key)

    def on_key(self, event: events.Key) -> None:
        """Say so where a digit does nothing: it came up to here, so no field took it, and no binding waits for it."""
        if event.key.isdecimal() and event.key not in self.screen.active_bindings:
            self.notify(f"{event.key} 在这里没有用，按 F1 看全部按键", severity="warning")

    # Actions

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A key that would do nothing is not shown and does nothing."""
        if action == "back":
            return self._can_go_back
        if action == "find":
            return self._find is not None
        if action == "slate":
            return at_work_in(self.screen_stack) is not None
        return True

    @property
    def _can_go_back(self) -> bool:
        return sum(not screen.is_modal for screen in self.screen_stack) > 1

    async def action_back(self) -> None:
        """Close the screen on top."""
        if self._can_go_back:
            await self.pop_screen()

    def action_find(self) -> None:
        """Open the search."""
        if self._find is not None:
            self.push_screen(self._find())

    def action_help(self) -> None:
        """Show the keys of this screen."""
        from fieldlog.tui.screens.help import HelpScreen  # noqa: PLC0415 - start-up does not need it

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(live_keys(self.screen)), self._press)

    def _press(self, key: str | None) -> None:
        if key is not None:
            self.simulate_key(key)

    def action_slate(self) -> None:
        """Show a moving code for a camera to film; on that screen, go back."""
        from fieldlog.tui.screens.slate import SlateScreen  # noqa: PLC0415 - start-up does not need it

        if isinstance(self.screen, SlateScreen):
            self.screen.action_leave()
        elif (at := at_work_in(self.screen_stack)) is not None:
            self.push_screen(SlateScreen(*at))

    def action_palette(self) -> None:
        """Show everything that can be done here."""
        from fieldlog.tui.screens.palette import Command, PaletteScreen  # noqa: PLC0415 - start-up does not need it

        if self.screen.is_modal:
            return
        commands = [
            *(Command(live.word, live.all_keys, partial(self._press, live.keys[0])) for live in live_keys(self.screen)),
            *(Command(each.title, "", each.callback) for each in self.get_system_commands(self.screen)),
        ]
        self.push_screen(PaletteScreen(commands), self._run)

    def _run(self, command: Callable[[], object] | None) -> None:
        if command is not None:
            command()

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Commands of the palette that have no key."""
        other = "深色" if self.theme == LIGHT.name else "浅色"
        yield SystemCommand(f"换成{other}", "", self.action_switch_theme)

    def action_switch_theme(self) -> None:
        """Light to dark and back."""
        self.theme = DARK.name if self.theme == LIGHT.name else LIGHT.name

    def action_repaint(self) -> None:
        """Draw every cell anew, over whatever another program left on the terminal."""
        self.screen.refresh()

    def action_tell_how_to_quit(self) -> None:
        """Ctrl+C copies in a text field; elsewhere it must not end the program in the middle of a visit."""
        self.notify("退出请按 Ctrl+Q")

    # The end

    def on_mount(self) -> None:
        """End properly when the system asks to, so that the terminal comes back."""
        if sys.platform != "win32":
            import asyncio  # noqa: PLC0415 - loaded by Textual already
            import signal  # noqa: PLC0415

            try:
                asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self.exit)
            except (RuntimeError, ValueError):
                return  # not the main thread, as under a test: nobody sends us signals there

    def _fatal_error(self) -> None:
        """Say in one line what went wrong, instead of Textual's traceback; the traceback goes to the crash file."""
        if self._shows_traceback:
            super()._fatal_error()
            return
        error = sys.exc_info()[1]
        line = str(error) if isinstance(error, FieldlogError) else self._crash_line(error)
        self.panic(Text(line))

    def _crash_line(self, error: BaseException | None) -> str:
        import traceback  # noqa: PLC0415 - only a crash needs it

        what = f"fieldlog 出错退出（{type(error).__name__}）。已经答的都在磁盘上，重新打开即可继续。"
        if self._crash_file is None or error is None:
            return what
        try:
            self._crash_file.parent.mkdir(parents=True, exist_ok=True)
            with self._crash_file.open("a", encoding="utf-8", newline="\n") as file:
                file.write(f"{self.now().isoformat()}\n{''.join(traceback.format_exception(error))}\n")
        except OSError:
            return what
        return f"{what}详情在 {self._crash_file}，请交技术人员。"


def run_app(folder: Path, *, debug: bool = False) -> int:
    """Open the screens on the book in `folder`, close the book when they end, and return the exit code.

    Raises:
        NotFound: there is no book in the folder.
    """
    from fieldlog.book.book import Book  # noqa: PLC0415 - after the environment is settled
    from fieldlog.tui.desk import desk_of  # noqa: PLC0415
    from fieldlog.tui.screens.today import TodayScreen  # noqa: PLC0415

    with Book.open(folder) as book:
        app = FieldlogApp(
            lambda: TodayScreen(book),
            now=book.now,
            status=desk_of(book).status(),
            crash_file=folder / "crash.txt",
            debug=debug,
        )
        app.run()
        with desk_of(book).exchange:  # a synchronisation that was cut off ends before the book closes
            return app.return_code or 0
