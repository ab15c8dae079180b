"""How the hub says no: every error as a status and one line of Chinese."""

import logging
from typing import Final

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from fieldlog.domain.errors import EnvironmentFault, FieldlogError, FoundWrong, NewerFormat, UsageError
from fieldlog.office.attachments import OutOfPlace
from fieldlog.office.database import reason, reason_for_all
from fieldlog.office.enrolment import DeviceTaken, NoAccess, TooManyTries, WrongCode
from fieldlog.office.exchanging import TooLarge, json_answer
from fieldlog.office.rates import TooOften

_log: Final = logging.getLogger(__name__)
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


def answer_errors(app: FastAPI) -> None:
    """Have every error answered in words."""

    def known(_request: Request, error: Exception) -> Response:
        status = next((status for kind, status in _STATUS if isinstance(error, kind)), 400)
        headers = {"Upload-Offset": str(error.received)} if isinstance(error, OutOfPlace) else None
        if isinstance(error, TooOften):
            headers = {"Retry-After": str(error.after_s)}
        rule = getattr(error, "rule", "")
        if isinstance(error, NewerFormat):
            why = "这台电脑的 fieldlog 比办公室的新，办公室认不得它的记录：请先升级办公室的 fieldlog；本机的记录都在"
            return json_answer({"error": why, "rule": "format.newer"}, 422)
        status = (
            413
            if isinstance(error, TooLarge)
            else 403
            if rule in ("token.revoked", "role.devices", "role.stranded")
            else status
        )
        return json_answer({"error": str(error), "rule": rule}, status, headers)

    def database(_request: Request, error: Exception) -> Response:
        why = ""
        if isinstance(error, SQLAlchemyError):
            why = f"（{told}）" if (told := reason_for_all(error)) else ""
            _log.error("数据库：%s", reason(error))  # for the office's own eyes
        return json_answer({"error": f"办公室数据库暂时用不了{why}，什么都没有存，请稍后再同步"}, 503)

    def malformed(_request: Request, _error: Exception) -> Response:
        return json_answer({"error": "请求不合格式，请把 fieldlog 升级到与办公室相同的版本"}, 400)

    def http(_request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        return json_answer({"error": _SAYS.get(status, "请求不合格式")}, status)

    def gone(_request: Request, _error: Exception) -> Response:
        return Response(status_code=400)  # the line was cut: nobody reads this, and there is nothing to log

    def unforeseen(_request: Request, _error: Exception) -> Response:
        return json_answer({"error": "办公室服务内部出错，什么都没有存，请稍后再同步"}, 500)

    app.add_exception_handler(FieldlogError, known)
    app.add_exception_handler(SQLAlchemyError, database)
    app.add_exception_handler(RequestValidationError, malformed)
    app.add_exception_handler(ValidationError, malformed)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(ClientDisconnect, gone)
    app.add_exception_handler(Exception, unforeseen)
