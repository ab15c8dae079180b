"""Attachments as they come to the hub: written while they come, so that a cut line costs only what was under way."""

import asyncio
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final
from weakref import WeakValueDictionary

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect

from fieldlog.book.blobs import LARGEST_BLOB
from fieldlog.domain.errors import UsageError
from fieldlog.office.attachments import Piece
from fieldlog.office.enrolment import Member
from fieldlog.office.exchanging import LARGEST_BODY, Hub, TooLarge, json_answer, let_pass, receipted
from fieldlog.sync.exchange import PROTOCOL

_BLOCK: Final = 256 * 1024
"""Bytes that are written at once."""
_TURN_S: Final = 2.0
_RANGE: Final = re.compile(r"bytes (\d{1,12})-(\d{1,12})/(\d{1,12})")


class Turns:
    """One request after the other about one upload of a device.

    Where a line was cut, the device asks how far it came while what was under way is still being written; an answer
    before that is done would have it sent again.
    """

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[tuple[str, str, str], asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def take(self, caller: Member, sha256: str) -> AsyncGenerator[None]:
        """Wait for the turn, but not for long: a request that stands still must not hold up the next."""
        lock = self._locks.setdefault((caller.unit, caller.device, sha256), asyncio.Lock())
        try:
            await asyncio.wait_for(lock.acquire(), _TURN_S)
        except TimeoutError:
            yield
            return
        try:
            yield
        finally:
            lock.release()


@dataclass(frozen=True, slots=True)
class Upload:
    """One piece of an attachment: written as it comes, so that a cut line costs only what was on its way."""

    hub: Hub
    caller: Member
    sha256: str
    start: int
    length: int
    total: int

    async def take(self, request: Request) -> Response:
        """Store the piece; raises what `Attachments` does."""
        unit, device, kept = self.caller.unit, self.caller.device, self.hub.attachments
        piece = await run_in_threadpool(kept.begin, unit, self.sha256, device, self.start, self.length)
        whole = piece is None
        if piece is not None:
            await self._write(request, piece)
            whole = self.start + self.length == self.total
            if whole:
                await run_in_threadpool(kept.finish, unit, self.sha256, device)
        else:
            await let_pass(request)
        headers = {"Upload-Offset": str(self.start + self.length)}
        if not whole:
            return json_answer({"fieldlog": PROTOCOL, "stored": False}, 202, headers)
        held = await run_in_threadpool(self.hub.ledger.heads, unit)
        said = {"fieldlog": PROTOCOL, "stored": True, **receipted(self.hub, self.caller, held, (self.sha256,))}
        return json_answer(said, 201, headers)

    async def _write(self, request: Request, piece: Piece) -> None:
        waiting = bytearray()
        try:
            async for chunk in request.stream():
                waiting += chunk
                if len(waiting) >= _BLOCK:
                    block, waiting = bytes(waiting), bytearray()
                    await run_in_threadpool(piece.write, block)
            await run_in_threadpool(piece.write, bytes(waiting))
            if not piece.is_whole():
                piece.drop()
                raise UsageError("Content-Range 与内容的长度不符")
        except ClientDisconnect:
            await run_in_threadpool(piece.write, bytes(waiting))
            raise
        finally:
            await run_in_threadpool(piece.close)


def piece_range(headers: Headers) -> tuple[int, int, int]:
    """Where a piece starts, how long it is, and how long the whole is."""
    text = headers.get("content-range")
    declared = headers.get("content-length", "")
    length = int(declared) if declared.isdecimal() else -1
    if text is None:
        if length < 0:
            raise UsageError("请求没有写明长度（Content-Length）")
        start, total = 0, length
    else:
        found = _RANGE.fullmatch(text)
        if not found or int(found[2]) < int(found[1]) or int(found[2]) >= int(found[3]):
            raise UsageError("Content-Range 与内容的长度不符")
        start, total = int(found[1]), int(found[3])
        if length not in (-1, int(found[2]) + 1 - start):
            raise UsageError("Content-Range 与内容的长度不符")
        length = int(found[2]) + 1 - start
    if total > LARGEST_BLOB:
        raise TooLarge(f"附件超过 {LARGEST_BLOB // 1024 // 1024} MiB，办公室不接收")
    if length > LARGEST_BODY:
        raise TooLarge(f"请求超过 {LARGEST_BODY // 2**20} MiB，办公室不接收")
    return start, length, total
