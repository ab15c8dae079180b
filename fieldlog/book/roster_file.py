"""`keys/roster.json`: the office's list of the unit's devices as this device got it, with the office's signature.

The signature was checked when it came (`fieldlog.sync.roster`); who can change this file can change every other one
here. One that is damaged counts as none, since the next synchronisation brings it again.
"""

from pathlib import Path
from typing import Any, cast

import orjson

from fieldlog.book.durable import only_owner, replace_file
from fieldlog.domain.errors import FieldlogError, NotSaved, os_words
from fieldlog.domain.roster import Roster, roster_of


def read_roster_file(folder: Path) -> Roster | None:
    """The roster in the book at `folder`, or None where there is none that can be read."""
    value = read_signed(folder)
    try:
        return roster_of(value) if value is not None else None
    except FieldlogError:
        return None


def read_signed(folder: Path) -> dict[str, Any] | None:
    """The roster as the office signed it, to be passed on."""
    try:
        value: Any = orjson.loads(_path(folder).read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return None
    return cast("dict[str, Any]", value) if isinstance(value, dict) else None


def write_signed(folder: Path, value: dict[str, Any]) -> None:
    """Keep a roster; raises NotSaved where the disk refuses and the one before still stands."""
    try:
        replace_file(_path(folder), orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2))
        only_owner(_path(folder))
    except OSError as error:
        raise NotSaved(f"设备名册没有保存：{os_words(error)}。腾出空间后再同步一次") from error


def _path(folder: Path) -> Path:
    return folder / "keys" / "roster.json"
