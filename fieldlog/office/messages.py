"""What goes into the hub and comes out of it, as pydantic models: requests are checked by them, and the OpenAPI
description is made of them. Answers are written as plain JSON; the tests hold them against this."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from fieldlog.domain.log_format import DEVICE_PATTERN

LONGEST_WISH = 4 * 1024
"""Bytes of an enrolment: whoever sends one has no token yet, so that nothing large is read from them."""

Device = Annotated[str, Field(pattern=DEVICE_PATTERN, examples=["houye-01"])]
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Signature = Annotated[str, Field(pattern=r"^[0-9a-f]{128}$")]
Milliseconds = Annotated[int, Field(ge=0, description="Since 1970, UTC")]
Number = Annotated[int, Field(ge=0)]
Heads = Annotated[
    dict[str, tuple[Number, Hash]], Field(description="By log, number and hash of the newest entry that is durable")
]
Moment = Annotated[str, Field(description="RFC 3339")]


class GoOnRequest(BaseModel):
    """The log under which a device whose log parted in two goes on."""

    device: Device
    public_key: Hash


class CaseRequest(BaseModel):
    """A case that came on paper: whole entries of one log, and the signature of its device over their hashes."""

    log: Device
    doc: Annotated[str, Field(pattern="^[0-9A-HJKMNP-TV-Z]{26}$")]
    lines: Annotated[list[str], Field(min_length=1, max_length=20_000)]
    signature: Signature


class StrandedRequest(BaseModel):
    """A log of which something stands beside the logs that nobody will write again."""

    log: Device


class EnrolRequest(BaseModel):
    """What a new device says about itself."""

    code: Annotated[str, Field(max_length=LONGEST_WISH)]
    device: Device
    unit: Annotated[str, Field(max_length=64)] = ""
    public_key: Hash
    proof: Annotated[str, Field(max_length=128, description="The key's signature over code and device, hex")] = ""


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Answer(_Answer):
    """Every answer of a hub names the protocol's version, so that it can be told from any other web server."""

    fieldlog: int


class Error(_Answer):
    """What is wrong, for people, in one line of Chinese; `rule` names it for programs."""

    error: str
    rule: str = ""


class Receipt(_Answer):
    """The office's signature under `heads` and `blobs`, for the unit and device of the token."""

    at: Milliseconds
    blobs: list[Hash]
    signature: Signature


class Receipted(Answer):
    """What is durable."""

    heads: Heads
    receipt: Receipt


class StrandedAnswer(Answer):
    """Logs beside which something stands that is not settled yet, and those in which the office wrote it again now."""

    stranded: list[Device]
    written_again: list[Device]


class OfficePublicKeys(_Answer):
    """The office's public keys."""

    signing_key: Hash
    age_recipient: Annotated[str, Field(pattern="^age1[0-9a-z]{58}$")]
    authority: Annotated[str, Field(description="Certificate, PEM")]


class SuccessionStatement(OfficePublicKeys):
    """The office's word that these keys took the place of those before."""

    fieldlog: Literal["office-keys"]
    v: Literal[1]
    before: Annotated[Hash, Field(description="The signing key until then")]
    at: Milliseconds
    signature: Annotated[Signature, Field(description="By the key before")]
    countersignature: Annotated[Signature, Field(description="By the new one")]


class OfficeKeysAnswer(Answer):
    """What a device of the unit is given of the office's keys."""

    office: OfficePublicKeys
    unit_identity: Annotated[str, Field(pattern="^AGE-SECRET-KEY-1[0-9A-Z]{58}$")]
    succession: Annotated[
        list[SuccessionStatement], Field(description="How the office came to these keys, the oldest change first")
    ]


class AdmissionAnswer(OfficeKeysAnswer):
    """A token; it is shown this once."""

    token: str
    unit: str
    role: str


class TokenAnswer(Answer):
    """A token to use from now on."""

    token: str


class AuthorityAnswer(Answer):
    """The certificate of the office's own authority, PEM, and those that it had before, the newest first."""

    authority: str
    earlier: list[str]


class DeviceAnswer(_Answer):
    """One device of the unit."""

    unit: str
    device: Device
    role: str
    enrolled: Moment | None
    last_heard: Moment | None
    revoked: Moment | None
    entries: Number
    continues: str
    rotating: bool


class DevicesAnswer(Answer):
    """The unit's devices."""

    devices: list[DeviceAnswer]


class HeadsAnswer(Receipted):
    """Who the token belongs to, and what the hub holds and wants."""

    unit: str
    device: Device
    role: str
    now: Milliseconds
    office_key_id: Annotated[str, Field(pattern="^[0-9a-f]{16}$")]
    rotate: bool
    wanted: list[Hash]
    ways: list[Literal["plain", "compact"]]
    stranded: Annotated[
        list[Device], Field(description="Logs beside which something stands that may be in no log yet")
    ] = []
    roster: Annotated[dict[str, object], Field(description="The signed list of devices; docs/sync.md")] = {}
    heard: Annotated[
        dict[str, Milliseconds],
        Field(description="When each device last spoke to the office, for supervisor and auditor"),
    ] = {}


class RefusedEntry(_Answer):
    """The first entry of a log that was not taken."""

    log: str
    seq: int
    why: str


class PackAnswer(Receipted):
    """What became of a pack."""

    received: Number
    known: Number
    waiting: Number
    refused: list[RefusedEntry]
    wanted: list[Hash]
    stranded: list[Device] = []
    durable: bool


class PieceAnswer(Answer):
    """The piece is durable, and more is to come."""

    stored: Literal[False]


class BlobAnswer(Receipted):
    """The attachment is whole and durable."""

    stored: Literal[True]
