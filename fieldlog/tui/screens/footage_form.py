"""Tying a camera and a moment to a visit, with what is filled in already."""

from datetime import datetime

from fieldlog.actions import evidence, lookup
from fieldlog.tui.screens.ask import AskLine
from fieldlog.tui.screens.book_screen import BookScreen


async def ask_footage(screen: BookScreen, doc: str, hazard: str = "") -> bool:
    """Ask for the camera and the time (now, or `9:40`); whether a reference was written."""
    book = screen.book
    visit = lookup.inspection(book, doc)
    last = evidence.last_camera(visit) or last_camera(screen)
    camera = await screen.ask(AskLine("执法记录仪编号", value=last, placeholder="例如 03", check=_no_camera))
    if camera is None:
        return False
    now = book.now()
    title = "录像时间（直接按 Enter 为现在；写法 9:40 或 2026-11-23 9:40）"
    typed = await screen.ask(AskLine(title, value=f"{now:%H:%M}", check=lambda text: _no_time(text, now)))
    by = await screen.officer_id() if typed is not None else None
    if typed is None or by is None:
        return False
    moment = read_time(typed, now)
    at = "" if typed == f"{now:%H:%M}" or moment is None else moment.isoformat()
    done = screen.attempt(lambda: evidence.link_footage(book, by, doc, camera=camera, moment=at, hazard=hazard))
    if done:
        screen.notify(f"已登记 {camera} 号机 {moment or now:%H:%M}")
    return done


def last_camera(screen: BookScreen) -> str:
    """The camera named last on this laptop."""
    rows = list(screen.book.rows("footage"))
    return str(max(rows, key=lambda row: row["at"])["camera"]) if rows else ""


def read_time(text: str, now: datetime) -> datetime | None:
    """The moment that `9:40`, `0940` or `2026-11-23 9:40` means; None where it means none."""
    plain = " ".join(text.replace("：", ":").split())
    if plain.isdecimal() and len(plain) in (3, 4):
        plain = f"{plain[:-2]}:{plain[-2:]}"
    for form in ("%H:%M", "%H:%M:%S"):
        try:
            found = datetime.strptime(plain, form)  # noqa: DTZ007 - only the time of day is taken
        except ValueError:
            continue
        return now.replace(hour=found.hour, minute=found.minute, second=found.second, microsecond=0)
    try:
        moment = datetime.fromisoformat(plain)
    except ValueError:
        try:
            moment = datetime.strptime(plain, "%Y-%m-%d %H:%M")  # noqa: DTZ007 - the zone follows
        except ValueError:
            return None
    return moment if moment.tzinfo else moment.replace(tzinfo=now.tzinfo)


def _no_camera(text: str) -> str | None:
    return None if text.strip() else "请写执法记录仪编号，例如 03"


def _no_time(text: str, now: datetime) -> str | None:
    moment = read_time(text, now)
    if moment is None:
        return "看不懂这个时间，写成 9:40"
    return "这个时间还没有到" if moment > now.replace(second=59) else None
