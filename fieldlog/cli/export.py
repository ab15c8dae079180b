"""`fieldlog export`: everything out again, as it stands in the logs, as one object, or as a ledger."""

import os
import sys
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from fieldlog.book.durable import move_onto, sync_folder
from fieldlog.cli.books import looking
from fieldlog.cli.chinese import ChineseCommand
from fieldlog.cli.options import common
from fieldlog.cli.row_fields import hazard_row, inspection_row, officer_names
from fieldlog.cli.settings import Settings
from fieldlog.cli.streams import remark
from fieldlog.domain.errors import EnvironmentFault, ExitCode, UsageError, os_words

if TYPE_CHECKING:
    from fieldlog.book.book import Book
    from fieldlog.domain.entries import Entry
    from fieldlog.domain.hazard import Hazard
    from fieldlog.domain.inspection import Inspection

_LEDGER = (
    ("编号", "number", 22), ("状态", "state", 9), ("级别", "level", 7), ("单位", "premises_name", 30),
    ("隐患", "text", 46), ("发现日期", "found", 12), ("整改期限", "due", 12), ("是否超期", "overdue", 9),
    ("销号日期", "closed", 12), ("责任人", "responsible", 12), ("检查项", "item", 18), ("依据清单", "list", 16),
)  # fmt: skip
"""Heading, field and width of each column of the ledger."""


@click.command(
    cls=ChineseCommand,
    help="导出。jsonl 是日志原样，一行一条；json 是单位、人员、检查、隐患的全部数据；xlsx 是隐患台账。",
)
@common
@click.option(
    "--format",
    "form",
    metavar="格式",
    type=click.Choice(["jsonl", "json", "xlsx"]),
    default="jsonl",
    help="jsonl（默认）、json、xlsx",
)
@click.option(
    "--case",
    metavar="编号",
    help="一份案卷：只有这次检查（或这条隐患）的记录是全文，其余只留校验值，照样能用 fieldlog verify 证明",
)
@click.option("--output", metavar="文件", type=click.Path(path_type=Path), help="写到文件；不写时输出到屏幕或管道")
@click.pass_context
def export(ctx: click.Context, form: str, case: str | None, output: Path | None) -> None:
    """Write what the book holds; exit with 1 where a damaged log made it incomplete."""
    settings: Settings = ctx.obj
    if form == "xlsx" and output is None and sys.stdout.isatty():
        raise UsageError("xlsx 请用 --output 写明文件，例如 --output 隐患台账.xlsx")
    if case and form != "jsonl":
        raise UsageError("案卷只有 jsonl 一种格式，请不要写 --format")
    write: Callable[[Book, BinaryIO], int] = {"jsonl": _write_jsonl, "json": _write_json, "xlsx": _write_xlsx}[form]
    if case:
        write = partial(_write_case, doc=case)
    with looking(settings.folder) as book:
        with _sink(output) as sink:
            count = write(book, sink)
        damaged = bool(book.damages)
    if output is not None:
        remark(f"已导出到 {output}，{count} {'条' if form != 'json' else '份文书'}")
    if damaged:
        remark("日志有损坏，导出的内容不完整")
        ctx.exit(ExitCode.FOUND_WRONG)


