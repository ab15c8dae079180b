"""An office's own items in a list: added, changed, taken out, put back as they were."""

from fieldlog.actions import list_drafts
from fieldlog.domain.walk import Question
from fieldlog.tui.screens.ask import Confirm
from fieldlog.tui.screens.book_screen import BookScreen


async def add(screen: BookScreen, by: str, list_id: str, section: str) -> str | None:
    """Ask for an item of that section and return its id; None where nothing was added."""
    from fieldlog.tui.list_editing import ask_item  # noqa: PLC0415

    item = await ask_item(screen, by, section, None)
    made: list[str] = []
    if item is not None:
        library = screen.desk.library
        screen.attempt(lambda: made.append(list_drafts.add_item(screen.book, by, library, list_id, section, item)))
    return made[0] if made else None


async def change(screen: BookScreen, by: str, question: Question, section: str) -> None:
    """Ask for the item anew; of a shipped one only the typical findings can be changed."""
    from fieldlog.tui.list_editing import ask_item  # noqa: PLC0415

    library, owner = screen.desk.library, question.checklist.id
    if library.shipped(owner) is not None:
        screen.notify("随程序的项只能改常见问题（F4）；要加别的要求请加本地项（+）", severity="warning")
        return
    item = await ask_item(screen, by, section, question.item)
    if item is not None:
        screen.attempt(lambda: list_drafts.change_item(screen.book, by, library, owner, item))


async def remove(screen: BookScreen, by: str, question: Question) -> None:
    """Take the item out, once that was confirmed; the action says why a shipped one stays."""
    library, owner, item = screen.desk.library, question.checklist.id, question.item
    sure = "做过的检查仍保留它，它的编号不再用。"
    if library.shipped(owner) is not None or await screen.ask(Confirm("删本地项", f"删去这一项？{item.text}。{sure}")):
        screen.attempt(lambda: list_drafts.remove_item(screen.book, by, library, owner, item.id))


def restore(screen: BookScreen, by: str, question: Question) -> None:
    """Give up what is being changed in the item."""
    owner, item = question.checklist.id, question.item.id
    screen.attempt(lambda: list_drafts.restore_item(screen.book, by, screen.desk.library, owner, item))
