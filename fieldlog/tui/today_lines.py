"""What the first screen lists: what is to be done, group by group, the most pressing first."""

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from fieldlog.actions.ledger import days_word
from fieldlog.actions.overview import WEEKS, assigned_to
from fieldlog.book.book import Book
from fieldlog.domain.hazard_state import OPEN_STATES
from fieldlog.domain.inspection_state import OPEN, VOID
from fieldlog.domain.roles import NAMES, is_read_only, may_write
from fieldlog.tui.dates import when
from fieldlog.tui.list_titles import list_titles
from fieldlog.tui.widgets.columns import Cell

if TYPE_CHECKING:
    from fieldlog.actions.comments import Unread

_MOST_RECENT = 6
_LOOK_BACK = timedelta(weeks=WEEKS)
_MOST_URGENT = 8
_MOST_TALK = 6


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list: a heading, or something that Enter opens."""

    kind: str
    """heading, visit, hazard, talk (comments on a visit), lists, looking, or a first step: officers, premises, who."""
    key: str
    cells: tuple[str | Cell, ...] = ()
    title: str = ""


Groups = Sequence[tuple[str, list[Line]]]


def groups(book: Book, officer: Mapping[str, Any] | None) -> Groups:
    """What is to be done, the most pressing first; each group has a line at least."""
    today = book.now().date()
    visits = [row for row in book.rows_since("inspections", today - _LOOK_BACK) if row["state"] != VOID]
    unfinished = sorted((row for row in visits if row["state"] == OPEN), key=_opened, reverse=True)
    own = [row for row in unfinished if officer is None or officer["id"] in row["officers"]]
    others = [row for row in unfinished if row not in own]  # a supervisor's device has everybody's
    newest = heapq.nlargest(_MOST_RECENT, (row for row in visits if row["state"] != OPEN), key=_opened)
    open_ = (row for row in book.rows_since("hazards", today) if row["state"] in OPEN_STATES)
    urgent = heapq.nsmallest(_MOST_URGENT, open_, key=lambda row: (row["due"], row["number"]))
    found = (
        ("本机只能查看", _looking(book)),
        ("先做这几步", _first_steps(book, officer is not None)),
        ("清单", _lists(book)),
        ("未完成的检查", [_visit(book, row) for row in own]),
        ("交给你的", _assigned(book, officer)),
        ("新评论", _talk(book, officer)),
        ("最急的隐患", [_hazard(row, today, doubt=bool(book.clock_doubt)) for row in urgent]),
        ("别人没做完的检查", [_visit(book, row) for row in others]),
        ("做过的检查", [_visit(book, row) for row in newest]),
    )
    return [group for group in found if group[1]]


def _lists(book: Book) -> list[Line]:
    """Lists that wait for this device's approval, or came back to it."""
    if not book.table("published").rows:
        return []
    from fieldlog.actions import own_lists  # noqa: PLC0415 - the lists' models take 60 ms

    waiting = [each for each in own_lists.proposals(book) if each.standing.state == own_lists.WAITING]
    lines: list[Line] = []
    if waiting and own_lists.may_decide(book):
        lines.append(
            Line("lists", "waiting", ("待审批的清单", Cell(waiting[0].row["title"], "muted"), f"{len(waiting)} 份"))
        )
    if back := own_lists.sent_back(book):
        lines.append(Line("lists", "back", ("被退回的清单", Cell(back[0].row["title"], "muted"), f"{len(back)} 份")))
    return lines


def _looking(book: Book) -> list[Line]:
    """What a device is told whose role lets it look on only."""
    role = book.device.role
    if not is_read_only(role):
        return []
    may = "看检查、隐患、录像、清单，写评论" if may_write(role, "hazard.commented") else "看检查、隐患、录像、清单"
    return [Line("looking", role, (f"角色是 {NAMES[role]}：{may}；不能检查、办理隐患", "", "", ""))]


def fitted(groups: Groups, room: int) -> Groups:
    """The groups cut to so many lines, so that no heading stands without a line; what is left out has its own screen."""
    left = max(room - 2 * len(groups), 0)
    fitted: list[tuple[str, list[Line]]] = []
    for title, lines in groups:
        more = min(len(lines) - 1, left)
        left -= more
        fitted.append((title, lines[: 1 + more]))
    return fitted


