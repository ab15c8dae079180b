"""`fieldlog demo`: the sample township, on the screen or as one run without it."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fieldlog.cli.books import library_of
from fieldlog.cli.chinese import ChineseCommand
from fieldlog.cli.options import as_json, common
from fieldlog.cli.settings import Settings
from fieldlog.cli.streams import remark, say, say_json
from fieldlog.domain.errors import ExitCode

if TYPE_CHECKING:
    from fieldlog.demo.journey import Summary

_LINES = (
    ("单位", "premises"), ("检查", "inspections"), ("答案", "answers"), ("隐患", "hazards"),
    ("已销号", "hazards_closed"), ("录像关联", "footage_links"), ("日志记录", "entries"), ("办公室已确认", "synced"),
)  # fmt: skip


@click.command(
    cls=ChineseCommand,
    help="建一个示例乡镇（云阳县后叶镇，人和单位都是虚构的）并打开界面。示例放在单独的文件夹里，不影响真实数据。"
    "没有终端时等于 --headless。",
)
@common
@as_json
@click.option("--scale", metavar="倍数", type=click.IntRange(1, 100_000), default=1, help="单位和检查的倍数，默认 1")
@click.option("--headless", is_flag=True, help="不开界面，把检查、同步、审批、复查、销号、校验走一遍，输出汇总")
@click.pass_context
def demo(ctx: click.Context, as_json: bool, scale: int, headless: bool) -> None:
    """Build the township where it is not there yet, then open it or run the whole job."""
    from fieldlog.demo import build_demo

    settings: Settings = ctx.obj
    folder, library = settings.demo_folder, library_of(settings.demo_folder)
    on_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    if sys.stderr.isatty() and not (folder / "device.toml").exists():
        remark(f"正在 {folder} 建示例乡镇……")
    build_demo(folder, library, scale=scale)
    if on_terminal and not headless and not as_json:
        from fieldlog.cli.screen import open_screen

        open_screen(settings, folder)
        return
    from fieldlog.demo.journey import run_journey

    summary = run_journey(folder, library, _silent if as_json else say)
    if as_json:
        say_json(summary.as_json())
    else:
        _show(folder, summary)
    if not summary.verified:
        ctx.exit(ExitCode.FOUND_WRONG)


def _silent(line: str) -> None:
    del line


def _show(folder: Path, summary: "Summary") -> None:
    figures = summary.as_json()
    say()
    say("云阳县后叶镇（示例）：" + "，".join(f"{words} {figures[name]}" for words, name in _LINES))
    say("日志校验：" + ("全部通过" if summary.verified else "没有通过，请运行 fieldlog verify 查看"))
    say(f"数据在 {folder}；在终端里运行 fieldlog demo 打开界面")
