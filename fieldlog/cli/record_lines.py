"""What a line given to `fieldlog record` may say: one model for each `do`. `docs/record.md` is the full description."""

from typing import Annotated, Any, Final, Literal

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field

from fieldlog.domain.bodies import DeadlineKind, Signature


def _decimal_text(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _passed(value: Any) -> Any:  # noqa: ANN401
    return {"通过": True, "合格": True, "不通过": False, "未通过": False, "不合格": False}.get(str(value), value)


def _signature(value: Any) -> Any:  # noqa: ANN401
    return {"way": value} if isinstance(value, str) else value


_Doc = Annotated[str, Field(min_length=1, max_length=80)]
_HazardDoc = Annotated[_Doc, Field(validation_alias=AliasChoices("doc", "hazard", "number"))]
_Words = Annotated[str, Field(validation_alias=AliasChoices("note", "text"))]
_OnDay = Annotated[str, Field(validation_alias=AliasChoices("on", "date"))]


class Line(BaseModel):
    """One line; what it does not know is not used, and the acknowledgement says so."""

    model_config = ConfigDict(frozen=True, extra="allow", populate_by_name=True)

    do: str
    by: str = ""
    """Who acts: an officer's id, certificate number or name."""


class Open(Line):
    """Begin a visit."""

    premises: _Doc
    lists: list[str] = []
    """Without any, those that suit the kind and features of the premises."""
    officers: list[str]
    type: str = "日常"
    features: list[str] | None = None
    approval: str = ""
    source: str = ""


class Answer(Line):
    """Answer an item."""

    doc: _Doc
    item: str
    value: str = ""
    """Without one the measured number decides."""
    finding: int | str | None = None
    """Number of a typical finding from 1, or what is wrong in words."""
    text: str = ""
    measured: Annotated[str, BeforeValidator(_decimal_text)] = ""
    note: str = ""


class Adopt(Line):
    """Let the newer version of a list count in a visit."""

    doc: _Doc
    list: str


class Undo(Line):
    """Take back the newest answer."""

    doc: _Doc


class Note(Line):
    """Remark on an item or the visit."""

    doc: _Doc
    text: Annotated[str, Field(validation_alias=AliasChoices("text", "note"))]
    item: str = ""


class DraftText(Line):
    """Half-typed text."""

    doc: _Doc
    field: str
    text: str


class Stage(Line):
    """A stage of the visit."""

    doc: _Doc
    stage: Literal["亮证", "告知", "现场检查", "笔录签字"]
    note: str = ""


class Count(Line):
    """How many things of a kind there are."""

    doc: _Doc
    thing: str
    labels: list[str] | None = None
    """What each is called."""
    number: int | None = Field(default=None, ge=0, le=3650)
    """Instead of labels: so many, called as before or by their numbers."""


class Footage(Line):
    """A camera and a second."""

    doc: _Doc
    camera: str = ""
    moment: Annotated[str, Field(validation_alias=AliasChoices("moment", "at"))] = ""
    item: str = ""
    hazard: str = ""
    note: str = ""


class Photo(Line):
    """A photo from a file."""

    doc: _Doc
    path: Annotated[str, Field(validation_alias=AliasChoices("path", "file"))]
    item: str = ""
    when: Literal["", "before", "after"] = ""
    """Of a rectification; without it a hazard's course says."""


class FindHazard(Line):
    """A hazard that no checklist finding describes."""

    text: str
    doc: Annotated[str, Field(validation_alias=AliasChoices("doc", "inspection"))] = ""
    premises: str = ""
    item: str = ""
    level: str = "一般"
    standard: str = ""
    basis: list[str] = []
    measure: str = ""
    days: int | None = Field(default=None, ge=0, le=3650)
    deadline_kind: DeadlineKind = "calendar"
    due: str = ""
    responsible: str = ""
    place: str = ""


class EditHazard(Line):
    """Correct a hazard."""

    doc: _HazardDoc
    text: str | None = None
    place: str | None = None
    level: str | None = None
    standard: str | None = None
    basis: list[str] | None = None
    measure: str | None = None
    days: int | None = Field(default=None, ge=0, le=3650)
    deadline_kind: DeadlineKind | None = None
    due: str | None = None
    responsible: str | None = None


class Assign(Line):
    """Give a hazard to an officer."""

    doc: _HazardDoc
    officer: str
    note: str = ""
    due: str = ""


class Unassign(Line):
    """Take the assignment back."""

    doc: _HazardDoc
    reason: str = ""


class Comment(Line):
    """Say something about a visit, one of its items, or a hazard."""

    doc: _HazardDoc
    text: Annotated[str, Field(validation_alias=AliasChoices("text", "note"))]
    item: str = ""


class Confirm(Line):
    """Let stand what two devices said differently, after looking at both."""

    doc: _HazardDoc
    item: str = ""


class Urge(Line):
    """督办."""

    doc: _HazardDoc
    note: _Words


class Rectify(Line):
    """The party reports it done."""

    doc: _HazardDoc
    note: _Words
    on: _OnDay = ""
    reported_by: str = ""


class Recheck(Line):
    """A re-check."""

    doc: _HazardDoc
    passed: Annotated[bool, BeforeValidator(_passed), Field(validation_alias=AliasChoices("passed", "result"))]
    note: _Words = ""
    officers: list[str] = []
    on: _OnDay = ""
    due: str = ""


class Extend(Line):
    """More time."""

    doc: _HazardDoc
    due: str
    reason: str
    approver: str = ""


class RequestClosing(Line):
    """Ask for the closing."""

    doc: _HazardDoc
    note: _Words = ""


class DeclineClosing(Line):
    """Send it back."""

    doc: _HazardDoc
    reason: str


class Close(Line):
    """End a visit, or close a hazard."""

    doc: _HazardDoc
    signature: Annotated[Signature, BeforeValidator(_signature)] = Signature()
    opinion: str = ""
    reasons: dict[str, str] = {}
    reason: str = ""
    approver: str = ""
    note: str = ""


class Void(Line):
    """Mark a visit or a hazard as entered by mistake."""

    doc: _HazardDoc
    reason: str


LINES: Final[dict[str, type[Line]]] = {
    "open": Open,
    "answer": Answer,
    "adopt": Adopt,
    "undo": Undo,
    "note": Note,
    "draft": DraftText,
    "stage": Stage,
    "count": Count,
    "footage": Footage,
    "photo": Photo,
    "hazard": FindHazard,
    "edit": EditHazard,
    "assign": Assign,
    "unassign": Unassign,
    "urge": Urge,
    "rectify": Rectify,
    "recheck": Recheck,
    "extend": Extend,
    "request_closing": RequestClosing,
    "decline_closing": DeclineClosing,
    "comment": Comment,
    "confirm": Confirm,
    "close": Close,
    "void": Void,
}
"""Every `do` with its model."""
