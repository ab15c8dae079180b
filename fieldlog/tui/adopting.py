"""Asking whether a newer version of a list shall count in a visit: what it changes is shown first."""

from collections.abc import Callable, Sequence

from fieldlog.actions import adoption
from fieldlog.domain.checklist_diff import Change, ChecklistDiff
from fieldlog.domain.errors import FieldlogError
from fieldlog.domain.reference import item_of
from fieldlog.tui.desk import desk_of
from fieldlog.tui.screens.frame import FieldScreen
from fieldlog.tui.visit import Visit
from fieldlog.tui.widgets.prose import Paragraph


def offer_newer(screen: FieldScreen[None] | FieldScreen[str], visit: Visit, adopted: Callable[[str], None]) -> None:
    """Show what the first newer version changes and adopt it if that is wanted; `adopted` is told in a line."""
    book = visit.book
    try:
        library = desk_of(book).library
        offers = adoption.newer_versions(library, visit.state)
        if not offers:
            screen.notify("这次检查用的清单都是最新版")
            return
        offer = offers[0]
        found = adoption.changes(book, library, visit.state, offer.id)
    except FieldlogError as error:
        screen.notify(str(error), severity="error", timeout=8)
        return

    def decided(choice: int | None) -> None:
        if choice != 0:
            return
        try:
            adoption.adopt(book, library, visit.by, visit.doc, offer.id)
        except FieldlogError as error:
            screen.notify(str(error), severity="error", timeout=8)
            return
        adopted(f"{offer.title}改用 {offer.new} 版：{found.summary}")

    from fieldlog.tui.screens.checklist_diff import DiffScreen  # noqa: PLC0415 - only when it is asked for

    title = f"改用新版：{offer.title} {offer.old} 改为 {offer.new}"
    screen.fieldlog.push_screen(DiffScreen(title, [found], ("改用新版",), _what_happens(visit, found)), decided)


def _what_happens(visit: Visit, found: ChecklistDiff) -> Sequence[Paragraph]:
    answered = {item_of(ref) for ref, standing in visit.state.given.items() if standing}
    kept = [each.id for each in found.items if each.change is Change.REMOVED and each.id in answered]
    told = f"其中 {len(kept)} 项已经答过，答案保留，列为不再检查。" if kept else ""
    asked_before = {each.id for each in found.old.features}
    new = "、".join(each.id for each in found.new.features if each.id not in {*asked_before, *visit.opened.features})
    features = (
        [Paragraph(f"新版多问的场所特点这次没有问过，按没有处理，相应的项目不检查：{new}", "warn")] if new else []
    )
    return [
        *features,
        Paragraph(f"已答的项目不变；新增的项目待检；删去的项目不再检查。{told}", "muted"),
        Paragraph("按 1 改用新版，Esc 继续用原来的版本。", "muted"),
    ]
