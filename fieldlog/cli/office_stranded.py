"""`fieldlog office stranded`: what stands beside the logs, and having it written again where its laptop is gone."""

import click

from fieldlog.cli.chinese import ChineseCommand
from fieldlog.cli.office_options import db_option, default_database, unit_of_enrolled
from fieldlog.cli.options import as_json, common
from fieldlog.cli.settings import Settings
from fieldlog.cli.streams import remark, say, say_json, say_json_lines
from fieldlog.cli.tables import Column, say_table

_BY_HAND = "office"
"""Who asked, in the log that is written."""


@click.command(
    "stranded",
    cls=ChineseCommand,
    help="列出只有办公室留着、哪个日志里都没有的记录（恢复过的电脑丢下的、纸上的）；写上设备编号，就由办公室代为改记。",
)
@common
@as_json
@db_option
@click.option("--unit", metavar="代码", help="单位代码；不写时列出全部，或从设备编号看出")
@click.argument("log", metavar="[设备编号]", required=False, default="")
@click.pass_obj
def stranded(settings: Settings, log: str, as_json: bool, db: str | None, unit: str | None) -> None:
    """List them; with a log, write again what of it no laptop will."""
    from fieldlog.office.serve import open_hub
    from fieldlog.office.stranded_calls import stranded_at

    hub = open_hub(db or default_database(settings.folder))
    beside = stranded_at(hub)
    if log:
        whose = unit or unit_of_enrolled(settings.folder, log, hub.ledger.engine)
        made = beside.write_again(whose, log, _BY_HAND)
        if as_json:
            say_json({"log": log, "written_again": made})
        elif made:
            say(f"已代为改记在 {'、'.join(made)}：时间、人和内容都照原样，各台电脑下次同步就看得到")
            remark("原来那台电脑以后若自己补送，同一条只算一次")
        else:
            say(f"{log} 没有要代为改记的：办公室留着的，日志里都有了")
        return
    units = [unit] if unit else hub.enrolment.units()
    found = [(each, name, beside.count(each, name)) for each in units for name in beside.logs(each)]
    if as_json:
        say_json_lines({"unit": each, "log": name, "entries": count} for each, name, count in found)
        return
    columns = [Column("单位"), Column("电脑"), Column("哪个日志里都没有")]
    if say_table(columns, ([each, name, f"{count} 条"] for each, name, count in found if count)):
        remark("那台电脑下次同步时会自动改记；电脑不在了，运行 fieldlog office stranded 设备编号")
    else:
        say("没有：办公室留着的，日志里都有")
