"""What a hub answers, as a client reads it; raises ValueError, KeyError or TypeError where an answer is none of a hub."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fieldlog.domain.heads import Head, Refusal
from fieldlog.sync.exchange import PLAIN, heads_from_json
from fieldlog.sync.office_keys import OfficeTrust, read_trust
from fieldlog.sync.receipts import Receipt, receipt_in


@dataclass(frozen=True, slots=True)
class HubState:
    """What the hub holds for this device's unit."""

    unit: str
    device: str
    heads: dict[str, Head]
    wanted: tuple[str, ...]
    """Attachments it has not got."""
    now: int = 0
    """What its clock says, in milliseconds since 1970; 0 where it does not say."""
    ways: tuple[str, ...] = (PLAIN,)
    """Of packs that it reads; an older hub does not say."""
    office_key_id: str = ""
    """Which keys the office has now; empty where the hub is too old to have any."""
    role: str = ""
    """The role that the office gave this device."""
    roster: dict[str, Any] | None = None
    """The signed list of the unit's devices, where it is another one than the device said it has."""
    rotate: bool = False
    """Whether this device is to fetch a new token."""
    receipt: Receipt | None = None
    """Not checked yet; None of a hub that is too old to give one."""
    heard: Mapping[str, int] = field(default_factory=dict[str, int])
    """By device, when it last spoke to the office, milliseconds since 1970; told to those who watch over them."""
    stranded: tuple[str, ...] | None = None
    """Logs beside which the office holds something that may be in no log; None of a hub that is too old to say."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The hub's acknowledgement of a pack."""

    received: int
    known: int
    refused: tuple[Refusal, ...]
    heads: dict[str, Head]
    wanted: tuple[str, ...]
    receipt: Receipt | None = None
    stranded: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Admission:
    """What enrolment gave."""

    token: str
    unit: str
    role: str
    trust: OfficeTrust | None
    """The office's keys; None of a hub that is too old to have any."""


def read_state(fields: dict[str, Any]) -> HubState:
    """The answer to `GET /v1/heads`."""
    unit, device = str(fields["unit"]), str(fields["device"])
    return HubState(
        unit,
        device,
        heads_from_json(fields["heads"]),
        _texts(fields["wanted"]),
        int(fields.get("now", 0)),
        _texts(fields.get("ways", [PLAIN])),
        str(fields.get("office_key_id", "")),
        str(fields.get("role", "")),
        fields.get("roster"),
        fields.get("rotate") is True,
        receipt_in(fields, unit, device),
        {str(log): int(at) for log, at in fields.get("heard", {}).items()},
        _texts(fields["stranded"]) if "stranded" in fields else None,
    )


def read_answer(fields: dict[str, Any], unit: str, device: str) -> Answer:
    """The answer to `POST /v1/entries` of this device."""
    refused = tuple(Refusal(str(one["log"]), int(one["seq"]), str(one["why"])) for one in fields["refused"])
    return Answer(
        int(fields["received"]),
        int(fields["known"]),
        refused,
        heads_from_json(fields["heads"]),
        _texts(fields["wanted"]),
        receipt_in(fields, unit, device),
        _texts(fields["stranded"]) if "stranded" in fields else None,
    )


def read_stranded(fields: dict[str, Any]) -> tuple[str, ...]:
    """The logs that the answer to `POST /v1/cases` and `POST /v1/stranded` names."""
    return _texts(fields["stranded"])


def read_admission(fields: dict[str, Any]) -> Admission:
    """The answer to an enrolment."""
    trust = read_trust(fields) if "office" in fields else None
    return Admission(str(fields["token"]), str(fields["unit"]), str(fields["role"]), trust)


def _texts(values: list[Any]) -> tuple[str, ...]:
    return tuple(str(value) for value in values)
