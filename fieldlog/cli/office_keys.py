"""`fieldlog office init`, `rotate-keys` and `enrol`: the office's keys, and the codes that let devices in."""

import shutil
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from fieldlog.actions.paths import named_path
from fieldlog.cli.chinese import ChineseCommand
from fieldlog.cli.office_options import db_option, default_database, unit_of
from fieldlog.cli.options import as_json, common
from fieldlog.cli.settings import Settings
from fieldlog.cli.streams import remark, say, say_json
from fieldlog.domain.errors import EnvironmentFault, os_words
from fieldlog.domain.roles import OFFICER

_DARK_ON_LIGHT = "\x1b[30;107m"
_PLAIN = "\x1b[0m"


@click.command("init", cls=ChineseCommand, help="建立办公室的密钥和证书，每个办公室一次；已经有的不会动。")
@common
@as_json
@click.option("--new", is_flag=True, help="另建一套新的：只在密钥丢失或被人拿走时用，各台电脑都要重新登记")
@click.pass_obj
def init(settings: Settings, as_json: bool, new: bool) -> None:
    """Make the office's keys."""
    from fieldlog.office.keys import FOLDER, make_keys, set_aside

    folder = (settings.folder / FOLDER).absolute()
    aside = set_aside(folder, datetime.now().astimezone()) if new else None
    keys, made = make_keys(folder)
    if as_json:
        say_json({"folder": str(folder), "made": made, "key_id": keys.public.key_id, **keys.public.as_json()})
        return
    if not made:
        say(f"办公室的密钥已经有了，没有改动：{folder}（编号 {keys.public.key_id}）")
        return
    say(f"已建立办公室的密钥和证书，在 {folder}（编号 {keys.public.key_id}）")
    say("  证书：各台电脑凭登记码认得本办公室，不用买证书，也不用域名")
    say("  签名密钥：回执和设备名册由它签名；加密密钥：U 盘上的记录只有办公室能打开")
    if aside is not None:
        say(f"原来的另存在 {aside}；每台电脑都要用新的登记码再登记一次，记录不受影响")
    say(f"请现在就备份：把 {folder} 整个文件夹复制到一个 U 盘，锁进保密柜。office backup 的备份里没有它")
    say("谁拿到它就能冒充办公室；丢了可以 fieldlog office init 重建，但每台电脑都要重新登记")
    if _others_may_read(folder):
        remark(f"{folder} 不在当前用户自己的文件夹里，这台电脑的其他用户可能读得到：请在文件夹的属性、安全里只留自己")


@click.command(
    "rotate-keys",
    cls=ChineseCommand,
    help="换办公室的签名密钥、加密密钥和证书：由旧密钥签名引荐，各台电脑下次同步或插 U 盘时自己跟着换。服务不用停。"
    "密钥被人拿走过的，不用这个，用 office init --new。",
)
@common
@as_json
@click.pass_obj
def rotate_keys(settings: Settings, as_json: bool) -> None:
    """Put new keys in the place of the office's."""
    from fieldlog.office.key_rotation import rotate_keys as rotate
    from fieldlog.office.keys import FOLDER

    folder = (settings.folder / FOLDER).absolute()
    keys = rotate(folder)
    if as_json:
        changes = len(keys.succession)
        say_json({"folder": str(folder), "changes": changes, "key_id": keys.public.key_id, **keys.public.as_json()})
        return
    say(f"已换办公室的签名密钥、加密密钥和证书（编号 {keys.public.key_id}，第 {len(keys.succession)} 次换）")
    say("  各台电脑下次同步，或插上 office receive 收过的 U 盘时，核对旧密钥的签名以后自己跟着换，不用重新登记")
    say("  在路上的 U 盘照样打得开，以前的回执照样有效，没有用的登记码照样能用")
    say(f"请现在就把 {folder} 整个文件夹再复制一份，锁进保密柜，换下原来那份：用原来那份恢复，各台电脑都要重新登记")
    remark(
        "密钥被人拿走过的，换了也防不住：拿走的人能用旧密钥骗还没有跟着换的电脑。请用 fieldlog office init --new，各台电脑重新登记"
    )


