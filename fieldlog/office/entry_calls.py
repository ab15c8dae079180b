"""The hub's calls about entries."""

import re
from typing import Annotated, Any, Final

from fastapi import FastAPI, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from fieldlog.domain.errors import UsageError
from fieldlog.domain.log_format import is_device_id
from fieldlog.domain.roles import AUDITOR, SUPERVISOR
from fieldlog.office.description import PACK_TYPE, answers, binary, extra
from fieldlog.office.enrolment import Member
from fieldlog.office.exchanging import LARGEST_BODY, Hub, json_answer, read_body, receipted
from fieldlog.office.messages import HeadsAnswer, PackAnswer
from fieldlog.office.stranded_calls import prove_for, stranded_at
from fieldlog.sync import roster
from fieldlog.sync.exchange import PIECE_BYTES, PLAIN, PROTOCOL, WAYS, best_way, read_proven, write_pack

LEAST_PIECE: Final = 16 * 1024
_AFTER: Final = "^([a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?:[0-9]{1,16}(,[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?:[0-9]{1,16})*)?$"


def add_entry_calls(app: FastAPI, hub: Hub, member: Any) -> None:  # noqa: ANN401 - FastAPI's dependency
    """Add them."""

    @app.get(
        "/v1/heads",
        responses=answers({200: HeadsAnswer}),
        openapi_extra=extra(
            headers={"Fieldlog-Acknowledged": "^[0-9]{1,15}$", "Fieldlog-Roster": "^(none|[0-9a-f]{64})$"}
        ),
    )
    def heads(request: Request, caller: Member = member) -> Response:
        """What the hub holds, wants and knows of this device."""
        acknowledged = request.headers.get("fieldlog-acknowledged", "")
        held = hub.ledger.heads(caller.unit)
        if re.fullmatch(r"[0-9]{1,15}", acknowledged):
            own = held.get(caller.device)
            hub.ledger.note_setback(caller.unit, caller.device, int(acknowledged), own.seq if own else 0)
        return json_answer(
            {
                "fieldlog": PROTOCOL,
                "unit": caller.unit,
                "device": caller.device,
                "role": caller.role,
                "now": hub.now(),
                "office_key_id": hub.keys.public.key_id,
                "rotate": caller.rotate,
                **receipted(hub, caller, held),
                "wanted": hub.attachments.wanted(caller.unit),
                "ways": WAYS,
                "stranded": stranded_at(hub).logs(caller.unit),
                **_roster(hub, caller.unit, request.headers.get("fieldlog-roster")),
                **_heard(hub, caller),
            }
        )

    @app.get(
        "/v1/entries",
        responses=answers({200: binary(PACK_TYPE, "A pack; empty at the end")}),
        openapi_extra=extra(),
        response_class=Response,
    )
    def send(
        caller: Member = member,
        after: Annotated[str, Query(pattern=_AFTER, description="houye-01:12,houye-02:0")] = "",
        ways: str = PLAIN,
        most: Annotated[int, Query(ge=1, description="About so many bytes of lines, within limits")] = PIECE_BYTES,
    ) -> Response:
        """One pack of what comes after these numbers."""
        most = max(LEAST_PIECE, min(most, PIECE_BYTES))
        lines = hub.ledger.lines_after(caller.unit, _read_after(after), most)
        return Response(write_pack(lines, best_way(ways.split(","))), media_type=PACK_TYPE)

    @app.post("/v1/entries", responses=answers({200: PackAnswer}, 413, 422, 507), openapi_extra=extra(body=PACK_TYPE))
    async def receive(request: Request, caller: Member = member) -> Response:
        """Store a pack; what is acknowledged is on the disk."""
        pack = await read_body(request, LARGEST_BODY)
        return await run_in_threadpool(_receive, hub, caller, pack)

    del heads, send, receive


def _roster(hub: Hub, unit: str, known: str | None) -> dict[str, Any]:
    """The signed list of devices for a device that goes by one and has another; `known` is the digest of what it has."""
    if known is None:
        return {}
    if known == hub.enrolment.roster.digest(unit, hub.keys.public.signing_key):
        return {}
    return {"roster": roster.sign(hub.enrolment.roster.roster(unit), hub.keys.sign)}


def _heard(hub: Hub, caller: Member) -> dict[str, Any]:
    """When each device of the unit last spoke to the office, for those who watch over them."""
    if caller.role not in (SUPERVISOR, AUDITOR):
        return {}
    return {"heard": hub.enrolment.heard.of_unit(caller.unit)}


def _receive(hub: Hub, caller: Member, pack: bytes) -> Response:
    devices = hub.enrolment.roster.roster(caller.unit).devices
    proven = prove_for(hub, caller.unit, read_proven([pack]), caller.device, devices.get)
    ack = hub.ledger.accept(caller.unit, caller.device, proven)
    return json_answer(
        {
            "fieldlog": PROTOCOL,
            "received": ack.received,
            "known": ack.known,
            "waiting": ack.waiting,
            "refused": [refusal._asdict() for refusal in ack.refused],
            **receipted(hub, caller, ack.heads),
            "wanted": hub.attachments.wanted(caller.unit),
            "stranded": stranded_at(hub).logs(caller.unit),
            "durable": True,
        }
    )


def _read_after(text: str) -> dict[str, int]:
    """`houye-01:12,houye-02:0` as numbers by log."""
    after: dict[str, int] = {}
    for part in filter(None, text.split(",")):
        log, _, seq = part.partition(":")
        if not is_device_id(log) or not re.fullmatch(r"[0-9]{1,16}", seq):
            raise UsageError("after 应写成 设备:序号,设备:序号")
        after[log] = int(seq)
    return after
