"""A visit: open it, answer, undo, remark, mark footage, close it."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from fieldlog.actions import lookup, things
from fieldlog.actions.answer_body import answer_body, twin_body
from fieldlog.actions.answer_hazard import hazard_drafts, raised, taken_back
from fieldlog.actions.texts import LONGEST_DRAFT, plain
from fieldlog.book.blobs import LARGEST_BLOB
from fieldlog.book.book import Book, Draft
from fieldlog.domain import bodies
from fieldlog.domain.bodies import InspectionType
from fieldlog.domain.checklist import Checklist, feature_conditions
from fieldlog.domain.checklist_parts import Item
from fieldlog.domain.condition import true_features
from fieldlog.domain.entries import Entry
from fieldlog.domain.errors import EnvironmentFault, NotFound, NotSaved, Refused, os_words
from fieldlog.domain.inspection import Given, Inspection
from fieldlog.domain.photos import without_photo
from fieldlog.domain.procedure import LACKING, Objection, closing_objections, inspector_objections, photo_objections
from fieldlog.domain.walk import plan_walk
from fieldlog.library import Library, with_supplements

LONGEST_TWINS = 32
"""More lists than any visit walks together; a shared question has at most one item in each."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What an answer wrote."""

    entry: Entry
    hazard: str
    """The hazard that stands because of it, or empty."""


def open_inspection(
    book: Book,
    library: Library,
    by: str,
    *,
    premises: str,
    lists: Sequence[str],
    officers: Sequence[str],
    type: str = "日常",
    features: Sequence[str] | None = None,
    approval: str = "",
    source: str = "",
) -> Entry:
    """Begin a visit with the newest versions of the lists and return its opening entry.

    Premises and officers are named by id, code or unambiguous name. Without `features`, those the premises are known
    to have count; those that are given are remembered for the premises' next visit. The things of
    repeated sections are those of the last one.

    Raises:
        NotFound: no such premises, officer or list.
        Refused: P1, or an unknown kind of visit, or no list that can be walked.
    """
    place = lookup.premises(book, premises)
    people = [lookup.officer(book, named) for named in officers]
    _refuse(inspector_objections(people, lookup.today(book)))
    if type not in [each.value for each in InspectionType]:
        raise Refused(f"没有“{type}”这种检查，只有 日常、专项、线索核查、即时", rule="P8")
    used = [_list(library, named) for named in with_supplements(library, lists)]
    if not used:
        raise Refused("没有选检查清单，请至少选一份", rule="lists")
    if catalogues := [each.title for each in used if each.form == "catalogue"]:
        raise Refused(
            f"“{'”“'.join(catalogues)}”是违法行为目录，写的就是违法行为，不能逐项检查：换一份清单", rule="lists"
        )
    known: Sequence[str] = features if features is not None else place.get("features", ())
    asked = feature_conditions(used)
    true = true_features(asked, frozenset(known))
    kept = tuple(feature for feature in dict.fromkeys(known) if feature in asked and feature in true)
    told = _told(place, kept, asked) if features is not None else None
    count = sum(len(each.applicable(frozenset(kept))) for each in used)
    recorded = record_drafts(book, by, used)
    opened = bodies.InspectionOpened(
        premises=place["id"],
        premises_name=place["name"],
        type=InspectionType(type),
        lists=tuple(bodies.ListUsed(id=each.id, version=each.version, digest=each.digest()) for each in used),
        officers=tuple(person["id"] for person in people),
        features=kept,
        items=count,
        approval=approval,
        source=source,
    )
    doc = book.new_id()
    counted = things.remembered(book, place["id"], plan_walk(used, frozenset(kept)))
    drafts = [
        *recorded,
        *([Draft(by, place["id"], told)] if told is not None else []),
        Draft(by, doc, opened),
        *(Draft(by, doc, each) for each in counted),
    ]
    return next(entry for entry in book.write_all(drafts) if entry.kind == "inspection.opened")


