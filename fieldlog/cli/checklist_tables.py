"""`fieldlog checklist import | export`."""

from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from fieldlog.cli.books import book_if_any, library_of
from fieldlog.cli.chinese import ChineseCommand
from fieldlog.cli.options import as_json, common
from fieldlog.cli.settings import Settings
from fieldlog.cli.streams import remark, say, say_json
from fieldlog.domain.checklist import Area
from fieldlog.domain.errors import NotFound, UsageError

if TYPE_CHECKING:
    from fieldlog.actions.checklist_import import ImportedList, ImportedTables
    from fieldlog.tables import Problem, Turned

_FIELDS = {
    "serial": "序号", "category": "分类", "place": "场所", "topic": "检查项目", "text": "检查内容", "requirement": "检查标准",
    "how": "检查方法", "basis": "依据", "penalty": "处罚依据", "points": "分值", "deduct": "扣分标准", "result": "检查结果",
    "remark": "备注", "level": "级别", "finding": "问题", "violation": "违法行为", "measure": "整改措施", "days": "期限",
    "standard": "判定标准", "veto": "否决项", "expected": "应答",
}  # fmt: skip


@click.command(
    "import",
    cls=ChineseCommand,
    help="从办公室的检查表（xlsx、xls、CSV）或 XLSForm 导入清单，写成 YAML；看不懂的逐条说明，是非拿不准的问句逐条列出。",
)
@common
@as_json
@click.option(
    "--out", metavar="文件夹", type=click.Path(path_type=Path), help="写到哪里；不写时是数据文件夹的 checklists"
)
@click.option("--id", "list_id", metavar="编号", default="", help="清单编号；不写时用标题的拼音")
@click.option("--title", metavar="标题", default="", help="清单标题；不写时用表格的标题")
@click.option("--area", metavar="领域", type=click.Choice(get_args(Area)), help="、".join(get_args(Area)))
@click.option("--force", is_flag=True, help="覆盖已有的同一份清单；编号按内容保留，版本自动升")
@click.argument("file", metavar="文件", type=click.Path(path_type=Path))
@click.pass_context
def import_file(
    ctx: click.Context,
    file: Path,
    as_json: bool,
    out: Path | None,
    list_id: str,
    title: str,
    area: Area | None,
    force: bool,
) -> None:
    """Write every list of the workbook, and show what was made of it."""
    from fieldlog.actions.checklist_import import Wishes, import_tables
    from fieldlog.actions.paths import named_path

    settings: Settings = ctx.obj
    folder = named_path(out) if out else settings.folder / "checklists"
    wishes = Wishes(list_id, title.strip(), area, force)
    outcome = import_tables(named_path(file), folder, datetime.now().astimezone().date(), wishes)
    if as_json:
        say_json(_as_json(outcome))
    else:
        _show(outcome)


def _as_json(outcome: "ImportedTables") -> dict[str, Any]:
    return {
        "lists": [
            {
                "id": each.checklist.id,
                "title": each.checklist.title,
                "items": len(each.checklist.items()),
                "file": str(each.file),
                "version": each.checklist.version,
                "area": each.checklist.area,
                "state": each.state,
                "covers": each.covers,
                "sheet": each.table.sheet,
                "sections": [section.title for section in each.checklist.sections],
                "columns": dict(each.table.columns),
            }
            for each in outcome.lists
        ],
        "problems": [_problem_json(each) for each in outcome.problems],
        "turned": [_turned_json(each) for each in outcome.turned],
    }


def _problem_json(problem: "Problem") -> dict[str, Any]:
    return {"sheet": problem.sheet, "row": problem.row, "column": problem.column, "why": problem.why}


def _turned_json(turned: "Turned") -> dict[str, Any]:
    return {
        "sheet": turned.sheet, "row": turned.row, "column": turned.column, "original": turned.original,
        "text": turned.text, "sure": turned.sure,
    }  # fmt: skip


def _show(outcome: "ImportedTables") -> None:
    for each in outcome.lists:
        _show_list(each)
    certain = [each for each in outcome.turned if each.sure]
    if certain:
        say()
        say(f"改写成陈述句的 {len(certain)} 处（原文记在备注里）：")
        for each in certain:
            say(f"  {each.sheet} {each.column}{each.row}：{each.original} → {each.text}".replace("→", "改为"))
    if outcome.problems:
        say()
        say(f"请核对 {len(outcome.problems)} 处：")
        for problem in outcome.problems:
            say(f"  {problem.sheet} {problem.column}{problem.row}：{problem.why}")
    say()
    say("下一步：核对依据（没有核对过的标了待核），用 fieldlog checklist lint 校验，用 fieldlog checklist show 查看")


def _show_list(listed: "ImportedList") -> None:
    checklist = listed.checklist
    count = Counter(citation.law for item in checklist.items() for citation in item.basis)
    say(
        f"{checklist.title}（{checklist.id}，{checklist.version} 版，{len(checklist.items())} 项，领域：{checklist.area}）"
    )
    say(f"  {listed.state}：{listed.file}")
    if listed.covers:
        say(
            f"  注意：编号与随程序的清单相同，新开的检查用这一份，不再用随程序的 {listed.covers} 版；不想这样就删去这个文件"
        )
    if listed.table.columns:
        named = (f"{where} = {_FIELDS.get(what, what) or '没有采用'}" for where, what in listed.table.columns.items())
        say(f"  看懂的列：{'，'.join(named)}")
    say("  部分：" + "，".join(f"{section.title} {len(section.items)} 项" for section in checklist.sections))
    say("  依据：" + "，".join(f"{law} {times} 处" for law, times in count.most_common(8)))


@click.command(
    "export", cls=ChineseCommand, help="导出一份清单：--xlsx 是打印出来手填的表格，也能再导入；--yaml 是清单文件。"
)
@common
@click.option("--xlsx", metavar="文件", type=click.Path(path_type=Path), help="写成 xlsx 表格")
@click.option("--yaml", metavar="文件", type=click.Path(path_type=Path), help="写成 YAML 清单文件")
@click.option("--force", is_flag=True, help="覆盖已有的文件")
@click.argument("list_id", metavar="编号")
@click.pass_obj
def export_list(settings: Settings, list_id: str, xlsx: Path | None, yaml: Path | None, force: bool) -> None:
    """Write one list for the office."""
    from fieldlog.actions.checklist_export import export_xlsx, export_yaml
    from fieldlog.actions.paths import named_path

    if xlsx is None and yaml is None:
        raise UsageError("请写明导出成什么：--xlsx 文件.xlsx 或 --yaml 文件.yaml")
    with book_if_any(settings.folder) as book:
        library = library_of(settings.folder, book)
    if list_id not in library:
        raise NotFound(f"没有“{list_id}”这份清单，可用的有：{'、'.join(library)}")
    checklist = library[list_id]
    for target, export in ((xlsx, export_xlsx), (yaml, export_yaml)):
        if target is not None:
            path = export(checklist, named_path(target), force=force)
            remark(f"已导出“{checklist.title}”{checklist.version} 版到 {path}，{len(checklist.items())} 项")
