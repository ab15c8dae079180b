"""The table of commands, and how the process ends."""

import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from fieldlog import __version__
from fieldlog.cli.chinese import LazyGroup, worded
from fieldlog.cli.options import common
from fieldlog.cli.settings import Settings
from fieldlog.cli.streams import prepare_streams, quiet_the_end, remark
from fieldlog.domain.errors import ExitCode, FieldlogError, os_words

COMMANDS = {
    "demo": ("fieldlog.cli.demo:demo", "建一个示例乡镇并打开，不影响真实数据"),
    "init": ("fieldlog.cli.init:init", "在这台电脑上新建数据：单位、设备编号、执法人员"),
    "record": ("fieldlog.cli.record:record", "供程序使用：标准输入一行一个 JSON，落盘后回执一行"),
    "premises": ("fieldlog.cli.lists:premises", "单位列表"),
    "officers": ("fieldlog.cli.lists:officers", "执法人员列表"),
    "inspections": ("fieldlog.cli.lists:inspections", "检查列表"),
    "hazards": ("fieldlog.cli.lists:hazards", "隐患台账"),
    "cases": ("fieldlog.cli.cases:cases", "案件台账"),
    "registry": ("fieldlog.cli.registry:registry", "导入单位或人员台账（xlsx、xls、CSV）"),
    "checklist": ("fieldlog.cli.checklist:checklist", "检查清单：校验、列出、查看"),
    "laws": ("fieldlog.cli.laws:laws", "法规文本：导入、列出、查看、查找"),
    "equipment": ("fieldlog.cli.equipment:equipment", "设备和领用台账：谁领了哪台执法记录仪"),
    "deadline": ("fieldlog.cli.deadline:deadline", "法定期限：哪天到期，为什么"),
    "papers": ("fieldlog.cli.papers:papers", "文书：出通知书、笔录等，换模板"),
    "footage": ("fieldlog.cli.footage:footage", "录像：扫描存储卡，对时，对上检查"),
    "sync": ("fieldlog.cli.sync:sync", "与办公室同步：网址，或 U 盘、共享文件夹"),
    "devices": ("fieldlog.cli.devices:devices", "各台电脑的记录到哪里、哪些没有收下"),
    "qr": ("fieldlog.cli.qr:qr", "把一次检查印成二维码，没有网络和 U 盘时交办公室"),
    "receive": ("fieldlog.cli.qr:receive", "从二维码的照片收下检查记录"),
    "office": ("fieldlog.cli.office:office", "办公室服务：运行，给设备发登记码"),
    "export": ("fieldlog.cli.export:export", "导出全部记录、数据或隐患台账"),
    "verify": ("fieldlog.cli.verify:verify", "校验日志有没有被改动"),
    "rebuild": ("fieldlog.cli.health:rebuild", "丢弃列表缓存，从日志重建"),
    "doctor": ("fieldlog.cli.health:doctor", "检查这台电脑和数据是否正常"),
}


@click.command(
    "fieldlog",
    cls=LazyGroup,
    lazy=COMMANDS,
    invoke_without_command=True,
    help="基层综合行政执法现场检查。不带命令直接打开界面。",
)
@common
@click.option("--version", is_flag=True, help="显示版本")
@click.pass_context
def root(ctx: click.Context, version: bool) -> None:
    """Open the screens where no command is named."""
    if version:
        click.echo(f"fieldlog {__version__}")
    elif ctx.invoked_subcommand is None:
        from fieldlog.cli.screen import open_screen

        open_screen(ctx.obj, ctx.obj.folder)


def run(arguments: Sequence[str]) -> int:
    """Run one command and return the exit code; no exception gets past this."""
    prepare_streams()
    settings = Settings()
    try:
        result = root.main(list(arguments), prog_name="fieldlog", obj=settings, standalone_mode=False)
    except Exception as error:  # noqa: BLE001 - the edge: whatever it is, the officer gets one line
        if settings.debug:
            traceback.print_exc()
        return _told(error, settings)
    except SystemExit:  # click's way of saying that nobody reads our output any more
        quiet_the_end()
        return ExitCode.DONE
    except KeyboardInterrupt:
        remark("已中断；已经确认的记录都在")
        return ExitCode.ENVIRONMENT
    return result if isinstance(result, int) else ExitCode.DONE


def _told(error: Exception, settings: Settings) -> int:
    """Say in one line what happened and return the exit code."""
    match error:
        case FieldlogError():
            remark(_one_line(str(error)))
            return error.exit_code
        case click.exceptions.Exit():
            return error.exit_code
        case click.Abort():
            remark("已取消，没有改动")
            return ExitCode.USAGE
        case click.ClickException():
            remark(_one_line(worded(error)))
            return ExitCode.USAGE
        case OSError():
            where = f"（{error.filename}）" if error.filename else ""
            remark(f"读写失败：{_one_line(os_words(error))}{where}。请检查磁盘空间、权限和文件夹后再试")
            return ExitCode.ENVIRONMENT
        case ImportError():
            remark(f"缺少组件 {error.name or error}，这个功能用不了，其他功能不受影响；请重新安装 fieldlog 补上")
            return ExitCode.ENVIRONMENT
        case _:
            remark(f"程序出错，已确认的记录不受影响。请把这个文件发给维护人员：{_crash_file(settings)}")
            return ExitCode.ENVIRONMENT


def _one_line(text: str) -> str:
    return " ".join(text.split("\n")).strip()


def _crash_file(settings: Settings) -> Path:
    """Write the traceback where it can be found, for the owner only since it may quote a record; returns the file."""
    moment = datetime.now().astimezone()
    name = f"crash-{moment:%Y%m%d-%H%M%S}.txt"
    about = f"fieldlog {__version__} · Python {sys.version} · {sys.platform} · {moment.isoformat()}"
    text = f"{about}\n{traceback.format_exc()}"
    folders = [settings.folder] if settings.folder.is_dir() else []
    for folder in [*folders, Path(tempfile.gettempdir())]:
        try:  # never a file or link that somebody else put there, and never readable to others in between
            handle = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
        except OSError:
            continue
        return folder / name
    return Path(name)
