"""`fieldlog qr` and `fieldlog receive`: one inspection on paper, and home again from photographs of it."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fieldlog.actions.paths import named_path
from fieldlog.cli.books import looking, writing
from fieldlog.cli.chinese import ChineseCommand
from fieldlog.cli.options import as_json, common
from fieldlog.cli.settings import Settings
from fieldlog.cli.streams import remark, say, say_json
from fieldlog.domain.errors import EnvironmentFault, ExitCode, FieldlogError, UsageError, os_words

if TYPE_CHECKING:
    from fieldlog.book.book import Book
    from fieldlog.sync.qr_frames import Message
    from fieldlog.sync.qr_paper import Sheet
    from fieldlog.sync.qr_receive import Outcome


@click.command(
    cls=ChineseCommand,
    help="把一次检查（连同它的隐患）印成二维码，交办公室拍照收下。编号用 fieldlog inspections 查。",
)
@common
@as_json
@click.option("--png", metavar="文件夹", type=click.Path(path_type=Path), help="图片写到这里，一页一个文件")
@click.option("--pdf", metavar="文件", type=click.Path(path_type=Path), help="写成一个 PDF，打印用")
@click.argument("doc", metavar="检查编号")
@click.pass_obj
def qr(settings: Settings, doc: str, png: Path | None, pdf: Path | None, as_json: bool) -> None:
    """Write A4 pages of QR codes."""
    from fieldlog.sync.qr_case import make_case
    from fieldlog.sync.qr_compact import pack_case
    from fieldlog.sync.qr_frames import Message
    from fieldlog.sync.qr_paper import BLOCK_BYTES, Sheet, has_chinese_font

    if (png is None) == (pdf is None):
        raise UsageError("请写明印到哪里：--png 文件夹，或 --pdf 文件")
    with looking(settings.folder) as book:
        case = make_case(book, doc)
        packed = pack_case(case)
        message = Message(packed, BLOCK_BYTES)
        sheet = Sheet(book.device.unit_name or book.device.unit, _title(book, doc), doc)
    files = _write_pages(message, sheet, named_path(png)) if png else _write_pdf(message, sheet, named_path(pdf or ""))
    codes = len(message.paper_numbers)
    if as_json:
        say_json({
            "doc": doc, "code": message.name, "entries": len(case.entries), "bytes": len(packed),
            "codes": codes, "needed": message.count, "pages": [str(file) for file in files],
        })  # fmt: skip
        return
    say(f"编号 {message.name}：{len(case.entries)} 条记录，{codes} 张二维码，在 {'、'.join(map(str, files))}")
    say("里面是检查记录原样，只交办公室，不交当事人；照片和清单不在里面，随后同步")
    if not has_chinese_font():
        remark("这台电脑没有中文字体，纸上只印编号和序号")


def _title(book: "Book", doc: str) -> str:
    row = book.row("inspections", doc) or book.row("hazards", doc) or {}
    return f"{row.get('premises_name', '')}  {str(row.get('opened', row.get('found', '')))[:10]}"


def _write_pages(message: "Message", sheet: "Sheet", folder: Path) -> list[Path]:
    from io import BytesIO

    from fieldlog.sync.qr_paper import pages

    files: list[Path] = []
    for number, page in enumerate(pages(message, sheet), 1):
        content = BytesIO()
        page.convert("1").save(content, "PNG", dpi=(300, 300))
        files.append(folder / f"{message.name}-{number}.png")
        _write(files[-1], content.getvalue())
    return files


def _write_pdf(message: "Message", sheet: "Sheet", file: Path) -> list[Path]:
    from io import BytesIO

    from fieldlog.sync.qr_paper import pages

    first, *others = [page.convert("1") for page in pages(message, sheet)]
    content = BytesIO()
    first.save(content, "PDF", resolution=300, save_all=True, append_images=others)
    _write(file, content.getvalue())
    return [file]


def _write(file: Path, content: bytes) -> None:
    from fieldlog.book.durable import replace_file

    try:
        replace_file(file, content)
    except OSError as error:
        raise EnvironmentFault(f"没有写到 {file}：{os_words(error)}。请换一个能写的位置") from error


@click.command(
    cls=ChineseCommand,
    help="从二维码的照片收下检查记录：照片、扫描件，或一个文件夹的照片，可以分几次收，次序不限。不写照片时看还缺哪些。",
)
@common
@as_json
@click.argument("photos", metavar="[照片]…", nargs=-1, type=click.Path(path_type=Path))
@click.pass_obj
def receive(settings: Settings, photos: tuple[Path, ...], as_json: bool) -> None:
    """Exit 1 while something is missing or was refused."""
    from fieldlog.sync.qr_receive import is_settled
    from fieldlog.sync.qr_receive import receive as take_in

    unread: list[str] = []
    texts = list(texts_of(photos, unread))
    with writing(settings.folder) as book:
        reception = take_in(book, texts)
        now = book.now()
        names = [_premises(book, outcome.doc) for outcome in reception.outcomes]
    if as_json:
        say_json({
            "codes": reception.ours, "foreign": reception.foreign, "unread": unread,
            "cases": [outcome._asdict() for outcome in reception.outcomes],
        })  # fmt: skip
    else:
        for outcome, name in zip(reception.outcomes, names, strict=True):
            say(in_words(outcome, name))
            if outcome.state == "whole":
                say(
                    f"  回执 {outcome.code}  {now:%Y-%m-%d %H:%M}  {outcome.log} 的签名有效，{outcome.entries} 条全部核对过"
                )
        if not reception.outcomes and not photos:
            say("没有等着补齐的二维码")
    for why in unread:
        remark(why)
    if photos and not reception.ours:
        raise UsageError("照片里没有读到 fieldlog 的二维码；请靠近些、拍清楚、避开反光后再试")
    if unread or not all(is_settled(outcome) for outcome in reception.outcomes):
        raise click.exceptions.Exit(ExitCode.FOUND_WRONG)


def texts_of(photos: tuple[Path, ...], unread: list[str]) -> Iterator[str]:
    """What the codes say; a picture that cannot be read is named, and the others count."""
    from fieldlog.sync.qr_read import pictures_at, texts_in

    pictures = [picture for photo in photos for picture in pictures_at(named_path(photo))]
    for number, picture in enumerate(pictures, 1):
        if sys.stderr.isatty() and len(pictures) > 1:
            click.echo(f"\r照片 {number}/{len(pictures)}  ", err=True, nl=number == len(pictures))
        try:
            texts = list(texts_in(picture))
        except EnvironmentFault:
            raise
        except FieldlogError as error:
            unread.append(str(error))
            continue
        if not texts and len(pictures) == len(photos):  # the frames of a film may well lack one
            unread.append(f"{picture.name} 里没有读到二维码；请靠近些、拍清楚、避开反光后再拍")
        yield from texts


def _premises(book: "Book", doc: str) -> str:
    row = book.row("inspections", doc) or book.row("hazards", doc) or {}
    name = row.get("premises_name", "")
    return f"{name}（{doc}）" if name else doc


def in_words(outcome: "Outcome", name: str) -> str:
    """What became of one message, in one line."""
    head = f"编号 {outcome.code}：" if outcome.code else ""
    match outcome.state:
        case "whole":
            unseen = "；开这次检查的记录在别的电脑上，到了才列得出来" if name == outcome.doc else ""
            return f"{head}已收下 {name}，新记录 {outcome.fresh} 条{unseen}"
        case "known":
            return f"{head}{name} 以前已经收下，没有重复"
        case "partial":
            return f"{head}共 {outcome.of} 张，还差 {outcome.lacking} 张，{_which(outcome)}"
        case _:
            return f"{head}{outcome.why}"


def _which(outcome: "Outcome") -> str:
    """What to photograph again; after codes on a screen, which go on without end, any others will do."""
    if len(outcome.missing) > outcome.lacking + 1:
        return "哪几张都行；请对着屏幕再拍一段，接着收"
    return f"没有读到第 {'、'.join(map(str, outcome.missing))} 张（备用的可代替任一张）；请补拍后再收"
