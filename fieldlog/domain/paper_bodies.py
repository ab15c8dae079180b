"""What the log says of printed papers: their text whole, so that a reprint says the same, whatever changed since."""

from typing import Annotated, Any

from pydantic import Field

from fieldlog.domain.body_fields import Body, Day, ReasonGiven, Sha256


class PaperPrinted(Body):
    """A version of a paper as it was given out; `values` are what its template was filled in with."""

    paper: str
    """Its number in the table of documents, D9."""
    title: str
    of: str
    """The document it was made from."""
    version: Annotated[int, Field(ge=1)]
    number: str = ""
    """文号."""
    date: Day
    values: dict[str, Any]
    template: str = ""
    """SHA-256 of the office's own template; empty for the shipped one."""
    head: Sha256 | None = None
    """Hash of the newest entry of `of` that it was made from."""
    reasons: tuple[ReasonGiven, ...] = ()


class PaperReprinted(Body):
    """The same version once more; the copy says so."""

    version: int
    copy_no: Annotated[int, Field(ge=1)]


class PaperScanned(Body):
    """A photo or scan of the signed paper, told by its code."""

    version: int
    sha256: Sha256
    name: str = ""


class PaperVoided(Body):
    """It was given out by mistake; its number stays used."""

    reason: str
