"""What a supervisor and an officer say to each other, by digits: assigning by a day, taking back, commenting, settling."""

from collections.abc import Sequence
from datetime import date, timedelta

from fieldlog.actions import assigning, comments, contests
from fieldlog.actions.timeline import name_of
from fieldlog.tui.screens.ask import AskDate, PickOne
from fieldlog.tui.screens.book_screen import BookScreen
from fieldlog.tui.screens.handling import phrase, write_each

COMMENTS = ("已收到，照办", "已办好，请看记录和照片", "需要再去一次现场", "请补照片", "请补充说明", "请尽快复查")
TAKING_BACK = ("改由他人跟进", "不用跟进了", "指派错了")
_DAYS = 3
"""Offered for an assignment, unless the hazard is due before."""


async def assign(screen: BookScreen, docs: Sequence[str]) -> bool:
    """指派 to one officer by a day, or 收回指派."""
    people = sorted(screen.book.rows("officers"), key=lambda row: str(row["name"]))
    names = [f"{row['name']}  {row.get('post', '')}" for row in people]
    given = _given(screen, docs)
    if given:
        names.append(f"收回指派（现交 {'、'.join(given)}）")
    chosen = await screen.ask(PickOne("指派给谁跟进", names))
    if chosen is None:
        return False
    if chosen == len(people):
        return await _take_back(screen, docs)
    officer = people[chosen]
    day = await screen.ask(AskDate("哪天以前办好", screen.today, value=_offered(screen, docs), earliest=screen.today))
    if day is None:
        return False
    return await write_each(
        screen,
        docs,
        lambda by, doc: assigning.assign(screen.book, by, doc, officer["id"], due=day.isoformat()),
        f"已指派给 {officer['name']}，{day:%m-%d} 前办好",
    )


async def _take_back(screen: BookScreen, docs: Sequence[str]) -> bool:
    reason = await phrase(screen, "收回指派的原因", TAKING_BACK)
    if reason is None:
        return False
    return await write_each(
        screen, docs, lambda by, doc: assigning.take_back(screen.book, by, doc, reason), "已收回指派"
    )


async def comment(screen: BookScreen, doc: str, item: str = "", about: str = "") -> bool:
    """评论: one of the phrases or own words, which travel to every device."""
    words = await phrase(screen, f"评论{about}", COMMENTS)
    if words is None:
        return False
    return await write_each(
        screen,
        [doc],
        lambda by, each: comments.comment(screen.book, by, each, words, item),
        "评论已保存，同步后对方能看到",
    )


async def confirm_hazard(screen: BookScreen, doc: str) -> bool:
    """Let stand what stands of a hazard that two people changed."""
    return await write_each(
        screen, [doc], lambda by, each: contests.confirm_hazard(screen.book, by, each), "已确认，以现在的为准"
    )


def _given(screen: BookScreen, docs: Sequence[str]) -> list[str]:
    """The names of those who have the hazards now."""
    rows = [row for doc in docs if (row := screen.book.row("hazards", doc)) is not None]
    return [*dict.fromkeys(name_of(screen.book, row["assigned"]) for row in rows if row["assigned"])]


def _offered(screen: BookScreen, docs: Sequence[str]) -> date:
    rows = [row for doc in docs if (row := screen.book.row("hazards", doc)) is not None]
    due = min((date.fromisoformat(row["due"]) for row in rows), default=screen.today)
    return max(min(due, screen.today + timedelta(days=_DAYS)), screen.today)
