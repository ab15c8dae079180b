"""Where this device takes the newest photo from, and the last one taken: `DATA/photo-folder.json`.

Like which comments were read it is about this laptop and no record of anything, so it stays out of the log.
"""

from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, cast

import orjson

from fieldlog.book.durable import replace_file

_NAME: Final = "photo-folder.json"
_LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class PhotoFolder:
    """The folder, and what was taken out of it."""

    folder: str = ""
    newest_ns: int = 0
    """When the newest of the pictures taken so far was made, by the folder's own time."""
    taken: tuple[str, ...] = ()
    """The paths of the last ones taken."""

    def with_taken(self, path: str, modified_ns: int) -> "PhotoFolder":
        """The same after that picture was taken."""
        return PhotoFolder(self.folder, max(self.newest_ns, modified_ns), (*self.taken, path)[-_LONGEST:])


def read_photo_folder(folder: Path) -> PhotoFolder:
    """What is remembered; a missing or damaged file remembers nothing."""
    try:
        read: Any = orjson.loads((folder / _NAME).read_bytes())
        fields = cast("dict[str, Any]", read)
        found = PhotoFolder(fields["folder"], fields["newest_ns"], tuple(fields["taken"]))
    except (OSError, ValueError, KeyError, TypeError):
        return PhotoFolder()
    sound = (
        type(found.folder) is str and type(found.newest_ns) is int and all(type(each) is str for each in found.taken)
    )
    return found if sound else PhotoFolder()


def write_photo_folder(folder: Path, known: PhotoFolder) -> None:
    """Remember it; where the disk refuses, or a name is no text, nothing is."""
    with suppress(OSError, TypeError, orjson.JSONEncodeError):
        replace_file(folder / _NAME, orjson.dumps(asdict(known)))
