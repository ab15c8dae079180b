"""The hub's calls about devices and keys."""

from typing import Any, Final

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool

from fieldlog.office.description import answers, extra
from fieldlog.office.enrolment import Admission, Member, NoAccess
from fieldlog.office.exchanging import Hub, json_answer, read_body, source_of
from fieldlog.office.messages import (
    LONGEST_WISH,
    AdmissionAnswer,
    AuthorityAnswer,
    DevicesAnswer,
    EnrolRequest,
    GoOnRequest,
    OfficeKeysAnswer,
    TokenAnswer,
)
from fieldlog.office.rates import Doorkeeper
from fieldlog.sync.exchange import PROTOCOL

MOST_EARLIER: Final = 3
"""Authorities that are told to strangers; codes for them last a day."""
MAY_SEE_DEVICES: Final = ("supervisor", "auditor")


def add_device_calls(app: FastAPI, hub: Hub, member: Any, door: Doorkeeper) -> None:  # noqa: ANN401 - FastAPI's dependency
    """Add them."""

    @app.post(
        "/v1/enrol",
        responses=answers({200: AdmissionAnswer}, 403, 409, 413, token=False),
        openapi_extra=extra(token=False, body=EnrolRequest),
    )
    async def enrol(request: Request) -> Response:
        """Trade a one-time code for a token."""
        wish = EnrolRequest.model_validate_json(await read_body(request, LONGEST_WISH))
        source = source_of(request)
        door.stranger(source)
        admission = await run_in_threadpool(
            hub.enrolment.enrol, wish.code, wish.device, wish.unit, wish.public_key, source, wish.proof
        )
        return json_answer(_admitted(hub, admission))

    @app.post(
        "/v1/continue", responses=answers({200: AdmissionAnswer}, 409, 413), openapi_extra=extra(body=GoOnRequest)
    )
    async def go_on(request: Request, caller: Member = member) -> Response:
        """A token for the log that a device goes on under after a fork."""
        wish = GoOnRequest.model_validate_json(await read_body(request, LONGEST_WISH))
        admission = await run_in_threadpool(hub.enrolment.go_on_as, caller, wish.device, wish.public_key)
        return json_answer(_admitted(hub, admission))

    @app.get("/v1/office", responses=answers({200: OfficeKeysAnswer}), openapi_extra=extra())
    def office(caller: Member = member) -> Response:
        """The office's public keys, and the key that the unit's devices share."""
        return json_answer({"fieldlog": PROTOCOL, **_office(hub, caller.unit)})

    @app.post("/v1/token", responses=answers({200: TokenAnswer}), openapi_extra=extra())
    def token(caller: Member = member) -> Response:
        """A new token; the old one holds until this one is used."""
        return json_answer({"fieldlog": PROTOCOL, "token": hub.enrolment.tokens.give_new(caller.unit, caller.device)})

    @app.get("/v1/devices", responses=answers({200: DevicesAnswer}), openapi_extra=extra())
    def devices(caller: Member = member) -> Response:
        """The unit's devices, for those who supervise."""
        if caller.role not in MAY_SEE_DEVICES:
            raise NoAccess("电脑名册只给审批人和监督人员看", "role.devices")
        return json_answer(
            {"fieldlog": PROTOCOL, "devices": [each.as_json() for each in hub.enrolment.devices(caller.unit)]}
        )

    @app.get("/v1/authority", responses=answers({200: AuthorityAnswer}, token=False), openapi_extra=extra(token=False))
    def authority(request: Request) -> Response:
        """The certificate of the office's own authority, to anybody."""
        door.stranger(source_of(request))
        return json_answer(
            {
                "fieldlog": PROTOCOL,
                "authority": hub.keys.public.authority,
                "earlier": hub.keys.earlier_authorities[:MOST_EARLIER],
            }
        )

    del enrol, go_on, office, token, devices, authority


def _admitted(hub: Hub, admission: Admission) -> dict[str, Any]:
    given = {"token": admission.token, "unit": admission.unit, "role": admission.role}
    return {"fieldlog": PROTOCOL, **given, **_office(hub, admission.unit)}


def _office(hub: Hub, unit: str) -> dict[str, Any]:
    """What a device of the unit is given of the office's keys."""
    return {
        "office": hub.keys.public.as_json(),
        "unit_identity": hub.keys.unit_identity(unit),
        "succession": [each.as_json() for each in hub.keys.succession],
    }
