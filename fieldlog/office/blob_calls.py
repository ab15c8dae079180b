"""The hub's calls about attachments."""

from typing import Annotated, Any, Final

from fastapi import FastAPI, Path, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse

from fieldlog.domain.errors import FieldlogError
from fieldlog.office.description import BYTES_TYPE, answers, binary, extra, misplaced, with_offset
from fieldlog.office.enrolment import Member
from fieldlog.office.exchanging import Hub, json_answer, let_pass
from fieldlog.office.messages import BlobAnswer, PieceAnswer
from fieldlog.office.uploads import Turns, Upload, piece_range

BlobHash = Annotated[str, Path(pattern="^[0-9a-f]{64}$", description="SHA-256 of the content")]

_LENGTH: Final = {"Content-Length": {"schema": {"type": "string", "pattern": "^[0-9]+$"}}}
_OFFSET: Final = {"Upload-Offset": {"schema": {"type": "string", "pattern": "^[0-9]{1,15}$"}}}
_HEAD: Final = answers(
    {
        200: {"description": "It is here, and so long", "headers": _LENGTH},
        404: {"description": "It is not; so much of this device's upload is", "headers": _OFFSET},
    }
)
_PLAIN: Final = {"text/plain": {"schema": {"type": "string"}}}
_GET: Final = answers(
    {
        200: binary(BYTES_TYPE, "All of it"),
        206: binary(BYTES_TYPE, "The part asked for"),
        416: {"description": "There is no such part", "content": _PLAIN},
    },
    404,
)
_PUT: Final = answers({201: with_offset(BlobAnswer), 202: with_offset(PieceAnswer), 409: misplaced()}, 413, 422, 507)
_RANGE: Final = {"Range": "^bytes=[0-9]{1,12}-[0-9]{0,12}$"}
_CONTENT_RANGE: Final = {"Content-Range": "^bytes [0-9]{1,12}-[0-9]{1,12}/[0-9]{1,12}$"}


def add_blob_calls(app: FastAPI, hub: Hub, member: Any) -> None:  # noqa: ANN401 - FastAPI's dependency
    """Add them."""
    turns = Turns()

    @app.head("/v1/blobs/{sha256}", responses=_HEAD, openapi_extra=extra(), response_class=Response)
    async def head(sha256: BlobHash, caller: Member = member) -> Response:
        """Whether an attachment is here; where it is not, how much of this device's upload is."""
        async with turns.take(caller, sha256):
            size = await run_in_threadpool(hub.attachments.size, caller.unit, sha256)
            if size is not None:
                return Response(headers={"Content-Length": str(size)}, media_type=BYTES_TYPE)
            received = await run_in_threadpool(hub.attachments.received, caller.unit, sha256, caller.device)
        return Response(status_code=404, headers={"Upload-Offset": str(received)}, media_type=BYTES_TYPE)

    @app.get("/v1/blobs/{sha256}", responses=_GET, openapi_extra=extra(headers=_RANGE), response_class=Response)
    def send(sha256: BlobHash, caller: Member = member) -> Response:
        """An attachment, or a part of it."""
        if hub.attachments.size(caller.unit, sha256) is None:
            return json_answer({"error": "办公室还没有这个附件"}, 404)
        return FileResponse(hub.attachments.path(caller.unit, sha256), media_type=BYTES_TYPE)

    @app.put("/v1/blobs/{sha256}", responses=_PUT, openapi_extra=extra(body=BYTES_TYPE, headers=_CONTENT_RANGE))
    async def receive(sha256: BlobHash, request: Request, caller: Member = member) -> Response:
        """Take a piece of an attachment; without a range it is the whole."""
        try:
            upload = Upload(hub, caller, sha256, *piece_range(request.headers))
            async with turns.take(caller, sha256):
                return await upload.take(request)
        except FieldlogError:
            await let_pass(request)  # a client that is still sending would not read the answer
            raise

    del head, send, receive
