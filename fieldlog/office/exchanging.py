"""What every call of the hub has in common: the parts behind it, bodies of limited length, signed answers in JSON."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import orjson
from fastapi import Request, Response
from starlette.requests import ClientDisconnect

from fieldlog.domain.errors import UsageError
from fieldlog.domain.heads import Heads
from fieldlog.office.attachments import Attachments
from fieldlog.office.enrolment import Enrolment, Member
from fieldlog.office.keys import OfficeKeys
from fieldlog.office.ledger import Ledger, Now, wall_milliseconds
from fieldlog.sync.exchange import heads_to_json
from fieldlog.sync.receipts import make_receipt

LARGEST_BODY: Final = 16 * 1024 * 1024
"""Of one request, packed: many times a piece, which is 4 MiB before packing."""


class TooLarge(UsageError):
    """The request is longer than any that fieldlog sends."""


@dataclass(frozen=True, slots=True)
class Hub:
    """The parts behind the interface."""

    ledger: Ledger
    enrolment: Enrolment
    attachments: Attachments
    keys: OfficeKeys
    now: Now = wall_milliseconds


def receipted(hub: Hub, caller: Member, heads: Heads, blobs: Collection[str] = ()) -> dict[str, Any]:
    """What is durable, and the office's signature under it."""
    receipt = make_receipt(hub.keys.sign, caller.unit, caller.device, hub.now(), heads, blobs)
    return {"heads": heads_to_json(heads), "receipt": receipt.in_answer()}


async def read_body(request: Request, largest: int) -> bytes:
    """The request's body, refused as soon as it is known to be too long."""
    limit = f"{largest // 2**20} MiB" if largest >= 2**20 else f"{largest // 2**10} KiB"
    too_large = TooLarge(f"请求超过 {limit}，办公室不接收")
    if _declared(request) > largest:
        raise too_large
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > largest:
            raise too_large
    return bytes(body)


def _declared(request: Request) -> int:
    length = request.headers.get("content-length", "")
    return int(length) if length.isdecimal() else 0


async def let_pass(request: Request) -> None:
    """Read what still comes of a request, up to what any may have."""
    passed = 0
    with suppress(ClientDisconnect, RuntimeError):
        async for chunk in request.stream():
            passed += len(chunk)
            if passed > LARGEST_BODY:
                return


def json_answer(content: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(orjson.dumps(content), status, headers, "application/json")


def source_of(request: Request) -> str:
    """The address that asks."""
    return request.client.host if request.client else ""
