"""A list that an office publishes: proposed on a working device, approved, declined or withdrawn by a supervisor.

Whether a decision counts depends on the role of the device it was made on, which another document states. So the fold
keeps every decision in order, and `standing` says what they come to once the roles are known.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from fieldlog.domain import bodies
from fieldlog.domain.checklist import recorded_digest
from fieldlog.domain.entries import Entry
from fieldlog.domain.people import FIRST, Order
from fieldlog.domain.roles import may_decide_lists

WAITING, APPROVED, DECLINED, WITHDRAWN = "待审批", "已发布", "已退回", "已撤回"

Row = Mapping[str, Any]
RoleAt = Callable[[str, str], str]
"""The role of a log's device at the moment of a hybrid clock."""


@dataclass(slots=True)
class PublishedChecklist:
    """One version that was proposed, and what was decided about it."""

    doc: str
    last: Order = FIRST
    published: bodies.ChecklistPublished | None = None
    log: str = ""
    at: str = ""
    by: str = ""
    decisions: list[dict[str, str]] = field(default_factory=list[dict[str, str]])

    def apply(self, entry: Entry, body: bodies.Body) -> None:
        """Take in the next entry. A list that is not what its digest says is not taken in."""
        match body:
            case bodies.ChecklistPublished() if self.published is None:
                named = (body.checklist.get("id"), body.checklist.get("version"))
                if recorded_digest(body.checklist) == body.digest and named == (body.list, body.version):
                    self.published, self.log, self.at, self.by = body, entry.log, entry.at, entry.by
            case bodies.ChecklistApproved():
                self._decided(entry, APPROVED, body.digest, body.note)
            case bodies.ChecklistDeclined():
                self._decided(entry, DECLINED, body.digest, body.reason)
            case bodies.ChecklistWithdrawn():
                self._decided(entry, WITHDRAWN, body.digest, body.reason)
            case _:
                pass

    def _decided(self, entry: Entry, what: str, digest: str, words: str) -> None:
        self.decisions.append(
            {
                "what": what,
                "digest": digest,
                "log": entry.log,
                "hlc": entry.hlc,
                "at": entry.at,
                "by": entry.by,
                "words": words,
            }
        )

    def row(self) -> dict[str, Any] | None:
        """What a menu shows, its head among it, so that no list is read for one; None until it was proposed."""
        if self.published is None:
            return None
        content = self.published.checklist
        return {
            "id": self.doc,
            "list": self.published.list,
            "version": self.published.version,
            "digest": self.published.digest,
            "title": str(content.get("title", self.published.list)),
            "head": {key: value for key, value in content.items() if key != "sections"},
            "items": _count_items(content.get("sections")),
            "note": self.published.note,
            "log": self.log,
            "at": self.at,
            "by": self.by,
            "decisions": list(self.decisions),
        }


def _count_items(sections: Any) -> int:  # noqa: ANN401 - what another program may have written
    held = cast("list[Any]", sections) if isinstance(sections, list) else []
    frames = [cast("dict[str, Any]", each) for each in held if isinstance(each, dict)]
    return sum(len(cast("list[Any]", each["items"])) for each in frames if isinstance(each.get("items"), list))


@dataclass(frozen=True, slots=True)
class Standing:
    """What became of a proposal."""

    state: str
    at: str = ""
    by: str = ""
    words: str = ""


def standing(row: Row, role_at: RoleAt) -> Standing:
    """What the decisions come to. Only a device that may decide does; its own maker may take back what waits."""
    now = Standing(WAITING, row["at"], row["by"], row["note"])
    decisions: Sequence[Mapping[str, str]] = row["decisions"]
    for each in decisions:
        decides = may_decide_lists(role_at(each["log"], each["hlc"]))
        taken_back = each["what"] == WITHDRAWN and each["log"] == row["log"] and now.state == WAITING
        from_here = now.state == WAITING or (each["what"] == WITHDRAWN and now.state == APPROVED)
        if each["digest"] == row["digest"] and from_here and (decides or taken_back):
            now = Standing(each["what"], each["at"], each["by"], each["words"])
    return now
