"""`fieldlog cases`: the ledger of cases with what is due, and one case with its terms."""

from typing import TYPE_CHECKING, Any

import click

from fieldlog.cli.books import looking
from fieldlog.cli.chinese import ChineseCommand
from fieldlog.cli.filters import OPEN, UNIT, premises_ids
from fieldlog.cli.options import as_json, common
from fieldlog.cli.settings import Settings
from fieldlog.cli.streams import remark, say_json_lines
from fieldlog.cli.tables import Column, say_table

if TYPE_CHECKING:
    from fieldlog.book.book import Book


@click.command(cls=ChineseCommand, help="案件台账：未结的在前。写案号或编号只看一个案件的期限。")
@common
@as_json
@OPEN
@UNIT
@click.option("--state", metavar="状态", help="待立案、调查中、调查终结、已告知、已决定、已送达、已移送、已结案")
@click.argument("doc", required=False, metavar="[案件]")
@click.pass_obj
def cases(
    settings: Settings, as_json: bool, open_only: bool, unit: str | None, state: str | None, doc: str | None
) -> None:
    """Print the cases, or the terms of one."""
    with looking(settings.folder, dated=True) as book:
        if doc:
            rows = _terms(book, doc)
        else:
            wanted = premises_ids(book, unit)
            rows = _rows(book, open_only=open_only)
            rows = [
                row
                for row in rows
                if (wanted is None or row["premises"] in wanted) and (not state or row["state"] == state)
            ]
    if as_json:
        say_json_lines(rows)
    elif doc:
        columns = [Column("期限"), Column("办什么", 30), Column("谁办"), Column("办好"), Column("依据", 50)]
        names = ("due", "what", "whose", "done", "explanation")
        say_table(columns, ([row[name] or "" for name in names] for row in rows))
    else:
        _say(rows)


def _rows(book: "Book", *, open_only: bool) -> list[dict[str, Any]]:
    from fieldlog.actions.case_overview import case_rows, next_due
    from fieldlog.actions.cases import case_of
    from fieldlog.actions.timeline import name_of

    today = book.now().date()
    shown: list[dict[str, Any]] = []
    for row in case_rows(book.rows("cases"), open_only=open_only):
        due = next_due(book, case_of(book, row["id"]), today)
        told = {
            "due": due.deadline.due.isoformat() if due else None,
            "due_what": due.deadline.what if due else None,
            "overdue": bool(due and due.days < 0),
            "officer_names": [name_of(book, each) for each in row["officers"]],
            "closed": row["closed"] or None,
            "comments": len(row["comments"].split()),
        }
        shown.append({name: value for name, value in row.items() if name != "approvals"} | told)
    return shown


def _terms(book: "Book", doc: str) -> list[dict[str, Any]]:
    from fieldlog.actions.cases import case_of, deadlines

    return [
        {
            "what": each.what,
            "due": each.due.isoformat(),
            "since": each.since.isoformat(),
            "whose": each.whose,
            "done": each.done or None,
            "source": each.term.source.shown if each.term else None,
            "explanation": each.explanation,
        }
        for each in deadlines(book, case_of(book, doc))
    ]


def _say(rows: list[dict[str, Any]]) -> None:
    from fieldlog.actions.case_overview import money_word

    columns = [
        Column("案号"),
        Column("状态"),
        Column("当事人", 28),
        Column("案由", 36),
        Column("程序"),
        Column("罚款"),
        Column("下一期限", 32),
        Column("编号"),
    ]
    count = say_table(
        columns,
        (
            [
                row["number"] or "",
                row["state"],
                row["party"],
                row["cause"],
                row["procedure"],
                money_word(row),
                f"{row['due'][:10]} {row['due_what']}{'（超期）' if row['overdue'] else ''}" if row["due"] else "",
                row["id"],
            ]
            for row in rows
        ),
    )
    remark(f"共 {count} 个案件" if count else "没有符合条件的案件")