def _others_may_read(folder: Path) -> bool:
    """Windows keeps a user's own folder from others, and no other one."""
    return sys.platform == "win32" and not folder.is_relative_to(Path.home())


@click.command("enrol", cls=ChineseCommand, help="给一台设备发登记码和二维码，24 小时内用一次。")
@common
@as_json
@db_option
@click.option("--unit", metavar="代码", help="单位代码；不写时取数据文件夹里的单位")
@click.option(
    "--role",
    metavar="角色",
    default="",
    help="officer 执法、supervisor 审批、legal_reviewer 法制审核、auditor 监督、viewer 只看；不写时不变，新的电脑是 officer",
)
@click.option("--url", metavar="网址", help="各台电脑连办公室用的网址，写进二维码；不写时取服务上次启动时的")
@click.option("--png", metavar="文件", type=click.Path(path_type=Path), help="二维码另存为图片")
@click.option("--short", is_flag=True, help="只给前 8 位：服务用的是公网认可的证书时")
@click.argument("device", metavar="[设备编号]", required=False, default="")
@click.pass_obj
def enrol(
    settings: Settings,
    device: str,
    as_json: bool,
    db: str | None,
    unit: str | None,
    role: str,
    url: str | None,
    png: Path | None,
    short: bool,
) -> None:
    """Print a code that lets one device in."""
    from fieldlog.office.database import open_database
    from fieldlog.office.enrolment import Enrolment
    from fieldlog.office.keys import FOLDER, load_keys
    from fieldlog.sync.enrol_code import write_code
    from fieldlog.sync.enrol_qr import enrolment_text
    from fieldlog.sync.line import hub_address

    keys = load_keys(settings.folder / FOLDER)
    address = hub_address(url) if url else keys.address() if keys else ""
    enrolment = Enrolment(open_database(db or default_database(settings.folder)))
    unit = unit or unit_of(settings.folder, device)
    known = enrolment.roster.roster(unit).devices.get(device)
    secret = enrolment.new_code(unit, role or (known.dates.now if known else OFFICER), device)
    code = write_code(secret, keys.public.authority if keys and not short else "")
    text = enrolment_text(code, address)
    if png is not None:
        _write_picture(named_path(png), text)
    if as_json:
        say_json({"device": device, "code": code, "url": address})
        return
    say(code)
    if sys.stdout.isatty():
        _draw(text)
    whose = f" {device} " if device else "那台电脑"
    remark(
        f"请在{whose}上运行 fieldlog sync {address or '办公室网址'} --enrol -，再输入登记码，或粘贴二维码的内容；24 小时内有效，只能用一次"
    )
    if png is not None:
        remark(f"二维码在 {png}；谁拿到都能登记，用过就删掉")


def _write_picture(file: Path, text: str) -> None:
    from fieldlog.book.durable import only_owner, replace_file
    from fieldlog.sync.enrol_qr import picture

    try:
        replace_file(file, picture(text))
        only_owner(file)
    except OSError as error:
        raise EnvironmentFault(f"没有写到 {file}：{os_words(error)}。请换一个能写的位置") from error


def _draw(text: str) -> None:
    """The QR code in half blocks, dark on light whatever the terminal's colours."""
    from fieldlog.sync.enrol_qr import modules

    dots = modules(text)
    room = shutil.get_terminal_size()
    if len(dots) > room.columns or len(dots) // 2 + 3 > room.lines:
        remark("窗口太小，画不下二维码；放大窗口，或用 --png 存成图片")
        return
    for line in half_blocks(dots):
        click.echo(f"{_DARK_ON_LIGHT}{line}{_PLAIN}")


def half_blocks(dots: Sequence[Sequence[bool]]) -> list[str]:
    """Two rows of modules a line."""
    below = [*dots[1::2], *([[False] * len(dots)] if len(dots) % 2 else [])]
    glyphs = {(True, True): "█", (True, False): "▀", (False, True): "▄", (False, False): " "}
    return [
        "".join(glyphs[bool(over), bool(under)] for over, under in zip(row, next_row, strict=True))
        for row, next_row in zip(dots[::2], below, strict=True)
    ]
