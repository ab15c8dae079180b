"""`fieldlog devices`: the unit's devices, how far each log is, and what was not taken in."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from fieldlog.cli.books import looking
from fieldlog.cli.chinese import ChineseCommand
from fieldlog.cli.options import as_json, common
from fieldlog.cli.settings import Settings
from fieldlog.cli.streams import remark, say, say_json_lines
from fieldlog.cli.tables import Column, say_table

if TYPE_CHECKING:
    from fieldlog.actions.devices import DeviceState


@click.command(cls=ChineseCommand, help="本单位的各台电脑：记录到哪里、办公室有多少、哪些没有收下。")
@common
@as_json
@click.pass_obj
def devices(settings: Settings, as_json: bool) -> None:
    """Print the devices."""
    from fieldlog.actions.devices import devices, office_said

    with looking(settings.folder) as book:
        found, said, own = devices(book), office_said(book), book.device.id
    if as_json:
        say_json_lines(_row(each, said, own) for each in found)
        return
    columns = [
        Column("电脑"),
        Column("角色"),
        Column("最近联系"),
        Column("最近一条"),
        Column("本机有"),
        Column("办公室有"),
        Column("情况", 40),
    ]
    shown = (
        [
            each.device + ("（本机）" if each.own else ""),
            each.role_word,
            each.heard[:16].replace("T", " ") or "不清楚",
            each.newest[:16].replace("T", " ") or "还没有收到",
            str(each.here),
            "不清楚" if each.at_office is None else str(each.at_office),
            each.state,
        ]
        for each in found
    )
    say_table(columns, shown)
    _say_refused(found, own)
    remark(f"办公室有多少，是 {said[:16].replace('T', ' ')} 同步时说的" if said else "还没有与办公室的网址同步过")


def _say_refused(found: "list[DeviceState]", own: str) -> None:
    from fieldlog.actions.refusals import way_on

    standing = [refused for each in found for refused in each.refused if refused.stands]
    if standing:
        say("")
        say("没有收下的：")
    for each in standing:
        entry = f"{each.log} 第 {each.seq} 条" if each.log else "附件"
        say(f"  {each.last[:16].replace('T', ' ')}  {entry}  与 {each.target}：{each.why}")
        say(f"    {way_on(each, own)}")


def _row(each: "DeviceState", said: str, own: str) -> dict[str, Any]:
    from fieldlog.actions.refusals import way_on

    refused = [{**asdict(one), "way_on": way_on(one, own)} for one in each.refused]
    return {**asdict(each), "state": each.state, "office_said": said or None, "refused": refused}
