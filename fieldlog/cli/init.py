"""`fieldlog init`: a new device."""

import re
import sys
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import click

from fieldlog.cli.chinese import ChineseCommand
from fieldlog.cli.options import as_json, common
from fieldlog.cli.settings import Settings
from fieldlog.cli.streams import say, say_json
from fieldlog.domain.errors import UsageError

_OFFICER_FORM = "姓名,执法证号,有效期,职务"


@dataclass(frozen=True, slots=True)
class NewOfficer:
    """One `--officer`."""

    name: str
    certificate: str
    expiry: str | None
    post: str


def _officers(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> list[NewOfficer]:
    try:
        people = [read_officer(value) for value in values]
    except ValueError as error:
        raise click.BadParameter(str(error), ctx, param) from error
    numbers = [each.certificate for each in people if each.certificate]
    twice = sorted({number for number in numbers if numbers.count(number) > 1})
    if twice:  # told before the book is made, since init runs once
        raise click.BadParameter(f"执法证号 {'、'.join(twice)} 写了两次，每人的证号不同", ctx, param)
    return people


def read_officer(text: str) -> NewOfficer:
    """Read `张某甲,500001,2028-12-31,大队长`; full-width commas do as well.

    Raises:
        ValueError: it is not in this form; the message says how.
    """
    parts = [part.strip() for part in text.replace("，", ",").split(",")]
    if len(parts) > 4 or not parts[0]:
        raise ValueError(f"“{text}”看不懂，请写成 {_OFFICER_FORM}，例如 张某甲,500001,2028-12-31,大队长")
    name, certificate, expiry, post = [*parts, "", "", ""][:4]
    return NewOfficer(name, certificate, _read_expiry(expiry) if expiry else None, post)


def _read_expiry(text: str) -> str:
    """A day as certificates have it: 2028-12-31, 2028/12/31, 2028.12.31, 2028年12月31日, 20281231."""
    parts = re.fullmatch(r"(\d{4})\D?(\d{1,2})\D?(\d{1,2})\D?", unicodedata.normalize("NFKC", text))
    try:
        return date(*map(int, parts.groups())).isoformat() if parts else date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise ValueError(f"有效期“{text}”不是日期，请写成 2028-12-31") from error


@click.command(cls=ChineseCommand, help="在这台电脑上新建数据。没写的项目会在终端里逐个询问。")
@common
@as_json
@click.option("--unit", metavar="代码", help="单位代码，小写字母和数字，例如 houye")
@click.option("--unit-name", metavar="名称", help="单位全称，例如 云阳县后叶镇综合行政执法大队")
@click.option("--device", metavar="编号", help="设备编号，全单位不能重复；不写时为 单位代码-01")
@click.option(
    "--role",
    metavar="角色",
    default="officer",
    type=click.Choice(["officer", "supervisor", "legal_reviewer", "auditor", "viewer"]),
    help="officer 执法（默认）、supervisor 审批、legal_reviewer 法制审核、auditor 监督、viewer 只看",
)
@click.option(
    "--officer",
    "officers",
    metavar=f"“{_OFFICER_FORM}”",
    multiple=True,
    callback=_officers,
    help="执法人员，可写多次；第一位是这台电脑的使用人",
)
@click.pass_obj
def init(
    settings: Settings,
    as_json: bool,
    unit: str | None,
    unit_name: str | None,
    device: str | None,
    role: str,
    officers: list[NewOfficer],
) -> None:
    """Create the book and register the officers."""
    from fieldlog.actions import registers
    from fieldlog.book.book import Book
    from fieldlog.book.device import Device, require_no_data
    from fieldlog.domain.roles import NAMES, may_write

    registers_people = may_write(role, "officer.registered")
    if officers and not registers_people:  # before the book is made, since init runs once
        raise UsageError(f"“{NAMES[role]}”的电脑不登记执法人员：请去掉 --officer，人员同步以后就有")
    asking = sys.stdin.isatty() and not (unit and unit_name)
    require_no_data(settings.folder)  # before anything is asked
    unit = unit or _ask("单位代码（小写字母和数字，例如 houye）", "--unit", check=_is_code)
    unit_name = unit_name or _ask("单位全称", "--unit-name")
    if asking:
        device = device or _ask("设备编号", "--device", default=f"{unit}-01", check=_is_code)
        officers = officers or (_ask_officers() if registers_people else [])
    made = Device(id=device or f"{unit}-01", unit=unit, unit_name=unit_name, doc=_new_id(), role=role)
    with Book.create(settings.folder, made) as book:
        people = [
            registers.register_officer(
                book,
                book.device.id,
                name=each.name,
                certificate=each.certificate,
                certificate_expiry=each.expiry,
                post=each.post,
            ).doc
            for each in officers
        ]
        if people:
            book.be(people[0])
    if as_json:
        say_json({"data": str(settings.folder), "device": made.id, "unit": unit, "officers": people})
        return
    say(f"已在 {settings.folder} 新建 {made.id}（{unit_name}），登记执法人员 {len(people)} 名")
    if role != "officer":
        say("下一步：向办公室要登记码，运行 fieldlog sync 办公室网址 --enrol 登记码，单位和隐患就都来了")
        return
    if len(people) < 2:
        say("检查要有两名执法人员：用 fieldlog registry import 人员表.xlsx 导入其余人员")
    say("下一步：fieldlog registry import 单位台账.xlsx，然后运行 fieldlog")


def _new_id() -> str:
    from ulid import ULID

    return str(ULID())


def _is_code(text: str) -> str:
    """What is wrong with a unit's or device's code, or nothing."""
    from fieldlog.domain.log_format import is_device_id, is_reserved

    if is_reserved(text):
        return "是 Windows 保留的名字，请换一个"

    return "" if is_device_id(text) else "只能用小写字母、数字和连字符，例如 houye，请重写"


def _ask(what: str, option: str, *, default: str | None = None, check: Callable[[str], str] = lambda _text: "") -> str:
    """Ask until the answer will do, so that nothing typed after it is lost."""
    if not sys.stdin.isatty():
        raise UsageError(f"缺少 {option}：没有终端可以询问，请在命令里写明（fieldlog init --help 看全部选项）")
    while wrong := check(text := str(click.prompt(what, default=default)).strip()):
        click.echo(wrong)
    return text


def _ask_officers() -> list[NewOfficer]:
    people: list[NewOfficer] = []
    click.echo(f"执法人员，一行一名，写成 {_OFFICER_FORM}，直接回车结束。第一位是这台电脑的使用人。")
    while text := str(click.prompt(f"第 {len(people) + 1} 名", default="", show_default=False)).strip():
        try:
            people.append(read_officer(text))
        except ValueError as error:
            click.echo(str(error))
    return people
