"""`fieldlog office role`: which role each device has, and giving one another."""

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from fieldlog.cli.chinese import ChineseCommand
from fieldlog.cli.office_options import db_option, default_database, unit_of, unit_of_enrolled
from fieldlog.cli.options import as_json, common
from fieldlog.cli.settings import Settings
from fieldlog.cli.streams import remark, say, say_json
from fieldlog.domain.errors import UsageError

if TYPE_CHECKING:
    from fieldlog.domain.role_dates import RoleDates


@click.command(
    "role",
    cls=ChineseCommand,
    help="看各台电脑登记的角色，或改一台的：officer 执法、supervisor 审批、legal_reviewer 法制审核、auditor 监督、viewer 只看。"
    "改小从现在起算；改大从办公室已收到的最后一条起算，先前没有收下的随下次同步收下。",
)
@common
@as_json
@db_option
@click.option("--unit", metavar="代码", help="单位代码；不写时取数据文件夹里的单位")
@click.option("--since", metavar="日期", help="从哪一天起算，2026-11-20；只在补认过去的记录时用")
@click.option("--until", metavar="日期", help="到哪一天为止（含当天），此后仍是原来的角色；与 --since 一起用")
@click.argument("device", metavar="[设备编号]", required=False, default="")
@click.argument("role", metavar="[角色]", required=False, default="")
@click.pass_obj
def role(
    settings: Settings,
    device: str,
    role: str,
    as_json: bool,
    db: str | None,
    unit: str | None,
    since: str | None,
    until: str | None,
) -> None:
    """List the devices' roles, or give a device one."""
    from fieldlog.domain.role_dates import midnight
    from fieldlog.office.database import open_database
    from fieldlog.office.roster import OfficeRoster

    if until and not since:
        raise UsageError("--until 要和 --since 一起用：从哪天到哪天")
    first, last = _day(since, "--since"), _day(until, "--until")
    if first and last and last < first:
        raise UsageError("--until 不能早于 --since")
    database = open_database(db or default_database(settings.folder))
    named = unit or (unit_of_enrolled(settings.folder, device, database) if device else unit_of(settings.folder, ""))
    office = OfficeRoster(database)
    before = office.roster(named).devices
    if not role:
        shown = {log: each.dates for log, each in before.items() if device in ("", log)}
        _show(shown, {log: each.revoked_at for log, each in before.items()}, as_json=as_json)
        if not shown:
            remark(f"单位 {named} 没有登记过{f' {device} ' if device else ''}电脑；登记用 fieldlog office enrol")
        return
    given = office.give(
        named,
        device,
        role,
        midnight(first) if first else None,
        midnight(last + timedelta(days=1)) if last else None,
    )
    _show(given, {}, as_json=as_json)
    remark("那台电脑下次同步就按新的角色办；别的电脑随设备名册知道")


def _show(devices: "dict[str, RoleDates]", revoked: dict[str, int | None], *, as_json: bool) -> None:
    from fieldlog.domain.roles import NAMES

    for log, dates in sorted(devices.items()):
        if as_json:
            row: dict[str, Any] = {
                "device": log,
                "role": dates.now,
                "roles": [[_moment(since), named] for since, named in dates.dates],
                "revoked": revoked.get(log) is not None,
            }
            say_json(row)
            continue
        changes = [f"{_moment(since)} 起 {NAMES[named]}" if since else NAMES[named] for since, named in dates.dates]
        shut = "  已停用" if revoked.get(log) is not None else ""
        say(f"{log}  {dates.now}  {'，'.join(changes)}{shut}")


def _moment(milliseconds: int) -> str:
    return f"{datetime.fromtimestamp(milliseconds / 1000, UTC).astimezone():%Y-%m-%d %H:%M}" if milliseconds else ""


def _day(text: str | None, option: str) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{option} 的日期“{text}”看不懂，请写成 2026-11-20") from error
