"""Options that several commands take, spelt and explained in one way."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click

from fieldlog.actions.paths import named_path
from fieldlog.cli.settings import Settings

_Command = TypeVar("_Command", bound=Callable[..., Any])


def day(ctx: click.Context, param: click.Parameter, value: str | None) -> date | None:
    """Read a calendar day, `2026-11-23`; for `callback=`."""
    if value is None:
        return None
    try:
        return date.fromisoformat(value.strip())
    except ValueError as error:
        raise click.BadParameter(f"“{value}”不是日期，请写成 2026-11-23", ctx, param) from error


def common(command: _Command) -> _Command:
    """`--data` and `--debug`, which every command takes; they go into the context's `Settings`."""
    command = click.option(
        "--debug",
        is_flag=True,
        expose_value=False,
        is_eager=True,
        callback=_remember_debug,
        help="出错时显示详细的调用栈",
    )(command)
    return click.option(
        "--data",
        metavar="文件夹",
        type=click.Path(path_type=Path),
        expose_value=False,
        callback=_remember_data,
        help="数据文件夹；不写时用环境变量 FIELDLOG_DATA，再没有就用系统的用户数据文件夹",
    )(command)


def as_json(command: _Command) -> _Command:
    """`--json`."""
    return click.option("--json", "as_json", is_flag=True, help="输出 JSON，供程序使用")(command)


def laws_option(command: _Command) -> _Command:
    """`--laws DIR`, a law folder other than `DATA/laws`."""
    return click.option(
        "--laws",
        metavar="文件夹",
        type=click.Path(path_type=Path),
        callback=_named,
        help="法规文本的文件夹；不写时用数据文件夹里导入过的（fieldlog laws import）",
    )(command)


def _named(ctx: click.Context, param: click.Parameter, value: Path | None) -> Path | None:
    del ctx, param
    return None if value is None else named_path(value)


def _remember_data(ctx: click.Context, param: click.Parameter, value: Path | None) -> None:
    del param
    if value is not None:
        ctx.ensure_object(Settings).data = named_path(value)


def _remember_debug(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    del param
    if value:
        ctx.ensure_object(Settings).debug = True
