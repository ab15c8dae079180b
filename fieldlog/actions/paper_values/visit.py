"""What papers of one inspection say."""

from collections.abc import Iterator

from fieldlog.actions import lookup
from fieldlog.actions.paper_values.common import Values, moment_words, organ, party, people
from fieldlog.actions.paper_values.hazards import facts
from fieldlog.book.book import Book
from fieldlog.domain import bodies
from fieldlog.domain.hazard import Hazard
from fieldlog.domain.inspection import Inspection


def visit_values(book: Book, doc: str) -> Values:
    """Everything that a paper of the inspection may say.

    Raises:
        NotFound: there is no such inspection, or its lists have not arrived on this device.
    """
    visit = lookup.inspection(book, doc)
    assert visit.opened is not None  # noqa: S101 - `lookup.inspection` sees to it
    place = book.row("premises", visit.opened.premises) or {"name": visit.opened.premises_name}
    photos = _photos(book, visit)
    items = list(_items(book, visit, photos))
    return {
        "organ": organ(book),
        "officers": people(book, visit.opened.officers),
        "party": party(place),
        "visit": {**_visit(book, visit), **_counts(items)},
        "items": items,
        "photos": photos,
        "reasons": [each.model_dump() for each in visit.closed.reasons] if visit.closed else [],
        "facts": facts(_hazards(book, doc)),
    }


def _visit(book: Book, visit: Inspection) -> Values:
    assert visit.opened is not None  # noqa: S101
    stages = {stage.stage: stage.moment for _by, stage in visit.stages}
    signature = visit.closed.signature if visit.closed else bodies.Signature()
    lists = lookup.checklists(book, visit)
    return {
        "kind": visit.opened.type.value,
        "source": visit.opened.source,
        "approval": visit.opened.approval,
        "begun": moment_words(visit.opened_at),
        "ended": moment_words(visit.closed_at),
        "shown": moment_words(stages.get("亮证", "")),
        "told": moment_words(stages.get("告知", "")),
        "lists": "、".join(f"{each.title}（版本 {each.version}）" for each in lists),
        "opinion": visit.closed.opinion if visit.closed else "",
        "refused": signature.reason if signature.way == "refused" else "",
        "witness": signature.witness,
        "footage": _footage(visit),
        "remarks": visit.notes.get("", ""),
    }


def _footage(visit: Inspection) -> str:
    """The cameras and from when to when their marks go."""
    marks = [each.body for each in visit.footage if isinstance(each.body, bodies.FootageLinked)]
    by_camera: dict[str, list[str]] = {}
    for mark in marks:
        by_camera.setdefault(mark.camera or "未登记的机", []).append(mark.moment)
    return "；".join(f"{camera} {moment_words(min(at))} 起 {len(at)} 处" for camera, at in sorted(by_camera.items()))


def _counts(items: list[Values]) -> Values:
    results = [each["result"] for each in items]
    names = {"passed": "符合", "failed": "不符合", "not_applicable": "不适用"}
    return {name: str(results.count(result)) for name, result in names.items()}


def _items(book: Book, visit: Inspection, photos: list[Values]) -> Iterator[Values]:
    """Each question of the walk once, as it was asked."""
    walk = lookup.plan(book, visit)
    pictured = {each["item"]: f"照片{each['nth']}" for each in photos}
    for question in walk.questions:
        answer = visit.answer(question.ref)
        label = walk.label(question.ref)
        measured = (
            f"实测 {answer.measured}{question.item.measure.unit if question.item.measure else ''}"
            if answer and answer.measured
            else ""
        )
        said = (answer.text if answer else "", measured, visit.notes.get(question.ref, ""))
        yield {
            "nth": str(question.number),
            "text": f"{label}：{question.item.text}" if label else question.item.text,
            "result": answer.value.value if answer else "未检查",
            "fact": "；".join(filter(None, said)),
            "evidence": pictured.get(question.ref, ""),
        }


def _photos(book: Book, visit: Inspection) -> list[Values]:
    walk = lookup.plan(book, visit)
    photos = [each for each in visit.photos if isinstance(each.body, bodies.PhotoAttached)]
    found: list[Values] = []
    for number, each in enumerate(photos, 1):
        body = each.body
        assert isinstance(body, bodies.PhotoAttached)  # noqa: S101
        question = walk.of(body.item)
        found.append({
            "nth": str(number), "item": body.item, "of": question.item.text if question else body.name,
            "time": moment_words(body.taken_at or each.at), "sha256": body.sha256,
        })  # fmt: skip
    return found


def _hazards(book: Book, doc: str) -> list[Hazard]:
    """The hazards found in the visit that still stand, in the order of their numbers."""
    rows = sorted((row for row in book.rows("hazards") if row["inspection"] == doc), key=lambda row: row["number"])
    return [lookup.hazard(book, row["id"]) for row in rows if row["state"] != "已作废"]
