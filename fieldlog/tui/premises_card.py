"""What an officer wants to know about premises before going in."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from fieldlog.actions import lookup, overview
from fieldlog.actions.ledger import days_word, state_word
from fieldlog.book.book import Book
from fieldlog.tui.list_titles import list_titles
from fieldlog.tui.widgets.prose import Paragraph

_HANG = 10
_MOST_HAZARDS = 4
_MOST_VISITS = 2


def card(book: Book, row: Mapping[str, Any]) -> Sequence[Paragraph]:
    """What matters at the door first: open hazards and the last visits; then what the register says."""
    name, *rest = facts(row)
    return [name, *_hazards(book, row["id"]), *_visits(book, row["id"]), *rest]


def facts(row: Mapping[str, Any]) -> list[Paragraph]:
    """The name with the kind, and what the register says, a line each."""
    shown = (
        ("代码", row.get("uscc", "")),
        ("地址", "  ".join(filter(None, (row.get("village", ""), row.get("address", ""))))),
        ("负责人", "  ".join(filter(None, (row.get("contact", ""), row.get("phone", ""))))),
        ("许可证", "  至 ".join(filter(None, (row.get("licence_no", ""), row.get("licence_expiry") or "")))),
        ("特点", "、".join(row.get("features", ()))),
        ("备注", row.get("remark", "")),
    )
    kind = f"（{row['kind']}）" if row.get("kind") else ""
    return [
        Paragraph(f"{row['name']}{kind}", "strong"),
        *(Paragraph(fact(word, text), hanging=_HANG) for word, text in shown if text),
    ]


def fact(word: str, text: str) -> str:
    """A word of up to three Han characters and its text, the texts of several lines below each other."""
    return f"{word}{'　' * (3 - len(word))}  {text}"


def _hazards(book: Book, premises: str) -> list[Paragraph]:
    rows, today = overview.open_hazards(book, premises), lookup.today(book)
    if not rows:
        return [Paragraph(fact("隐患", "没有未销号的"), "muted", _HANG)]
    lines: list[Paragraph] = []
    for place, row in enumerate(rows[:_MOST_HAZARDS]):
        words = " ".join(filter(None, (state_word(row, today), _left(book, row, today), row["text"])))
        more = f"（共 {len(rows)} 条）" if place == 0 and len(rows) > 1 else ""
        text = words + more if place else fact("隐患", words + more)
        lines.append(Paragraph(text, "bad", _HANG, indented=place > 0))
    return lines


def _left(book: Book, row: Mapping[str, Any], today: date) -> str:
    return days_word(row, today, doubt=bool(book.clock_doubt))


def _visits(book: Book, premises: str) -> list[Paragraph]:
    rows = overview.last_visits(book, premises, _MOST_VISITS)
    if not rows:
        return [Paragraph(fact("上次", "还没有检查过"), "muted", _HANG)]
    lines: list[Paragraph] = []
    for place, row in enumerate(rows):
        came = f"问题 {row['findings']}" if row["findings"] else "没有发现问题"
        words = f"{row['opened'][:10]}  {list_titles(book, row['lists'])}  {row['state']}，{came}"
        lines.append(Paragraph(fact("再上次" if place else "上次", words), "", _HANG))
    return lines
