"""`fieldlog footage still`: a frame of a recording as a photo."""

import re

import click

from fieldlog.cli.books import writing
from fieldlog.cli.chinese import ChineseCommand
from fieldlog.cli.options import as_json, common
from fieldlog.cli.settings import Settings
from fieldlog.cli.streams import say, say_json

_CLOCK = re.compile(r"(?:(?:(\d+):)?(\d{1,2}):)?(\d+(?:\.\d+)?)")


def _offset(ctx: click.Context, param: click.Parameter, value: str | None) -> int | None:
    """Milliseconds of `83.4`, `1:23.4` or `0:01:23.4`."""
    if value is None:
        return None
    match = _CLOCK.fullmatch(value.strip())
    if match is None:
        raise click.BadParameter(f"“{value}”看不懂，请写成 0:01:23.4 或 83.4（秒）", ctx, param)
    return round((int(match[1] or 0) * 3600 + int(match[2] or 0) * 60 + float(match[3])) * 1000)


@click.command(
    cls=ChineseCommand,
    help="把录像里的一帧截成照片，附到检查或隐患，写明出自哪个录像的第几秒。不写别的，就截最能说明它的那一刻。",
)
@common
@as_json
@click.option("--item", metavar="项目", default="", help="检查里的一项，例如 yaodian-7")
@click.option("--recording", metavar="录像", default="", help="编号、校验值开头或文件名；不写就自己找")
@click.option("--at", "offset_ms", metavar="位置", callback=_offset, help="录像里的位置，例如 0:01:23.4")
@click.argument("doc", metavar="检查或隐患")
@click.pass_obj
def still(settings: Settings, doc: str, item: str, recording: str, offset_ms: int | None, as_json: bool) -> None:
    """Write one photo."""
    from fieldlog.actions.footage_stills import take_and_keep

    with writing(settings.folder) as book:
        if (row := next((row for row in book.rows("hazards") if row["number"] == doc), None)) is not None:
            doc = row["id"]
        by = book.device.officer or book.device.id
        body = take_and_keep(book, by, doc, item=item, recording=recording, offset_ms=offset_ms).fields
    if as_json:
        names = ("sha256", "name", "size", "width", "height", "item", "taken_at", "recording", "offset_ms")
        say_json({"doc": doc, **{name: body.get(name) for name in names}})
    else:
        say(f"已存为照片 {body['name']}（{body['width']}x{body['height']}），指纹 {body['sha256'][:12]}")
