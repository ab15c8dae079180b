"""From entries to the state of a document, the same whatever order the entries arrived in.

A document's family follows from the kinds of its entries. Entries are applied in the order `(hlc, log, seq)`; the
caller applies one more entry when it comes last, and folds the document again when it does not.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from fieldlog.domain.bodies import BODIES, Body
from fieldlog.domain.case import Case
from fieldlog.domain.contested import newest
from fieldlog.domain.entries import Entry, canonical, origin_of
from fieldlog.domain.equipment import Equipment
from fieldlog.domain.hazard import Hazard
from fieldlog.domain.inspection import Inspection
from fieldlog.domain.numbering import NumberSeries
from fieldlog.domain.paper import Paper
from fieldlog.domain.people import Officer, Premises, RecordedChecklist, StartedLog
from fieldlog.domain.profile_words import ProfileWords
from fieldlog.domain.published import PublishedChecklist
from fieldlog.domain.recording import Recording

Document = (
    Inspection
    | Hazard
    | Case
    | Premises
    | Officer
    | Equipment
    | Recording
    | Paper
    | NumberSeries
    | RecordedChecklist
    | PublishedChecklist
    | ProfileWords
    | StartedLog
)

FAMILIES: dict[str, type[Document]] = {
    "inspection": Inspection,
    "item": Inspection,
    "answer": Inspection,
    "stage": Inspection,
    "hazard": Hazard,
    "case": Case,
    "premises": Premises,
    "officer": Officer,
    "equipment": Equipment,
    "checklist": PublishedChecklist,
    "checklist.recorded": RecordedChecklist,
    "log": StartedLog,
    "recording": Recording,
    "profile": ProfileWords,
    "calendar": ProfileWords,
    "paper": Paper,
    "number": NumberSeries,
}
"""`draft`, `photo`, `footage` and `slate` entries belong to the family of their document's other entries."""

_BEGINS: Final = frozenset((
    "inspection.opened", "hazard.found", "premises.registered", "officer.registered", "equipment.registered",
    "checklist.published", "checklist.recorded", "recording.found", "case.proposed", "case.decided_on_spot",
    "profile.value_set", "profile.rule_turned", "calendar.corrected",
    "paper.printed", "number.taken", "number.voided",
))  # fmt: skip
"""Kinds that documents begin with, but for `log.started`: every role may write that one, and about any document."""


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


Happening = tuple[str, str, str, str, str, bytes]


def happening(entry: Entry) -> Happening:
    """What an entry has in common with those that say it again after a fork, and with no other one.

    The claim to repeat another entry is part of it, and so is everything that was said: a claim alone is anybody's.
    """
    return origin_of(entry) or entry.hash, entry.hlc, entry.by, entry.kind, entry.doc, _said(entry)


def fold(entries: Iterable[Entry]) -> Document | None:
    """The state of the one document these entries are about; None while nothing says what it is."""
    ordered, again = _each_once(sorted(entries, key=lambda entry: entry.order))
    kind = family_of(ordered)
    if kind is None:
        return None
    state = kind(ordered[0].doc)
    if isinstance(state, Inspection):
        state.again = again
    for each in ordered:
        apply(state, each)
    if isinstance(state, Inspection):
        state.logs = newest((*state.logs.items(), *again))
    return state


def family_of(ordered: Sequence[Entry]) -> type[Document] | None:
    """The family of a document's entries in order: of the one it begins with, else of the first one that has any.

    A comment or a `log.started` that is dated before an inspection must not make something else of it.
    """
    begins = next((entry.kind for entry in ordered if entry.kind in _BEGINS), None)
    return family(begins) if begins else next(filter(None, (family(entry.kind) for entry in ordered)), None)


def _each_once(ordered: list[Entry]) -> tuple[list[Entry], dict[tuple[str, int], tuple[str, int]]]:
    """The entries without those that say again what another one says, and where that other one stands.

    The original and what repeats it after a fork, by one laptop or by two that were copied from it, happened once. An
    entry that names an origin and says something else is one of its own: else whoever dates it earlier could take
    another's answer out of every list.
    """
    if not any(map(origin_of, ordered)):
        return ordered, {}
    first: dict[Happening, tuple[str, int]] = {}
    once: list[Entry] = []
    again: dict[tuple[str, int], tuple[str, int]] = {}
    for entry in ordered:
        what = happening(entry)
        if what in first:
            again[entry.log, entry.seq] = first[what]
        else:
            first[what] = (entry.log, entry.seq)
            once.append(entry)
    return once, again


def _said(entry: Entry) -> bytes:
    """The body but for what `book.changeover` changes when it writes an entry again."""
    left_out = ("origin", "salt", "log", "seq") if entry.kind == "answer.undone" else ("origin", "salt")
    return canonical({name: value for name, value in entry.fields.items() if name not in left_out})


def apply(state: Document, entry: Entry) -> None:
    """Take in the next entry of the document, in order."""
    body = read_body(entry)
    if body is not None:
        state.apply(entry, body)
    state.last = entry.order
