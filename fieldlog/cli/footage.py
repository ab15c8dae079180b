"""`fieldlog footage`: recordings in, slates out, and which recording shows what."""

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fieldlog.actions.paths import named_path
from fieldlog.cli.books import looking, writing
from fieldlog.cli.chinese import ChineseCommand, LazyGroup
from fieldlog.cli.filters import since_option, until_option
from fieldlog.cli.footage_results import scan_result
from fieldlog.cli.options import as_json, common
from fieldlog.cli.settings import Settings
from fieldlog.cli.streams import remark, say, say_json, say_json_lines
from fieldlog.domain.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from fieldlog.actions.footage_scanning import Scan

_LISTED = 20
"""Problems told one by one."""


LATER = {
    "print": ("fieldlog.cli.footage_print:print_", "把检查或隐患的录像清单写成网页，打印用"),
    "still": ("fieldlog.cli.footage_still:still", "把录像里的一帧截成照片，附到检查或隐患"),
    "check": ("fieldlog.cli.footage_custody:check", "重新核对录像有没有变、还在不在"),
    "periods": ("fieldlog.cli.footage_custody:periods", "录像保存几个月，给全单位改"),
    "due": ("fieldlog.cli.footage_custody:due", "哪些录像过了保存期限，哪些要留"),
}
"""Commands by name, each with where it is and a line of help."""


@click.group(cls=LazyGroup, lazy=LATER, help="执法记录仪录像、录音和照片：扫描，对时，对上检查。")
@common
def footage() -> None:
    """Recordings."""


@footage.command(
    cls=ChineseCommand,
    short_help="扫描存储卡或采集站文件夹，登记录像",
    help="扫描存储卡、采集站文件夹或网络共享里的录像、录音、照片，登记校验值、时长和开始时间。只读，不改动原文件；随时可以按 Ctrl+C，再运行接着扫。",
)
@common
@as_json
@click.option("--camera", metavar="编号", default="", help="这个文件夹里全是这一台记录仪的，例如 03")
@click.option("--again", is_flag=True, help="登记过的也重新读一遍")
@click.argument("folder", metavar="文件夹", type=click.Path(path_type=Path))
@click.pass_context
def scan(ctx: click.Context, folder: Path, camera: str, again: bool, as_json: bool) -> None:
    """Exit 1 where something is broken or was not read."""
    from fieldlog.actions.footage_scanning import begin_scan

    settings: Settings = ctx.obj
    with writing(settings.folder) as book:
        by = book.device.officer or book.device.id
        work = begin_scan(book, by, named_path(folder), camera=camera, again=again)
        try:
            _run(work)
        except KeyboardInterrupt:
            work.result.interrupted = True
    result = work.result
    if as_json:
        say_json(scan_result(result))
    else:
        _say_result(work)
    if result.interrupted:
        ctx.exit(ExitCode.ENVIRONMENT)
    if result.broken or result.unread:
        ctx.exit(ExitCode.FOUND_WRONG)


def _run(work: "Scan") -> None:
    from fieldlog.cli.footage_progress import ScanProgress

    progress = ScanProgress.of(work.waiting)
    try:
        for outcome in work.run(progress.read):
            progress.done(outcome)
    finally:
        progress.end()


def _say_result(work: "Scan") -> None:
    result = work.result
    if result.interrupted:
        remark("已中断；登记过的都在，再运行同一条命令接着扫")
    size = f"（{result.bytes / 2**30:.2f} GiB）" if result.bytes >= 2**20 else ""
    say(
        f"{result.files} 个文件：新登记 {result.new} 个{size}，以前登记过 {result.known} 个，换了位置 {result.moved} 个"
    )
    if result.slates:
        say(f"{result.slates} 个录像里读到了对时码；用 fieldlog footage list 看对上了哪次检查")
    for title, problems in (("放不出来，只按名称和校验值登记", result.broken), ("没有登记", result.unread)):
        for path, why in problems[:_LISTED]:
            remark(f"{title}：{path}：{why}")
        if len(problems) > _LISTED:
            remark(f"{title}：还有 {len(problems) - _LISTED} 个，用 --json 看全部")


