"""The ledger as a file that the office's spreadsheet opens."""

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from fieldlog.actions.ledger import days_word, followers, state_word
from fieldlog.actions.timeline import name_of
from fieldlog.book.book import Book
from fieldlog.book.durable import replace_file
from fieldlog.domain.errors import EnvironmentFault, os_words

COLUMNS = (
    "编号", "状态", "等级", "单位", "统一社会信用代码", "村（社区）", "隐患", "发现日期", "期限", "首次期限", "剩余",
    "销号日期", "责任人", "跟进人", "来源清单", "检查项", "延期次数", "照片", "录像",
)  # fmt: skip


def export_ledger(book: Book, rows: Iterable[Mapping[str, Any]], folder: Path, now: datetime) -> Path:
    """Write the rows to a new CSV in `folder` (UTF-8 with BOM, as Excel asks) and return its path.

    Raises:
        EnvironmentFault: the folder cannot be written; nothing of the file is there.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows(_values(book, row, now.date()) for row in rows)
    path = folder / f"隐患台账-{now:%Y%m%d-%H%M%S}.csv"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        replace_file(path, text.getvalue().encode("utf-8-sig"))
    except OSError as error:
        raise EnvironmentFault(f"台账没有写入 {folder}：{os_words(error)}") from error
    return path


def _values(book: Book, row: Mapping[str, Any], today: date) -> list[str]:
    place = book.row("premises", row["premises"]) or {}
    values = (
        row["number"], state_word(row, today), row["level"], row["premises_name"], place.get("uscc", ""),
        place.get("village", ""), row["text"], row["found"], row["due"], row["first_due"], days_word(row, today, doubt=bool(book.clock_doubt)),
        row["closed"], row["responsible"], "、".join(name_of(book, each) for each in followers(row)), row["list"],
        row["item"], row["extensions"], row["photos"], row["footage"],
    )  # fmt: skip
    return [_inert(str(value)) for value in values]


def _inert(text: str) -> str:
    """The text as a spreadsheet shows it: one that begins like a formula would be run (OWASP, CSV injection)."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
