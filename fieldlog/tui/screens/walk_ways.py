# pyright: reportUnknownMemberType=false
# Textual leaves `App` and `Screen` without their type parameters.
"""From the walk to other screens and back: an item's page, hazards, the end of the visit, a newer list.

The screens load when they are first asked for.
"""

from fieldlog.actions.comments import comment
from fieldlog.actions.evidence import attach_photo
from fieldlog.actions.photos import remarks
from fieldlog.domain.entries import Entry
from fieldlog.domain.walk import Question
from fieldlog.tui.screens.walk_page import WalkPage


def to_item(page: WalkPage) -> None:
    """Show everything about the item under the cursor."""
    from fieldlog.tui.screens.item_detail import ItemDetail  # noqa: PLC0415

    if (question := page.list.question) is not None:
        page.app.push_screen(ItemDetail(page.visit, question))


def to_hazard(page: WalkPage, question: Question | None = None) -> None:
    """Edit the hazard of a question, or write one down there; without a question, one that no list has."""
    from fieldlog.tui.screens.hazard_form import HazardForm  # noqa: PLC0415

    page.app.push_screen(HazardForm(page.visit, question), lambda told: _back(page, told))


def to_photo(page: WalkPage, question: Question) -> None:
    """Ask which file is the photo, attach it to the question, and say what is odd about it."""
    from fieldlog.tui.screens.photo_form import Chosen, PhotoForm, remember_taken  # noqa: PLC0415

    visit = page.visit

    def take(chosen: Chosen | None) -> None:
        if chosen is None:
            return
        written: list[Entry] = []
        if page.attempt(
            lambda: written.append(attach_photo(visit.book, visit.by, visit.doc, chosen.path, question.ref))
        ):
            remember_taken(visit.book, chosen)
            page.redraw(question)
            odd = [text for _rule, text in remarks(visit.book, written[0])]
            page.say("；".join([f"第 {question.number} 项照片已存：{chosen.path.name}", *odd]), "warn" if odd else "")

    page.app.push_screen(PhotoForm(visit.book, f"第 {question.number} 项照片"), take)


def to_comment(page: WalkPage, question: Question) -> None:
    """Ask for words on a question: a phrase by a digit, or typed; also where the visit is over."""
    from fieldlog.tui.screens.ask import AskLine, PickOne  # noqa: PLC0415
    from fieldlog.tui.screens.desk_steps import COMMENTS  # noqa: PLC0415
    from fieldlog.tui.screens.handling import OWN_WORDS  # noqa: PLC0415

    visit, title = page.visit, f"评论第 {question.number} 项"

    def take(words: str | None) -> None:
        if words and page.attempt(lambda: comment(visit.book, visit.by, visit.doc, words, question.ref)):
            page.redraw(question)
            page.say(f"第 {question.number} 项的评论已保存，同步后对方能看到")

    def picked(index: int | None) -> None:
        if index is None:
            return
        if index < len(COMMENTS):
            take(COMMENTS[index])
        else:
            page.app.push_screen(AskLine(title), take)

    page.app.push_screen(PickOne(title, [*COMMENTS, OWN_WORDS]), picked)


def to_footage(page: WalkPage, question: Question) -> None:
    """Open the recording that shows the question, or say that none does."""
    from fieldlog.tui.playing import play_moment  # noqa: PLC0415

    if not play_moment(page, page.visit.book, page.visit.doc, question.ref):
        page.say(f"没有录像拍到第 {question.number} 项", "warn")


def to_end(page: WalkPage) -> None:
    """Show what is left to do and close the visit, or what a closed one came to."""
    from fieldlog.tui.screens.finish import FinishScreen  # noqa: PLC0415
    from fieldlog.tui.screens.visit_summary import VisitSummary  # noqa: PLC0415

    if page.visit.state.closed is not None:
        page.app.push_screen(VisitSummary(page.visit))
    else:
        page.app.push_screen(FinishScreen(page.visit), lambda item: _back_from_end(page, item))


def to_newer_list(page: WalkPage) -> None:
    """Offer a newer version of a list, where there is one."""
    from fieldlog.tui.adopting import offer_newer  # noqa: PLC0415

    def go_on(told: str) -> None:
        page.walk_anew()
        page.notify(told, timeout=8)

    offer_newer(page, page.visit, go_on)


def _back(page: WalkPage, told: str | None) -> None:
    page.visit.reload()
    page.list.redraw_all()
    page.paint()
    if told:
        page.say(told)


def _back_from_end(page: WalkPage, item: str | None) -> None:
    from fieldlog.tui.screens.visit_summary import VisitSummary  # noqa: PLC0415

    if page.visit.is_outdated:
        page.walk_anew()
        return
    _back(page, None)
    if page.visit.state.closed is not None:
        page.app.switch_screen(VisitSummary(page.visit))
    elif item and (question := page.visit.walk.of(item)) is not None:
        page.go_to(question)
