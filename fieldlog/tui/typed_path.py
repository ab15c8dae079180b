"""A file as an officer names it: typed, pasted, or dropped onto the terminal, which puts quotes or `file://` around it."""

from pathlib import Path
from urllib.parse import unquote, urlparse

from fieldlog.actions.paths import named_path


def path_of(typed: str) -> Path:
    """The path that is meant."""
    plain = typed.strip().strip("'\"").strip()
    if plain.startswith("file://"):
        plain = unquote(urlparse(plain).path)
        if plain[2:3] == ":":  # file:///D:/...
            plain = plain[1:]
    return named_path(plain)


def file_objection(typed: str) -> str | None:
    """Why it names no file, in one line, or None."""
    try:
        there = bool(typed.strip("'\" ")) and path_of(typed).is_file()
    except (OSError, ValueError):
        there = False
    return None if there else "没有这个文件，请核对位置和文件名"
