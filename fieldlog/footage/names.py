"""What the path of a recording says: when it began, by which camera, by whom. The patterns are data, `names.toml`."""

import re
import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, Literal, cast

from fieldlog.domain.errors import UsageError, os_words

OWN_PATTERNS: Final = "footage-names.toml"
"""In the data folder: the office's own patterns, tried before the shipped ones."""
_TIME_DIGITS: Final = 14
_YEARS: Final = range(1970, 2100)


@dataclass(frozen=True, slots=True)
class Named:
    """What a path says; empty where it says nothing."""

    time: str = ""
    """Local, `2026-05-11T09:30:15`."""
    camera: str = ""
    camera_source: Literal["", "path", "name"] = ""
    person: str = ""
    sequence: int | None = None


@dataclass(frozen=True, slots=True)
class Patterns:
    """Of names and of folders, those to be tried first at the front."""

    names: tuple[re.Pattern[str], ...]
    folders: tuple[re.Pattern[str], ...]


def load_patterns(folder: Path) -> Patterns:
    """The office's own patterns, where `folder` holds any, and the shipped ones.

    Raises:
        UsageError: the office's file cannot be read, or a pattern in it is none.
    """
    own = folder / OWN_PATTERNS
    shipped = _shipped()
    if not own.is_file():
        return shipped
    try:
        first = _read(own.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UsageError(f"读不出 {own}：{os_words(error)}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, re.error, KeyError, TypeError) as error:
        raise UsageError(f"{own} 看不懂：{error}。写法见 docs/footage.md；先改名移开也能扫描") from error
    return Patterns(first.names + shipped.names, first.folders + shipped.folders)


def read_name(relative: str, patterns: Patterns) -> Named:
    """What the path below the scanned folder says, with `/` between its parts."""
    stem = relative.rpartition(".")[0] or relative
    labelled = next((found for each in patterns.folders if (found := each.search(stem))), None)
    camera = next(filter(None, labelled.groups()), "") if labelled else ""
    for pattern in patterns.names:
        found = pattern.search(stem)
        if found is None:
            continue
        said = {name: text or "" for name, text in found.groupdict().items()}
        time = _time(said.get("time") or said.get("day", "") + said.get("clock", ""))
        if time:
            own, person = (_number(said.get(name, "")) for name in ("camera", "person"))
            source: Literal["", "path", "name"] = "path" if camera else "name" if own else ""
            sequence = said.get("seq", "")
            return Named(time, camera or own, source, person, int(sequence) if sequence else None)
    return Named(camera=camera, camera_source="path" if camera else "")


def _number(text: str) -> str:
    """A number that nobody has set is all zeros and tells nothing apart."""
    return text if text.strip("0") else ""


def _time(text: str) -> str:
    digits = "".join(filter(str.isdecimal, text))
    try:
        moment = datetime.strptime(digits, "%Y%m%d%H%M%S")  # noqa: DTZ007 - a name knows no zone
    except ValueError:
        return ""
    return moment.isoformat() if len(digits) == _TIME_DIGITS and moment.year in _YEARS else ""


@cache
def _shipped() -> Patterns:
    return _read(files("fieldlog.footage").joinpath("names.toml").read_text(encoding="utf-8"))


def _read(text: str) -> Patterns:
    tables = cast(dict[str, list[dict[str, Any]]], tomllib.loads(text))
    compiled = {
        kind: tuple(re.compile(str(table["pattern"])) for table in tables.get(kind, ())) for kind in ("name", "folder")
    }
    return Patterns(compiled["name"], compiled["folder"])
