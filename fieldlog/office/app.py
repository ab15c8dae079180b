"""The hub's HTTP interface; `docs/sync.md` describes it. No state between requests but the database and the files."""

import re
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Any, Final

import orjson
from fastapi import Depends, FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field, ValidationError
from sqlalchemy.exc import SQLAlchemyError
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from fieldlog.book.blobs import LARGEST_BLOB, is_sha256
from fieldlog.domain.errors import EnvironmentFault, FieldlogError, FoundWrong, NewerFormat, UsageError
from fieldlog.domain.heads import Heads
from fieldlog.domain.log_format import DEVICE_PATTERN, is_device_id
from fieldlog.office.attachments import Attachments, OutOfPlace, Piece
from fieldlog.office.database import reason
from fieldlog.office.enrolment import Admission, DeviceTaken, Enrolment, Member, NoAccess, TooManyTries, WrongCode
from fieldlog.office.intake import prove
from fieldlog.office.keys import OfficeKeys
from fieldlog.office.ledger import Ledger, Now, wall_milliseconds
from fieldlog.office.rates import Doorkeeper, TooOften
from fieldlog.sync import roster
from fieldlog.sync.exchange import PIECE_BYTES, PLAIN, PROTOCOL, WAYS, best_way, heads_to_json, read_proven, write_pack
from fieldlog.sync.receipts import make_receipt

LARGEST_BODY: Final = 16 * 1024 * 1024
"""Of one request, packed: many times a piece, which is 4 MiB before packing."""
LONGEST_WISH: Final = 4 * 1024
"""Bytes of an enrolment: whoever sends one has no token yet, so that nothing large is read from them."""
MAY_SEE_DEVICES: Final = ("supervisor", "auditor")
PACK_TYPE: Final = "application/vnd.fieldlog.pack"

LEAST_PIECE: Final = 16 * 1024
BLOCK: Final = 256 * 1024
"""Bytes of an upload that are written at once."""

_RANGE: Final = re.compile(r"bytes (\d{1,12})-(\d{1,12})/(\d{1,12})")
_STATUS: Final[tuple[tuple[type[FieldlogError], int], ...]] = (
    (NoAccess, 401),
    (TooManyTries, 429),
    (TooOften, 429),
    (WrongCode, 403),
    (DeviceTaken, 409),
    (OutOfPlace, 409),
    (UsageError, 400),
    (FoundWrong, 422),
    (EnvironmentFault, 507),
)
_SAYS: Final = {404: "没有这个地址", 405: "这个地址不支持这种请求"}


class TooLarge(UsageError):
    """The request is longer than any that fieldlog sends."""


class GoOnRequest(BaseModel):
    """The log under which a device whose log parted in two goes on."""

    device: Annotated[str, Field(pattern=DEVICE_PATTERN)]
    public_key: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class EnrolRequest(BaseModel):
    """What a new device says about itself."""

    code: Annotated[str, Field(max_length=LONGEST_WISH)]
    device: Annotated[str, Field(pattern=DEVICE_PATTERN)]
    unit: Annotated[str, Field(max_length=64)] = ""
    public_key: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


@dataclass(frozen=True, slots=True)
class Hub:
    """The parts behind the interface."""

    ledger: Ledger
    enrolment: Enrolment
    attachments: Attachments
    keys: OfficeKeys
    now: Now = wall_milliseconds


def create_app(hub: Hub, door: Doorkeeper | None = None) -> FastAPI:
    """The application for an ASGI server."""
    app = FastAPI(title="fieldlog", docs_url=None, redoc_url=None, openapi_url=None)
    _answer_errors(app)
    door = door or Doorkeeper()
    member = Depends(_authenticate(hub, door))
    _add_entries(app, hub, member)
    _add_blobs(app, hub, member)

    @app.post("/v1/enrol")
    async def enrol(request: Request) -> Response:
        wish = EnrolRequest.model_validate_json(await _body(request, LONGEST_WISH))
        source = _source(request)
        door.stranger(source)
        admission = await run_in_threadpool(
            hub.enrolment.enrol, wish.code, wish.device, wish.unit, wish.public_key, source
        )
        return _json(_admitted(hub, admission))

    @app.post("/v1/continue")
    async def go_on(request: Request, caller: Member = member) -> Response:
        wish = GoOnRequest.model_validate_json(await _body(request, LONGEST_WISH))
        admission = await run_in_threadpool(hub.enrolment.go_on_as, caller, wish.device, wish.public_key)
        return _json(_admitted(hub, admission))

    @app.get("/v1/office")
    def office(caller: Member = member) -> Response:
        return _json({"fieldlog": PROTOCOL, **_office(hub, caller.unit)})

    @app.post("/v1/token")
    def token(caller: Member = member) -> Response:
        return _json({"fieldlog": PROTOCOL, "token": hub.enrolment.tokens.give_new(caller.unit, caller.device)})

    @app.get("/v1/devices")
    def devices(caller: Member = member) -> Response:
        if caller.role not in MAY_SEE_DEVICES:
            raise NoAccess("电脑名册只给审批人和监督人员看", "role.devices")
        return _json({"fieldlog": PROTOCOL, "devices": [each.as_json() for each in hub.enrolment.devices(caller.unit)]})

    @app.get("/v1/authority")
    def authority(request: Request) -> Response:
        door.stranger(_source(request))
        return _json({"fieldlog": PROTOCOL, "authority": hub.keys.public.authority})

    del enrol, go_on, office, token, devices, authority
    return app


