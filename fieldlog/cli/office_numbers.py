"""`fieldlog office numbers`: the blocks of papers' numbers that each device may use."""

from datetime import date

import click

from fieldlog.cli.chinese import ChineseCommand, LazyGroup
from fieldlog.cli.office_options import db_option, default_database, unit_of, unit_of_enrolled
from fieldlog.cli.options import as_json, common
from fieldlog.cli.settings import Settings
from fieldlog.cli.streams import remark, say, say_json, say_json_lines
from fieldlog.cli.tables import Column, say_table

COMMANDS = {
    "grant": ("fieldlog.cli.office_numbers:grant", "给一台电脑分下一段号"),
    "list": ("fieldlog.cli.office_numbers:list_numbers", "列出分出去的号段"),
}
_COUNT = 20


@click.group("numbers", cls=LazyGroup, lazy=COMMANDS, help="文号的号段：分给各台电脑，没有网络也不会重号。")
@common
def numbers() -> None:
    """Group of the commands about numbers."""


@click.command(cls=ChineseCommand, help="给一台电脑分下一段号，它下次同步就有；例如 grant 后叶责改 --device houye-01。")
@common
@as_json
@db_option
@click.option("--unit", metavar="代码", help="单位代码；不写时取电脑登记时的")
@click.option("--device", metavar="设备编号", required=True, help="给哪台电脑")
@click.option("--count", metavar="数", type=int, default=_COUNT, help=f"几个号，默认 {_COUNT}")
@click.option("--year", metavar="年", type=click.IntRange(2000, 9999), help="哪一年的，默认今年")
@click.option(
    "--first", metavar="号", type=click.IntRange(1), default=None, help="从几号起；此前在纸上编过号的，写下一个号"
)
@click.argument("series", metavar="文号名称")
@click.pass_obj
def grant(
    settings: Settings,
    as_json: bool,
    db: str | None,
    unit: str | None,
    device: str,
    count: int,
    year: int | None,
    first: int | None,
    series: str,
) -> None:
    """Give a device the next block of a series."""
    from fieldlog.office.database import open_database
    from fieldlog.office.numbers import OfficeNumbers

    database = open_database(db or default_database(settings.folder))
    named = unit or unit_of_enrolled(settings.folder, device, database)
    this_year = date.today().year  # noqa: DTZ011 - the office's own day
    lease = OfficeNumbers(database).grant(named, device, series, year or this_year, count, first or 0)
    if as_json:
        say_json(
            {"series": lease.series, "year": lease.year, "first": lease.first, "last": lease.last, "device": device}
        )
        return
    say(f"{lease.series}〔{lease.year}〕{lease.first} 至 {lease.last} 号分给 {device}")
    remark("那台电脑下次同步就能用")


@click.command("list", cls=ChineseCommand, help="列出分出去的号段。")
@common
@as_json
@db_option
@click.option("--unit", metavar="代码", help="单位代码；不写时取数据文件夹里的单位")
@click.pass_obj
def list_numbers(settings: Settings, as_json: bool, db: str | None, unit: str | None) -> None:
    """Print the blocks."""
    from fieldlog.office.database import open_database
    from fieldlog.office.numbers import OfficeNumbers

    database = open_database(db or default_database(settings.folder))
    leases = OfficeNumbers(database).leases(unit or unit_of(settings.folder, ""))
    if as_json:
        names = ("series", "year", "first", "last", "device")
        say_json_lines({name: getattr(each, name) for name in names} for each in leases)
        return
    columns = [Column(each) for each in ("文号", "年", "从", "到", "电脑")]
    rows = [[each.series, str(each.year), str(each.first), str(each.last), each.device] for each in leases]
    if not say_table(columns, rows):
        remark("还没有分过号段：fieldlog office numbers grant 后叶责改 --device houye-01")
