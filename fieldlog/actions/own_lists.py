"""An office's own lists: proposed on any device, approved, declined or withdrawn on a supervisor's, known on all.

Which list of an id counts is the shelf's rule (`library.shelf.Library`); which proposals count is `domain.published`.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, cast
from weakref import ReferenceType, WeakKeyDictionary, ref

from pydantic import ValidationError

from fieldlog.actions.checklist_versions import recorded_versions
from fieldlog.actions.device_roles import role_at
from fieldlog.actions.texts import plain
from fieldlog.actions.timeline import name_of
from fieldlog.book.book import Book
from fieldlog.domain import bodies
from fieldlog.domain.checklist import Checklist, Head, recorded_digest
from fieldlog.domain.checklist_diff import reused_ids
from fieldlog.domain.entries import Entry
from fieldlog.domain.errors import FieldlogError, NewerFormat, NotFound, Refused
from fieldlog.domain.published import APPROVED, DECLINED, WAITING, Standing, standing
from fieldlog.domain.roles import may_decide_lists
from fieldlog.domain.versions import version_key
from fieldlog.library import Library, load_library
from fieldlog.library.shelf import LOCAL, LOCAL_FOLDER, Published

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A version that somebody proposed, and what became of it."""

    row: Row
    standing: Standing

    @property
    def doc(self) -> str:
        """Its document."""
        return str(self.row["id"])


def library_of(book: Book) -> Library:
    """The lists that count on this device now. Heads come from rows; no list is read for it."""
    base = load_library(book.folder / LOCAL_FOLDER)
    named = book.roster.at if book.roster else 0
    seen = (named, *(book.table(name).changes for name in ("published", "devices", "officers")))
    known = _known.get(book)
    if known is None or known[0] is not base or known[1] != seen:
        known = _known[book] = (base, seen, base.with_published(_approved(book)))
    return known[2]


_known: WeakKeyDictionary[Book, tuple[Library, tuple[int, ...], Library]] = WeakKeyDictionary()


def proposals(book: Book) -> list[Proposal]:
    """Every proposal, the newest first."""
    role = role_at(book)
    rows = sorted(book.rows("published"), key=lambda row: row["at"], reverse=True)
    return [Proposal(row, standing(row, role)) for row in rows]


def proposal(book: Book, doc: str) -> Proposal:
    """One proposal. Raises NotFound where there is none of that document."""
    return _proposal(book, doc)


def sent_back(book: Book) -> list[Proposal]:
    """What this device proposed and a supervisor declined, until something newer of the same list is proposed."""
    newest = {each.row["list"]: each for each in sorted(proposals(book), key=lambda each: str(each.row["at"]))}
    return [each for each in newest.values() if each.standing.state == DECLINED and each.row["log"] == book.device.id]


def may_decide(book: Book) -> bool:
    """Whether this device approves lists."""
    return may_decide_lists(book.device.role)


def content(book: Book, doc: str) -> Checklist:
    """The list of a proposal.

    Raises:
        NotFound: there is no such proposal.
        NewerFormat: a newer version wrote it.
    """
    row = _proposal(book, doc).row
    for entry in book.entries_of(doc):
        held = entry.fields.get("checklist") if entry.kind == "checklist.published" else None
        if isinstance(held, dict) and recorded_digest(cast("dict[str, Any]", held)) == row["digest"]:
            try:
                return Checklist.model_validate(held)
            except ValidationError:
                break
    raise NewerFormat(f"{row['title']} {row['version']} 由更新版本的 fieldlog 写成，请先升级本机的 fieldlog")


def known_versions(book: Book, list_id: str) -> list[Checklist]:
    """Every version of a list that this device can read: used in visits, or proposed."""
    found = {each.digest(): each for each in recorded_versions(book, list_id)}
    for each in proposals(book):
        if each.row["list"] == list_id and each.row["digest"] not in found:
            with suppress(FieldlogError):  # a newer program wrote it
                found[each.row["digest"]] = content(book, each.doc)
    return list(found.values())


def publish(book: Book, library: Library, by: str, checklist: Checklist, note: str = "") -> Entry:
    """Propose a list for every device of the unit.

    Raises:
        Refused: its version is not newer than what counts, it waits already, a number of an item was another one's, or
            what it supplements does not exist.
    """
    taken = [each for each in proposals(book) if each.row["list"] == checklist.id and _stands(each)]
    if any(each.row["version"] == checklist.version for each in taken):
        raise Refused(f"{checklist.title}的 {checklist.version} 版已经提交过，改了内容请提高版本", rule="list.version")
    for origin in library.origins(checklist.id):
        as_it_is = origin.kind == LOCAL and origin.version == checklist.version
        if not as_it_is and version_key(checklist.version) <= version_key(origin.version):
            why = f"{origin.kind}的是 {origin.version} 版，新版本号要比它大，不能是 {checklist.version}"
            raise Refused(why, rule="list.version")
    if checklist.extends is not None and library.head(checklist.extends) is None:
        raise Refused(f"没有“{checklist.extends}”这份清单可以补充", rule="list.extends")
    for older in known_versions(book, checklist.id):
        for before, item in reused_ids(older, checklist):
            why = f"编号 {item.id} 在 {older.version} 版里是“{before.text}”：换了内容要取没用过的新编号"
            raise Refused(why, rule="list.number")
    body = bodies.ChecklistPublished(
        list=checklist.id,
        version=checklist.version,
        digest=checklist.digest(),
        checklist=checklist.recorded(),
        note=plain(note),
    )
    return book.write(by, book.new_id(), body)