def _admitted(hub: Hub, admission: Admission) -> dict[str, Any]:
    given = {"token": admission.token, "unit": admission.unit, "role": admission.role}
    return {"fieldlog": PROTOCOL, **given, **_office(hub, admission.unit)}


def _office(hub: Hub, unit: str) -> dict[str, Any]:
    """What a device of the unit is given of the office's keys."""
    return {"office": hub.keys.public.as_json(), "unit_identity": hub.keys.unit_identity(unit)}


def _add_entries(app: FastAPI, hub: Hub, member: Any) -> None:  # noqa: ANN401 - FastAPI's dependency
    @app.get("/v1/heads")
    def heads(request: Request, caller: Member = member) -> Response:
        acknowledged = request.headers.get("fieldlog-acknowledged", "")
        held = hub.ledger.heads(caller.unit)
        if re.fullmatch(r"[0-9]{1,15}", acknowledged):
            own = held.get(caller.device)
            hub.ledger.note_setback(caller.unit, caller.device, int(acknowledged), own.seq if own else 0)
        return _json(
            {
                "fieldlog": PROTOCOL,
                "unit": caller.unit,
                "device": caller.device,
                "role": caller.role,
                "now": hub.now(),
                "office_key_id": hub.keys.public.key_id,
                "rotate": caller.rotate,
                **_receipted(hub, caller, held),
                "wanted": hub.attachments.wanted(caller.unit),
                "ways": WAYS,
                **_roster(hub, caller.unit, request.headers.get("fieldlog-roster")),
            }
        )

    @app.get("/v1/entries")
    def send(after: str = "", ways: str = PLAIN, most: int = PIECE_BYTES, caller: Member = member) -> Response:
        most = max(LEAST_PIECE, min(most, PIECE_BYTES))
        lines = hub.ledger.lines_after(caller.unit, _read_after(after), most)
        return Response(write_pack(lines, best_way(ways.split(","))), media_type=PACK_TYPE)

    @app.post("/v1/entries")
    async def receive(request: Request, caller: Member = member) -> Response:
        pack = await _body(request, LARGEST_BODY)
        return await run_in_threadpool(_receive, hub, caller, pack)

    del heads, send, receive


def _roster(hub: Hub, unit: str, known: str | None) -> dict[str, Any]:
    """The signed list of devices for a device that goes by one and has another; `known` is the digest of what it has."""
    if known is None:
        return {}
    listed = hub.enrolment.roster.roster(unit)
    is_news = known != roster.digest(listed, hub.keys.public.signing_key)
    return {"roster": roster.sign(listed, hub.keys.sign)} if is_news else {}


def _receive(hub: Hub, caller: Member, pack: bytes) -> Response:
    devices = hub.enrolment.roster.roster(caller.unit).devices
    proven = prove(read_proven([pack]), caller.device, devices.get)
    ack = hub.ledger.accept(caller.unit, caller.device, proven)
    return _json(
        {
            "fieldlog": PROTOCOL,
            "received": ack.received,
            "known": ack.known,
            "waiting": ack.waiting,
            "refused": [refusal._asdict() for refusal in ack.refused],
            **_receipted(hub, caller, ack.heads),
            "wanted": hub.attachments.wanted(caller.unit),
            "durable": True,
        }
    )


def _receipted(hub: Hub, caller: Member, heads: Heads, blobs: Collection[str] = ()) -> dict[str, Any]:
    """What is durable, and the office's signature under it."""
    receipt = make_receipt(hub.keys.sign, caller.unit, caller.device, hub.now(), heads, blobs)
    return {"heads": heads_to_json(heads), "receipt": receipt.in_answer()}


def _add_blobs(app: FastAPI, hub: Hub, member: Any) -> None:  # noqa: ANN401 - FastAPI's dependency
    @app.head("/v1/blobs/{sha256}")
    def head(sha256: str, caller: Member = member) -> Response:
        size = hub.attachments.size(caller.unit, _hash(sha256))
        if size is not None:
            return Response(headers={"Content-Length": str(size)})
        received = hub.attachments.received(caller.unit, sha256, caller.device)
        return Response(status_code=404, headers={"Upload-Offset": str(received)})

    @app.get("/v1/blobs/{sha256}")
    def send(sha256: str, caller: Member = member) -> Response:
        if hub.attachments.size(caller.unit, _hash(sha256)) is None:
            return _json({"error": "办公室还没有这个附件"}, 404)
        path = hub.attachments.path(caller.unit, sha256)
        return FileResponse(path, media_type="application/octet-stream")

    @app.put("/v1/blobs/{sha256}")
    async def receive(sha256: str, request: Request, caller: Member = member) -> Response:
        upload = _Upload(hub, caller, _hash(sha256), *_piece_range(request.headers))
        try:
            return await upload.take(request)
        except FieldlogError:
            await _let_pass(request)  # a client that is still sending would not read the answer
            raise

    del head, send, receive