def _told(place: lookup.Row, kept: Sequence[str], asked: Iterable[str]) -> bodies.PremisesChanged | None:
    """What was said of the premises' features, for the next visit; None where the register says the same."""
    before = tuple(place.get("features", ()))
    now = (*(feature for feature in before if feature not in asked or feature in kept), *kept)
    now = tuple(dict.fromkeys(now))
    return bodies.PremisesChanged(features=now) if set(now) != set(before) else None


def answer(
    book: Book,
    by: str,
    doc: str,
    item: str,
    value: str = "",
    *,
    finding: int | None = None,
    text: str = "",
    measured: str = "",
    remark: str = "",
    twins: Sequence[str] = (),
) -> Answered:
    """Answer an item; a 不符合 with a typical finding or words raises, changes or keeps its hazard in the same write.

    Without a `value` the `measured` number decides. A `remark` is noted in the same write too. `twins` are items of the visit's other lists that ask the same: they get
    the same answer in the same write and point to the same hazard.

    Raises:
        NotFound: no such inspection or item.
        Refused: the inspection is over, the value or finding does not exist, or the hazard has moved on.
        NotSaved: nothing is on disk; the same answer may be given again.
    """
    visit = lookup.open_inspection(book, doc)
    item, checklist, asked = lookup.item(book, visit, item)
    body = answer_body(item, asked, visit.answer(item), value, finding, plain(text), measured)
    hazard, drafts = hazard_drafts(book, by, visit, checklist, asked, body)
    body = body.model_copy(update={"hazard": hazard})
    noted = [Draft(by, doc, bodies.ItemNoted(item=item, note=plain(remark)))] if remark.strip() else []
    same = [Draft(by, doc, _twin(book, visit, body, twin, asked)) for twin in twins]
    return Answered(book.write_all([Draft(by, doc, body), *same, *drafts, *noted])[0], hazard)


def _twin(book: Book, visit: Inspection, body: bodies.ItemAnswered, twin: str, lead: Item) -> bodies.ItemAnswered:
    ref, _list, item = lookup.item(book, visit, twin)
    return twin_body(body, ref, item, lead)


def undo(book: Book, by: str, doc: str) -> tuple[Entry, str]:
    """Take back this device's newest answer, its twins with it; returns the entry and the item that led.

    Raises:
        Refused: the inspection is over, or there is nothing to take back.
    """
    visit = lookup.open_inspection(book, doc)
    together = _newest_together(book, visit)
    if not together:
        raise Refused("没有可以撤销的答案", rule="undo")
    led, last = _given(visit, together[0]), _given(visit, together[-1])
    item = led.answer.item
    known = raised(book, visit, item)
    counts = visit.given[item][-1] is led  # else another device's answer does, before and after
    drafts = taken_back(by, known, last) if known is not None and counts else []
    undone = [Draft(by, doc, bodies.AnswerUndone(log=log, seq=seq, item=item)) for log, seq, item in together]
    return book.write_all([*undone, *drafts])[0], item


def _newest_together(book: Book, visit: Inspection) -> list[tuple[str, int, str]]:
    """This device's newest answer and the twins written with it, in the order of the log: the one that led is first."""
    own = [each for each in visit.trail[-LONGEST_TWINS:] if _may_take_back(book, visit, each)]
    if not own:
        own = [each for each in visit.trail if _may_take_back(book, visit, each)][-1:]
    together = own[-1:]
    for each in reversed(own[:-1]):
        if each[1] != together[0][1] - 1 or not _is_twin(book, visit, each, together[0]):
            break
        together.insert(0, each)
    return together


def _may_take_back(book: Book, visit: Inspection, place: tuple[str, int, str]) -> bool:
    """This device's own answer, to an item that is still asked; one that its log repeats after a fork is its own, too."""
    log, seq, item = place
    own = log == book.device.id or any(
        there == (log, seq) and here[0] == book.device.id for here, there in visit.again.items()
    )
    return own and visit.is_asked(item)


def _is_twin(book: Book, visit: Inspection, one: tuple[str, int, str], other: tuple[str, int, str]) -> bool:
    """Whether two answers to a shared question came out of one write, which gives both the same moment."""
    shared, same = (lookup.item(book, visit, each[2])[2].shared for each in (one, other))
    is_shared = shared is not None and shared == same
    return is_shared and _given(visit, one).at == _given(visit, other).at


