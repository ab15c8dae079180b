"""What a visit's screens say of comments, of items that two people answered, and of what the office has."""

from datetime import datetime

from fieldlog.actions import lookup
from fieldlog.actions.contests import MARK, item_contest_words
from fieldlog.actions.received import Receipt
from fieldlog.actions.timeline import name_of
from fieldlog.book.book import Book
from fieldlog.domain.comments import Comment
from fieldlog.domain.errors import NotFound
from fieldlog.domain.inspection import Inspection
from fieldlog.tui.premises_card import fact
from fieldlog.tui.widgets.columns import Tone
from fieldlog.tui.widgets.prose import Paragraph

_HANG = 10
_TONES: dict[str, Tone] = {"received": "good", "waiting": "warn", "refused": "bad"}


def received_lines(receipt: Receipt) -> list[Paragraph]:
    """Whether the office has received and checked it, and since when; nothing where that cannot be known here."""
    if receipt.state == "unknown":
        return []
    at = f"  {receipt.at[:16].replace('T', ' ')}" if receipt.at else ""
    return [Paragraph(fact("办公室", f"{receipt.words}{at}"), _TONES[receipt.state], _HANG)]


def talk_lines(book: Book, visit: Inspection) -> list[Paragraph]:
    """What two people answered differently, then what was said, oldest first."""
    told = [
        Paragraph(f"第 {number} 项{item_contest_words(book, found)}", "warn", 2)
        for item in sorted(visit.shared)
        if (found := visit.contest(item)) is not None
        for number in [_number(book, visit, item)]
    ]
    said = [Paragraph(comment_words(book, visit, each), "accent", 2) for each in visit.comments]
    heading = [Paragraph(""), Paragraph(f"评论 {len(said)}", "strong")] if said else []
    return [*told, *heading, *said]


def comment_words(book: Book, visit: Inspection, said: Comment, *, alone: bool = False) -> str:
    """`11-24 10:02 王某丙（第 3 项）：请补照片`; `alone` where it stands at its item."""
    at = datetime.fromisoformat(said.at).astimezone(book.now().tzinfo)
    where = f"（第 {_number(book, visit, said.item)} 项）" if said.item and not alone else ""
    return f"{at:%m-%d %H:%M} {name_of(book, said.by)}{where}：{said.text}"


def item_marks(visit: Inspection, item: str) -> str:
    """两改 and the number of comments on an item, or empty."""
    comments = sum(each.item == item for each in visit.comments)
    marks = [MARK] if visit.contest(item) is not None else []
    if comments:
        marks.append(f"评{comments}")
    return f"【{' '.join(marks)}】" if marks else ""


def _number(book: Book, visit: Inspection, item: str) -> str:
    """An item's number in the walk; its reference where its list is not here."""
    try:
        question = lookup.plan(book, visit).of(item)
    except NotFound:
        question = None
    return str(question.number) if question is not None else item
