"""One inspection's own entries, signed as a case: what its QR codes carry, and what makes them believed.

A case holds the entries that one device has written about an inspection, the hazards found in it, its premises and its
officers. Left out are drafts, which the saved text replaces, and the checklists, which are thirty times as large as the
answers and are on the office's computers. In the device's log other entries stand between them, so the log's seals
cannot vouch for them without those; instead the device signs the hashes of exactly these entries, in their order. A hash
covers everything in its entry, so whatever was changed, added or left out, the signature does not hold.
"""

from typing import Final, NamedTuple

from fieldlog.book.book import Book
from fieldlog.book.device import is_signed, sign
from fieldlog.domain.entries import Entry, case_message
from fieldlog.domain.errors import FoundWrong, NotFound
from fieldlog.domain.hazard import Hazard
from fieldlog.domain.inspection import Inspection

_LEFT_OUT: Final = ("draft.saved", "log.sealed", "checklist.recorded")


class Case(NamedTuple):
    """Entries of one log in the order of their numbers, and the signature over their hashes."""

    log: str
    doc: str
    entries: tuple[Entry, ...]
    signature: str


def documents_of(book: Book, doc: str) -> tuple[str, ...]:
    """The inspection or hazard, what belongs to it, and whom it names, the document itself first.

    Raises:
        NotFound: there is neither an inspection nor a hazard with that id.
    """
    state = book.document(doc)
    match state:
        case Inspection() if state.opened is not None:
            hazards = [str(row["id"]) for row in book.rows("hazards") if row["inspection"] == doc]
            named = [state.opened.premises, *state.opened.officers]
        case Hazard() if state.found is not None:
            hazards, named = [], [state.found.premises, *state.found.officers]
        case _:
            raise NotFound(f"没有编号为 {doc} 的检查或隐患")
    return tuple(dict.fromkeys([doc, *sorted(hazards), *named]))


def make_case(book: Book, doc: str) -> Case:
    """What this device has written about the inspection, signed with its key.

    Raises:
        NotFound: there is no such inspection, or none of it was written on this device.
        EnvironmentFault: the signing key cannot be read.
    """
    log = book.device.id
    found = {
        entry.seq: entry
        for each in documents_of(book, doc)
        for entry in book.entries_of(each)
        if entry.log == log and entry.kind not in _LEFT_OUT
    }
    entries = tuple(found[seq] for seq in sorted(found))
    if not any(entry.doc == doc for entry in entries):
        raise NotFound("这次检查不是在这台电脑上记的，请在记它的电脑上出二维码")
    signature = sign(book.folder, log, case_message(log, doc, [entry.hash for entry in entries]))
    return Case(log, doc, entries, signature)


def check_case(case: Case, public_key: str) -> None:
    """Raise FoundWrong unless the device with that key signed exactly these entries."""
    message = case_message(case.log, case.doc, [entry.hash for entry in case.entries])
    if not is_signed(public_key, case.signature, message):
        raise FoundWrong(f"二维码里的签名不是 {case.log} 的，内容被改动过或来历不明，没有收下")
