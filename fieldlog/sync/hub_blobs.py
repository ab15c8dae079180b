"""Attachments between this device and a hub, byte for byte over a line that is cut again and again.

As long as each try brings some of it across, the next one goes on behind that; where nothing moves, it is given up
after a few tries.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from fieldlog.sync.hub import HubConnection, read_fields
from fieldlog.sync.line import HubBusy, HubRefused, LineCut, Patience
from fieldlog.sync.receipts import Receipt, receipt_in

if TYPE_CHECKING:
    import httpx

PIECE_BYTES: Final = 4 * 1024 * 1024
"""What the hub writes to its disk before it answers."""
_CHUNK_BYTES: Final = 64 * 1024
_MOST_MISPLACED: Final = 3

Moved = Callable[[], None]
"""Called after each chunk; what it raises ends the transfer."""


def put_blob(hub: HubConnection, sha256: str, path: Path, moved: Moved) -> Receipt | None:
    """Bring an attachment, from where an earlier try was cut; where it is there already, only ask for its receipt.

    Raises:
        EnvironmentFault: the hub did not take it, or nothing got through any more.
    """
    line, address, total = hub.line, f"/v1/blobs/{sha256}", path.stat().st_size
    patience, misplaced, before = Patience(line.wait), 0, 0
    with path.open("rb") as stream:
        answer = line.request("HEAD", address, allowed=(404,))
        while answer.status_code != 201:
            start = _offset(answer) if _offset(answer) < total else 0
            if start > before:
                patience.moved()
                misplaced = 0
            before = start
            span = (0, 0) if answer.status_code == 200 else (start, total)  # there already: nothing but the receipt
            try:
                answer = _put_piece(hub, address, stream, span, moved)
            except (LineCut, HubBusy) as error:
                patience.after(error)
                answer = line.request("HEAD", address, allowed=(404,))
            misplaced += answer.status_code == 409
            if misplaced > _MOST_MISPLACED:
                raise HubRefused("同一附件有两处在同时上传，请稍后再同步")
    return read_fields(line, lambda fields: receipt_in(fields, *hub.speaks_for), answer)


def _put_piece(
    hub: HubConnection, address: str, stream: IO[bytes], span: tuple[int, int], moved: Moved
) -> "httpx.Response":
    start, total = span
    length = min(PIECE_BYTES, total - start)
    headers = {"Content-Length": str(length), "Content-Type": "application/octet-stream"}
    if length:
        headers["Content-Range"] = f"bytes {start}-{start + length - 1}/{total}"
    stream.seek(start)
    chunks = _read_chunks(stream, length, moved)
    return hub.line.request("PUT", address, pauses=(), allowed=(409,), content=chunks, headers=headers)


def _read_chunks(stream: IO[bytes], length: int, moved: Moved) -> Iterator[bytes]:
    while length and (chunk := stream.read(min(length, _CHUNK_BYTES))):
        length -= len(chunk)
        yield chunk
        moved()


def blob_size(hub: HubConnection, sha256: str) -> int | None:
    """How long the attachment is, in bytes; None where the hub has not got it either."""
    head = hub.line.request("HEAD", f"/v1/blobs/{sha256}", allowed=(404,))
    if head.status_code == 404:
        return None
    length = head.headers.get("content-length", "")
    if not length.isdecimal():  # a proxy that knows nothing of us may leave it out
        raise hub.line.no_hub()
    return int(length)


def blob_from(hub: HubConnection, sha256: str, start: int, total: int) -> Iterator[bytes]:
    """The attachment's bytes from `start` on, going on where the line is cut.

    Raises:
        EnvironmentFault: the hub does not give it, or nothing got through any more.
    """
    patience = Patience(hub.line.wait)
    while start < total:
        before = start
        try:
            for chunk in hub.line.chunks(f"/v1/blobs/{sha256}", start, min(start + PIECE_BYTES, total)):
                start += len(chunk)
                yield chunk
        except (LineCut, HubBusy) as error:
            if start > before:
                patience.moved()
            patience.after(error)
        else:
            if start == before:
                raise hub.line.no_hub()
            patience.moved()


def _offset(response: "httpx.Response") -> int:
    text = response.headers.get("upload-offset", "0")
    return int(text) if re.fullmatch(r"\d{1,15}", text) else 0
