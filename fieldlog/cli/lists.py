"""`fieldlog premises`, `officers`, `inspections`, `hazards`: rows with the filters of the screens."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

import click

from fieldlog.cli.books import looking
from fieldlog.cli.chinese import ChineseCommand
from fieldlog.cli.filters import (
    LIST,
    OFFICER,
    OPEN,
    UNIT,
    VILLAGE,
    check_list,
    officer_id,
    places,
    premises_ids,
    since_option,
    until_option,
    within,
)
from fieldlog.cli.options import as_json, common, day
from fieldlog.cli.row_fields import Row, hazard_row, inspection_row, officer_names
from fieldlog.cli.settings import Settings
from fieldlog.cli.streams import remark, say_json_lines
from fieldlog.cli.tables import Column, say_table

if TYPE_CHECKING:
    from fieldlog.book.book import Book


@click.command(cls=ChineseCommand, help="单位列表。")
@common
@as_json
@click.option("--find", metavar="文字", help="按名称、拼音、首字母、信用代码、地址、负责人查找")
@click.option("--kind", metavar="类别", help="类别，例如 药店")
@VILLAGE
@UNIT
@click.pass_obj
def premises(
    settings: Settings,
    as_json: bool,
    find: str | None,
    kind: str | None,
    village: str | None,
    unit: str | None,
) -> None:
    """Print the premises."""
    with looking(settings.folder) as book:
        rows: Iterable[Row] = sorted(book.rows("premises"), key=lambda row: (row["village"], row["name"]))
        if find:
            rows = _found(book, find)
        wanted = premises_ids(book, unit)
        rows = [
            row
            for row in rows
            if (wanted is None or row["id"] in wanted)
            and (not kind or row["kind"] == kind)
            and (not village or village in row["village"])
        ]
    if as_json:
        say_json_lines(rows)
        return
    columns = [Column("名称", 36), Column("类别"), Column("村社区", 16), Column("地址", 36), Column("统一社会信用代码")]
    shown = ([row["name"], row["kind"], row["village"], row["address"], row["uscc"]] for row in rows)
    _count(say_table(columns, shown), "家单位")


def _found(book: "Book", typed: str) -> list[Row]:
    from fieldlog.book.search import PremisesSearch

    search = PremisesSearch()
    search.update(book.rows("premises"))
    rows = (book.row("premises", key) for key in search.find(typed))
    return [row for row in rows if row is not None]


@click.command(cls=ChineseCommand, help="执法人员列表。")
@common
@as_json
@click.pass_obj
def officers(settings: Settings, as_json: bool) -> None:
    """Print the officers."""
    with looking(settings.folder) as book:
        rows = sorted(book.rows("officers"), key=lambda row: (row["certificate"] or "", row["id"]))
    if as_json:
        say_json_lines(rows)
        return
    columns = [Column("姓名"), Column("职务"), Column("执法证号"), Column("有效期"), Column("编号")]
    names = ("name", "post", "certificate", "certificate_expiry", "id")
    _count(say_table(columns, ([row[name] or "" for name in names] for row in rows)), "名执法人员")


@click.command(cls=ChineseCommand, help="检查列表，新的在前。")
@common
@as_json
@OPEN
@LIST
@UNIT
@OFFICER
@VILLAGE
@since_option("开始日期")
@until_option("开始日期")
@click.option(
    "--state", metavar="状态", type=click.Choice(["进行中", "已完成", "已作废"]), help="进行中、已完成、已作废"
)
@click.pass_obj
def inspections(
    settings: Settings,
    as_json: bool,
    open_only: bool,
    list_id: str | None,
    unit: str | None,
    officer: str | None,
    village: str | None,
    since: date | None,
    until: date | None,
    state: str | None,
) -> None:
    """Print the inspections."""
    with looking(settings.folder, dated=True) as book:
        at = places(book, unit, village)
        person = officer_id(book, officer)
        check_list(book, list_id)
        names = officer_names(book)
        rows = [
            inspection_row(row, names)
            for row in sorted(book.rows("inspections"), key=lambda row: row["opened"], reverse=True)
            if (not open_only or row["state"] == "进行中")
            and (not state or row["state"] == state)
            and (not list_id or list_id in row["lists"])
            and (at is None or row["premises"] in at)
            and (not person or person in row["officers"])
            and within(row["opened"][:10], since, until)
        ]
        if as_json:
            from fieldlog.actions.scoring import score_fields, scored_lists

            scored = scored_lists(book)
            say_json_lines(row | score_fields(book, row, scored) for row in rows)
            return
    columns = [
        Column("开始"),
        Column("状态"),
        Column("单位", 32),
        Column("清单", 32),
        Column("进度"),
        Column("不符合"),
        Column("检查人"),
        Column("编号"),
    ]
    shown = (
        [
            row["opened"][:16].replace("T", " "),
            row["state"],
            row["premises_name"],
            "+".join(row["lists"]),
            f"{row['answered']}/{row['items']}",
            str(row["findings"]),
            "、".join(row["officer_names"]),
            row["id"],
        ]
        for row in rows
    )
    _count(say_table(columns, shown), "次检查")


@click.command(cls=ChineseCommand, help="隐患台账，期限近的在前。")
@common
@as_json
@OPEN
@click.option("--overdue", "overdue_only", is_flag=True, help="只看超期的")
@LIST
@UNIT
@OFFICER
@VILLAGE
@click.option("--level", metavar="级别", type=click.Choice(["一般", "重大"]), help="一般、重大")
@click.option(
    "--state",
    metavar="状态",
    type=click.Choice(["整改中", "待复查", "待销号", "已销号", "已作废"]),
    help="整改中、待复查、待销号、已销号、已作废",
)
@since_option("发现日期")
@until_option("发现日期")
@click.option("--due-by", metavar="日期", callback=day, help="期限不晚于这一天")
@click.pass_obj
def hazards(
    settings: Settings,
    as_json: bool,
    open_only: bool,
    overdue_only: bool,
    list_id: str | None,
    unit: str | None,
    officer: str | None,
    village: str | None,
    level: str | None,
    state: str | None,
    since: date | None,
    until: date | None,
    due_by: date | None,
) -> None:
    """Print the hazards."""
    from fieldlog.actions.approvals import UNCONFIRMED, unconfirmed
    from fieldlog.actions.hazard_numbers import DOUBLED, doubled_numbers
    from fieldlog.domain.hazard_state import OPEN_STATES

    with looking(settings.folder, dated=True) as book:
        lacks, doubled = unconfirmed(book), doubled_numbers(book)
        today, doubt = book.now().date(), bool(book.clock_doubt)
        at = places(book, unit, village)
        person = officer_id(book, officer)
        check_list(book, list_id)
        rows = [
            row
            for each in sorted(book.rows("hazards"), key=lambda row: (row["due"], row["number"]))
            for row in [hazard_row(each, today, doubt=doubt, unconfirmed=lacks(each))]
            if (not open_only or row["state"] in OPEN_STATES)
            and (not overdue_only or row["overdue"])
            and (not list_id or row["list"] == list_id)
            and (at is None or row["premises"] in at)
            and (not person or person == row["assigned"] or person in row["officers"])
            and (not level or row["level"] == level)
            and (not state or row["state"] == state)
            and within(row["found"], since, until)
            and within(row["due"], None, due_by)
        ]
    if as_json:
        say_json_lines(rows)
        return
    columns = [
        Column("状态"),
        Column("级别"),
        Column("期限"),
        Column("剩余"),
        Column("单位", 28),
        Column("隐患", 44),
        Column("编号"),
    ]
    shown = (
        [
            "超期" if row["overdue"] else row["state"] + (f"（{UNCONFIRMED}）" if row["unconfirmed"] else ""),
            row["level"],
            row["due"],
            _left(row, today) if row["state"] in OPEN_STATES else "",
            row["premises_name"],
            row["text"],
            row["number"] + (f"（{DOUBLED}）" if row["number"] in doubled else ""),
        ]
        for row in rows
    )
    _count(say_table(columns, shown), "条隐患")


def _left(row: Row, today: date) -> str:
    from fieldlog.domain.hazard_state import days_left

    return "时间存疑" if row["doubt"] else f"{days_left(row, today)} 天"


def _count(count: int, what: str) -> None:
    remark(f"共 {count} {what}" if count else f"没有符合条件的{what[1:]}")
