"""A file as an officer names it: typed, pasted, or dropped onto the terminal, which puts quotes around it."""

from pathlib import Path

from fieldlog.actions.paths import named_path


def path_of(typed: str) -> Path:
    """The path that is meant."""
    return named_path(typed.strip().strip("'\"").strip())


def file_objection(typed: str) -> str | None:
    """Why it names no file, in one line, or None."""
    try:
        there = bool(typed.strip("'\" ")) and path_of(typed).is_file()
    except (OSError, ValueError):
        there = False
    return None if there else "没有这个文件，请核对位置和文件名"
