"""What goes to the terminal or the pipe: data on standard output, everything else on standard error."""

import io
import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import click
import orjson

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def prepare_streams() -> None:
    """Never fail on a character: a Windows pipe is cp936, which lacks 𠮷 and more (lessons.md, 18).

    A pipe or a file gets UTF-8, since programs read it; a terminal keeps its own encoding.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            encoding = stream.encoding if stream.isatty() or "PYTHONIOENCODING" in os.environ else "utf-8"
            stream.reconfigure(encoding=encoding, errors="replace")


def say(line: str = "") -> None:
    """One line of the command's result."""
    click.echo(_harmless(line))


def remark(line: str) -> None:
    """One line beside the result, on standard error."""
    click.echo(_harmless(line), err=True)


def _harmless(line: str) -> str:
    """Without control characters: a line may quote a stick, a register or another device, and a terminal obeys them."""
    return _CONTROL.sub(" ", line)


def say_json(value: Mapping[str, Any]) -> None:
    """One JSON object on one line."""
    click.echo(json_line(value))


def say_json_lines(values: Iterable[Mapping[str, Any]]) -> None:
    """One JSON object a line; nothing is gathered first."""
    for value in values:
        sys.stdout.write(json_line(value) + "\n")
    sys.stdout.flush()


def json_line(value: Mapping[str, Any]) -> str:
    """JSON with the characters as they are, no `\\u` escapes."""
    return orjson.dumps(value).decode()


def progress() -> Callable[[str, int, int], None]:
    """Show progress on a terminal, nothing on a pipe."""
    if not sys.stderr.isatty():
        return lambda _what, _done, _total: None

    def show(what: str, done: int, total: int) -> None:
        if total:  # waiting for the network has no number
            click.echo(f"\r{what} {done}/{total}  ", err=True, nl=done >= total)

    return show


def quiet_the_end() -> None:
    """After the reader of our output has gone, keep Python's last flush from complaining."""
    with open(os.devnull, "w", encoding="utf-8") as nowhere:  # noqa: PTH123 - a device, not a path
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
