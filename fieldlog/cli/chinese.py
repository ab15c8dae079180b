"""click's own words in Chinese: headings of help pages, and what it says about wrong options.

click takes its translations from the process-wide gettext domain and the LANG variable, which a laptop in the field
does not set reliably, so the words are given here.
"""

import inspect
import re
from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Any

import click
from wcwidth import wcswidth

_HELP = "显示这份说明"


class CellFormatter(click.HelpFormatter):
    """Aligns by terminal cells; click counts characters, and a Han character takes two cells."""

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write names with their explanations in two columns."""
        rows = list(rows)
        width = min(max((_cells(name) for name, _text in rows), default=0), col_max) + col_spacing
        for name, text in rows:
            begin = " " * self.current_indent + name
            if _cells(name) > width - col_spacing:
                self.write(begin + "\n")
                begin = ""
            for line in _wrapped(text, max(20, self.width - width - self.current_indent)):
                self.write(begin + " " * (width + self.current_indent - _cells(begin)) + line + "\n")
                begin = ""

    def write_heading(self, heading: str) -> None:
        """Write a heading."""
        self.write(f"{' ' * self.current_indent}{heading}：\n")


class _CellContext(click.Context):
    formatter_class = CellFormatter


class ChineseCommand(click.Command):
    """A command whose help page is Chinese."""

    context_class = _CellContext

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the first line."""
        pieces = self.collect_usage_pieces(ctx)
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix="用法：")

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """The words after the command's name."""
        pieces = super().collect_usage_pieces(ctx)
        known = {"[OPTIONS]": "[选项]", "COMMAND [ARGS]...": "命令 …", "[COMMAND] [ARGS]...": "[命令 …]"}
        return [known.get(piece, piece) for piece in pieces]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, and the commands of a group."""
        records = [record for each in self.get_params(ctx) if (record := each.get_help_record(ctx)) is not None]
        if records:
            with formatter.section("选项"):
                formatter.write_dl(records)
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """`--help`, explained in Chinese."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = _HELP
        return option


class LazyGroup(ChineseCommand, click.Group):
    """Commands by name, each with `module:attribute` and a line of help; a module loads when its command is called."""

    command_class = ChineseCommand

    def __init__(self, *args: Any, lazy: Mapping[str, tuple[str, str]] | None = None, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **{"no_args_is_help": False, **kwargs})
        self.lazy = dict(lazy or {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the table."""
        return [*self.lazy, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command."""
        if cmd_name not in self.lazy:
            return super().get_command(ctx, cmd_name)
        module, _colon, attribute = self.lazy[cmd_name][0].partition(":")
        return getattr(import_module(module), attribute)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the names with their lines, without loading any."""
        rows = [(name, line) for name, (_where, line) in self.lazy.items()]
        for name in super().list_commands(ctx):
            command = super().get_command(ctx, name)
            rows.append((name, command.get_short_help_str(60) if command else ""))
        with formatter.section("命令"):
            formatter.write_dl(rows)


def _cells(text: str) -> int:
    return max(0, wcswidth(text))


def _wrapped(text: str, width: int) -> list[str]:
    """Lines of at most `width` cells; a line breaks after a space or any wide character."""
    lines, line = list[str](), ""
    for piece in re.findall(r"[!-~]+|.", text):
        if line and _cells(line + piece) > width and piece not in "，。；、）：":
            lines.append(line.rstrip())
            line = ""
        line += piece if line or piece != " " else ""
    return [*lines, line.rstrip()]


def worded(error: click.ClickException) -> str:
    """One Chinese line for a wrong use of the command line, with where to read more."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "fieldlog"
    return f"{_what(error)}。用 {path} --help 看用法"


def _what(error: click.ClickException) -> str:
    match error:
        case click.NoSuchOption():
            near = f"，是不是 {'、'.join(error.possibilities)}" if error.possibilities else ""
            return f"没有 {error.option_name} 这个选项{near}"
        case click.MissingParameter():
            return f"缺少 {_named(error)}"
        case click.BadOptionUsage():
            return f"{error.option_name} 的用法不对，后面要跟一个值"
        case click.BadParameter():
            return f"{_named(error)} 的值不对：{_reason(error)}"
        case click.FileError():
            return f"打不开文件 {error.ui_filename}"
        case _:
            near = getattr(error, "possibilities", None)
            return _general(error.message) + (f"，是不是 {'、'.join(near)}" if near else "")


def _named(error: click.BadParameter) -> str:
    param = error.param
    if isinstance(param, click.Option):
        return "/".join(param.opts)
    return str(param.metavar or param.human_readable_name).upper() if param else "参数"


def _reason(error: click.BadParameter) -> str:
    param = error.param
    if param is not None and isinstance(param.type, click.Choice):
        return f"只能是 {'、'.join(str(each) for each in param.type.choices)}"
    if param is not None and isinstance(param.type, click.IntRange | click.types.IntParamType):
        low, high = getattr(param.type, "min", None), getattr(param.type, "max", None)
        least = f"，不小于 {low}" if low is not None else ""
        return f"应是整数{least}{f'，不大于 {high}' if high is not None else ''}"
    return inspect.cleandoc(error.message)


def _general(message: str) -> str:
    for start, words in (
        ("No such command", "没有这个命令："),
        ("Got unexpected extra argument", "多了用不上的参数："),
        ("Missing command", "还要写明做什么"),
    ):
        if message.startswith(start):
            shown = message[len(start) :].lstrip("s").strip(" .()").replace("'", "")
            return f"{words}{shown.partition(' Did you mean')[0].rstrip('.') if words.endswith('：') else ''}"
    return message.rstrip(".。")