def approve(book: Book, by: str, doc: str, note: str = "") -> Entry:
    """Let a proposal count on every device.

    Raises:
        Refused: it does not wait, this is no supervisor's device, or another content has that version already.
    """
    row = _waiting(book, doc)
    if any(
        each.row["list"] == row["list"]
        and each.row["version"] == row["version"]
        and each.row["digest"] != row["digest"]
        and each.standing.state == APPROVED
        for each in proposals(book)
    ):
        raise Refused(
            f"{row['list']} 的 {row['version']} 版已经批准了另一份内容，请退回这一份，改过版本再提交",
            rule="list.version",
        )
    return book.write(by, doc, bodies.ChecklistApproved(digest=row["digest"], note=plain(note)))


def decline(book: Book, by: str, doc: str, reason: str) -> Entry:
    """Send a proposal back; raises as `approve` does, and without a reason."""
    row = _waiting(book, doc)
    return book.write(by, doc, bodies.ChecklistDeclined(digest=row["digest"], reason=_reason(reason, "退回")))


def withdraw(book: Book, by: str, doc: str, reason: str) -> Entry:
    """Take a published list back: new visits use the one it stood before. Visits that used it keep it.

    Raises:
        NotFound: there is no such proposal.
        Refused: it counts no more, there is no reason, or this device may not.
    """
    found = _proposal(book, doc)
    own = found.row["log"] == book.device.id and found.standing.state == WAITING
    if not _stands(found):
        raise Refused(f"这一版{found.standing.state}，不用再撤回", rule="list.withdraw")
    if not (own or may_decide(book)):
        raise Refused("撤回已发布的清单要在审批人的电脑上办", rule="list.role")
    body = bodies.ChecklistWithdrawn(digest=found.row["digest"], reason=_reason(reason, "撤回"))
    return book.write(by, doc, body)


def _stands(proposal: Proposal) -> bool:
    return proposal.standing.state in (WAITING, APPROVED)


def _reason(reason: str, what: str) -> str:
    words = plain(reason)
    if not words:
        raise Refused(f"{what}要写明原因", rule="list.reason")
    return words


def _waiting(book: Book, doc: str) -> Row:
    found = _proposal(book, doc)
    if not may_decide(book):
        raise Refused("审批清单要在审批人的电脑上办（初始化时角色为 supervisor）", rule="list.role")
    if found.standing.state != WAITING:
        raise Refused(f"这一版{found.standing.state}，不用再审批", rule="list.decided")
    return found.row


def _proposal(book: Book, doc: str) -> Proposal:
    row = book.row("published", doc)
    if row is None:
        raise NotFound(f"没有编号为 {doc} 的清单提交")
    return Proposal(row, standing(row, role_at(book)))


def _approved(book: Book) -> dict[str, Published]:
    """The newest approved version of each list; of two of one version the one approved last."""
    newest: dict[str, tuple[tuple[tuple[int, int], str], Proposal]] = {}
    for each in proposals(book):
        if each.standing.state == APPROVED:
            key = (version_key(each.row["version"]), each.standing.at)
            known = newest.get(each.row["list"])
            if known is None or key > known[0]:
                newest[each.row["list"]] = (key, each)
    found: dict[str, Published] = {}
    for list_id, (_key, each) in newest.items():
        try:
            head = Head.model_validate(each.row["head"])
        except ValidationError:  # a newer program wrote it
            continue
        by, on = name_of(book, each.row["by"]), each.standing.at[:10]
        found[list_id] = Published(head, each.row["items"], each.doc, by, on, _Reader(ref(book), each.doc))
    return found


class _Reader:
    """Reads a published list when it is asked for, once."""

    def __init__(self, book: ReferenceType[Book], doc: str) -> None:
        self._book = book  # a shelf must not keep its book alive
        self._doc = doc
        self._read: Checklist | None = None

    def __call__(self) -> Checklist:
        if self._read is None:
            book = self._book()
            if book is None:
                raise NotFound("这份清单所在的数据已经关闭")
            self._read = content(book, self._doc)
        return self._read
