"""`fieldlog checklist diff`."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import click

from fieldlog.cli.books import book_if_any, library_of
from fieldlog.cli.chinese import ChineseCommand
from fieldlog.cli.options import as_json, common
from fieldlog.cli.settings import Settings
from fieldlog.cli.streams import remark, say, say_json_lines

if TYPE_CHECKING:
    from fieldlog.domain.checklist_diff import ChecklistDiff, FieldChange


@click.command(
    "diff",
    cls=ChineseCommand,
    help="比较一份清单的两个版本，按项的编号列出新增、删去、修改。"
    "每个版本写清单编号（xiaofang）、用过的版本（xiaofang@2026.1）或 YAML 文件。",
)
@common
@as_json
@click.argument("old", metavar="旧版")
@click.argument("new", metavar="新版")
@click.pass_obj
def diff(settings: Settings, old: str, new: str, as_json: bool) -> None:
    """Print what differs; a difference is a result, not a failure."""
    from fieldlog.actions.checklist_versions import version_named
    from fieldlog.domain.checklist_diff import diff as compare

    with book_if_any(settings.folder) as book:
        library = library_of(settings.folder, book)
        found = compare(version_named(book, library, old), version_named(book, library, new))
    if as_json:
        say_json_lines(_rows(found))
    else:
        for line in _lines(found):
            say(line)
    if found.reused:
        remark("有编号换给了别的内容：新版前后这几项的结果不能比较；新内容应取新编号，旧编号空着")


def _rows(found: "ChecklistDiff") -> Iterator[dict[str, Any]]:
    yield from ({"what": "head", **_field(each)} for each in found.head)
    yield from ({"what": "section", **_field(each)} for each in found.sections)
    for item in found.items:
        yield {
            "what": item.change.name.lower(),
            "id": item.id,
            "text": item.text,
            "section": item.section,
            "reused": item.reused,
            "fields": [_field(each) for each in item.fields],
        }


def _field(each: "FieldChange") -> dict[str, str]:
    return {"field": each.field, "old": each.old, "new": each.new}


def _lines(found: "ChecklistDiff") -> Iterator[str]:
    yield f"{found.old.title} {found.old.id} {found.old.version} 改为 {found.new.id} {found.new.version}：{found.summary}"
    yield from _field_lines(found.head, "")
    yield from _field_lines(found.sections, "部分：")
    for item in found.items:
        mark = "（编号换了内容！）" if item.reused else ""
        yield f"{item.change.value}  {item.id}{mark}  {item.text}"
        yield from _field_lines(item.fields, "      ")


def _field_lines(fields: "Iterable[FieldChange]", before: str) -> Iterator[str]:
    for each in fields:
        yield f"{before}{each.word}：{each.old or '（无）'} 改为 {each.new or '（无）'}"
