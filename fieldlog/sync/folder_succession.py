"""How the office's keys changed, in a folder: the office leaves its statements, and devices hand on those they followed.

They stand where only devices of the unit can read them, and are believed for their signatures alone.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import orjson

from fieldlog.book.durable import replace_file
from fieldlog.domain.errors import FieldlogError
from fieldlog.sync.folder_places import Place, content
from fieldlog.sync.following import lead_on
from fieldlog.sync.office_keys import OfficeTrust
from fieldlog.sync.succession import Statement, read_statements

_NAME: Final = "office-keys"
NOT_BELIEVED: Final = "这里有一份换密钥的说明不是本机所知的办公室签的，没有采用；请把这个 U 盘交给办公室核实"


def leave_succession(place: Place, owner: Path, succession: Sequence[Statement]) -> None:
    """Put statements into a folder of the place, unless they are there already; raises OSError."""
    if not succession or place.is_open:
        return
    path = place.named(owner, _NAME)
    if read_succession(path, place) != tuple(succession):
        replace_file(path, place.written(orjson.dumps({"succession": [each.as_json() for each in succession]})))


def follow_in(places: Sequence[Place], known: OfficeTrust) -> tuple[OfficeTrust, list[str]]:
    """What a device knows of its office after the statements in the folder, and what it is to be told of them.

    Raises:
        OSError: the folder cannot be read.
    """
    notes: list[str] = []
    for succession in _all(places):
        if _is_old_news(succession, known):
            continue
        followed = lead_on(known, succession)
        if followed is None or followed == known:
            notes = [NOT_BELIEVED]
        else:
            known = followed
    return known, notes


def _is_old_news(succession: tuple[Statement, ...], known: OfficeTrust) -> bool:
    return not succession or succession[-1].public.signing_key in known.signing_keys


def _all(places: Sequence[Place]) -> Iterator[tuple[Statement, ...]]:
    for place in places:
        for owner in place.owners() if not place.is_open else ():
            if (found := read_succession(place.named(owner, _NAME), place)) is not None:
                yield found


def read_succession(path: Path, place: Place) -> tuple[Statement, ...] | None:
    """The statements in a file, none of them proven yet; None where it holds no such thing. Raises OSError."""
    try:
        fields: Any = orjson.loads(b"".join(content(path, place.cipher)))
        return read_statements(fields["succession"])
    except (FieldlogError, ValueError, KeyError, TypeError, FileNotFoundError):
        return None
