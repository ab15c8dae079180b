"""From entries to the state of a document, the same whatever order the entries arrived in.

A document's family follows from the kinds of its entries. Entries are applied in the order `(hlc, log, seq)`; the
caller applies one more entry when it comes last, and folds the document again when it does not.
"""

from collections.abc import Iterable

from fieldlog.domain.bodies import BODIES, Body
from fieldlog.domain.contested import newest
from fieldlog.domain.entries import Entry
from fieldlog.domain.equipment import Equipment
from fieldlog.domain.hazard import Hazard
from fieldlog.domain.inspection import Inspection
from fieldlog.domain.people import Officer, Premises, RecordedChecklist, StartedLog
from fieldlog.domain.published import PublishedChecklist
from fieldlog.domain.recording import Recording

Document = (
    Inspection
    | Hazard
    | Premises
    | Officer
    | Equipment
    | Recording
    | RecordedChecklist
    | PublishedChecklist
    | StartedLog
)

FAMILIES: dict[str, type[Document]] = {
    "inspection": Inspection,
    "item": Inspection,
    "answer": Inspection,
    "stage": Inspection,
    "hazard": Hazard,
    "premises": Premises,
    "officer": Officer,
    "equipment": Equipment,
    "checklist": PublishedChecklist,
    "checklist.recorded": RecordedChecklist,
    "log": StartedLog,
    "recording": Recording,
}
"""`draft`, `photo`, `footage` and `slate` entries belong to the family of their document's other entries."""


def family(kind: str) -> type[Document] | None:
    """The family of documents that this kind belongs to; None where other entries decide.

    A seal is about the log and no document, although it names the device's.
    """
    if kind == "log.sealed":
        return None
    return FAMILIES.get(kind) or FAMILIES.get(kind.partition(".")[0])


def read_body(entry: Entry) -> Body | None:
    """The entry's body by its model; None where the kind is unknown, withheld, or the body does not fit.

    Such an entry stays in the log, is passed on and counted, and changes no document.
    """
    model = BODIES.get(entry.kind)
    if model is None or isinstance(entry.body, str):
        return None
    try:
        return model.model_validate(entry.body)
    except ValueError:
        return None


def origin_of(entry: Entry) -> str:
    """The hash of the entry that this one repeats in another log after a fork, or empty."""
    match entry.fields.get("origin"):
        case {"hash": str(hash_)}:
            return hash_
        case _:
            return ""


def fold(entries: Iterable[Entry]) -> Document | None:
    """The state of the one document these entries are about; None while nothing says what it is."""
    ordered, again = _each_once(sorted(entries, key=lambda entry: entry.order))
    for entry in ordered:
        kind = family(entry.kind)
        if kind is not None:
            state = kind(entry.doc)
            if isinstance(state, Inspection):
                state.again = again
            for each in ordered:
                apply(state, each)
            if isinstance(state, Inspection):
                state.logs = newest((*state.logs.items(), *again))
            return state
    return None


def _each_once(ordered: list[Entry]) -> tuple[list[Entry], dict[tuple[str, int], tuple[str, int]]]:
    """The entries without those that say again what another one says, and where that other one stands.

    The original and what repeats it after a fork, by one laptop or by two that were copied from it, happened once.
    """
    if not any(map(origin_of, ordered)):
        return ordered, {}
    first: dict[str, tuple[str, int]] = {}
    once: list[Entry] = []
    again: dict[tuple[str, int], tuple[str, int]] = {}
    for entry in ordered:
        what = origin_of(entry) or entry.hash
        if what in first:
            again[entry.log, entry.seq] = first[what]
        else:
            first[what] = (entry.log, entry.seq)
            once.append(entry)
    return once, again


def apply(state: Document, entry: Entry) -> None:
    """Take in the next entry of the document, in order."""
    body = read_body(entry)
    if body is not None:
        state.apply(entry, body)
    state.last = entry.order
