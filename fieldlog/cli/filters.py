"""The filters that the commands share: by unit, village, officer, list and day."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

import click

from fieldlog.cli.options import day
from fieldlog.domain.errors import NotFound

if TYPE_CHECKING:
    from fieldlog.book.book import Book

_Command = TypeVar("_Command", bound=Callable[..., Any])

UNIT = click.option("--unit", metavar="单位", help="编号、信用代码、名称或名称的一部分")
OFFICER = click.option("--officer", metavar="人员", help="执法人员的编号、执法证号或姓名")
LIST = click.option("--list", "list_id", metavar="清单", help="清单编号，例如 xiaofang")
VILLAGE = click.option("--village", metavar="村社区", help="村或社区")
OPEN = click.option("--open", "open_only", is_flag=True, help="只看没有办结的")


def since_option(what: str) -> Callable[[_Command], _Command]:
    """The first day; `what` says the day of what."""
    return click.option("--since", metavar="日期", callback=day, help=f"{what}不早于这一天，例如 2026-11-01")


def until_option(what: str) -> Callable[[_Command], _Command]:
    """The last day; `what` says the day of what."""
    return click.option("--until", metavar="日期", callback=day, help=f"{what}不晚于这一天")


def places(book: "Book", unit: str | None, village: str | None) -> set[str] | None:
    """Ids of the premises that both filters let through; None where there is no filter."""
    wanted = premises_ids(book, unit)
    if not village:
        return wanted
    there = {row["id"] for row in book.rows("premises") if village in row["village"]}
    return there if wanted is None else there & wanted


def premises_ids(book: "Book", named: str | None) -> set[str] | None:
    """Ids of the premises somebody named; None where nobody did.

    Raises:
        NotFound: there are none, so that a slip of the pen does not look like an empty list.
    """
    if not named:
        return None
    rows = list(book.rows("premises"))
    exact = {row["id"] for row in rows if named in (row["id"], row["uscc"], row["name"])}
    found = exact or {row["id"] for row in rows if named in row["name"]}
    if not found:
        raise NotFound(f"没有这个单位：{named}。用 fieldlog premises --find 查找")
    return found


def officer_id(book: "Book", named: str | None) -> str:
    """The id of the officer somebody named, or empty; raises NotFound where there is none."""
    from fieldlog.actions import lookup

    return str(lookup.officer(book, named)["id"]) if named else ""


def check_list(book: "Book", named: str | None) -> None:
    """Raises NotFound where neither the library nor any visit has a list of that id."""
    if not named or any(row["list"] == named for row in book.rows("checklists")):
        return
    from fieldlog.actions.own_lists import library_of

    if named not in library_of(book):
        raise NotFound(f"没有这份清单：{named}。用 fieldlog checklist list 看清单编号")


def within(on: str, since: date | None, until: date | None) -> bool:
    """Whether a day lies between two, both included; None: no bound."""
    return (since is None or on >= since.isoformat()) and (until is None or on <= until.isoformat())
