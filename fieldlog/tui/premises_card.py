"""What an officer wants to know about premises before going in."""

from collections.abc import Mapping, Sequence
from typing import Any

from fieldlog.actions import lookup, overview
from fieldlog.actions.ledger import days_word, state_word
from fieldlog.book.book import Book
from fieldlog.tui.list_titles import list_titles
from fieldlog.tui.widgets.prose import Paragraph

_HANG = 10
_MOST_HAZARDS = 5
_MOST_VISITS = 3


def card(book: Book, row: Mapping[str, Any]) -> Sequence[Paragraph]:
    """Name and facts, open hazards, the last visits."""
    facts = (
        ("类别", row.get("kind", "")),
        ("代码", row.get("uscc", "")),
        ("地址", "  ".join(filter(None, (row.get("village", ""), row.get("address", ""))))),
        ("负责人", "  ".join(filter(None, (row.get("contact", ""), row.get("phone", ""))))),
        ("许可证", "  至 ".join(filter(None, (row.get("licence_no", ""), row.get("licence_expiry") or "")))),
        ("特点", "、".join(row.get("features", ()))),
        ("备注", row.get("remark", "")),
    )
    lines = [Paragraph(row["name"], "strong")]
    lines += [Paragraph(fact(word, text), hanging=_HANG) for word, text in facts if text]
    return [*lines, Paragraph(""), *_hazards(book, row["id"]), Paragraph(""), *_visits(book, row["id"])]


def fact(word: str, text: str) -> str:
    """A word of up to three Han characters and its text, the texts of several lines below each other."""
    return f"{word}{'　' * (3 - len(word))}  {text}"


def _hazards(book: Book, premises: str) -> list[Paragraph]:
    rows, today = overview.open_hazards(book, premises), lookup.today(book)
    if not rows:
        return [Paragraph("没有未销号的隐患", "muted")]
    lines = [Paragraph(f"未销号的隐患 {len(rows)}", "bad")]
    for row in rows[:_MOST_HAZARDS]:
        words = filter(None, (state_word(row, today), days_word(row, today), row["text"]))
        lines.append(Paragraph(" ".join(words), hanging=2))
    return lines


def _visits(book: Book, premises: str) -> list[Paragraph]:
    rows = overview.last_visits(book, premises, _MOST_VISITS)
    if not rows:
        return [Paragraph("还没有检查过", "muted")]
    lines = [Paragraph("上几次检查", "muted")]
    for row in rows:
        came = f"问题 {row['findings']}" if row["findings"] else "没有发现问题"
        titles = list_titles(book.folder, row["lists"])
        lines.append(Paragraph(f"{row['opened'][:10]}  {titles}  {row['state']}  {came}", hanging=2))
    return lines