@footage.command(
    cls=ChineseCommand,
    short_help="把对时码写成图片，打印用",
    help="把对时码写成一张图片，打印用。记录仪拍到它，就知道自己的时钟差多少、拍的是哪次检查。平时在界面上按 F12 显示会走的对时码更准。",
)
@common
@as_json
@click.option("--png", metavar="文件", required=True, type=click.Path(path_type=Path), help="图片写到这里")
@click.option("--at", metavar="时间", default="", help="码上的时间，例如 2026-11-23T09:40:00；不写就是现在")
@click.option("--inspection", metavar="检查编号", default="", help="哪次检查；不写就是今天正在做的那次")
@click.pass_obj
def slate(settings: Settings, png: Path, at: str, inspection: str, as_json: bool) -> None:
    """Write one code; the log says when it was made."""
    from fieldlog.actions.footage_matching import moment_at
    from fieldlog.actions.footage_slates import current_visit, write_slate

    file = named_path(png)
    if file.is_dir():
        raise UsageError(f"{file} 是文件夹；请写一个文件名，例如 {file / '对时码.png'}")
    with writing(settings.folder) as book:
        doc = inspection or current_visit(book)
        by = book.device.officer or book.device.id
        code, _entry = write_slate(book, by, file, doc, at=at)
        shown = moment_at(book, code.moment_ms).isoformat(timespec="milliseconds")
        row = book.row("inspections", doc) or {}
        log = book.device.id
    if as_json:
        say_json({"png": str(file), "device": log, "inspection": doc, "moment": shown, "counter": code.counter})
        return
    about = f"，检查 {row['premises_name']}（{doc}）" if row else "，不属于哪次检查"
    say(f"对时码 {shown[:19]}{about}，写到 {file}")


@footage.command(
    "list",
    cls=ChineseCommand,
    short_help="登记过的录像，各对上哪次检查",
    help="登记过的录像、录音、照片：什么时候开始的、凭什么知道、拍的是哪次检查。"
    "写上检查编号或隐患编号，就列出它的每个时刻在哪个录像的第几秒。",
)
@common
@as_json
@click.argument("doc", metavar="[检查或隐患]", default="")
@click.option("--inspection", metavar="检查编号", default="", help="只看这次检查的")
@click.option("--loose", is_flag=True, help="只看没有对上检查的")
@click.option("--camera", metavar="编号", default="", help="只看这台记录仪的")
@since_option("开始")
@until_option("开始")
@click.pass_obj
def list_(
    settings: Settings,
    as_json: bool,
    doc: str,
    inspection: str,
    loose: bool,
    camera: str,
    since: date | None,
    until: date | None,
) -> None:
    """Print the recordings, or the moments of one document."""
    if doc:
        _list_moments(settings, doc, as_json)
        return
    from fieldlog.actions.footage_matching import tie
    from fieldlog.cli.filters import within
    from fieldlog.cli.footage_rows import film_row, say_films
    from fieldlog.footage.facts import camera_key

    with looking(settings.folder) as book:
        films = [
            film
            for film in tie(book).films
            if (not inspection or inspection in film.inspections)
            and (not loose or not film.inspections)
            and (not camera or film.facts.camera == camera_key(camera))
        ]
        rows = [film_row(book, film) for film in films]
        rows = [row for row in rows if within(str(row["start"] or "")[:10], since, until)]
        if as_json:
            say_json_lines(rows)
        else:
            say_films(book, rows)


def _list_moments(settings: Settings, doc: str, as_json: bool) -> None:
    from fieldlog.actions.footage_moments import moment_row, moments_of, moments_text

    with looking(settings.folder) as book:
        moments = moments_of(book, doc)
        if as_json:
            say_json_lines([moment_row(book, each) for each in moments])
            return
        for line in moments_text(book, moments):
            say(line)
    shown = sum(each.film is not None for each in moments)
    remark(f"共 {len(moments)} 行，{len(moments) - shown} 行没有录像" if moments else "没有记下什么时刻")


@footage.command(
    cls=ChineseCommand,
    short_help="每次检查有没有录像，缺哪几分钟",
    help="每次检查有没有录像、缺哪几分钟、哪些环节不在录像里；没有录像的检查也列出。",
)
@common
@as_json
@click.option("--missing", is_flag=True, help="只看没有录像或有缺口的")
@since_option("检查开始")
@until_option("检查开始")
@click.pass_obj
def coverage(settings: Settings, as_json: bool, missing: bool, since: date | None, until: date | None) -> None:
    """Print one row an inspection."""
    from fieldlog.actions.footage_matching import tie
    from fieldlog.cli.footage_rows import coverage_row, say_coverage

    with looking(settings.folder) as book:
        first = since
        if first is None and not any(True for _ in book.rows("recordings")):
            first = book.now().date() - timedelta(days=30)
        tied = tie(book, first, until)
        rows = [coverage_row(book, each, tied) for each in tied.match.coverage.values()]
        rows = [row for row in rows if not missing or row["gaps"] or not row["recordings"]]
        rows.sort(key=lambda row: row["opened"])
    if as_json:
        say_json_lines(rows)
    else:
        say_coverage(rows)
