"""Opening a visit: who goes, to which premises, with which lists."""

from collections.abc import Iterable, Sequence

from fieldlog.actions import lookup, things
from fieldlog.actions.office_profile import rules_on
from fieldlog.actions.refusal import refuse
from fieldlog.book.book import Book, Draft
from fieldlog.domain import bodies
from fieldlog.domain.bodies import InspectionType
from fieldlog.domain.checklist import Checklist, feature_conditions
from fieldlog.domain.condition import true_features
from fieldlog.domain.entries import Entry
from fieldlog.domain.errors import NotFound, Refused
from fieldlog.domain.procedure import Objection, inspector_findings
from fieldlog.domain.procedure.visit import kind_findings
from fieldlog.domain.walk import plan_walk
from fieldlog.library import Library, with_supplements


def people_objections(book: Book, officers: Sequence[lookup.Row]) -> list[Objection]:
    """What stands in the way of these people going on a visit today."""
    return rules_on(book).judged(inspector_findings(officers, lookup.today(book)))


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
    refuse(rules_on(book).judged([*inspector_findings(people, lookup.today(book)), *kind_findings(type)]))
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
