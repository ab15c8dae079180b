"""`fieldlog office serve | move | backup | restore | schema`; the others have files of their own."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fieldlog.cli.chinese import ChineseCommand, LazyGroup
from fieldlog.cli.office_options import db_option, default_database
from fieldlog.cli.options import as_json, common
from fieldlog.cli.settings import Settings
from fieldlog.cli.streams import progress, remark, say, say_json

if TYPE_CHECKING:
    from fieldlog.office.backup import Backup

LATER = {
    "init": ("fieldlog.cli.office_keys:init", "建立办公室的密钥和证书，每个办公室一次"),
    "rotate-keys": ("fieldlog.cli.office_keys:rotate_keys", "换办公室的密钥和证书，各台电脑自己跟着换，不用重新登记"),
    "enrol": ("fieldlog.cli.office_keys:enrol", "给一台设备发登记码和二维码，24 小时内用一次"),
    "receive": ("fieldlog.cli.office_receive:receive", "把 U 盘里各台电脑的记录直接收进办公室，并留下回执"),
    "stranded": ("fieldlog.cli.office_stranded:stranded", "列出哪个日志里都没有的记录，或由办公室代为改记"),
    "role": ("fieldlog.cli.office_role:role", "看各台电脑的角色，或改一台的"),
    "numbers": ("fieldlog.cli.office_numbers:numbers", "给各台电脑分文号的号段，没有网络也不会重号"),
    "devices": ("fieldlog.cli.office_devices:devices", "列出登记过的电脑：角色、上次联系、停用没有、有多少条"),
    "revoke": ("fieldlog.cli.office_devices:revoke", "停用一台电脑，记录都留着"),
    "rotate": ("fieldlog.cli.office_devices:rotate", "换令牌，电脑下次同步时自己换"),
}
"""Commands of the group that load when they are called."""


@click.group(cls=LazyGroup, lazy=LATER, help="办公室服务。")
@common
def office() -> None:
    """The hub."""


@office.command("serve", cls=ChineseCommand, help="运行办公室服务，能应答后输出一行网址。按 Ctrl+C 停止。")
@common
@db_option
@click.option("--host", metavar="地址", default="127.0.0.1", help="监听的地址，默认只有本机能连：127.0.0.1")
@click.option("--port", metavar="端口", type=click.IntRange(0, 65535), default=8470, help="端口，默认 8470；0 为任选")
@click.option(
    "--blobs",
    metavar="文件夹",
    type=click.Path(path_type=Path),
    help="附件放在哪里；不写时在数据库旁边，PostgreSQL 在数据文件夹的 office.blobs",
)
@click.option("--tls-cert", metavar="文件", type=click.Path(path_type=Path), help="另有证书时用：TLS 证书（PEM）")
@click.option("--tls-key", metavar="文件", type=click.Path(path_type=Path), help="TLS 私钥（PEM）")
@click.option("--tls", is_flag=True, help="只在本机用时也加密；对外服务时总是加密，用 office init 建的证书")
@click.option("--insecure", is_flag=True, help="允许在本机以外用不加密的 HTTP")
@click.pass_obj
def serve(
    settings: Settings,
    db: str | None,
    host: str,
    port: int,
    blobs: Path | None,
    tls_cert: Path | None,
    tls_key: Path | None,
    tls: bool,
    insecure: bool,
) -> None:
    """Run the hub until it is told to stop."""
    from fieldlog.office import serve as hub

    url = db or default_database(settings.folder)
    hub.run(
        url,
        host,
        port,
        blobs=blobs or _default_blobs(settings.folder, url),
        keys=settings.folder / "office-keys",
        tls_cert=tls_cert,
        tls_key=tls_key,
        tls=tls,
        insecure=insecure,
    )


@office.command("move", cls=ChineseCommand, help="把办公室的记录搬到另一个数据库，例如从 SQLite 到 PostgreSQL。")
@common
@as_json
@db_option
@click.option("--to", metavar="网址", required=True, help="搬到哪里，postgresql://… 或 sqlite:///文件；要是空的")
@click.pass_obj
def move(settings: Settings, as_json: bool, db: str | None, to: str) -> None:
    """Copy the ledger into another database and mark the old one."""
    from fieldlog.office.move import move as move_ledger

    counts = move_ledger(db or default_database(settings.folder), to, progress=progress())
    if as_json:
        say_json(counts)
        return
    say(f"搬好了：{counts['logs']} 份日志，{counts['entries']} 条记录，{counts['devices']} 台设备；各台电脑不用改什么")
    remark("办公室服务以后用 --db 写新的数据库；附件还在原来的文件夹，用 --blobs 指向它")


_BLOBS = click.option(
    "--blobs", metavar="文件夹", type=click.Path(path_type=Path), help="附件文件夹；SQLite 默认在数据库旁边"
)


@office.command("backup", cls=ChineseCommand, help="把办公室的记录和附件备份成一个文件；服务不用停。")
@common
@as_json
@db_option
@_BLOBS
@click.argument("file", metavar="文件", type=click.Path(path_type=Path))
@click.pass_obj
def backup(settings: Settings, as_json: bool, db: str | None, blobs: Path | None, file: Path) -> None:
    """Back the hub up while it runs."""
    from fieldlog.office.backup import back_up, database_file

    url = db or default_database(settings.folder)
    made = back_up(url, blobs or database_file(url).with_suffix(".blobs"), file.absolute(), progress())
    if made.missing:
        remark(f"有 {made.missing} 个附件的文件不在，没有备份到；各台电脑下次同步会补送")
    _say_backup(made, f"已备份到 {file}", as_json=as_json)
    if not as_json and (settings.folder / "office-keys").is_dir():
        remark(f"办公室的密钥不在备份里，请另外保管 {settings.folder / 'office-keys'} 的复制件，与备份分开放")


@office.command("restore", cls=ChineseCommand, help="从备份恢复办公室的记录和附件，先逐条校验。服务要先停下。")
@common
@as_json
@db_option
@_BLOBS
@click.option("--force", is_flag=True, help="已有数据库也换成备份里的；现有的另存在旁边")
@click.argument("file", metavar="文件", type=click.Path(path_type=Path))
@click.pass_obj
def restore(settings: Settings, as_json: bool, db: str | None, blobs: Path | None, force: bool, file: Path) -> None:
    """Prove a backup and put it in place."""
    from fieldlog.office import backup as backups

    url = db or default_database(settings.folder)
    folder = blobs or backups.database_file(url).with_suffix(".blobs")
    made = backups.restore(url, folder, file.absolute(), progress(), force=force)
    _say_backup(made, "已恢复；备份以后的记录，各台电脑下次同步会自己补送", as_json=as_json)


def _say_backup(made: "Backup", said: str, *, as_json: bool) -> None:
    if as_json:
        say_json(asdict(made))
    else:
        say(f"{said}：{made.logs} 份日志 {made.entries} 条，附件 {made.blobs} 个")


@office.command("schema", cls=ChineseCommand, help="打印 PostgreSQL 的建表语句，给数据库管理员看；表会自动建好。")
@common
@click.option("--citus", is_flag=True, help="打印 Citus 按单位分布的语句，在第一次启动之后、收记录之前运行")
def schema(citus: bool) -> None:
    """Print SQL."""
    from fieldlog.office.schema import citus_statements, create_statements

    for statement in citus_statements() if citus else create_statements():
        say(statement)


def _default_blobs(folder: Path, url: str) -> Path | None:
    """Beside a SQLite database, which the hub knows itself; of any other, in the data folder."""
    return None if url.startswith("sqlite") else folder / "office.blobs"
