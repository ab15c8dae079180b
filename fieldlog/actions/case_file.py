"""A case file: the log entries of one inspection or hazard whole, all others withheld, so that the chain still proves them.

It holds every log that wrote about the case, from its first entry to the seal after its last entry about it. A withheld body
is its digest; who wrote the entry, when, and about which document stays to be seen, as the chain needs it. Where the office
has signed for the case, its receipts stand at the end, and the logs go on to the entries that these name.
"""

from collections.abc import Iterator
from typing import Final

from fieldlog.book.book import Book
from fieldlog.domain.entries import Entry, body_digest, canonical, parse_entry
from fieldlog.domain.errors import NotFound
from fieldlog.domain.inspection import Inspection
from fieldlog.sync.office_keys import load_trust
from fieldlog.sync.qr_case import documents_of
from fieldlog.sync.receipts import first_receipt, kept_receipts

_ALWAYS_WHOLE: Final = ("log.started", "log.sealed")


def case_lines(book: Book, doc: str) -> Iterator[bytes]:
    """The lines of the case file, without line feeds, log by log in order.

    Raises:
        NotFound: there is no inspection or hazard with that id, or it came by paper ahead of its log.
        FoundWrong: a line of the log was changed.
    """
    docs = {*documents_of(book, doc), *_lists_of(book, doc)}
    last: dict[str, int] = {}
    for entry in (entry for each in docs for entry in book.entries_of(each)):
        last[entry.log] = max(last.get(entry.log, 0), entry.seq)
    heads = book.heads()
    if lacking := [log for log, seq in sorted(last.items()) if log not in heads or heads[log].seq < seq]:
        raise NotFound(f"这次检查是从二维码收下的，{'、'.join(lacking)} 的日志还没有到，没有导出：请让它先同步")
    receipts = list(kept_receipts(book.folder))
    proofs = {log: proof for log, seq in last.items() if (proof := first_receipt(receipts, {log: seq})) is not None}
    upto = {log: proof.heads[log].seq for log, proof in proofs.items()}
    shown: set[str] = set()
    others = {log: head.seq for log, head in heads.items() if log not in last}
    done: set[str] = set()
    for line in book.lines_after(others):
        entry = parse_entry(line)
        if entry.log in done:
            continue
        is_whole = entry.doc in docs or entry.kind in _ALWAYS_WHOLE
        yield line if is_whole else _withheld(entry)
        if is_whole and "sha256" in entry.fields:
            shown.add(str(entry.fields["sha256"]))
        if entry.kind == "log.sealed" and entry.seq > last[entry.log] and entry.seq >= upto.get(entry.log, 0):
            done.add(entry.log)
    photos = (receipt for receipt in receipts if shown.intersection(receipt.blobs))
    yield from dict.fromkeys(receipt.line() for receipt in (*proofs.values(), *photos))
    if proofs and (trust := load_trust(book.folder)):  # so that any key of the office proves what another one signed
        yield from (statement.line() for statement in trust.succession)


def _lists_of(book: Book, doc: str) -> Iterator[str]:
    """The documents that hold the versions of lists that the visit used."""
    state = book.document(doc)
    if isinstance(state, Inspection):
        digests = {used.digest for used in state.lists}
        yield from (str(row["id"]) for row in book.rows("checklists") if row["digest"] in digests)


def _withheld(entry: Entry) -> bytes:
    return canonical({**entry.__dict__, "body": body_digest(entry.body)})