@dataclass(frozen=True, slots=True)
class _Upload:
    """One piece of an attachment: written as it comes, so that a cut line costs only what was on its way."""

    hub: Hub
    caller: Member
    sha256: str
    start: int
    length: int
    total: int

    async def take(self, request: Request) -> Response:
        unit, device, kept = self.caller.unit, self.caller.device, self.hub.attachments
        piece = await run_in_threadpool(kept.begin, unit, self.sha256, device, self.start, self.length)
        whole = piece is None
        if piece is not None:
            await self._write(request, piece)
            whole = self.start + self.length == self.total
            if whole:
                await run_in_threadpool(kept.finish, unit, self.sha256, device)
        else:
            await _let_pass(request)
        headers = {"Upload-Offset": str(self.start + self.length)}
        if not whole:
            return _json({"fieldlog": PROTOCOL, "stored": False}, 202, headers)
        held = await run_in_threadpool(self.hub.ledger.heads, unit)
        said = {"fieldlog": PROTOCOL, "stored": True, **_receipted(self.hub, self.caller, held, (self.sha256,))}
        return _json(said, 201, headers)

    async def _write(self, request: Request, piece: Piece) -> None:
        waiting = bytearray()
        try:
            async for chunk in request.stream():
                waiting += chunk
                if len(waiting) >= BLOCK:
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


async def _let_pass(request: Request) -> None:
    """Read what still comes of a request, up to what any may have."""
    passed = 0
    with suppress(ClientDisconnect, RuntimeError):
        async for chunk in request.stream():
            passed += len(chunk)
            if passed > LARGEST_BODY:
                return


def _authenticate(hub: Hub, door: Doorkeeper) -> Callable[[Request], Member]:
    def caller(request: Request) -> Member:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        token, source = token.strip(), _source(request)
        if scheme.lower() != "bearer" or not token:
            door.stranger(source)
            raise NoAccess("这台设备还没有登记，请向办公室要登记码", "token.missing")
        door.before(token, source)
        try:
            member = hub.enrolment.member(token)
        except NoAccess:
            door.stranger(source)
            raise
        door.after(token, (member.unit, member.device))
        return member

    return caller


def _source(request: Request) -> str:
    return request.client.host if request.client else ""


def _answer_errors(app: FastAPI) -> None:
    def known(_request: Request, error: Exception) -> Response:
        status = next((status for kind, status in _STATUS if isinstance(error, kind)), 400)
        headers = {"Upload-Offset": str(error.received)} if isinstance(error, OutOfPlace) else None
        if isinstance(error, TooOften):
            headers = {"Retry-After": str(error.after_s)}
        rule = getattr(error, "rule", "")
        if isinstance(error, NewerFormat):
            why = "这台电脑的 fieldlog 比办公室的新，办公室认不得它的记录：请先升级办公室的 fieldlog；本机的记录都在"
            return _json({"error": why, "rule": "format.newer"}, 422)
        status = 413 if isinstance(error, TooLarge) else 403 if rule in ("token.revoked", "role.devices") else status
        return _json({"error": str(error), "rule": rule}, status, headers)

    def database(_request: Request, error: Exception) -> Response:
        why = reason(error) if isinstance(error, SQLAlchemyError) else ""
        return _json({"error": f"办公室数据库暂时用不了（{why}），什么都没有存，请稍后再同步"}, 503)

    def malformed(_request: Request, _error: Exception) -> Response:
        return _json({"error": "请求不合格式，请把 fieldlog 升级到与办公室相同的版本"}, 400)

    def http(_request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        return _json({"error": _SAYS.get(status, "请求不合格式")}, status)

    def unforeseen(_request: Request, _error: Exception) -> Response:
        return _json({"error": "办公室服务内部出错，什么都没有存，请稍后再同步"}, 500)

    app.add_exception_handler(FieldlogError, known)
    app.add_exception_handler(SQLAlchemyError, database)
    app.add_exception_handler(RequestValidationError, malformed)
    app.add_exception_handler(ValidationError, malformed)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(Exception, unforeseen)


async def _body(request: Request, largest: int) -> bytes:
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


def _read_after(text: str) -> dict[str, int]:
    """`houye-01:12,houye-02:0` as numbers by log."""
    after: dict[str, int] = {}
    for part in filter(None, text.split(",")):
        log, _, seq = part.partition(":")
        if not is_device_id(log) or not re.fullmatch(r"[0-9]{1,16}", seq):
            raise UsageError("after 应写成 设备:序号,设备:序号")
        after[log] = int(seq)
    return after


def _hash(text: str) -> str:
    if not is_sha256(text):
        raise UsageError("附件的地址应是 64 位十六进制的 SHA-256")
    return text


def _piece_range(headers: Headers) -> tuple[int, int, int]:
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


def _json(content: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(orjson.dumps(content), status, headers, "application/json")
