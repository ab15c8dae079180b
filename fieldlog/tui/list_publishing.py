"""Publishing what is being changed in lists: shown against the lists that count, then proposed or given up."""

from collections.abc import Mapping

from fieldlog.actions import list_drafts
from fieldlog.actions.list_drafts import EditedList
from fieldlog.library import Library
from fieldlog.tui.diff_words import new_list
from fieldlog.tui.preview import changes, first_problem
from fieldlog.tui.screens.ask import AskLine, Confirm
from fieldlog.tui.screens.book_screen import BookScreen
from fieldlog.tui.screens.checklist_diff import DiffScreen


def changes_screen(library: Library, edited: Mapping[str, EditedList], title: str, *choices: str) -> DiffScreen:
    """What is being changed, against the lists that count."""
    diffs, new = changes(library, edited)
    return DiffScreen(title, diffs, choices, [line for each in new for line in new_list(each)])


async def publish(screen: BookScreen, by: str | None, edited: Mapping[str, EditedList]) -> None:
    """Show the changes, ask what they are for, and propose the lists."""
    book, library = screen.book, screen.desk.library
    if problem := first_problem(edited):
        screen.notify(f"还不能发布：{problem}", severity="error", timeout=8)
        return
    if by is None or not edited:
        return
    chosen = await screen.ask(changes_screen(library, edited, "发布这些改动", "发布", "放弃改动"))
    if chosen == 1 and await screen.ask(Confirm("放弃改动", "没有发布的改动都不要了？")):
        for each in edited:
            screen.attempt(lambda each=each: list_drafts.discard(book, by, each))
    if chosen != 0:
        return
    note = await screen.ask(AskLine("改了什么、为什么（审批人看）", placeholder="可不填"))
    if note is None:
        return
    library = screen.desk.library
    for each in edited:
        if not screen.attempt(lambda each=each: list_drafts.publish_draft(book, by, library, each, note)):
            return
    screen.notify("已提交，同步后由审批人批准；批准前检查仍用原来的清单", timeout=8)