def _given(visit: Inspection, place: tuple[str, int, str]) -> Given:
    """The standing answer at a place of the trail."""
    log, seq, item = place
    return next(given for given in visit.given[item] if (given.log, given.seq) == (log, seq))


def note(book: Book, by: str, doc: str, text: str, item: str = "") -> Entry:
    """Write the remark on an item, or on the whole visit; an empty text takes it away.

    Raises:
        NotFound, Refused: no such inspection or item, or it is over.
    """
    visit = lookup.open_inspection(book, doc)
    if item:
        item = lookup.item(book, visit, item)[0]
    return book.write(by, doc, bodies.ItemNoted(item=item, note=plain(text)))


def save_draft(book: Book, by: str, doc: str, field: str, text: str) -> Entry:
    """Keep half-typed text, so that a kill loses none of it; an empty text means it is no longer a draft."""
    return book.write(by, doc, bodies.DraftSaved(field=field, text=text[:LONGEST_DRAFT]))


def reach_stage(
    book: Book, by: str, doc: str, stage: Literal["亮证", "告知", "现场检查", "笔录签字"], note: str = ""
) -> Entry:
    """Record that a stage of the visit was reached now."""
    lookup.open_inspection(book, doc)
    moment = book.now().isoformat(timespec="seconds")
    return book.write(by, doc, bodies.StageReached(stage=stage, moment=moment, note=note))


def link_footage(
    book: Book,
    by: str,
    doc: str,
    *,
    camera: str = "",
    moment: str = "",
    item: str = "",
    hazard: str = "",
    note: str = "",
) -> Entry:
    """Tie a camera and a second to the visit: a `mark` when it is at an item and now, else a `reference`.

    Without `camera` the one named last in this visit counts, without `moment` now.

    Raises:
        NotFound: no such inspection, item or hazard.
        Refused: no camera is known, or `moment` is no moment.
    """
    visit = lookup.inspection(book, doc)
    camera = camera.strip() or last_camera(visit)
    if not camera:
        raise Refused("请先填执法记录仪编号，例如 03", rule="footage")
    if item:
        item = lookup.item(book, visit, item)[0]
    if hazard:
        lookup.hazard(book, hazard)
    strength: Literal["reference", "mark"] = "mark" if item and not moment else "reference"
    at = _moment(book, moment) if moment else book.now()
    body = bodies.FootageLinked(
        strength=strength,
        camera=camera,
        moment=at.isoformat(timespec="milliseconds"),
        item=item,
        hazard=hazard,
        note=plain(note),
    )
    return book.write(by, doc, body)


def last_camera(visit: Inspection) -> str:
    """The camera that this visit's newest footage link names, or empty."""
    links = [link.body for link in visit.footage if isinstance(link.body, bodies.FootageLinked)]
    return links[-1].camera if links else ""


def attach_photo(book: Book, by: str, doc: str, path: Path, item: str = "") -> Entry:
    """Store a photo or scan by its hash and tie it to an inspection's item or to a hazard.

    Raises:
        NotFound: no such document, item or file.
        Refused: it is larger than the office takes.
        NotSaved: the disk refused.
    """
    state = book.document(doc)
    if state is None:
        raise NotFound(f"没有编号为 {doc} 的检查或隐患")
    if item and isinstance(state, Inspection):
        item = lookup.item(book, state, item)[0]
    try:
        if not path.is_file():
            raise NotFound(f"没有这个照片文件：{path}")
        size = path.stat().st_size
        if size > LARGEST_BLOB:
            raise Refused(
                f"{path.name} 有 {size // 2**20} MiB，一个附件最大 {LARGEST_BLOB // 2**20} MiB；录像请用录像标记，不要当照片",
                rule="photo",
            )
        sha256 = book.blobs.put_file(path)
    except OSError as error:
        raise NotSaved(f"照片没有保存：{os_words(error)}") from error
    return book.write(by, doc, bodies.PhotoAttached(sha256=sha256, name=path.name, size=size, item=item))


