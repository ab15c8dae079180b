"""`fieldlog footage print`: the list of a case's recordings, to print and put into the file."""

from dataclasses import asdict
from pathlib import Path

import click

from fieldlog.actions.paths import named_path
from fieldlog.cli.books import looking
from fieldlog.cli.chinese import ChineseCommand
from fieldlog.cli.options import as_json, common
from fieldlog.cli.settings import Settings
from fieldlog.cli.streams import remark, say, say_json
from fieldlog.domain.errors import UsageError


@click.command(
    "print",
    cls=ChineseCommand,
    help="把一次检查或一条隐患的录像清单写成可以打印的网页：每个时刻在哪个录像的第几秒，各文件的校验值，缺哪几段。"
    "用浏览器打开后打印，放进案卷。",
)
@common
@as_json
@click.option("--html", metavar="文件", required=True, type=click.Path(path_type=Path), help="网页写到这里")
@click.argument("doc", metavar="检查或隐患")
@click.pass_obj
def print_(settings: Settings, doc: str, html: Path, as_json: bool) -> None:
    """Write the page."""
    from fieldlog.actions.footage_page import write_page
    from fieldlog.actions.footage_sheet import sheet_of

    file = named_path(html)
    if file.is_dir():
        raise UsageError(f"{file} 是文件夹；请写一个文件名，例如 {file / '录像清单.html'}")
    with looking(settings.folder) as book:
        sheet = sheet_of(book, doc)
    write_page(sheet, file)
    if as_json:
        say_json({"html": str(file), **asdict(sheet)})
        return
    shown = sum(bool(each.film) for each in sheet.moments)
    say(f"{sheet.premises}：{len(sheet.moments)} 行，{shown} 行有录像，{len(sheet.films)} 个文件；写到 {file}")
    if sheet.gaps or sheet.unseen:
        remark("；".join(filter(None, (
            f"缺 {len(sheet.gaps)} 段" if sheet.gaps else "", f"没拍到{'、'.join(sheet.unseen)}" if sheet.unseen else "",
        ))))  # fmt: skip
