"""The hub's HTTP interface; `docs/sync.md` describes it. No state between requests but the database and the files."""

from collections.abc import Callable

from fastapi import Depends, FastAPI, Request, Response

from fieldlog.office.blob_calls import add_blob_calls
from fieldlog.office.description import answers, describe, extra
from fieldlog.office.device_calls import add_device_calls
from fieldlog.office.enrolment import Member, NoAccess
from fieldlog.office.entry_calls import add_entry_calls
from fieldlog.office.exchanging import Hub, json_answer, source_of
from fieldlog.office.rates import Doorkeeper
from fieldlog.office.refusals import answer_errors
from fieldlog.office.stranded_calls import add_stranded_calls

__all__ = ["Hub", "create_app"]


def create_app(hub: Hub, door: Doorkeeper | None = None) -> FastAPI:
    """The application for an ASGI server."""
    app = FastAPI(title="fieldlog", docs_url=None, redoc_url=None, openapi_url=None)
    answer_errors(app)
    door = door or Doorkeeper()
    member = Depends(_authenticate(hub, door))
    add_entry_calls(app, hub, member)
    add_blob_calls(app, hub, member)
    add_stranded_calls(app, hub, member)
    add_device_calls(app, hub, member, door)

    described = answers({200: {"description": "OpenAPI 3.1", "content": {"application/json": {}}}})

    @app.get("/v1/openapi.json", responses=described, openapi_extra=extra())
    def description(_caller: Member = member) -> Response:
        """This description."""
        return json_answer(describe(app))

    del description
    return app


def _authenticate(hub: Hub, door: Doorkeeper) -> Callable[[Request], Member]:
    def caller(request: Request) -> Member:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        token, source = token.strip(), source_of(request)
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
