"""`fieldlog equipment`: what the office owns, who has it, and the loan ledger."""

from typing import TYPE_CHECKING, Any

import click

from fieldlog.actions.equipment import clock_word
from fieldlog.cli.books import looking
from fieldlog.cli.chinese import ChineseCommand
from fieldlog.cli.options import as_json, common
from fieldlog.cli.row_fields import officer_names
from fieldlog.cli.settings import Settings
from fieldlog.cli.streams import remark, say_json_lines
from fieldlog.cli.tables import Column, say_table

if TYPE_CHECKING:
    from fieldlog.actions.equipment import Lending


@click.command(cls=ChineseCommand, help="设备：执法记录仪、对讲机等在谁手里；--loans 是领用台账。")
@common
@as_json
@click.option("--loans", is_flag=True, help="领用台账，新的在前；写上编号只看这一件")
@click.argument("number", metavar="[编号]", required=False, default="")
@click.pass_obj
def equipment(settings: Settings, as_json: bool, loans: bool, number: str) -> None:
    """Print the equipment, or its loans."""
    from fieldlog.actions import equipment as actions

    with looking(settings.folder) as book:
        names = officer_names(book)
        if loans:
            _say_loans(actions.lendings(book, number), names, as_json=as_json)
            return
        rows = [actions.find(book, number)] if number else book.rows("equipment")
        rows = sorted(rows, key=lambda row: (row["kind"], row["number"]))
    if as_json:
        say_json_lines(rows)
        return
    columns = [
        Column("类别"),
        Column("编号"),
        Column("型号", 20),
        Column("状态"),
        Column("在谁手里"),
        Column("从何时"),
        Column("故障", 30),
    ]
    shown = (
        [
            row["kind"],
            row["number"],
            row["model"],
            row["status"],
            names.get(row["holder"], ""),
            row["since"][:16].replace("T", " "),
            row["faults"],
        ]
        for row in rows
    )
    _count(say_table(columns, shown), "件设备")


def _say_loans(lendings: "list[Lending]", names: dict[str, str], *, as_json: bool) -> None:
    if as_json:
        say_json_lines(_loan(each, names) for each in lendings)
        return
    columns = [
        Column("设备"),
        Column("领用人"),
        Column("领用"),
        Column("归还"),
        Column("时钟"),
        Column("电量"),
        Column("空间"),
        Column("故障", 30),
    ]
    shown = (
        [
            f"{each.row['kind']}{each.row['number']}",
            names.get(each.loan.officer, ""),
            each.loan.out[:16].replace("T", " "),
            "没有登记归还" if each.loan.lent_on else each.loan.back[:16].replace("T", " ") or "未还",
            clock_word(each.loan.clock_ms),
            each.loan.battery,
            each.loan.space,
            "；".join(filter(None, (each.loan.faults, each.loan.faults_back))),
        ]
        for each in lendings
    )
    _count(say_table(columns, shown), "次领用")


def _loan(each: "Lending", names: dict[str, str]) -> dict[str, Any]:
    return {
        "equipment": each.row["id"],
        "kind": each.row["kind"],
        "number": each.row["number"],
        "officer": each.loan.officer,
        "name": names.get(each.loan.officer, ""),
        "out": each.loan.out,
        "back": each.loan.back,
        "lent_on": each.loan.lent_on,
        "clock_ms": each.loan.clock_ms,
        "battery": each.loan.battery,
        "space": each.loan.space,
        "faults": each.loan.faults,
        "faults_back": each.loan.faults_back,
    }


def _count(rows: int, what: str) -> None:
    remark(f"共 {rows} {what}")
