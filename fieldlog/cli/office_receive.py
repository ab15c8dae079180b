"""`fieldlog office receive`: the office takes in a stick."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from fieldlog.actions.paths import named_path
from fieldlog.cli.chinese import ChineseCommand
from fieldlog.cli.office_options import db_option, default_database
from fieldlog.cli.options import as_json, common
from fieldlog.cli.settings import Settings
from fieldlog.cli.streams import progress, remark, say, say_json
from fieldlog.domain.errors import EnvironmentFault, ExitCode
from fieldlog.sync.exchange import heads_to_json

if TYPE_CHECKING:
    from fieldlog.office.app import Hub
    from fieldlog.office.stick import UnitVisit


@click.command(
    "receive", cls=ChineseCommand, help="把 U 盘或文件夹里各台电脑留的记录直接收进办公室，并留下回执。服务不用停。"
)
@common
@as_json
@db_option
@click.option("--blobs", metavar="文件夹", type=click.Path(path_type=Path), help="附件文件夹；SQLite 默认在数据库旁边")
@click.argument("folders", metavar="文件夹…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.pass_obj
def receive(settings: Settings, folders: tuple[Path, ...], as_json: bool, db: str | None, blobs: Path | None) -> None:
    """Exit 1 where something was refused."""
    hub = _open(settings, db, blobs)
    wrong = [_receive_stick(hub, named_path(folder).absolute(), as_json=as_json) for folder in folders]
    if any(wrong):
        raise click.exceptions.Exit(ExitCode.FOUND_WRONG)


def _open(settings: Settings, db: str | None, blobs: Path | None) -> "Hub":
    from fieldlog.office.serve import open_hub

    url = db or default_database(settings.folder)
    if blobs is None and not url.startswith("sqlite"):
        blobs = settings.folder / "office.blobs"
    return open_hub(url, blobs, keys=settings.folder / "office-keys")


def _receive_stick(hub: "Hub", folder: Path, *, as_json: bool) -> bool:
    """Whether something was refused."""
    from sqlalchemy.exc import SQLAlchemyError

    from fieldlog.office.database import reason
    from fieldlog.office.stick import receive_stick

    try:
        visits, notes = receive_stick(hub, folder, progress())
    except SQLAlchemyError as error:
        raise EnvironmentFault(f"办公室数据库暂时用不了（{reason(error)}），已收下的都在，请稍后再收一次") from error
    for line in [*(note for visit in visits for note in visit.notes), *notes]:
        remark(line)
    if as_json:
        say_json({"target": str(folder), "units": [_fields(visit) for visit in visits], "notes": notes})
    else:
        for visit in visits:
            say(_in_words(visit))
        if not visits:
            say(f"{folder} 里没有已登记单位的记录")
    refused = [refusal for visit in visits for refusal in visit.refused]
    for refusal in refused:
        entry = f"{refusal.log} 第 {refusal.seq} 条，" if refusal.log else ""
        remark(f"没有收下：{entry}{refusal.why}")
    return bool(refused)


def _fields(visit: "UnitVisit") -> dict[str, object]:
    return {
        "unit": visit.unit,
        "received": visit.received,
        "sent": visit.sent,
        "blobs_received": visit.blobs_received,
        "blobs_sent": visit.blobs_sent,
        "devices": visit.devices,
        "heads": heads_to_json(visit.heads),
        "refused": [refusal._asdict() for refusal in visit.refused],
        "notes": visit.notes,
    }


def _in_words(visit: "UnitVisit") -> str:
    said = f"{visit.unit}：收下 {visit.received} 条、附件 {visit.blobs_received} 个"
    if visit.sent or visit.blobs_sent:
        said += f"，留给各台电脑 {visit.sent} 条、附件 {visit.blobs_sent} 个"
    receipts = f"，回执留给 {'、'.join(visit.devices)}" if visit.devices else ""
    return f"{said}{receipts}"