def headed(groups: Groups) -> list[Line]:
    return [line for title, lines in groups for line in (Line("heading", title, title=title), *lines)]


def _first_steps(book: Book, knows_officer: bool) -> list[Line]:
    """What a fresh book still lacks before a visit can begin."""
    if is_read_only(book.device.role):
        return []
    people, places = len(book.table("officers").rows), len(book.table("premises").rows)
    steps: list[Line] = []
    if people < 2:  # P1: two inspectors
        steps.append(Line("officers", "导入人员", ("导入执法人员名册（xlsx、csv）", "", "", "")))
        steps.append(Line("officer", "登记人员", (f"或逐个登记执法人员（已有 {people} 人，至少 2 人）", "", "", "")))
    if not places:
        steps.append(Line("premises", "导入单位", ("导入单位台账（xlsx、csv）", "", "", "")))
    if people and not knows_officer:
        steps.append(Line("who", "使用人", ("选定现在的使用人", "", "", "")))
    return steps


def spaced(lines: list[Line]) -> list[Line]:
    """The lines with an empty one before each heading but the first."""
    spaced: list[Line] = []
    for line in lines:
        if line.kind == "heading" and spaced:
            spaced.append(Line("heading", f"before {line.key}", title=" "))
        spaced.append(line)
    return spaced


def _opened(row: Mapping[str, Any]) -> str:
    return str(row["opened"])


def _visit(book: Book, row: Mapping[str, Any]) -> Line:
    going_on = row["state"] == OPEN
    done = f"{row['answered']}/{row['items']}" if going_on else "已完成"
    found = Cell(f"问题 {row['findings']}", "warn") if row["findings"] and not going_on else Cell(done, "muted")
    progress = Cell(done, "accent") if going_on else found
    moment = Cell(when(row["opened"], book.now()), "muted")
    titles = list_titles(book, row["lists"])
    return Line("visit", row["doc"], (row["premises_name"], Cell(titles, "muted"), progress, moment))


def _hazard(row: Mapping[str, Any], today: date, *, doubt: bool) -> Line:
    days = days_word(row, today, doubt=doubt)
    word = Cell(days or row["state"], "bad" if days.startswith("超") else "warn" if days == "今日" else "")
    due = Cell(row["due"][5:], "muted")
    return Line("hazard", row["doc"], (row["premises_name"], Cell(row["text"], "muted"), word, due))


def _assigned(book: Book, officer: Mapping[str, Any] | None) -> list[Line]:
    """Hazards that were given to whoever works here, the one to be seen to first on top."""
    if officer is None:
        return []
    today = book.now().date()
    return [_assignment(book, row, today) for row in assigned_to(book, str(officer["id"]))]


def _assignment(book: Book, row: Mapping[str, Any], today: date) -> Line:
    due = row["assigned_due"]
    late = bool(due) and due < today.isoformat()
    word = Cell(
        f"{'过期' if late else '限'} {due[5:]}" if due else row["state"], "bad" if late else "warn" if due else ""
    )
    by = Cell(f"{_name(book, row['assigned_by'])} 交办", "muted")
    return Line("hazard", row["doc"], (row["premises_name"], Cell(row["text"], "muted"), word, by))


def _talk(book: Book, officer: Mapping[str, Any] | None) -> list[Line]:
    """Visits and hazards that somebody said something about since whoever works here looked."""
    if not any(
        row["comments"]
        for table in ("inspections", "hazards")
        for row in book.rows_since(table, book.now().date() - _LOOK_BACK)
    ):
        return []
    from fieldlog.actions.comments import unread  # noqa: PLC0415 - folding takes the entries' models, 60 ms

    found = unread(book, str(officer["id"]) if officer else "")
    return [_comment(book, each) for each in found[:_MOST_TALK]]


def _comment(book: Book, each: "Unread") -> Line:
    said = f"{_name(book, each.last.by)}：{each.last.text}"
    kind = "talk" if each.kind == "visit" else "hazard"
    cells = (
        each.row["premises_name"],
        Cell(said, "accent"),
        f"{each.new} 条",
        Cell(when(each.last.at, book.now()), "muted"),
    )
    return Line(kind, each.row["doc"], cells)


def _name(book: Book, who: str) -> str:
    row = book.row("officers", who)
    return str(row["name"]) if row else who
