"""The evidence that a case brings along: the record of the visit, photos and recordings of the hazard."""

from fieldlog.actions.case_defaults import Fields
from fieldlog.actions.case_steps import step
from fieldlog.actions.cases import case_of
from fieldlog.book.book import Book
from fieldlog.domain.bodies import FootageLinked, PhotoAttached
from fieldlog.domain.case import Case
from fieldlog.domain.entries import Entry
from fieldlog.domain.hazard import Hazard
from fieldlog.domain.inspection import Inspection


def add_evidence_of_source(book: Book, by: str, doc: str) -> list[Entry]:
    """Put what the hazard and its visit hold on the list of evidence, each once; returns what was written.

    Raises:
        NotFound: there is no such case.
        Refused: evidence cannot be added any more.
    """
    case = case_of(book, doc)
    listed = {(each.sha256 or "", each.doc, each.note) for one in case.evidence for each in one.shown}
    written: list[Entry] = []
    for fields in _evidence_of(book, case):
        shown = fields["shown"][0]
        if (shown.get("sha256") or "", shown.get("doc", ""), shown.get("note", "")) not in listed:
            written.append(step(book, by, case.doc, "evidence", fields))
    return written


def _evidence_of(book: Book, case: Case) -> list[Fields]:
    began = case.proposed or case.on_spot
    state = book.document(began.source_doc) if began and began.source_doc else None
    visit = state
    found: list[Fields] = []
    if isinstance(state, Hazard):
        visit = book.document(str(state.fields["inspection"])) if state.fields["inspection"] else None
        found += [_photo(each.at, each.body) for each in state.photos if isinstance(each.body, PhotoAttached)]
    if not isinstance(visit, Inspection) or visit.opened is None:
        return found
    day = visit.opened_at[:10]
    record = {"kind": "勘验笔录、现场笔录", "name": f"{day} 现场检查笔录", "source": visit.opened.premises_name}
    found.insert(
        0,
        {**record, "on": day, "proves": "检查经过和发现的问题", "shown": [{"doc": visit.doc, "note": "现场检查笔录"}]},
    )
    item = str(state.fields["item"]) if isinstance(state, Hazard) else ""
    for attached in (*visit.photos, *visit.footage):
        if item and attached.body.item != item:
            continue
        if isinstance(attached.body, PhotoAttached):
            found.append(_photo(attached.at, attached.body))
        else:
            found.append(_film(visit.doc, attached.body))
    return found


def _photo(at: str, photo: PhotoAttached) -> Fields:
    shown = {"sha256": photo.sha256, "note": photo.name}
    return {"kind": "视听资料", "name": f"照片 {photo.name}", "source": "执法人员拍摄", "on": at[:10], "shown": [shown]}


def _film(visit: str, link: FootageLinked) -> Fields:
    name = f"执法记录仪 {link.camera} 号机 {link.moment[:19].replace('T', ' ')}"
    return {"kind": "视听资料", "name": f"录像 {name}", "source": "执法记录仪", "on": link.moment[:10],
            "shown": [{"doc": visit, "note": f"{link.camera} {link.moment}"}]}  # fmt: skip