def objections(book: Book, doc: str, signature: bodies.Signature) -> list[Objection]:
    """What stands in the way of closing the visit now."""
    visit = lookup.inspection(book, doc)
    plan = lookup.plan(book, visit)
    asked = _one_a_question(book, visit)
    photoless = [question.ref for question in without_photo(visit, plan)]
    return [
        *_unfinished(book, visit, plan.items),
        *closing_objections(visit, asked, signature, lookup.today(book)),
        *photo_objections(photoless),
    ]


def _one_a_question(book: Book, visit: Inspection) -> list[str]:
    """The items that stand for the questions of the walk: of a shared one, an item that is still open, if any is."""
    items: list[str] = []
    for question in lookup.plan(book, visit).questions:
        refs = (question.ref, *question.twins)
        items.append(next((ref for ref in refs if visit.answer(ref) is None), question.ref))
    return items


def _unfinished(book: Book, visit: Inspection, walk: Iterable[str]) -> list[Objection]:
    """Answers whose hazard a power cut kept from the disk: nothing was acknowledged, but the answer stands."""
    torn = [item for item in walk if (given := visit.answer(item)) and given.hazard and not raised(book, visit, item)]
    text = f"{len(torn)} 项的隐患上次没有存完，请把答案再按一次"
    return [Objection(LACKING, "block", text, item=torn[0])] if torn else []


def close(
    book: Book,
    by: str,
    doc: str,
    *,
    signature: bodies.Signature,
    opinion: str = "",
    reasons: Mapping[str, str] | None = None,
) -> Entry:
    """End the visit and seal the log. `reasons` answers each warning by its rule.

    Raises:
        Refused: something blocks it, or a warning has no reason.
    """
    lookup.open_inspection(book, doc)
    given = {rule: reason.strip() for rule, reason in (reasons or {}).items() if reason.strip()}
    standing = objections(book, doc, signature)
    _refuse([each for each in standing if each.act == "block" or each.rule not in given])
    passed = tuple(bodies.ReasonGiven(rule=each.rule, reason=given[each.rule]) for each in standing)
    closed = bodies.InspectionClosed(signature=signature, opinion=plain(opinion), reasons=passed)
    entry = book.write(by, doc, closed)
    with suppress(
        EnvironmentFault
    ):  # the visit is closed; the next synchronisation seals again, and says why it cannot
        book.seal()
    return entry


def void(book: Book, by: str, doc: str, reason: str) -> Entry:
    """Mark a visit as opened by mistake; nothing is deleted. Raises Refused without a reason."""
    lookup.inspection(book, doc)
    if not reason.strip():
        raise Refused("作废要写明原因", rule="void")
    return book.write(by, doc, bodies.InspectionVoided(reason=plain(reason)))


def _refuse(standing: Sequence[Objection]) -> None:
    if standing:
        first = standing[0]
        hint = "；确需继续请写明原因" if first.act == "warn" else ""
        source = f"（{first.source}）" if first.source else ""
        raise Refused(f"{first.text}{source}{hint}", rule=first.rule, item=first.item)


def _list(library: Library, named: str) -> Checklist:
    try:
        return library[named]
    except KeyError as error:
        raise NotFound(f"没有“{named}”这份清单，可用的有：{'、'.join(library)}") from error


def record_drafts(book: Book, by: str, lists: Iterable[Checklist]) -> list[Draft]:
    """What records these versions in the log, for those that are not in it yet."""
    known = {row["digest"] for row in book.rows("checklists")}
    missing = {digest: each for each in lists if (digest := each.digest()) not in known}
    return [
        Draft(
            by,
            book.new_id(),
            bodies.ChecklistRecorded(list=each.id, version=each.version, digest=digest, checklist=each.recorded()),
        )
        for digest, each in missing.items()
    ]


def _moment(book: Book, text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        here = book.now().tzinfo
        return moment.astimezone(here) if moment.tzinfo else moment.replace(tzinfo=here)
    except (ValueError, OverflowError) as error:
        raise Refused(f"时间“{text}”看不懂，请写成 2026-11-23T09:40:00", rule="footage") from error
