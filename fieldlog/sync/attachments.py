"""Attachments that entries of other devices name and that have not come yet: `blobs/wanted.json`.

They are noted before the entries are merged, so that no kill in between can forget one.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol

import orjson

from fieldlog.book.blobs import is_sha256
from fieldlog.book.durable import replace_file
from fieldlog.domain.errors import NotSaved, os_words

_NAMES_ONE = b'"sha256":"'


class Stored(Protocol):
    """The attachments of a book."""

    folder: Path

    def has(self, sha256: str) -> bool:
        """Whether it is here."""
        ...


def named_in(lines: Iterable[bytes]) -> set[str]:
    """The attachments that these entries name."""
    found: set[str] = set()
    for line in lines:
        if _NAMES_ONE in line and (sha256 := _named(line)):
            found.add(sha256)
    return found


def _named(line: bytes) -> str:
    try:
        fields: Any = orjson.loads(line)
    except orjson.JSONDecodeError:
        return ""
    match fields:
        case {"body": {"sha256": str(sha256)}} if is_sha256(sha256):
            return sha256
        case _:
            return ""


class WantedBlobs:
    """The list of what is still to come."""

    def __init__(self, blobs: Stored) -> None:
        self._blobs = blobs
        self._path = blobs.folder / "wanted.json"

    def all(self) -> list[str]:
        """What is wanted and not here."""
        return sorted(sha256 for sha256 in self._read() if not self._blobs.has(sha256))

    def note(self, lines: Iterable[bytes]) -> None:
        """Remember what these lines name.

        Raises:
            NotSaved: the disk refused.
        """
        wanted = self._read()
        new = {sha256 for sha256 in named_in(lines) if not self._blobs.has(sha256)} - wanted
        if new:
            self._write(wanted | new)

    def settle(self) -> None:
        """Forget what has come."""
        wanted = self._read()
        left = {sha256 for sha256 in wanted if not self._blobs.has(sha256)}
        if left != wanted:
            self._write(left)

    def _read(self) -> set[str]:
        try:
            listed: Any = orjson.loads(self._path.read_bytes())
        except (FileNotFoundError, orjson.JSONDecodeError):
            return set()
        except OSError as error:
            raise NotSaved(f"读不出 {self._path}：{os_words(error)}") from error
        return {str(sha256) for sha256 in listed} if isinstance(listed, list) else set()  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]

    def _write(self, wanted: set[str]) -> None:
        try:
            replace_file(self._path, orjson.dumps(sorted(wanted)))
        except OSError as error:
            raise NotSaved(f"没有保存：{os_words(error)}。腾出空间后再同步一次") from error
