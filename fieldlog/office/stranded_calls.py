"""The hub's calls about what would else stay where it is: cases that came on paper, and what nobody will write again."""

from collections.abc import Iterable
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool

from fieldlog.domain.entries import Proven, ProvenRun, parse_entry
from fieldlog.domain.errors import FieldlogError, FoundWrong
from fieldlog.domain.log_format import is_log_id_of, stem_of
from fieldlog.domain.roles import SUPERVISOR
from fieldlog.domain.roster import Listed
from fieldlog.office.cases import keep_case
from fieldlog.office.description import answers, extra
from fieldlog.office.enrolment import Member, NoAccess
from fieldlog.office.exchanging import LARGEST_BODY, Hub, json_answer, read_body
from fieldlog.office.intake import Devices, Intake, prove
from fieldlog.office.messages import LONGEST_WISH, CaseRequest, StrandedAnswer, StrandedRequest
from fieldlog.office.stranded import Stranded
from fieldlog.office.written_again import Office
from fieldlog.sync.exchange import PROTOCOL
from fieldlog.sync.qr_case import Case, check_case


def stranded_at(hub: Hub) -> Stranded:
    """What stands beside the logs of this hub."""
    return Stranded(hub.ledger, Office(hub.keys.sign, hub.keys.public.signing_key), hub.now)


def prove_for(hub: Hub, unit: str, lines: Iterable[bytes | ProvenRun], sender: str, devices: Devices) -> Intake:
    """Prove a pack, and take in again the logs that this office wrote itself before it was restored from a backup."""
    stranded, found = stranded_at(hub), dict[str, Listed]()

    def known(log: str) -> Listed | None:
        return devices(log) or found.get(log)

    def meet(log: str, first: Proven) -> None:
        if listed := stranded.recognise(unit, log, first):
            found[listed.device] = listed

    proven = prove(lines, sender, known, meet)
    if found.keys() & proven.runs.keys():
        stranded.list_again(unit, (found[log] for log in sorted(found.keys() & proven.runs.keys())))
    return proven


def add_stranded_calls(app: FastAPI, hub: Hub, member: Any) -> None:  # noqa: ANN401 - FastAPI's dependency
    """Add them."""

    @app.post(
        "/v1/cases", responses=answers({200: StrandedAnswer}, 413, 422, 507), openapi_extra=extra(body=CaseRequest)
    )
    async def case(request: Request, caller: Member = member) -> Response:
        """Keep a case that came on paper to the device that sends it."""
        wish = CaseRequest.model_validate_json(await read_body(request, LARGEST_BODY))
        await run_in_threadpool(_keep, hub, caller, wish)
        return _said(hub, caller, [])

    @app.post(
        "/v1/stranded",
        responses=answers({200: StrandedAnswer}, 403, 413, 422),
        openapi_extra=extra(body=StrandedRequest),
    )
    async def write_again(request: Request, caller: Member = member) -> Response:
        """Write again what the caller's device, under whatever log, does not have any more; a supervisor asks for any."""
        wish = StrandedRequest.model_validate_json(await read_body(request, LONGEST_WISH))
        made = await run_in_threadpool(_write_again, hub, caller, wish.log)
        return _said(hub, caller, made)

    del case, write_again


def _said(hub: Hub, caller: Member, made: list[str]) -> Response:
    left = stranded_at(hub).logs(caller.unit)
    return json_answer({"fieldlog": PROTOCOL, "stranded": left, "written_again": made})


def _keep(hub: Hub, caller: Member, wish: CaseRequest) -> None:
    listed = hub.enrolment.roster.roster(caller.unit).devices.get(wish.log)
    if listed is None:
        raise FoundWrong(f"{wish.log} 没有在办公室登记，它在纸上的记录不能转交")
    case = Case(wish.log, wish.doc, tuple(parse_entry(line.encode()) for line in wish.lines), wish.signature)
    if not case.entries or any(entry.log != wish.log or isinstance(entry.body, str) for entry in case.entries):
        raise FoundWrong(f"{wish.log} 在纸上的记录不完整，没有收下")
    check_case(case, listed.public_key)
    keep_case(hub.ledger.engine, caller.unit, listed, case, hub.now())


def _write_again(hub: Hub, caller: Member, log: str) -> list[str]:
    devices = hub.enrolment.roster.roster(caller.unit).devices
    own, of = devices.get(caller.device), devices.get(log)
    if own is None or of is None:
        raise FoundWrong(f"{log} 没有在办公室登记")
    root = own.root or own.device
    if caller.role != SUPERVISOR and root not in (log, of.root) and not is_log_id_of(stem_of(root), log):
        raise NoAccess("别的电脑的记录只有审批人能让办公室代为改记", "role.stranded")
    try:
        return stranded_at(hub).write_again(caller.unit, log, caller.device)
    except FoundWrong:
        raise
    except FieldlogError as error:
        raise FoundWrong(str(error)) from error
