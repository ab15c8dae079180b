"""`fieldlog record`: the actions for programs, one line in and one line out."""

import signal
import sys
from collections.abc import Iterator
from types import FrameType
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from fieldlog.cli.books import library_of, writing
from fieldlog.cli.chinese import ChineseCommand
from fieldlog.cli.options import common
from fieldlog.cli.settings import Settings
from fieldlog.cli.streams import quiet_the_end, remark
from fieldlog.domain.errors import ExitCode, FieldlogError, Refused

if TYPE_CHECKING:
    from fieldlog.book.book import Book
    from fieldlog.domain.entries import Entry
    from fieldlog.library import Library

_BOM = b"\xef\xbb\xbf"


@click.command(
    cls=ChineseCommand,
    help="供程序使用：标准输入一行一个 JSON 对象，落盘后在标准输出回执一行。"
    "有一行没有办成时退出码为 1。各种 do 和字段见 docs/record.md。",
)
@common
@click.option("--json", is_flag=True, hidden=True, expose_value=False)
@click.pass_context
def record(ctx: click.Context) -> None:
    """Answer line by line until the input ends or SIGTERM comes."""
    settings: Settings = ctx.obj
    with writing(settings.folder) as book:
        if sys.stdin.isatty():
            remark('一行一个 JSON，例如 {"do": "undo", "doc": "…"}；按 Ctrl+D（Windows 上 Ctrl+Z 回车）结束')
        ctx.exit(_converse(book, library_of(settings.folder, book), sys.stdin.buffer, sys.stdout.buffer))


def _converse(book: "Book", library: "Library", source: BinaryIO, sink: BinaryIO) -> int:
    """Answer every line; 0 when all were done, 1 when one was not, 3 when nobody takes the answers any more."""
    from fieldlog.cli.record_reading import LONGEST_LINE_BYTES

    failed = False
    for raw in _lines(source, LONGEST_LINE_BYTES):
        answer = _answer(book, library, raw)
        failed = failed or not answer["ok"]
        try:
            _send(sink, answer)
        except BrokenPipeError:
            quiet_the_end()
            remark("没有程序再读回执，已停止；最后一行已办理但回执没有送出，请核对后再继续")
            return ExitCode.ENVIRONMENT
    return ExitCode.FOUND_WRONG if failed else ExitCode.DONE


def _answer(book: "Book", library: "Library", raw: bytes) -> dict[str, Any]:
    from fieldlog.cli.record_reading import read_line, unused
    from fieldlog.cli.record_steps import Warned, carry_out

    try:
        line = read_line(raw)
        done = carry_out(book, library, line)
    except FieldlogError as error:
        return _refusal(error)
    answer: dict[str, Any] = {"ok": True, **_written(book, done.entry), **done.told}
    if done.hazard:
        answer["hazard"] = done.hazard
    not_used = [Warned("field", f"{line.do} 不认识 {name}，没有采用") for name in unused(line)]
    if warnings := [*done.warnings, *not_used]:
        answer["warnings"] = [{"rule": each.rule, "text": each.text} for each in warnings]
    return answer


def _written(book: "Book", entry: "Entry | None") -> dict[str, Any]:
    """Up to where the log holds what the line did."""
    if entry is not None:
        return {"log": entry.log, "seq": entry.seq, "hash": entry.hash, "doc": entry.doc}
    log = book.device.id
    head = book.heads()[log]
    return {"log": log, "seq": head.seq, "hash": head.hash, "doc": ""}


def _refusal(error: FieldlogError) -> dict[str, Any]:
    answer: dict[str, Any] = {"ok": False, "error": " ".join(str(error).splitlines())}
    if isinstance(error, Refused):
        answer |= {name: value for name, value in (("rule", error.rule), ("item", error.item)) if value}
    return answer


def _send(sink: BinaryIO, answer: dict[str, Any]) -> None:
    import orjson

    sink.write(orjson.dumps(answer) + b"\n")
    sink.flush()


def _lines(source: BinaryIO, longest: int) -> Iterator[bytes]:
    """The lines of the input; of one that is too long only its beginning, longer than `longest`, is kept."""
    with _Termination() as termination:
        first = True
        while not termination.asked:
            try:
                raw = termination.wait_for(source, longest + 2)
                if raw and not raw.endswith(b"\n"):
                    termination.skip_to_end_of_line(source, raw, longest)
            except _Terminated:
                return
            if not raw:
                return
            yield raw.removeprefix(_BOM) if first else raw
            first = False


class _Terminated(Exception):
    """SIGTERM came while nothing was being done."""


class _Termination:
    """Lets SIGTERM end the wait for a line at once, but never the work on one."""

    def __init__(self) -> None:
        self.asked = False
        self._waiting = False
        self._before: Any = None

    def __enter__(self) -> "_Termination":
        self._before = signal.signal(signal.SIGTERM, self._on_signal)
        return self

    def __exit__(self, *_error: object) -> None:
        signal.signal(signal.SIGTERM, self._before)

    def wait_for(self, source: BinaryIO, most: int) -> bytes:
        """The next line, or its first `most` bytes."""
        self._waiting = True
        try:
            return source.readline(most)
        finally:
            self._waiting = False

    def skip_to_end_of_line(self, source: BinaryIO, raw: bytes, longest: int) -> None:
        """Pass over what is left of a line that is too long."""
        while len(raw) > longest and raw and not raw.endswith(b"\n"):
            rest = self.wait_for(source, longest)
            if not rest or rest.endswith(b"\n"):
                return

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self.asked = True
        if self._waiting:
            raise _Terminated