@contextmanager
def _sink(output: Path | None) -> Generator[BinaryIO]:
    """Standard output, or a file that is there whole or not at all."""
    if output is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    partial = output.with_name(f".{output.name}.part")
    try:
        with partial.open("wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        move_onto(partial, output)
        sync_folder(output.parent)
    except OSError as error:
        raise EnvironmentFault(f"没有导出到 {output}：{os_words(error)}。请换一个能写的位置") from error
    finally:
        partial.unlink(missing_ok=True)


def _write_jsonl(book: "Book", sink: BinaryIO) -> int:
    count = 0
    for line in book.lines_after({}):
        sink.write(line + b"\n")
        count += 1
    return count


def _write_case(book: "Book", sink: BinaryIO, doc: str) -> int:
    """Everything about one visit or hazard, with the other bodies withheld; it is not written unless all of it can be read."""
    from fieldlog.actions.case_file import case_lines

    count = 0
    for line in case_lines(book, doc):
        sink.write(line + b"\n")
        count += 1
    return count


def _write_json(book: "Book", sink: BinaryIO) -> int:
    """One object, written piece by piece: a county's book is larger than a laptop's memory."""
    import orjson

    from fieldlog.actions.approvals import unconfirmed
    from fieldlog.actions.scoring import scored_lists

    names = officer_names(book)
    scored = scored_lists(book)
    today, doubt, lacks = book.now().date(), bool(book.clock_doubt), unconfirmed(book)
    head = {
        "device": book.device.id,
        "unit": book.device.unit,
        "unit_name": book.device.unit_name,
        "exported": book.now().isoformat(timespec="seconds"),
        "heads": {log: list(head) for log, head in book.heads().items()},
    }
    parts: list[tuple[str, Iterable[dict[str, Any]]]] = [
        ("premises", book.rows("premises")),
        ("officers", book.rows("officers")),
        ("inspections", (_inspection(book, inspection_row(row, names), scored) for row in book.rows("inspections"))),
        (
            "hazards",
            (
                _hazard(book, hazard_row(row, today, doubt=doubt, unconfirmed=lacks(row)))
                for row in book.rows("hazards")
            ),
        ),
    ]
    count = 0
    sink.write(orjson.dumps(head)[:-1])
    for name, values in parts:
        sink.write(b',\n"%b":[' % name.encode())
        for number, value in enumerate(values):
            sink.write((b",\n" if number else b"\n") + orjson.dumps(value))
            count += 1
        sink.write(b"]")
    sink.write(b"}\n")
    return count


def _inspection(book: "Book", row: dict[str, Any], scored: frozenset[str]) -> dict[str, Any]:
    from fieldlog.actions import lookup
    from fieldlog.actions.scoring import score_fields

    visit = lookup.inspection(book, row["doc"])
    return {
        **row,
        **score_fields(book, row, scored),
        "lists": [used.model_dump(mode="json") for used in visit.lists],
        "things": {name: list(each.labels) for name, each in visit.things.items()},
        "features": list(visit.opened.features) if visit.opened else [],
        "opened_by": visit.opened_by,
        "answers": list(_answers(visit)),
        "notes": visit.notes,
        "stages": [stage.model_dump(mode="json") | {"by": by} for by, stage in visit.stages],
        "photos": [each.body.model_dump(mode="json") | {"at": each.at, "by": each.by} for each in visit.photos],
        "footage": [each.body.model_dump(mode="json") | {"at": each.at, "by": each.by} for each in visit.footage],
        "closing": visit.closed.model_dump(mode="json") if visit.closed else None,
        "voided": visit.voided or None,
    }


def _answers(visit: "Inspection") -> Iterator[dict[str, Any]]:
    for standing in visit.given.values():
        if standing:
            given = standing[-1]
            yield given.answer.model_dump(mode="json") | {"at": given.at, "by": given.by}


def _hazard(book: "Book", row: dict[str, Any]) -> dict[str, Any]:
    from fieldlog.actions import lookup

    hazard: Hazard = lookup.hazard(book, row["doc"])
    closing = hazard.closed.model_dump(mode="json") if hazard.closed else None
    return {**hazard.fields, **row, "closing": closing, "timeline": [_moment(entry) for entry in hazard.timeline]}


def _moment(entry: "Entry") -> dict[str, Any]:
    body = {name: value for name, value in entry.fields.items() if name != "salt" and value is not None}
    return {
        "at": entry.at,
        "by": entry.by,
        "kind": entry.kind,
        "log": entry.log,
        "seq": entry.seq,
        "hash": entry.hash,
        "body": body,
    }


def _write_xlsx(book: "Book", sink: BinaryIO) -> int:
    """The hazard ledger as a workbook."""
    from io import BytesIO

    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    today = book.now().date()
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("隐患台账")
    sheet.freeze_panes = "A2"
    for number, (_heading, _field, width) in enumerate(_LEDGER):
        sheet.column_dimensions[chr(ord("A") + number)].width = width
    headings = [WriteOnlyCell(sheet, value=heading) for heading, _field, _width in _LEDGER]
    for heading in headings:
        heading.font = Font(bold=True)
    _append(sheet, headings)
    count = 0
    for each in sorted(book.rows("hazards"), key=lambda row: row["number"]):
        row = hazard_row(each, today, doubt=False, unconfirmed=False)
        _append(sheet, [_cell(row[field]) for _heading, field, _width in _LEDGER])
        count += 1
    content = BytesIO()
    workbook.save(content)
    sink.write(content.getvalue())
    return count


def _append(sheet: Any, cells: Sequence[Any]) -> None:  # noqa: ANN401 - openpyxl is typed only in part
    sheet.append(cells)


def _cell(value: Any) -> str:  # noqa: ANN401 - a row's value
    """A cell's text; a leading `=` would make the office program compute what somebody typed."""
    if isinstance(value, bool):
        return "是" if value else ""
    text = "" if value is None else "".join(char for char in str(value) if char in "\n\t" or char >= " ")
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text
