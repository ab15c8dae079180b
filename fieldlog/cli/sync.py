"""`fieldlog sync [TARGET]`."""

import re
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from fieldlog.actions.paths import named_path
from fieldlog.cli.books import writing
from fieldlog.cli.chinese import ChineseCommand
from fieldlog.cli.options import as_json, common
from fieldlog.cli.settings import Settings
from fieldlog.cli.streams import progress, remark, say, say_json
from fieldlog.domain.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from fieldlog.actions.ways_home import WayHome
    from fieldlog.sync.exchange import SyncResult

_HEAD_DIGITS = 12


@click.command(
    cls=ChineseCommand,
    help="与办公室同步。目标是办公室的网址，或 U 盘、共享文件夹；不写时用办公室的网址，没有网址的用上次的文件夹。",
)
@common
@as_json
@click.option(
    "--enrol",
    metavar="登记码",
    help="第一次与这个办公室同步时用的登记码，由 fieldlog office enrol 发放；写 - 就另行输入或从标准输入读，不显示",
)
@click.option("--fork", is_flag=True, help="本机恢复或复制过、日志与别处不同时，换用新日志补送（不会丢任何一条）")
@click.argument("target", metavar="[目标]", required=False)
@click.pass_context
def sync(ctx: click.Context, target: str | None, as_json: bool, enrol: str | None, fork: bool) -> None:
    """Exchange entries with the hub or a folder; exit with 1 where entries were refused."""
    from fieldlog.actions.ways_home import WayHome, bring_home, happened, ways_home

    settings: Settings = ctx.obj
    if enrol == "-":
        enrol = _typed_code()
    if enrol and not target:
        target = _address_in(enrol)
    with writing(settings.folder) as book:
        ways = ways_home(book.folder)
        named = _target(target) if target else _usual(ways)
        if enrol and not WayHome(named).is_hub:
            raise UsageError(f"登记码只在与网址同步时用，网址以 https:// 开头；{named} 不是网址，文件夹不用登记")
        way = next((each for each in ways if each.target == named), WayHome(named))
        before = book.clock_doubt
        _way, result = bring_home(book, way, progress(), enrol, fork=fork)
        if (why := book.clock_doubt) and why != before:
            remark(why)
    for line in [*happened(result), *result.notes]:
        remark(line)
    if as_json:
        say_json(result.as_json())
    else:
        _show(result)
    if result.refused:
        ctx.exit(ExitCode.FOUND_WRONG)


def _typed_code() -> str:
    """The code from a terminal, without showing it, or the first line of a pipe."""
    if sys.stdin.isatty():
        return click.prompt("登记码（输入时不显示）", hide_input=True, err=True)
    line = sys.stdin.readline().strip()
    if not line:
        raise UsageError("标准输入里没有登记码")
    return line


def _address_in(code: str) -> str | None:
    """The office's address where it came along with the code, as in the QR code."""
    from fieldlog.sync.enrol_code import read_code

    return read_code(code).url or None


def _target(typed: str) -> str:
    """A hub's address as typed, or a folder's full path."""
    if typed.lower().startswith(("http://", "https://")):
        return typed
    if "://" in typed:
        raise UsageError(f"{typed} 不是网址也不是文件夹；网址以 http:// 或 https:// 开头")
    if re.fullmatch(r"[\w.-]+:\d+/?", typed) and not named_path(typed).exists():
        raise UsageError(f"网址要以 https:// 开头：请写 https://{typed}")
    return str(named_path(typed).absolute())


def _usual(ways: "Sequence[WayHome]") -> str:
    """The office's hub that answered last, else a folder: which answered last is by this laptop's clock, and may be wrong."""
    if not ways:
        raise UsageError("还没有同步过，请写明目标：fieldlog sync https://办公室地址:8470，或 fieldlog sync U盘文件夹")
    way = next((each for each in ways if each.is_hub and each.answered), ways[0])
    if others := "、".join(each.target for each in ways if each is not way):
        remark(f"没有写目标，与 {way.target} 同步；要用别的就写明：{others}")
    return way.target


def _show(result: "SyncResult") -> None:
    if result.refused and not (result.sent or result.received):
        say(f"与 {result.target} 同步完成，有记录没有被接收")
    elif not (result.sent or result.received or result.blobs_sent or result.blobs_received):
        say(f"与 {result.target} 已是最新，没有新的记录")
    else:
        blobs = f"，附件发送 {result.blobs_sent}、接收 {result.blobs_received}"
        say(f"与 {result.target} 同步完成：发送 {result.sent} 条，接收 {result.received} 条{blobs}")
    for log, head in sorted(result.heads.items()):
        say(f"  {log}  第 {head.seq} 条  {head.hash[:_HEAD_DIGITS]}")
    for refusal in result.refused:
        entry = f"{refusal.log} 第 {refusal.seq} 条，" if refusal.log else ""
        entry = "" if refusal.why.startswith(entry.rstrip("，")) else entry  # the office's words may name it
        remark(f"没有被接收：{entry}{refusal.why}")
