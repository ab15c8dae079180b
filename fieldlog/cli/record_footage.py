"""Lines for `fieldlog record` about recordings: scanning, reading again, slates, pictures."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import AliasChoices, Field

from fieldlog.actions.footage_checking import begin_check
from fieldlog.actions.footage_matching import moment_at
from fieldlog.actions.footage_scanning import begin_scan
from fieldlog.actions.footage_slates import current_visit, write_slate
from fieldlog.actions.footage_stills import take_and_keep
from fieldlog.actions.paths import named_path
from fieldlog.book.book import Book
from fieldlog.cli.footage_results import check_result, scan_result
from fieldlog.cli.record_lines import Line
from fieldlog.domain.entries import Entry


class TakeStill(Line):
    """A frame of a recording as a photo."""

    doc: Annotated[str, Field(min_length=1, max_length=80, validation_alias=AliasChoices("doc", "hazard", "number"))]
    item: str = ""
    recording: str = ""
    """Its id, the beginning of its SHA-256, or the end of its path; without it the one that shows the document best."""
    offset_ms: int | None = Field(default=None, ge=0)


class ScanFolder(Line):
    """Register the recordings of a card or folder."""

    folder: Annotated[str, Field(min_length=1, validation_alias=AliasChoices("folder", "path"))]
    camera: str = ""
    again: bool = False


class CheckRecordings(Line):
    """Read recordings again, whole."""

    sample: int | None = Field(default=None, ge=1)
    """So many; without it all."""
    folders: tuple[str, ...] = ()


class WriteSlate(Line):
    """A slate to print."""

    path: Annotated[str, Field(min_length=1, validation_alias=AliasChoices("path", "png", "file"))]
    doc: Annotated[str, Field(validation_alias=AliasChoices("doc", "inspection"))] = ""
    """Without it the visit that somebody at this laptop is in, if any."""
    at: Annotated[str, Field(validation_alias=AliasChoices("at", "moment"))] = ""


FOOTAGE_LINES: Final[dict[str, type[Line]]] = {
    "still": TakeStill,
    "scan": ScanFolder,
    "check": CheckRecordings,
    "slate": WriteSlate,
}
"""Every `do` about recordings with its model."""


def take_still(book: Book, by: str, doc: str, line: TakeStill) -> Entry:
    """Do what the line says; raises as the action does."""
    return take_and_keep(book, by, doc, item=line.item, recording=line.recording, offset_ms=line.offset_ms)


def carry_out(
    book: Book, by: str, line: ScanFolder | CheckRecordings | WriteSlate
) -> tuple[Entry | None, Mapping[str, Any]]:
    """Do what the line says: the entry of a slate, and what more the acknowledgement tells. Raises as the actions do."""
    match line:
        case ScanFolder():
            scan = begin_scan(book, by, named_path(line.folder), camera=line.camera, again=line.again)
            for _outcome in scan.run():
                pass
            return None, scan_result(scan.result)
        case CheckRecordings():
            folders = [named_path(folder) for folder in line.folders]
            check = begin_check(book, by, sample=line.sample, folders=folders)
            return None, check_result(list(check.run()), check.already, interrupted=False)
        case WriteSlate():
            file = Path(named_path(line.path))
            slate, entry = write_slate(book, by, file, line.doc or current_visit(book), at=line.at)
            moment = moment_at(book, slate.moment_ms).isoformat(timespec="milliseconds")
            return entry, {"png": str(file), "inspection": slate.run.doc, "moment": moment}
