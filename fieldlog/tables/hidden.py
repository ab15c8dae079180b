"""The structured list in a hidden sheet of a workbook: ASCII, so that no spreadsheet program changes a character of it."""

import base64
import binascii
import hashlib
import json
import zlib
from typing import Final

from pydantic import ValidationError

from fieldlog.domain.checklist import Checklist
from fieldlog.sheets.grid import Grid

SHEET: Final = "fieldlog"
MARK: Final = "fieldlog-checklist"
FORMAT: Final = "1"
_CELL: Final = 30_000
"""Characters in a cell; a spreadsheet takes 32,767."""
_LARGEST: Final = 16 * 2**20


class Damaged(Exception):
    """The hidden sheet is there and cannot be used; the message says why, in Chinese."""


def hidden_cells(checklist: Checklist) -> list[str]:
    """The cells of the hidden sheet's first column."""
    plain = json.dumps(checklist.recorded(), ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode()
    packed = base64.b64encode(zlib.compress(plain, 9)).decode()
    return [MARK, FORMAT, hashlib.sha256(plain).hexdigest(), *_pieces(packed)]


def _pieces(packed: str) -> list[str]:
    return [packed[at : at + _CELL] for at in range(0, len(packed), _CELL)]


def hidden_list(grids: tuple[Grid, ...]) -> Checklist | None:
    """The list in the hidden sheet, or None where there is no such sheet.

    Raises:
        Damaged: the sheet is there and was changed.
    """
    grid = next((each for each in grids if str(each.at(0, 0)).strip() == MARK), None)
    if grid is None:
        if any(each.sheet == SHEET and each.hidden for each in grids):
            raise Damaged("隐藏的工作表里没有清单数据")
        return None
    cells = [str(grid.at(row, 0)).strip() for row in range(len(grid.rows))]
    if cells[1:2] != [FORMAT]:
        raise Damaged("清单数据的格式版本不认识，可能是更新的 fieldlog 导出的")
    try:
        unpacker = zlib.decompressobj()
        plain = unpacker.decompress(base64.b64decode("".join(cells[3:]), validate=True), _LARGEST)
        if cells[2] != hashlib.sha256(plain).hexdigest():
            raise Damaged("清单数据被改动过")
        return Checklist.model_validate(json.loads(plain))
    except (zlib.error, binascii.Error, ValidationError, ValueError, IndexError):
        raise Damaged("清单数据不完整") from None
