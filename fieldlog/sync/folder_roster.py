"""The office's list of devices in a folder: the office leaves it, and devices hand on the one they go by.

It stands where only devices of the unit can read it, and is believed for its signature alone, so whoever it comes from.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import orjson

from fieldlog.book.durable import replace_file
from fieldlog.domain.errors import FieldlogError, NotSaved
from fieldlog.sync import roster
from fieldlog.sync.folder_places import Place, content

if TYPE_CHECKING:
    from fieldlog.book.book import Book

_NAME: Final = "roster"


def leave_roster(place: Place, owner: Path, signed: Mapping[str, Any] | None) -> None:
    """Put a signed roster into a folder of the place, unless it is there already; raises OSError."""
    if signed is None or place.is_open:
        return
    path = place.named(owner, _NAME)
    if _read(path, place) != signed:
        replace_file(path, place.written(orjson.dumps(signed, option=orjson.OPT_SORT_KEYS)))


def take_roster(book: "Book", places: Sequence[Place], signing_key: str) -> None:
    """Go by the newest roster in the folder, where it is newer than the one here; what proves nothing is passed over.

    Raises:
        OSError: the folder cannot be read.
        NotSaved: the disk refused.
    """
    for signed in _all(places):
        try:
            roster.save(book, signed, signing_key, live=False)
        except NotSaved:
            raise
        except FieldlogError:
            continue  # anybody can write to a stick; without one everything goes on as before


def _all(places: Sequence[Place]) -> Iterator[dict[str, Any]]:
    for place in places:
        for owner in place.owners() if not place.is_open else ():
            if (signed := _read(place.named(owner, _NAME), place)) is not None:
                yield signed


def _read(path: Path, place: Place) -> dict[str, Any] | None:
    try:
        value: Any = orjson.loads(b"".join(content(path, place.cipher)))
    except (FieldlogError, ValueError, FileNotFoundError):
        return None
    return cast("dict[str, Any]", value) if isinstance(value, dict) else None
