"""`fieldlog footage check` and `due`: are recordings still what they were, and how long they stay."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fieldlog.actions.paths import named_path
from fieldlog.cli.books import looking, writing
from fieldlog.cli.chinese import ChineseCommand
from fieldlog.cli.footage_results import check_result
from fieldlog.cli.options import as_json, common, day
from fieldlog.cli.settings import Settings
from fieldlog.cli.streams import remark, say, say_json, say_json_lines
from fieldlog.cli.tables import Column, say_table
from fieldlog.domain.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from fieldlog.actions.footage_checking import Check, Finding

SAMPLE = 20
_LISTED = 20


@click.command(
    cls=ChineseCommand,
    help="重新读录像，核对校验值：没有变、内容变了、换了位置、不见了。每次核对都记入日志（谁、在哪个盘、什么时候）。"
    "只读不改；按 Ctrl+C 中断后再运行同一条命令，接着核对。",
)
@common
@as_json
@click.option(
    "--sample", metavar="个数", type=click.IntRange(1), help=f"抽查这么多个，最久没查的先查；不写就是 {SAMPLE}"
)
@click.option("--all", "everything", is_flag=True, help="全部核对")
@click.argument("folders", metavar="[文件夹]...", nargs=-1, type=click.Path(path_type=Path))
@click.pass_context
def check(ctx: click.Context, folders: tuple[Path, ...], sample: int | None, everything: bool, as_json: bool) -> None:
    """Exit 1 where one changed or is missing, 3 where it was interrupted."""
    from fieldlog.actions.footage_checking import begin_check

    if everything and sample:
        raise UsageError("--all 和 --sample 只能写一个")
    settings: Settings = ctx.obj
    found: list[Finding] = []
    interrupted = False
    with writing(settings.folder) as book:
        by = book.device.officer or book.device.id
        wanted = None if everything else sample or SAMPLE
        work = begin_check(book, by, sample=wanted, folders=[named_path(folder) for folder in folders])
        try:
            _run(work, found)
        except KeyboardInterrupt:
            interrupted = True
    if as_json:
        say_json(check_result(found, work.already, interrupted=interrupted))
    else:
        _say_result(found, work.already, interrupted)
    if interrupted:
        ctx.exit(ExitCode.ENVIRONMENT)
    if any(each.result in ("changed", "missing", "unread") for each in found):
        ctx.exit(ExitCode.FOUND_WRONG)


def _run(work: "Check", found: "list[Finding]") -> None:
    from fieldlog.cli.footage_progress import ScanProgress

    progress = ScanProgress(len(work.waiting), work.bytes)
    for finding in work.run(progress.read):
        found.append(finding)
        progress.one()
    progress.end()


def _say_result(found: "list[Finding]", already: int, interrupted: bool) -> None:
    from fieldlog.actions.footage_checking import WORDS

    if interrupted:
        remark("已中断；核对过的都记下了，再运行同一条命令接着核对")
    counts = {result: sum(each.result == result for each in found) for result in WORDS}
    told = "，".join(f"{WORDS[result]} {count} 个" for result, count in counts.items() if count)
    before = f"（上次中断前已核对 {already} 个）" if already else ""
    say(
        f"核对了 {counts['same'] + counts['moved'] + counts['changed'] + counts['missing']} 个{before}：{told or '没有可核对的'}"
    )
    for each in [each for each in found if each.result != "same"][:_LISTED]:
        remark(f"{WORDS[each.result]}：{each.path}{f'：{each.why}' if each.why else ''}")
    if (more := len(found) - counts["same"] - _LISTED) > 0:
        remark(f"还有 {more} 个，用 --json 看全部")


@click.command(
    cls=ChineseCommand,
    help="哪些录像过了保存期限可以删，哪些要留、为什么。只列出来，本程序从不删除录像。",
)
@common
@as_json
@click.option("--may-go", is_flag=True, help="只看可以删的")
@click.pass_obj
def due(settings: Settings, may_go: bool, as_json: bool) -> None:
    """Print one row a recording, those that may go first."""
    from fieldlog.actions.footage_retention import keepings

    with looking(settings.folder) as book:
        found = [each for each in keepings(book) if each.may_go or not may_go]
    if as_json:
        say_json_lines([
            {
                "path": each.film.row["path"], "sha256": each.film.row["sha256"], "camera": each.film.camera,
                "size": each.film.row["size"], "kind": each.kind, "keep_until": each.until.isoformat() if each.until else None,
                "may_go": each.may_go, "why": each.why, "inspections": list(each.film.inspections),
                "checked": each.film.row["checked"] or None,
            }
            for each in found
        ])  # fmt: skip
        return
    columns = [Column("可以删"), Column("为什么", 44), Column("机号"), Column("MiB"), Column("文件", 60)]
    say_table(
        columns,
        [
            [
                "可以" if each.may_go else "要留", each.why, each.film.camera,
                str(each.film.row["size"] >> 20), each.film.row["path"],
            ]
            for each in found
        ],
    )  # fmt: skip
    going = [each for each in found if each.may_go]
    gib = sum(each.film.row["size"] for each in going) / 2**30
    remark(
        f"共 {len(found)} 个，可以删 {len(going)} 个（{gib:.1f} GiB）；本程序不删，请按单位的规定办"
        if found
        else "没有登记过录像"
    )


@click.command(
    cls=ChineseCommand,
    help="录像保存几个月，按类别；写上类别和月数就改全单位的（审批人的电脑上，随同步到各台电脑），0 是随案卷，default 是恢复。",
)
@common
@as_json
@click.option("--reason", metavar="依据", default="", help="为什么改，例如单位的文号")
@click.option("--from", "since", metavar="日期", callback=day, help="从哪天起，不写就是今天")
@click.argument("kind", metavar="[类别]", default="")
@click.argument("months", metavar="[月数]", default="")
@click.pass_obj
def periods(settings: Settings, kind: str, months: str, reason: str, since: date | None, as_json: bool) -> None:
    """List the periods, or set one for the unit."""
    from fieldlog.actions.footage_periods import periods_of, set_period

    if bool(kind) != bool(months):
        raise UsageError("要改就写类别和月数，例如 fieldlog footage periods 日常 12 --reason 渝综执〔2026〕3号")
    if months and months != "default" and not (months.isascii() and months.isdecimal() and len(months) < 6):
        raise UsageError(f"“{months}”不是月数；请写整数，0 是随案卷，default 是恢复原来的")
    with writing(settings.folder) if kind else looking(settings.folder) as book:
        if kind:
            by = book.device.officer or book.device.id
            set_period(book, by, kind, None if months == "default" else int(months), reason, since)
        found = list(periods_of(book))
    if as_json:
        say_json_lines([
            {
                "kind": each.kind, "months": each.months, "since": each.said.since.isoformat() if each.said else None,
                "reason": each.said.reason if each.said else "", "by": each.said.by if each.said else "",
            }
            for each in found
        ])  # fmt: skip
        return
    columns = [Column("类别"), Column("保存"), Column("凭什么", 50)]
    say_table(columns, [
        [
            each.kind, f"{each.months} 个月" if each.months else "随案卷",
            f"{each.said.since} 起，{each.said.reason}" if each.said else "",
        ]
        for each in found
    ])  # fmt: skip
