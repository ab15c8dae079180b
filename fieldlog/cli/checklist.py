"""`fieldlog checklist lint | list | show`; `diff`, `import` and `export` have files of their own."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fieldlog.cli.books import book_if_any, library_of
from fieldlog.cli.chinese import ChineseCommand, LazyGroup
from fieldlog.cli.options import as_json, common, laws_option
from fieldlog.cli.settings import Settings
from fieldlog.cli.streams import remark, say, say_json, say_json_lines
from fieldlog.cli.tables import Column, say_table
from fieldlog.domain.errors import ExitCode, NotFound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fieldlog.domain.checklist import Checklist
    from fieldlog.domain.checklist_parts import Item, Section


LATER = {
    "diff": ("fieldlog.cli.checklist_diff:diff", "比较一份清单的两个版本"),
    "shared": ("fieldlog.cli.checklist_shared:shared", "列出几份清单共有的问题，对不上的逐条说明"),
    "import": ("fieldlog.cli.checklist_tables:import_file", "从办公室的检查表（xlsx、xls）或 XLSForm 导入清单"),
    "export": ("fieldlog.cli.checklist_tables:export_list", "导出一份清单：xlsx 打印填写，或 YAML"),
}
"""Commands of the group that load when they are called."""


@click.group(cls=LazyGroup, lazy=LATER, help="检查清单。")
@common
def checklist() -> None:
    """The checklists."""


@checklist.command("lint", cls=ChineseCommand, help="校验清单文件，逐条指出文件和行号。不写文件时校验全部清单。")
@common
@as_json
@laws_option
@click.argument("paths", metavar="[文件或文件夹]…", nargs=-1, type=click.Path(path_type=Path))
@click.pass_context
def lint_files(ctx: click.Context, paths: tuple[Path, ...], as_json: bool, laws: Path | None) -> None:
    """Check files, their citations too where there are law texts; exit with 1 where something is wrong."""
    from fieldlog.actions.checklist_versions import recorded_versions
    from fieldlog.laws import law_folder
    from fieldlog.library import lint

    settings: Settings = ctx.obj
    texts = law_folder(settings.folder, laws)
    if texts is not None:
        _ = texts.heads  # a damaged folder is told once, not at every citation
    library = library_of(settings.folder)
    files = paths or tuple(library.files.values())
    with book_if_any(settings.folder) as book:
        known = partial(recorded_versions, book) if book else None
        result = lint(files, known=known, objection=texts.objection if texts else None, heads=library.head)
    problems = [{"file": str(each.file), "line": each.line, "why": each.why} for each in result.problems]
    if as_json:
        say_json({"files": result.files, "items": result.items, "problems": problems})
    else:
        for each in problems:
            say(f"{each['file']}:{each['line']} {each['why']}")
        say(f"{result.files} 份清单，{result.items} 项，{f'{len(problems)} 处问题' if problems else '没有问题'}")
    if problems:
        ctx.exit(ExitCode.FOUND_WRONG)


@checklist.command("list", cls=ChineseCommand, help="列出清单。")
@common
@as_json
@click.pass_context
def list_all(ctx: click.Context, as_json: bool) -> None:
    """Print the checklists' heads; exit with 1 where one cannot be used, the others are told all the same."""
    settings: Settings = ctx.obj
    with book_if_any(settings.folder) as book:
        library = library_of(settings.folder, book)
        readable, faults = library.readable()
    lists = [(each, library.source(each.id)) for each in readable]
    if as_json:
        say_json_lines(_head(each) | {"items": len(each.items()), "source": source} for each, source in lists)
    else:
        _list_table(lists)
    for fault in faults:
        remark(str(fault))
    if faults:
        ctx.exit(ExitCode.FOUND_WRONG)


def _list_table(lists: "Sequence[tuple[Checklist, str]]") -> None:
    columns = [Column("编号"), Column("名称"), Column("版本"), Column("项数"), Column("领域"), Column("来源")]
    say_table(
        columns,
        ([each.id, each.title, each.version, str(len(each.items())), each.area, source] for each, source in lists),
    )


@checklist.command("show", cls=ChineseCommand, help="查看一份清单的全部检查项。")
@common
@as_json
@click.argument("list_id", metavar="编号")
@click.pass_obj
def show(settings: Settings, list_id: str, as_json: bool) -> None:
    """Print one list."""
    with book_if_any(settings.folder) as book:
        library = library_of(settings.folder, book)
        if list_id not in library:
            raise NotFound(f"没有“{list_id}”这份清单，可用的有：{'、'.join(library)}")
        found = library[list_id]
    if as_json:
        say_json(
            _head(found) | {"items": [_item(section, each) for section in found.sections for each in section.items]}
        )
        return
    say(f"{found.title}（{found.id}，{found.version} 版，{len(found.items())} 项）")
    for section in found.sections:
        say()
        say(_section_line(section))
        for each in section.items:
            _show_item(each)
    unread = sum(not citation.verified for each in found.items() for citation in each.basis)
    if unread:
        remark(f"有 {unread} 处依据标明“待核”，引用前请先核对现行文本")


def _head(found: "Checklist") -> dict[str, Any]:
    return {"id": found.id, "title": found.title, "version": found.version, "area": found.area, "form": found.form}


def _section_line(section: "Section") -> str:
    place = f"（{section.place}）" if section.place else ""
    condition = f"，{section.condition}时" if section.condition else ""
    repeat = f"，每个{section.repeat.name}查一遍" if section.repeat else ""
    return f"{section.title}{place}{condition}{repeat}"


def _item(section: "Section", item: "Item") -> dict[str, Any]:
    return {
        **item.model_dump(mode="json", exclude={"basis", "penalty"}),
        "section": section.title,
        "place": section.place,
        "section_condition": section.condition,
        "repeat": section.repeat.name if section.repeat else None,
        "basis": [str(citation) for citation in item.basis],
        "basis_shown": [citation.shown for citation in item.basis],
        "penalty": [str(citation) for citation in item.penalty],
        "penalty_shown": [citation.shown for citation in item.penalty],
    }


def _show_item(item: "Item") -> None:
    condition = f"（{item.condition}时）" if item.condition else ""
    say(f"  {item.id}  {item.text}{condition}")
    say(f"      查：{item.how_to_check}")
    say(f"      依据：{'；'.join(citation.shown for citation in item.basis)}")
    for number, finding in enumerate(item.findings, 1):
        days = f"{finding.days} {'个工作日' if item.deadline_kind == 'workday' else '天'}" if finding.days else "当场"
        say(f"      {number} {finding.text}（{item.level or '只记录'}，{days}）：{finding.measure}")
