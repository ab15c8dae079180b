"""`fieldlog registry import FILE`."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fieldlog.cli.books import looking, writing
from fieldlog.cli.chinese import ChineseCommand, LazyGroup
from fieldlog.cli.options import as_json, common
from fieldlog.cli.settings import Settings
from fieldlog.cli.streams import say, say_json
from fieldlog.domain.errors import ExitCode

if TYPE_CHECKING:
    from fieldlog.actions.registers import Imported
    from fieldlog.registry import Problem, Register, SheetUnderstanding

_KINDS = {"premises": "单位", "officers": "人员"}
_STATES = {"read": "已读取", "empty": "空表", "hidden": "隐藏，没有读取", "unrecognised": "认不出表头，没有读取"}
_FIELDS = {
    "name": "名称", "uscc": "统一社会信用代码", "address": "地址", "kind": "类别", "village": "村（社区）",
    "contact": "负责人", "phone": "电话", "licence_no": "许可证号", "licence_expiry": "许可证有效期",
    "remark": "备注", "serial": "序号", "certificate": "执法证号", "certificate_expiry": "证件有效期",
    "post": "职务", "issuer": "发证机关", "features": "特征",
}  # fmt: skip


@click.group(cls=LazyGroup, help="单位和人员台账。")
@common
def registry() -> None:
    """Registers in."""


@registry.command("import", cls=ChineseCommand, help="从 xlsx、xls 或 CSV 导入单位或执法人员。重复导入不会重复登记。")
@common
@as_json
@click.option("--dry-run", is_flag=True, help="只看会导入什么，不写入")
@click.argument("file", metavar="文件", type=click.Path(path_type=Path))
@click.pass_context
def import_file(ctx: click.Context, file: Path, as_json: bool, dry_run: bool) -> None:
    """Read the file, write what is sound, and list every doubtful row."""
    from fieldlog.actions import registers
    from fieldlog.book.device import read_device
    from fieldlog.registry import read_register

    settings: Settings = ctx.obj
    read_device(settings.folder)  # nobody waits for a large file only to hear that there is no book
    register = read_register(file)
    if dry_run:
        with looking(settings.folder) as book:
            outcome = registers.preview_register(book, register)
    else:
        with writing(settings.folder) as book:
            by = book.device.officer or book.device.id
            outcome = registers.import_register(book, by, register, source=file.name)
    if as_json:
        say_json(_as_json(register, outcome, dry_run=dry_run))
    else:
        _show(register, outcome, dry_run=dry_run)
    if register.kind == "empty":
        ctx.exit(ExitCode.FOUND_WRONG)


def _as_json(register: "Register", outcome: "Imported", *, dry_run: bool) -> dict[str, Any]:
    return {
        "added": outcome.added,
        "updated": outcome.updated,
        "unchanged": outcome.unchanged,
        "problems": [_problem_json(each) for each in outcome.problems],
        "kind": register.kind,
        "dry_run": dry_run,
        "sheets": [
            {
                "sheet": each.sheet,
                "state": each.state,
                "kind": each.kind,
                "header_rows": list(each.header_rows),
                "columns": {name: {"column": letter, "header": text} for name, (letter, text) in each.columns.items()},
                "unknown_columns": [{"column": letter, "header": text} for letter, text in each.unknown_columns],
                "rows": each.rows_read,
                "skipped": {what: list(rows) for what, rows in each.skipped.items()},
            }
            for each in register.sheets
        ],
    }


def _problem_json(problem: "Problem") -> dict[str, Any]:
    return {
        "sheet": problem.sheet,
        "row": problem.row,
        "column": problem.column,
        "why": problem.why,
        "severity": problem.severity,
    }


def _show(register: "Register", outcome: "Imported", *, dry_run: bool) -> None:
    for sheet in register.sheets:
        _show_sheet(sheet)
    if outcome.problems:
        say()
        say("请核对：")
    for problem in outcome.problems:
        where = f"{problem.sheet} 第 {problem.row} 行" + (f" {problem.column} 列" if problem.column else "")
        taken = "没有导入" if problem.severity == "refused" else "已导入"
        say(f"  [{taken}] {where}：{problem.why}")
    say()
    verb = "会新增" if dry_run else "新增"
    summary = (
        f"{verb} {outcome.added}，更新 {outcome.updated}，不变 {outcome.unchanged}，待核对 {len(outcome.problems)}"
    )
    say(summary + ("（只是预览，没有写入）" if dry_run else ""))


def _show_sheet(sheet: "SheetUnderstanding") -> None:
    if sheet.state != "read":
        say(f"工作表“{sheet.sheet}”：{_STATES[sheet.state]}")
        return
    kind = _KINDS[sheet.kind or "premises"]
    say(f"工作表“{sheet.sheet}”：{kind}，{sheet.rows_read} 行")
    names = _FIELDS | {"name": "姓名"} if sheet.kind == "officers" else _FIELDS
    say(f"  看懂的列：{_columns(sheet.columns, names)}")
    if sheet.unknown_columns:
        say(
            "  没有采用的列：" + "，".join(f"{letter} {text or '（无表头）'}" for letter, text in sheet.unknown_columns)
        )
    if sheet.skipped:
        say("  跳过的行：" + "，".join(f"{what} {_rows(rows)}" for what, rows in sheet.skipped.items()))


def _columns(columns: Mapping[str, tuple[str, str]], names: Mapping[str, str]) -> str:
    return "，".join(f"{letter} {text} = {_field(field, names)}" for field, (letter, text) in columns.items())


def _field(field: str, names: Mapping[str, str]) -> str:
    return f"特征“{field.partition(':')[2]}”" if ":" in field else names.get(field, field)


def _rows(rows: tuple[int, ...]) -> str:
    shown = "、".join(str(row) for row in rows[:8])
    return f"第 {shown} 行" + (f" 等 {len(rows)} 行" if len(rows) > 8 else "")
