"""What devices say about themselves in a folder: how far they have come, and which attachments they lack.

It is a hint that anybody can write who can write there, so nothing but what is left for whom follows from it.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import orjson

from fieldlog.book.blobs import is_sha256
from fieldlog.book.durable import replace_file
from fieldlog.domain.errors import FieldlogError, FoundWrong
from fieldlog.domain.heads import Head, Heads
from fieldlog.domain.log_format import is_device_id
from fieldlog.sync.exchange import PROTOCOL, heads_from_json, heads_to_json
from fieldlog.sync.folder_packs import Findings
from fieldlog.sync.folder_places import OFFICE, Place, content

_HEADS: Final = "heads"
_LARGEST: Final = 4 * 1024 * 1024


@dataclass(slots=True)
class Other:
    """What another device says about itself; nothing, where that is damaged."""

    role: str = ""
    heads: dict[str, Head] = field(default_factory=dict[str, Head])
    wanted: set[str] = field(default_factory=set[str])
    is_open: bool = False
    """Whether it writes openly, and so can open nothing that is encrypted."""


def others(places: Sequence[Place], own: Collection[Path], findings: Findings) -> dict[str, Other]:
    """The other devices that have been here, the office (`OFFICE`) among them; `own` are the reader's own folders."""
    found: dict[str, Other] = {}
    for place in places:
        for owner in place.owners():
            path = place.named(owner, _HEADS)
            if owner in own or not path.is_file():
                continue
            try:
                device, other = _read(path, place)
            except (FieldlogError, OSError):
                device, other = owner.name, Other(is_open=place.is_open)
                if not place.is_open or is_device_id(device):
                    findings.refuse_file(path, "内容已损坏，当作什么都没收到")
            if place.owned_by(device) == owner and (device == OFFICE or is_device_id(device)):
                found.setdefault(device, other)
            elif not place.is_open:  # damaged: whoever it is lacks everything
                found.setdefault(owner.name, other)
    return found


def devices_said(places: Sequence[Place]) -> Iterator[Other]:
    """What can be read of all devices, this one among them."""
    for place in places:
        for owner in place.owners():
            try:
                yield _read(place.named(owner, _HEADS), place)[1]
            except (FieldlogError, OSError):
                continue  # told where heads are read for what they acknowledge


def _read(path: Path, place: Place) -> tuple[str, Other]:
    """Who says it and what.

    Raises:
        FieldlogError, OSError: it cannot be read.
    """
    if path.stat().st_size > _LARGEST:
        raise FoundWrong("longer than heads can be")
    try:
        fields: Any = orjson.loads(b"".join(content(path, place.cipher, _LARGEST)))
        wanted = {str(one) for one in fields.get("wanted", [])}
        # Openly, a folder's name says whose it is, as it always did.
        device = path.parent.name if place.is_open else str(fields["device"])
        heads = heads_from_json(fields["heads"])
        return device, Other(str(fields.get("role", "")), heads, set(filter(is_sha256, wanted)), place.is_open)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise FoundWrong("heads") from error


def publish(place: Place, device: str, role: str, heads: Heads, wanted: Sequence[str]) -> None:
    """Say what a device holds and lacks now. This acknowledges what it took in, so it comes last.

    Raises:
        OSError: it cannot be written.
    """
    said = {"fieldlog": PROTOCOL, "device": device, "role": role, "heads": heads_to_json(heads), "wanted": wanted}
    text = orjson.dumps(said, option=orjson.OPT_INDENT_2) + b"\n"
    path = place.named(place.owned_by(device), _HEADS)
    try:
        if path.is_file() and b"".join(content(path, place.cipher, _LARGEST)) == text:
            return
    except FieldlogError:
        pass  # damaged, and written anew
    replace_file(path, place.written(text))
