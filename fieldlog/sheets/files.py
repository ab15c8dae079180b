"""From a file to grids: tells by its content what a file is, since offices rename freely.

Every way in which a file can be unfit ends in `SheetsUnreadable` with one line that says what to do.
"""

import re
import zipfile
from io import BytesIO
from pathlib import Path
from typing import IO, Final

from fieldlog.domain.errors import os_words
from fieldlog.sheets.delimited import read_delimited
from fieldlog.sheets.grid import Grid
from fieldlog.sheets.unreadable import SheetsUnreadable
from fieldlog.sheets.workbooks import read_xls, read_xlsx

_LARGEST_FILE_BYTES: Final = 64 * 2**20
_LARGEST_UNPACKED_BYTES: Final = 512 * 2**20
_MOST_CELLS: Final = 5_000_000
"""Calamine keeps a sheet as a dense block and the process dies when that does not fit: one stray blank at
XFD1048576 asks for 512 GiB. So the extent is looked up first."""

_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TAG: Final = re.compile(rb"<(?:\w+:)?(row|c)\b([^>]*)>")
_PLACE: Final = re.compile(rb"""\br\s*=\s*["']([A-Za-z]*)([0-9]+)["']""")
_SAVE_AS: Final = "请用 WPS 或 Excel 打开，另存为 .xlsx 后再导入"


def read_grids(path: Path) -> tuple[Grid, ...]:
    """Every sheet of the file, in order; a CSV is one sheet named after the file.

    Raises:
        SheetsUnreadable: the file is missing, empty, damaged, encrypted, too large or no table at all.
    """
    data = _bytes_of(path)
    name = path.name
    if data.startswith(b"PK\x03\x04"):
        _check_zip(data, name)
        return read_xlsx(data, name)
    if data.startswith(_OLE):
        _check_ole(data, name)
        return read_xls(data, name)
    _check_text(data, name)
    return (read_delimited(data, path.stem, name),)


def _bytes_of(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise SheetsUnreadable(f"“{path.name}”是文件夹，请指定其中的一个 xlsx、xls 或 CSV 文件。")
        if not path.exists():
            raise SheetsUnreadable(f"找不到文件“{path}”，请检查路径。")
        if path.stat().st_size > _LARGEST_FILE_BYTES:
            raise SheetsUnreadable(f"“{path.name}”超过 64 MB，请删去图片、拆成几个文件后再导入。")
        data = path.read_bytes()
    except PermissionError:
        raise SheetsUnreadable(f"“{path.name}”打不开：没有读取权限，或正被 WPS、Excel 占用，请关闭后再试。") from None
    except (OSError, ValueError) as fault:
        reason = os_words(fault) if isinstance(fault, OSError) else "路径无效"
        raise SheetsUnreadable(f"“{path.name}”读不出来（{reason}），请检查文件或 U 盘。") from None
    if not data.strip(b"\0 \t\r\n"):
        raise SheetsUnreadable(f"“{path.name}”是空文件，请确认拷贝完整后再导入。")
    return data


def _check_zip(data: bytes, name: str) -> None:
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            parts = {info.filename.lower(): info for info in package.infolist()}
            _check_parts(frozenset(parts), name)
            if sum(info.file_size for info in parts.values()) > _LARGEST_UNPACKED_BYTES:
                raise SheetsUnreadable(f"“{name}”展开后超过 512 MB，请把要导入的行复制到新表格再导入。")
            for part, info in parts.items():
                if re.fullmatch(r"xl/worksheets/[^/]+\.xml", part):
                    with package.open(info) as sheet:
                        _check_extent(sheet, name)
    except SheetsUnreadable:
        raise
    except Exception:  # noqa: BLE001 - zipfile raises many kinds on damage; each means the same
        raise SheetsUnreadable(f"“{name}”已损坏或不完整，请重新拷贝一份，或{_SAVE_AS[1:]}。") from None


def _check_parts(parts: frozenset[str], name: str) -> None:
    if "xl/workbook.xml" in parts:
        return
    if "xl/workbook.bin" in parts or "content.xml" in parts:
        raise SheetsUnreadable(f"“{name}”的表格格式不支持，{_SAVE_AS}。")
    if any(part.startswith("word/") for part in parts):
        raise SheetsUnreadable(f"“{name}”是 Word 文档，不是表格，请把表格复制到 Excel 里存为 .xlsx 后再导入。")
    raise SheetsUnreadable(f"“{name}”是压缩包，不是表格，请先解压，再导入里面的 xlsx、xls 或 CSV。")


def _check_extent(sheet: IO[bytes], name: str) -> None:
    """Refuse a sheet whose filled cells span more than can be held."""
    bottom = right = row = 0
    tail = b""
    while chunk := sheet.read(2**20):
        text = tail + chunk
        for tag, attributes in _TAG.findall(text):
            place = _PLACE.search(attributes)
            if tag == b"row":
                row = int(place[2]) if place else row + 1
            elif not attributes.endswith(b"/"):
                bottom = max(bottom, int(place[2]) if place else row)
                right = max(right, _column_number(place[1]) if place else 1)
        tail = text[max(text.rfind(b"<"), len(text) - 4096) :]
        if bottom * right > _MOST_CELLS:
            raise SheetsUnreadable(
                f"“{name}”里有一张表占到第 {bottom} 行第 {right} 列，多半是远处有误填的单元格，"
                "请把要导入的行复制到新表格再导入。"
            )


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _check_ole(data: bytes, name: str) -> None:
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise SheetsUnreadable(f"“{name}”设有密码，请打开后取消密码再导入。")
    if "WordDocument".encode("utf-16-le") in data:
        raise SheetsUnreadable(f"“{name}”是 Word 文档，不是表格，请把表格复制到 Excel 里存为 .xlsx 后再导入。")


def _check_text(data: bytes, name: str) -> None:
    head = data[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta", b"<head")):
        raise SheetsUnreadable(f"“{name}”其实是网页格式，{_SAVE_AS}。")
    if head.startswith((b"%pdf", b"\xff\xd8\xff", b"\x89png", b"rar!", b"7z\xbc\xaf", b"{\\rtf", b"gif8")):
        raise SheetsUnreadable(f"“{name}”不是表格，请提供 xlsx、xls 或 CSV 文件。")
