"""What `fieldlog doctor` looks at. A check never raises and never changes anything that stays."""

import os
import platform
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib import metadata, util
from pathlib import Path
from typing import TYPE_CHECKING, Final

from filelock import FileLock, Timeout

from fieldlog import __version__
from fieldlog.cli.books import library_of
from fieldlog.domain.errors import FieldlogError, os_words

if TYPE_CHECKING:
    from fieldlog.book.book import Book

LEAST_FREE_BYTES: Final = 200 * 1024 * 1024
SLOW_SAVE_MS: Final = 100
NARROWEST, LOWEST = 80, 24

LIBRARIES: Final = (
    ("textual", "textual", "界面"),
    ("tinydb", "tinydb", "列表"),
    ("pydantic", "pydantic", "全部功能"),
    ("orjson", "orjson", "全部功能"),
    ("cryptography", "cryptography", "封签、校验签名和 U 盘同步"),
    ("zstandard", "zstandard", "同步"),
    ("httpx", "httpx", "与网址同步"),
    ("fastapi", "fastapi", "办公室服务"),
    ("uvicorn", "uvicorn", "办公室服务"),
    ("sqlalchemy", "SQLAlchemy", "办公室服务"),
    ("python_calamine", "python-calamine", "从 Excel 导入"),
    ("xlrd", "xlrd", "导入旧版 xls"),
    ("openpyxl", "openpyxl", "导出 Excel"),
    ("pypinyin", "pypinyin", "拼音查找"),
    ("chinese_calendar", "chinese-calendar", "按工作日计算期限"),
    ("qrcode", "qrcode", "二维码"),
    ("stdnum", "python-stdnum", "核对统一社会信用代码"),
    ("yaml", "PyYAML", "检查清单"),
    ("PIL", "Pillow", "照片的时间和地点"),
)
"""Module, package, and what does not work without it."""


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at, and what was found."""

    name: str
    title: str
    ok: bool
    detail: str


def all_checks(folder: Path) -> Iterator[Check]:
    """Everything, one after the other."""
    yield from _data(folder)
    if (folder / "office.sqlite").is_file():
        yield _office(folder / "office.sqlite")
    yield _lists(folder)
    yield _laws(folder)
    yield _terminal()
    yield _python()
    yield _libraries()


def _data(folder: Path) -> Iterator[Check]:
    there = any((folder / name).is_file() for name in ("device.toml", "office.sqlite"))
    yield Check("data", "数据文件夹", there, _data_detail(folder))
    there = next((each for each in (folder, *folder.parents) if each.is_dir()), None)
    if there is None:
        yield Check("writable", "写入", False, f"{folder} 所在的磁盘不在，请插好再试")
        return
    yield _writable(there)
    yield _space(there)
    if (folder / "device.toml").is_file():
        yield from _book(folder)


def _data_detail(folder: Path) -> str:
    if (folder / "device.toml").is_file():
        return str(folder)
    if (folder / "office.sqlite").is_file():
        return f"{folder}，办公室的数据"
    return f"{folder} 里还没有数据；新建用 fieldlog init，看示例用 fieldlog demo"


def _writable(folder: Path) -> Check:
    """Try what an answer does: write and fsync, a few times."""
    took: list[float] = []
    try:
        handle, name = tempfile.mkstemp(prefix=".doctor-", dir=folder)
        try:
            for _ in range(20):
                start = time.perf_counter()
                os.write(handle, b"x" * 600)
                os.fsync(handle)
                took.append((time.perf_counter() - start) * 1000)
        finally:
            os.close(handle)
            Path(name).unlink()
    except OSError as error:
        return Check("writable", "写入", False, f"{folder} 不能写入：{os_words(error)}，请换一个文件夹或检查权限")
    median = statistics.median(took)
    slow = "，偏慢，请检查磁盘或杀毒软件" if median > SLOW_SAVE_MS else ""
    return Check("writable", "写入", True, f"可以写入，落盘一次 {median:.1f} 毫秒{slow}")


def _space(folder: Path) -> Check:
    free = shutil.disk_usage(folder).free
    detail = f"剩余 {free / 1024**3:.1f} GB"
    if free < LEAST_FREE_BYTES:
        return Check("space", "磁盘空间", False, f"{detail}，请腾出空间，否则答案可能保存不了")
    return Check("space", "磁盘空间", True, detail)


def _book(folder: Path) -> Iterator[Check]:
    from fieldlog.book.book import Book
    from fieldlog.cli.checks_home import way_home

    try:
        with Book.look(folder) as book:
            entries = sum(head.seq for head in book.heads().values())
            healthy = f"{len(book.heads())} 份日志，{entries} 条，首尾衔接"
            broken = "；".join(f"{damage}。{damage.advice}" for damage in book.damages)
            yield Check("log", "日志", not broken, broken or healthy)
            unknown = {row["kind"]: row["entries"] for row in book.rows("unknown")}
            if unknown:
                kinds = "、".join(f"{kind} {count} 条" for kind, count in unknown.items())
                yield Check("unknown", "新版本的记录", True, f"{kinds}，已保留；升级 fieldlog 后可见")
            why = book.clock_doubt
            yield _roster(book)
            yield from way_home(book)
            yield Check("clock", "时钟", not why, why or datetime.now().astimezone().strftime("%Y-%m-%d %H:%M %z"))
    except FieldlogError as error:
        yield Check("log", "日志", False, str(error))
    yield _lock(folder)
    yield _torn(folder)


def _roster(book: "Book") -> Check:
    """Whose word roles are here."""
    roster = book.roster
    if roster is None:
        detail = "没有办公室签名的名册，各台电脑的角色按它自己写的；与办公室同步一次就有"
    else:
        day = datetime.fromtimestamp(roster.at / 1000).astimezone()
        detail = f"{len(roster.devices)} 台，办公室签名，{day:%Y-%m-%d} 的"
        strangers = sorted({str(row["device"]) for row in book.rows("devices")} - roster.devices.keys())
        if strangers:
            detail += f"；{'、'.join(strangers)} 不在名册里，记录照看，不当审批人"
    return Check("roster", "设备名册", True, detail)


def _lock(folder: Path) -> Check:
    lock = FileLock(folder / "lock")
    try:
        with lock.acquire(timeout=0):
            return Check("lock", "占用", True, "没有别的 fieldlog 在写")
    except Timeout:
        return Check("lock", "占用", True, "另一个 fieldlog 正在写这份数据；再打开的只能查看")
    except OSError as error:
        return Check("lock", "占用", False, f"不能锁定：{os_words(error)}")


def _torn(folder: Path) -> Check:
    aside = sorted(path.name for path in (folder / "log").glob("*/*.torn"))
    detail = f"断电留下过 {len(aside)} 处没写完的行，已移开：{'、'.join(aside)}" if aside else "没有"
    return Check("torn", "断电痕迹", True, detail)


def _office(database: Path) -> Check:
    from fieldlog.office.health import look

    ok, detail = look(database)
    return Check("office", "办公室数据", ok, detail)


def _lists(folder: Path) -> Check:
    try:
        library = library_of(folder)
        problems = library.problems()
    except FieldlogError as error:
        return Check("checklists", "检查清单", False, str(error))
    if problems:
        return Check(
            "checklists", "检查清单", False, f"{problems[0]}；用 fieldlog checklist lint 看全部 {len(problems)} 处"
        )
    return Check("checklists", "检查清单", True, f"{len(library)} 份，没有问题")


def _laws(folder: Path) -> Check:
    """Read every law text: one that was damaged would say that an article does not exist."""
    from fieldlog.laws.installing import read_folder
    from fieldlog.laws.source import INDEX

    if not (folder / "laws" / INDEX).exists():
        return Check("laws", "法规文本", True, "没有导入，看不到条文（fieldlog laws import 文件夹）")
    heads, _texts, problems = read_folder(folder / "laws")
    if problems:
        return Check("laws", "法规文本", False, f"{problems[0]}，共 {len(problems)} 处；请重新导入")
    return Check("laws", "法规文本", True, f"{len(heads)} 部")


def _terminal() -> Check:
    if not sys.stdout.isatty():
        return Check("terminal", "终端", True, "没有终端，界面打不开，其他命令可用")
    size = shutil.get_terminal_size()
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    wrong: list[str] = []
    if encoding not in ("utf8", "cp65001"):
        wrong.append(f"编码是 {sys.stdout.encoding}，汉字可能显示不全，请改用 UTF-8（Windows Terminal，或 chcp 65001）")
    if size.columns < NARROWEST or size.lines < LOWEST:
        wrong.append(f"窗口 {size.columns}×{size.lines} 太小，请放大到 {NARROWEST}×{LOWEST} 以上")
    detail = "；".join(wrong) or f"{size.columns}×{size.lines}，UTF-8"
    if _ambiguous_width() == 2:
        detail += "；边框符号占两格，请设环境变量 FIELDLOG_ASCII=1"
    return Check("terminal", "终端", not wrong, detail)


def _ambiguous_width() -> int:
    """How many cells the terminal gives a `…`, which fonts disagree on; 0 where it does not say (lessons.md)."""
    if sys.platform == "win32" or not sys.stdin.isatty():
        return 0
    import select
    import termios
    import tty

    handle = sys.stdin.fileno()
    before = termios.tcgetattr(handle)
    answer = b""
    try:
        tty.setcbreak(handle)
        sys.stdout.write("\r…\x1b[6n")
        sys.stdout.flush()
        while not answer.endswith(b"R") and len(answer) < 32 and select.select([handle], [], [], 0.5)[0]:
            answer += os.read(handle, 16)
    finally:
        termios.tcsetattr(handle, termios.TCSADRAIN, before)
        sys.stdout.write("\r  \r")
        sys.stdout.flush()
    column = answer.rpartition(b";")[2].rstrip(b"R")
    return int(column) - 1 if column.isdigit() else 0


def _python() -> Check:
    return Check(
        "python",
        "程序",
        True,
        f"fieldlog {__version__}，Python {platform.python_version()}，{platform.platform(terse=True)}",
    )


def _libraries() -> Check:
    missing = [f"{package}（{use}用不了）" for module, package, use in LIBRARIES if util.find_spec(module) is None]
    if missing:
        return Check("libraries", "组件", False, f"缺少 {'、'.join(missing)}；请重新安装 fieldlog，其他功能不受影响")
    versions = [f"{package} {_version(package)}" for _module, package, _use in LIBRARIES]
    return Check("libraries", "组件", True, "，".join(versions))


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "?"
