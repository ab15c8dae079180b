"""Taking a law folder over into the data folder: checked whole, then put in place at one stroke.

The index is written last and names the files, so that a reader sees the old texts or the new ones, never some of each:
a text that changed comes under a new file name beside the old one, which goes when the index no longer names it.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from fieldlog.book.durable import private_folder, replace_file
from fieldlog.domain.errors import EnvironmentFault, os_words
from fieldlog.domain.file_problem import Problem, Unreadable
from fieldlog.domain.law_status import LawHead
from fieldlog.domain.law_text import parse_law
from fieldlog.laws.index import read_index, written_index
from fieldlog.laws.source import INDEX, LARGEST_TEXT_BYTES, as_text, read_bytes

_OURS = re.compile(r"\..+\.(?:md|json)\..+|.+\.[0-9a-f]{8}\.md")
"""Temporary files and renamed texts that an interrupted import may have left."""

_LOCK: Final = ".lock"


@dataclass(frozen=True, slots=True)
class Installed:
    """What an import came to; with problems nothing was changed."""

    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def install(source: Path, folder: Path) -> Installed:
    """Make the texts of `source` those of `folder` (`DATA/laws`).

    Raises:
        EnvironmentFault: no room, no permission, or another import runs; the texts from before still stand.
    """
    heads, texts, problems = read_folder(source)
    if problems:
        return Installed(problems=tuple(sorted(problems)))
    try:
        private_folder(folder)
        with FileLock(folder / _LOCK, timeout=0):
            return _put(heads, texts, folder)
    except Timeout:
        raise EnvironmentFault("另一个窗口正在导入法规文本，等它结束再试") from None
    except OSError as error:
        raise EnvironmentFault(f"法规文本没有导入：{os_words(error)}（{folder}）。原来的文本没有变") from error


def read_folder(source: Path) -> tuple[list[LawHead], dict[str, bytes], list[Problem]]:
    """The laws, their texts by name, and everything that is wrong. Only files that the index names are read."""
    heads, problems = read_index(source)
    texts: dict[str, bytes] = {}
    for head in heads:
        try:
            content = read_bytes(source, head.file, LARGEST_TEXT_BYTES)
            law = parse_law(as_text(content, head.file))
        except Unreadable as error:
            problems.append(error.problem)
            continue
        texts[head.name] = content
        problems += (Problem(head.file, line, why) for line, why in law.incomplete(head.articles))
    return heads, texts, problems


def _put(heads: list[LawHead], texts: dict[str, bytes], folder: Path) -> Installed:
    before = {head.name: head for head in read_index(folder)[0]} if (folder / INDEX).is_file() else {}
    old = {name: _held(folder, head.file) for name, head in before.items()}
    placed: list[LawHead] = []
    added: list[str] = []
    updated: list[str] = []
    unchanged: list[str] = []
    in_use = {head.file for head in before.values()}
    for head in heads:
        known, content = before.get(head.name), texts[head.name]
        same_text = known is not None and old[head.name] == content
        if known is not None and same_text and replace(head, file=known.file) == known:
            unchanged.append(head.name)
            placed.append(known)
            continue
        (added if known is None else updated).append(head.name)
        placed.append(replace(head, file=known.file if known and same_text else _free_name(head.file, content, in_use)))
    removed = [name for name in before if name not in texts]
    if added or updated or removed:
        for head in placed:
            if old.get(head.name) != texts[head.name] or head.file not in in_use:
                replace_file(folder / head.file, texts[head.name])
        replace_file(folder / INDEX, written_index(placed))
    _tidy(folder, in_use, keep={head.file for head in placed})
    return Installed(tuple(added), tuple(updated), tuple(unchanged), tuple(removed))


def _held(folder: Path, name: str) -> bytes | None:
    try:
        return read_bytes(folder, name, LARGEST_TEXT_BYTES)
    except Unreadable:
        return None


def _free_name(file: str, content: bytes, in_use: Iterable[str]) -> str:
    """The file's own name, or one with the text's digest where the old index still needs that name."""
    if file.casefold() not in {name.casefold() for name in in_use}:
        return file
    return f"{file.removesuffix('.md')[:80]}.{hashlib.sha256(content).hexdigest()[:8]}.md"


def _tidy(folder: Path, in_use: Iterable[str], *, keep: Iterable[str]) -> None:
    """Remove what no index names any more; a file that cannot be removed does no harm."""
    left = {path.name for path in folder.iterdir() if _OURS.fullmatch(path.name)} | set(in_use)
    for name in left - set(keep) - {_LOCK, INDEX}:
        try:
            (folder / name).unlink(missing_ok=True)
        except OSError:
            continue
