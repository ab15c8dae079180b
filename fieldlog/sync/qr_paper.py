"""Pages of QR codes to print: A4 at 300 dots an inch, nine codes a page, each with its number and whose it is."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from fieldlog.codes.drawing import matrix
from fieldlog.domain.errors import EnvironmentFault
from fieldlog.sync.qr_frames import FRAME_BYTES, Message

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont, ImageFont

_VERSION: Final = 18  # 89 modules of 0.6 mm: a telephone's photo of the whole page has some 7 points a module
_DIGITS: Final = 812  # of base 45 beside the prefix, at error correction M (ISO/IEC 18004, table 7)
BLOCK_BYTES: Final = _DIGITS // 3 * 2 - FRAME_BYTES

_PAGE: Final = (2480, 3508)
_MODULE: Final = 7
_COLUMNS, _ROWS = 3, 3
_MARGIN, _HEADING, _CAPTION = 150, 300, 120
_CELL: Final = ((_PAGE[0] - 2 * _MARGIN) // _COLUMNS, 89 * _MODULE + 8 * _MODULE + _CAPTION + 60)
_FONTS: Final = (
    "C:/Windows/Fonts/msyh.ttc", "C:/Windows/Fonts/simhei.ttf", "C:/Windows/Fonts/simsun.ttc",
    "/System/Library/Fonts/PingFang.ttc", "/System/Library/Fonts/STHeiti Medium.ttc",
)  # fmt: skip
_FONT_NAMES: Final = (
    "NotoSansCJK",
    "NotoSansSC",
    "SourceHanSans",
    "wqy-",
    "DroidSansFallback",
    "uming",
    "ukai",
    "simsun",
    "simhei",
)


class Sheet(NamedTuple):
    """What is printed above the codes."""

    unit: str
    title: str
    doc: str


def has_chinese_font() -> bool:
    """Whether the captions can be in Chinese; without a font they hold numbers and ids only."""
    return bool(_font_file())


def pages(message: Message, sheet: Sheet) -> "Iterator[Image]":
    """The pages, black on white.

    Raises:
        EnvironmentFault: Pillow is not installed.
    """
    try:
        from PIL import Image, ImageDraw  # noqa: PLC0415 - only for printing
    except ImportError as error:
        raise EnvironmentFault("缺少组件 Pillow，画不出二维码图片；请安装 fieldlog[qr]，其他功能不受影响") from error
    numbers = message.paper_numbers
    a_page = _COLUMNS * _ROWS
    for first in range(0, len(numbers), a_page):
        page = Image.new("L", _PAGE, 255)
        draw = ImageDraw.Draw(page)
        _heading(draw, message, sheet, first // a_page + 1, -(-len(numbers) // a_page))
        for at, number in enumerate(numbers[first : first + a_page]):
            row, column = divmod(at, _COLUMNS)
            left, top = _MARGIN + column * _CELL[0], _MARGIN + _HEADING + row * _CELL[1]
            _code(draw, matrix(message.text(number), version=_VERSION, level="M"), left, top)
            draw.text((left + 4 * _MODULE, top + 97 * _MODULE), _caption(message, number), fill=0, font=_font(44))
        yield page


def _heading(draw: "ImageDraw", message: Message, sheet: Sheet, page: int, of: int) -> None:
    chinese = has_chinese_font()
    lines = (
        [f"{sheet.unit}  检查记录二维码", sheet.title,
         f"编号 {message.name}   检查 {sheet.doc}   第 {page}/{of} 页   交办公室：fieldlog receive 照片"]
        if chinese
        else [f"FIELDLOG  {message.name}  {page}/{of}", sheet.doc, "fieldlog receive PHOTO"]
    )  # fmt: skip
    for at, line in enumerate(lines):
        draw.text((_MARGIN + 4 * _MODULE, _MARGIN + at * 84), line, fill=0, font=_font(60 if at == 0 else 46))


def _caption(message: Message, number: int) -> str:
    if not has_chinese_font():
        place = f"{number + 1}/{message.count}" if number < message.count else "+1"
        return f"{place}  {message.name}"
    place = f"第 {number + 1}/{message.count} 张" if number < message.count else "备用，可代替任一张"
    return f"{place}  编号 {message.name}"


def _code(draw: "ImageDraw", modules: Sequence[Sequence[bool]], left: int, top: int) -> None:
    for y, row in enumerate(modules, 4):
        for x, dark in enumerate(row, 4):
            if dark:
                corner = (left + x * _MODULE, top + y * _MODULE)
                draw.rectangle((*corner, corner[0] + _MODULE - 1, corner[1] + _MODULE - 1), fill=0)


def _font(size: int) -> "FreeTypeFont | ImageFont":
    from PIL import ImageFont  # noqa: PLC0415 - only for printing

    name = _font_file()
    return ImageFont.truetype(name, size) if name else ImageFont.load_default(size)


def _font_file() -> str:
    """A Chinese font of this computer, or empty."""
    global _found  # noqa: PLW0603 - looked for once
    if _found is None:
        there = [name for name in _FONTS if Path(name).is_file()]
        folders = [Path("/usr/share/fonts"), Path.home() / ".local/share/fonts", Path.home() / ".fonts"]
        there += [
            str(path)
            for folder in folders
            if folder.is_dir()
            for path in sorted(folder.rglob("*.tt[cf]")) + sorted(folder.rglob("*.otf"))
            if path.name.startswith(_FONT_NAMES)
        ]
        _found = there[0] if there else ""
    return _found


_found: str | None = None
