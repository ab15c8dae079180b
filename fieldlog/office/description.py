"""The hub's own description in OpenAPI, held against the running hub by the tests."""

from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

from fieldlog.office.messages import Error

PACK_TYPE: Final = "application/vnd.fieldlog.pack"
BYTES_TYPE: Final = "application/octet-stream"

_WHY: Final = {
    400: "Not in the form of a request; 请求不合格式",
    401: "No token, or none that holds",
    403: "The token does not allow this, was revoked, or the code is wrong",
    404: "Not here",
    409: "It is taken, or does not go on where the last piece ended",
    413: "Longer than any that fieldlog sends",
    422: "What was sent does not hold, or is of a newer version",
    429: "Too often; `Retry-After` says when to ask again",
    503: "The database is out of reach; nothing was stored",
    507: "The disk refused; nothing was stored",
}
_OFFSET: Final = {"Upload-Offset": {"schema": {"type": "string", "pattern": "^[0-9]{1,15}$"}}}
_WAIT: Final = {"Retry-After": {"schema": {"type": "string", "pattern": "^[0-9]+$"}}}


def answers(done: dict[int, Any], *refused: int, token: bool = True) -> dict[int | str, dict[str, Any]]:
    """What a call may answer: `done` by status (a model, or a described response), and the statuses of refusals."""
    said: dict[int | str, dict[str, Any]] = {
        status: {"model": each, "description": each.__doc__} if isinstance(each, type) else each
        for status, each in done.items()
    }
    always = (400, 401, 403, 429, 503) if token else (400, 429, 503)
    for status in sorted({*always, *refused} - done.keys()):
        said[status] = {"model": Error, "description": _WHY[status]}
    said[429]["headers"] = _WAIT
    return said


def binary(kind: str, description: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - parts of OpenAPI
    """A response that is no JSON."""
    return {"description": description, "content": {kind: {"schema": {"type": "string", "format": "binary"}}}, **more}


def misplaced() -> dict[str, Any]:
    """A refusal that says where to go on."""
    return {"model": Error, "description": _WHY[409], "headers": _OFFSET}


def with_offset(model: type[BaseModel]) -> dict[str, Any]:
    """An answer that says how much of an upload is here."""
    return {"model": model, "description": model.__doc__, "headers": _OFFSET}


def extra(*, token: bool = True, body: Any = None, headers: dict[str, str] | None = None) -> dict[str, Any]:  # noqa: ANN401
    """What FastAPI cannot see of a call that reads its request itself: body, headers (name: pattern) and token."""
    said: dict[str, Any] = {"security": [{"token": []}] if token else []}
    if isinstance(body, type) and issubclass(body, BaseModel):
        schema = body.model_json_schema(ref_template="#/components/schemas/{model}")
        said["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    elif body:
        said["requestBody"] = {"required": True, "content": {body: {"schema": {"type": "string", "format": "binary"}}}}
    if headers:
        said["parameters"] = [
            {"name": name, "in": "header", "required": False, "schema": {"type": "string", "pattern": pattern}}
            for name, pattern in headers.items()
        ]
    return said


def describe(app: FastAPI) -> dict[str, Any]:
    """The description, made once."""
    if app.openapi_schema is None:
        said = get_openapi(title=app.title, version="1", description=__doc__, routes=app.routes)
        said.setdefault("components", {})["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        for path in said["paths"].values():
            for call in path.values():
                unread = (
                    call["responses"].get("422", {}).get("content", {}).get("application/json", {}).get("schema", {})
                )
                if unread.get("$ref", "").endswith("/HTTPValidationError"):
                    del call["responses"]["422"]  # FastAPI's own; what is malformed is 400 here
        app.openapi_schema = said
    return app.openapi_schema
