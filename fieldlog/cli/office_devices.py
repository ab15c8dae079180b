"""`fieldlog office devices | revoke | rotate`: the devices that may speak to the office."""

from datetime import datetime

import click

from fieldlog.cli.chinese import ChineseCommand
from fieldlog.cli.office_options import db_option, default_database, unit_of_enrolled
from fieldlog.cli.options import as_json, common
from fieldlog.cli.settings import Settings
from fieldlog.cli.streams import remark, say, say_json, say_json_lines
from fieldlog.cli.tables import Column, say_table
from fieldlog.domain.errors import UsageError
from fieldlog.domain.roles import NAMES

_UNIT = click.option("--unit", metavar="代码", help="单位代码；不写时取数据文件夹里的单位，或设备编号前面那一段")


@click.command("devices", cls=ChineseCommand, help="列出登记过的电脑：角色、上次联系、停用没有、办公室有多少条。")
@common
@as_json
@db_option
@click.option("--unit", metavar="代码", help="只列这个单位；不写时全部")
@click.pass_obj
def devices(settings: Settings, as_json: bool, db: str | None, unit: str | None) -> None:
    """List the devices; `--json` prints one object a device."""
    from fieldlog.office.database import open_database
    from fieldlog.office.device_list import device_list

    known = device_list(open_database(db or default_database(settings.folder)), unit or "")
    if as_json:
        say_json_lines(each.as_json() for each in known)
        return
    columns = [Column("单位"), Column("电脑"), Column("角色"), Column("状态"), Column("上次联系"), Column("记录"), Column("登记")]  # fmt: skip
    rows = (
        [
            each.unit,
            each.device,
            NAMES.get(each.role, each.role),
            f"停用 {_day(each.revoked_at)}" if each.revoked_at else "待换令牌" if each.rotating else "正常",
            _minute(each.heard_at),
            f"{each.entries} 条",
            _day(each.enrolled_at),
        ]
        for each in known
    )
    if not say_table(columns, rows):
        say("还没有登记过电脑；fieldlog office enrol 设备编号 给一台发登记码")


def _minute(at: int | None) -> str:
    return datetime.fromtimestamp(at / 1000).astimezone().strftime("%Y-%m-%d %H:%M") if at else "不详"


def _day(at: int) -> str:
    return datetime.fromtimestamp(at / 1000).astimezone().strftime("%Y-%m-%d")


@click.command(
    "revoke", cls=ChineseCommand, help="停用一台电脑（丢了、报废、人走了）：它的令牌和登记码马上失效，记录都留着。"
)
@common
@as_json
@db_option
@_UNIT
@click.argument("device", metavar="设备编号")
@click.pass_obj
def revoke(settings: Settings, device: str, as_json: bool, db: str | None, unit: str | None) -> None:
    """Shut a device out."""
    from fieldlog.office.database import open_database
    from fieldlog.office.device_list import shut_out

    office = open_database(db or default_database(settings.folder))
    shut = shut_out(office, unit or unit_of_enrolled(settings.folder, device, office), device)
    if as_json:
        say_json({"device": device, "revoked": shut})
        return
    say(f"已停用 {'、'.join(shut)}：不能再同步；以前的记录都在，仍算它的")
    remark(f"找回来了，用 fieldlog office enrol {device} 给新的登记码就恢复；换新电脑，用新的设备编号")


@click.command("rotate", cls=ChineseCommand, help="换令牌：电脑下次同步时自己换，不用到电脑前。写设备编号，或 --all。")
@common
@as_json
@db_option
@_UNIT
@click.option("--all", "every", is_flag=True, help="全部电脑，写了 --unit 时是这个单位的全部")
@click.argument("device", metavar="[设备编号]", required=False, default="")
@click.pass_obj
def rotate(settings: Settings, device: str, as_json: bool, db: str | None, unit: str | None, every: bool) -> None:
    """Have devices fetch new tokens."""
    from fieldlog.office.database import open_database
    from fieldlog.office.tokens import Tokens

    if bool(device) == every:
        raise UsageError("写一台的设备编号，或用 --all 换全部")
    office = open_database(db or default_database(settings.folder))
    whose = unit or ("" if every else unit_of_enrolled(settings.folder, device, office))
    asked = Tokens(office).ask_new(whose, device)
    if as_json:
        say_json({"rotating": asked})
        return
    say(f"{'、'.join(asked)} 下次同步时换新令牌；旧令牌用到新的第一次用上为止，断电断网都不会登不上")
    remark("丢了的电脑不要换令牌，要停用：fieldlog office revoke 设备编号")
