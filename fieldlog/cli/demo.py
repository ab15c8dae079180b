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
@click.option(
    "--footage", is_flag=True, help="另有一天的执法记录仪录像（四次检查，时钟不准的记录仪），要装 fieldlog[video]"
)
@click.option("--headless", is_flag=True, help="不开界面，把检查、同步、审批、复查、销号、校验走一遍，输出汇总")
@click.pass_context
def demo(ctx: click.Context, as_json: bool, scale: int, footage: bool, headless: bool) -> None:
    """Build the township where it is not there yet, then open it or run the whole job."""
    from fieldlog.demo import build_demo

    settings: Settings = ctx.obj
    folder, library = settings.demo_folder, library_of(settings.demo_folder)
    on_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    if sys.stderr.isatty() and not (folder / "device.toml").exists():
        remark(f"正在 {folder} 建示例乡镇……")
    if footage and sys.stderr.isatty():
        remark("正在做录像，要半分钟左右")
    build_demo(folder, library, scale=scale, footage=footage)
    if footage:
        from fieldlog.demo.footage_proof import scan_day

        scan_day(folder)
    if on_terminal and not headless and not as_json:
        from fieldlog.cli.screen import open_screen

        open_screen(settings, folder)
        return
    if footage:
        ctx.exit(_show_footage(folder, as_json=as_json))
    from fieldlog.demo.journey import run_journey

    summary = run_journey(folder, library, _silent if as_json else say)
    if as_json:
        say_json(summary.as_json())
    else:
        _show(folder, summary)
    if not summary.verified:
        ctx.exit(ExitCode.FOUND_WRONG)


def _show_footage(folder: Path, *, as_json: bool) -> ExitCode:
    """Say what the book makes of the day's recordings beside how they were really made."""
    from fieldlog.cli.tables import Column, say_table
    from fieldlog.demo.footage_day import CARD
    from fieldlog.demo.footage_proof import prove_day
    from fieldlog.domain.film_time import film_clock

    proof = prove_day(folder)
    code = ExitCode.DONE if proof.holds else ExitCode.FOUND_WRONG
    if as_json:
        say_json(proof.as_json())
        return code
    columns = [Column("单位", 30), Column("隐患", 34), Column("机号"), Column("录像里"), Column("实际"), Column("差")]
    say_table(columns, [
        [
            each.premises, each.hazard, each.camera, film_clock(each.offset_ms), film_clock(each.true_ms),
            f"{each.off_ms} 毫秒",
        ]
        for each in proof.hazards
    ])  # fmt: skip
    say()
    say(
        f"{proof.films} 个录像，{proof.inspections} 次检查：没有录像的隐患 {len(proof.unshown)} 条，"
        f"对错检查的录像 {len(proof.wrong)} 个，没有对上检查的 {len(proof.loose)} 个，缺口 {proof.gaps} 处"
    )
    say(f"录像在 {folder / CARD}；每一帧上写着实际时间。打开界面：fieldlog demo --footage --data {folder}")
    return code


def _silent(line: str) -> None:
    del line


def _show(folder: Path, summary: "Summary") -> None:
    figures = summary.as_json()
    say()
    say("云阳县后叶镇（示例）：" + "，".join(f"{words} {figures[name]}" for words, name in _LINES))
    say("日志校验：" + ("全部通过" if summary.verified else "没有通过，请运行 fieldlog verify 查看"))
    say(f"数据在 {folder}；在终端里运行 fieldlog demo 打开界面")
