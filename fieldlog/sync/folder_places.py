"""Where things stand in a folder that devices visit in turn, and how they are written there: openly, or encrypted.

    FOLDER/fieldlog/<unit>/<device>/<16 hex digits>.flpack       openly
                                    blobs/ab/<sha256>
                                    heads.json
    FOLDER/fieldlog/<16 hex digits>/<16 hex digits>/….age        encrypted; `docs/sync.md` says what the names are

What a file is shows in its content, wherever it stands and whatever it is called.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fieldlog.book.blobs import LARGEST_BLOB, PIECE_BYTES, read_pieces
from fieldlog.book.durable import replace_file_with
from fieldlog.domain.log_format import is_device_id
from fieldlog.sync.age_files import Cipher, NotForUs, Undecipherable, is_encrypted
from fieldlog.sync.exchange import LARGEST_PACK_BYTES

ROOT: Final = "fieldlog"
BLOBS: Final = "blobs"
OFFICE: Final = "_office"
"""Who the hub is among the devices; no device can be called so."""
LARGEST_FILE: Final = LARGEST_PACK_BYTES + 2**20
"""In bytes, of anything but attachments; what is larger was not written by fieldlog and is not opened."""
_NAME_DIGITS: Final = 16
_OPAQUE: Final = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Place:
    """One unit's part of the folder."""

    folder: Path
    """Of the unit; need not be there."""
    cipher: Cipher | None = None
    """With what encrypted files are read here; None where the office's keys are not known."""
    is_open: bool = True
    """Whether names and files stand here openly."""

    @property
    def _writer(self) -> Cipher | None:
        return None if self.is_open else self.cipher

    @property
    def suffix(self) -> str:
        """Of packs."""
        return ".flpack" if self.is_open else ".age"

    def owned_by(self, device: str) -> Path:
        """Where a device writes, and nobody else."""
        return self.folder / (self._writer.name(f"device {device}", _NAME_DIGITS) if self._writer else device)

    def owners(self) -> list[Path]:
        """Everybody's folders."""
        return [path for path in sorted(self.folder.iterdir()) if path.is_dir()] if self.folder.is_dir() else []

    def named(self, owner: Path, what: str) -> Path:
        """A file with a name of its own: `heads`, or the receipt of a device."""
        if self._writer:
            return owner / f"{self._writer.name(what, _NAME_DIGITS)}.json.age"
        return owner / f"{what}.json"

    def blob(self, owner: Path, sha256: str) -> Path:
        """Where an attachment stands, or would."""
        name = f"{self._writer.name(f'blob {sha256}', 32)}.age" if self._writer else sha256
        return owner / BLOBS / name[:2] / name

    def written(self, content: bytes) -> bytes:
        """The bytes of a file that says this."""
        return self._writer.encrypt(content) if self._writer else content

    def write_blob(self, path: Path, source: Path) -> None:
        """Put an attachment there, whole or not at all; raises OSError."""
        if self._writer:
            self._writer.write_file(path, source)
        else:
            replace_file_with(path, read_pieces(source))


def open_place(folder: Path, unit: str, cipher: Cipher | None = None) -> Place:
    """Where a unit's devices write that do not know the office's keys; `cipher` reads what strayed there."""
    return Place(folder / ROOT / unit, cipher)


def encrypted_place(folder: Path, unit: str, cipher: Cipher) -> Place:
    """Where a unit's devices write that know them."""
    return Place(folder / ROOT / cipher.name(f"unit {unit}", _NAME_DIGITS), cipher, is_open=False)


def content(path: Path, cipher: Cipher | None, largest: int = LARGEST_FILE) -> Iterator[bytes]:
    """What a file says, piece by piece, whichever way it was written.

    Raises:
        NotForUs, Undecipherable: it is encrypted and cannot be opened, or holds more than `largest` bytes.
        OSError: it cannot be read.
    """
    with path.open("rb") as stream:
        beginning = stream.read(64)
        if not is_encrypted(beginning):
            yield beginning
            read = len(beginning)
            while piece := stream.read(PIECE_BYTES):  # counted, since some readers put all of it together
                read += len(piece)
                if read > largest:
                    raise Undecipherable(f"超过 {largest // 2**20} MiB，不是 fieldlog 写的")
                yield piece
            return
    if cipher is None:
        raise NotForUs("是加密的，本机还没有办公室的密钥")
    if largest > LARGEST_FILE:
        yield from cipher.pieces(path, largest)
    else:
        yield cipher.read(path, largest)


def blob_content(path: Path, cipher: Cipher | None) -> Iterator[bytes]:
    """What an attachment holds; raises as `content` does."""
    if path.stat().st_size > LARGEST_BLOB + LARGEST_BLOB // 1024:  # age adds 16 bytes to every 64 KiB
        raise Undecipherable(f"附件超过 {LARGEST_BLOB // 2**20} MiB")
    return content(path, cipher, LARGEST_BLOB)


def strangers(folder: Path, known: set[str], *, keyless: bool) -> list[str]:
    """One line for each kind of unit that has something in the folder and is none of `known` (names of folders)."""
    root = folder / ROOT
    names = [path.name for path in sorted(root.iterdir()) if path.is_dir()] if root.is_dir() else []
    closed = [name for name in names if _OPAQUE.fullmatch(name) and name not in known]
    units = [name for name in names if is_device_id(name) and name not in known and name not in closed]
    told: list[str] = []
    if units:
        told.append(f"这里还有别的单位的记录（{'、'.join(units[:3])}{'等' if units[3:] else ''}），没有加密，没有动它")
    if closed and keyless:
        told.append("这里有加密的记录，本机还没有办公室的密钥，读不了：请先用登记码与办公室同步一次")
    elif closed:
        told.append("这里有加密的记录是别的单位或别的办公室的，本机打不开，没有动它")
    return told
