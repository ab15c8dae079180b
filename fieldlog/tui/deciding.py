"""What waits for a supervisor, shown as what it would change; and the reasons for sending it back."""

from collections.abc import Sequence
from typing import Final

from fieldlog.actions import own_lists
from fieldlog.actions.timeline import name_of
from fieldlog.book.book import Book
from fieldlog.domain.checklist_diff import diff
from fieldlog.domain.published import WAITING
from fieldlog.library import Library
from fieldlog.tui.dates import when
from fieldlog.tui.diff_words import new_list
from fieldlog.tui.screens.ask import AskLine, PickOne
from fieldlog.tui.screens.book_screen import BookScreen
from fieldlog.tui.screens.checklist_diff import DiffScreen
from fieldlog.tui.widgets.prose import Paragraph

DECLINING: Final = ("依据不准，请核对条文", "与随程序的项重复", "写法不清楚")
WITHDRAWING: Final = ("上级发了新版", "依据已修改或废止", "发布有误")
_OWN_WORDS = "自己写"


def proposal_screen(book: Book, library: Library, doc: str) -> DiffScreen:
    """A proposal against the list that counts now, with what may be decided on this device.

    Raises:
        NotFound: there is no such proposal.
        NewerFormat: a newer version wrote it.
    """
    proposal, new = own_lists.proposal(book, doc), own_lists.content(book, doc)
    row, now = proposal.row, proposal.standing
    choices: tuple[str, ...] = ("收回",) if row["log"] == book.device.id else ()
    if own_lists.may_decide(book):
        choices = ("批准", "退回")
    said = f"{name_of(book, row['by'])} {when(row['at'], book.now())} 提交"
    remarks = [Paragraph("：".join(filter(None, (said, row["note"]))), "muted", 4)]
    if now.state != WAITING:
        choices = ()
        decided = f"{name_of(book, now.by)} {when(now.at, book.now())} {now.state.removeprefix('已')}"
        remarks.append(Paragraph("：".join(filter(None, (decided, now.words))), "warn", 4))
    title = f"{now.state}：{new.title}"
    if new.id in library:
        return DiffScreen(title, [diff(library[new.id], new)], choices, remarks)
    return DiffScreen(title, [], choices, [*remarks, *new_list(new)])


async def ask_reason(screen: BookScreen, title: str, phrases: Sequence[str]) -> str | None:
    """A reason by its digit, or in own words; None where the question was left."""
    picked = await screen.ask(PickOne(title, [*phrases, _OWN_WORDS]))
    if picked is None or picked < len(phrases):
        return None if picked is None else phrases[picked]
    return await screen.ask(AskLine(title, check=lambda text: None if text.strip() else "要写原因"))
