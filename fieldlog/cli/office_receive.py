"""`fieldlog office receive`: the office takes in a stick, or photographs of the codes on paper."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from fieldlog.actions.paths import named_path
from fieldlog.cli.chinese import ChineseCommand
from fieldlog.cli.office_options import db_option, default_database
from fieldlog.cli.options import as_json, common
from fieldlog.cli.settings import Settings
from fieldlog.cli.streams import progress, remark, say, say_json
from fieldlog.domain.errors import EnvironmentFault, ExitCode, UsageError
from fieldlog.sync.exchange import heads_to_json
from fieldlog.sync.folder_places import ROOT

if TYPE_CHECKING:
    from fieldlog.office.app import Hub
    from fieldlog.office.cases import CaseDesk, KeptCase
    from fieldlog.office.stick import UnitVisit


_INCOMING = "office-incoming"
"""In the data folder: codes of cases that are not whole yet."""


@click.command(
    "receive",
    cls=ChineseCommand,
    help="把 U 盘、文件夹里各台电脑留的记录，或二维码的照片，直接收进办公室；U 盘上留下回执。服务不用停。"
    "什么都不写时，看纸上收下的检查哪些已由日志核对。",
)
@common
@as_json
@db_option
@click.option("--blobs", metavar="文件夹", type=click.Path(path_type=Path), help="附件文件夹；SQLite 默认在数据库旁边")
@click.option("--unit", metavar="代码", default="", help="照片是哪个单位的；几个单位有同名设备时才要写")
@click.argument("paths", metavar="[文件夹或照片]…", nargs=-1, type=click.Path(path_type=Path))
@click.pass_obj
def receive(
    settings: Settings, paths: tuple[Path, ...], as_json: bool, db: str | None, blobs: Path | None, unit: str
) -> None:
    """Exit 1 where something was refused or is missing."""
    from fieldlog.office.cases import CaseDesk

    hub = _open(settings, db, blobs)
    named = [named_path(path).absolute() for path in paths]
    sticks = [path for path in named if _is_stick(path)]
    photos = tuple(path for path in named if path not in sticks)
    wrong = [_receive_stick(hub, stick, as_json=as_json) for stick in sticks]
    if photos or not sticks:
        desk = CaseDesk(hub.ledger.engine, settings.folder / _INCOMING, unit, hub.now)
        wrong.append(_receive_photos(hub, desk, photos, as_json=as_json))
    if any(wrong):
        raise click.exceptions.Exit(ExitCode.FOUND_WRONG)


def _is_stick(path: Path) -> bool:
    """A folder with what devices left, or none at all, which then is told; any other is one of photographs."""
    return not path.exists() or (path / ROOT).is_dir()


def _receive_photos(hub: "Hub", desk: "CaseDesk", photos: tuple[Path, ...], *, as_json: bool) -> bool:
    """Whether something is missing or was refused."""
    from fieldlog.cli.qr import in_words, texts_of
    from fieldlog.sync.qr_receive import is_settled, receive_for

    unread: list[str] = []
    reception = receive_for(desk, list(texts_of(photos, unread)))
    kept = [case for unit in hub.enrolment.units() for case in desk.kept(unit)]
    if as_json:
        say_json({
            "codes": reception.ours, "foreign": reception.foreign, "unread": unread,
            "cases": [outcome._asdict() for outcome in reception.outcomes], "kept": [case._asdict() for case in kept],
        })  # fmt: skip
    else:
        for outcome in reception.outcomes:
            say(in_words(outcome, f"{outcome.log} 的检查 {outcome.doc}"))
        for case in kept if not photos else ():
            say(_state(case))
        if not photos and not kept and not reception.outcomes:
            say("没有从纸上收下的检查")
    for why in unread:
        remark(why)
    if photos and not reception.ours:
        raise UsageError("照片里没有读到 fieldlog 的二维码；请靠近些、拍清楚、避开反光后再试")
    return bool(unread) or not all(is_settled(outcome) for outcome in reception.outcomes)


def _state(case: "KeptCase") -> str:
    head = f"{case.unit}：{case.log} 的检查 {case.doc}，{case.entries} 条"
    if case.differing:
        return f"{head}：日志到了，有 {case.differing} 条与纸上的不同，这台电脑的数据恢复或复制过，请联系它的使用人"
    if case.lacking:
        return f"{head}：日志还差 {case.lacking} 条没有到，请让这台电脑同步，或把 U 盘拿来"
    return f"{head}：日志已到，与纸上的一致"


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
