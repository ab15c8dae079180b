"""The state of one inspection, folded from its entries. One more entry costs the same however many there were."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from fieldlog.domain import bodies
from fieldlog.domain.bodies import ItemAnswered, Value
from fieldlog.domain.comments import Comment
from fieldlog.domain.contested import Contest, contest, first_place, newest
from fieldlog.domain.entries import Entry
from fieldlog.domain.inspection_parts import Attached, Counted, Given
from fieldlog.domain.inspection_state import CLOSED, OPEN, VOID
from fieldlog.domain.item_counts import ranges
from fieldlog.domain.people import FIRST, Order
from fieldlog.domain.reference import item_of, label_of, nth_of
from fieldlog.domain.versions import version_key

_PENDING, _FAIL = Value.PENDING, Value.FAIL
_AFTER_THE_END = (
    bodies.InspectionVoided,
    bodies.PhotoAttached,
    bodies.FootageLinked,
    bodies.SlateShown,
    bodies.InspectionCommented,
    bodies.ItemConfirmed,
)


@dataclass(slots=True)
class Inspection:
    """One visit: its lists, answers, remarks, stages and end."""

    doc: str
    last: Order = FIRST
    opened: bodies.InspectionOpened | None = None
    opened_at: str = ""
    opened_by: str = ""
    things: dict[str, Counted] = field(default_factory=dict[str, Counted])
    """By name; of a kind that is not here there is one."""
    adopted: list[tuple[str, str, bodies.ListAdopted]] = field(
        default_factory=list[tuple[str, str, bodies.ListAdopted]]
    )
    """When, by whom, what: newer versions of its lists, in order; `adoption` says which counts."""
    given: dict[str, list[Given]] = field(default_factory=dict[str, list[Given]])
    """Every standing answer of an item, by reference, oldest first; the last one counts."""
    trail: list[tuple[str, int, str]] = field(default_factory=list[tuple[str, int, str]])
    """`(log, seq, item)` of standing answers in the order they were given, for undo and resume."""
    hazards: dict[str, str] = field(default_factory=dict[str, str])
    """The hazard an item has given rise to in this visit, also where its answer was taken back since."""
    notes: dict[str, str] = field(default_factory=dict[str, str])
    drafts: dict[str, str] = field(default_factory=dict[str, str])
    photos: list[Attached] = field(default_factory=list[Attached])
    footage: list[Attached] = field(default_factory=list[Attached])
    stages: list[tuple[str, bodies.StageReached]] = field(default_factory=list[tuple[str, bodies.StageReached]])
    comments: list[Comment] = field(default_factory=list[Comment])
    confirmed: dict[str, dict[str, int]] = field(default_factory=dict[str, dict[str, int]])
    """By item, which answers somebody has looked at since several devices gave different ones."""
    shared: set[str] = field(default_factory=set[str])
    """Items that more than one log has answered."""
    logs: dict[str, int] = field(default_factory=dict[str, int])
    """By log, the number of its newest entry about this visit."""
    closed: bodies.InspectionClosed | None = None
    closed_at: str = ""
    voided: str = ""
    late: int = 0
    """Entries that came in order after the end and so changed nothing."""
    answered: int = 0
    failed: int = 0
    again: dict[tuple[str, int], tuple[str, int]] = field(default_factory=dict[tuple[str, int], tuple[str, int]])
    """Places of entries that repeat another one after a fork, with the place of that one."""
    lacking: int = 0
    """Items answered 不符合 without saying what is wrong."""

    @property
    def lists(self) -> tuple[bodies.ListUsed, ...]:
        """Its lists in the versions that count: those it began with, or newer ones adopted since."""
        if self.opened is None:
            return ()
        return tuple(
            bodies.ListUsed(id=used.id, version=newer.version, digest=newer.digest)
            if (newer := self.adoption(used.id))
            else used
            for used in self.opened.lists
        )

    def adoption(self, list_id: str) -> bodies.ListAdopted | None:
        """The newest version of a list that was adopted; None where it is the one it began with."""
        began = next((used for used in self.opened.lists if used.id == list_id), None) if self.opened else None
        if began is None or not self.adopted:
            return None
        newest = max(
            (each for _at, _by, each in self.adopted if each.list == list_id),
            key=lambda each: version_key(each.version),
            default=None,
        )
        return newest if newest and version_key(newest.version) > version_key(began.version) else None

    def is_asked(self, item: str) -> bool:
        """Whether the versions that count ask this, of a thing or of none; an answer to what they do not is kept all the same."""
        return not self.adopted or self._is_asked(item_of(item), of_each=nth_of(item) > 0)

    def _is_asked(self, plain: str, *, of_each: bool) -> bool:
        if not self.adopted:
            return True
        newer = self.adoption(plain.rpartition("-")[0])
        if newer is None:
            return True
        return plain in newer.asked and (newer.each is None or (plain in newer.each) is of_each)

    def _more(self, began: bodies.ListUsed) -> int:
        """How many items of a list there are more than in the version it began with."""
        newer = self.adoption(began.id)
        if newer is None:
            return 0
        counts = {each.replaces: each.was for _at, _by, each in self.adopted if each.list == began.id}
        return len(newer.asked) - counts.get(began.digest, newer.was)

    @property
    def state(self) -> str:
        """进行中, 已完成 or 已作废."""
        return VOID if self.voided else CLOSED if self.closed else OPEN

    def answer(self, item: str) -> ItemAnswered | None:
        """The answer that counts."""
        standing = self.given.get(item)
        return standing[-1].answer if standing else None

    def is_lacking(self, item: str) -> bool:
        """Whether the item is 不符合 without a word on what is wrong."""
        answer = self.answer(item)
        return answer is not None and answer.value is _FAIL and not answer.text

    def contest(self, item: str) -> Contest | None:
        """Where two devices answered the item differently without knowing of each other, and nobody has looked since."""
        if item not in self.shared:
            return None
        return contest([each.change for each in self.given[item]], self.confirmed.get(item, {}))

    def apply(self, entry: Entry, body: bodies.Body) -> None:
        """Take in the next entry. After the end only comments, recordings and photos still count."""
        self.logs[entry.log] = entry.seq
        if self.state != OPEN and not isinstance(body, _AFTER_THE_END):
            self.late += 1
            return
        match body:
            case bodies.ItemAnswered():
                self._answered(entry, body)
            case bodies.AnswerUndone():
                self._undone(body)
            case bodies.ItemNoted():
                _keep(self.notes, body.item, body.note)
                self.drafts.pop(f"note:{body.item}", None)
            case bodies.DraftSaved():
                _keep(self.drafts, body.field, body.text)
            case bodies.PhotoAttached():
                self.photos.append(Attached(entry.at, entry.by, body))
            case bodies.FootageLinked():
                self.footage.append(Attached(entry.at, entry.by, body))
            case bodies.SlateShown():
                pass  # stands in a table of its own
            case _:
                self._moved_on(entry, body)

    def _moved_on(self, entry: Entry, body: bodies.Body) -> None:
        match body:
            case bodies.InspectionOpened() if self.opened is None:
                self.opened, self.opened_at, self.opened_by = body, entry.at, entry.by
                self._recount()
            case bodies.ListAdopted():
                self.adopted.append((entry.at, entry.by, body))
                self._recount()
            case bodies.InspectionCounted():
                self._counted(body)
            case bodies.InspectionCommented():
                self.comments.append(Comment(entry.at, entry.by, body.text, body.item))
            case bodies.ItemConfirmed():
                self.confirmed[body.item] = newest((*self.confirmed.get(body.item, {}).items(), *body.seen.items()))
            case bodies.StageReached():
                self.stages.append((entry.by, body))
            case bodies.InspectionClosed():
                self.closed, self.closed_at = body, entry.at
                self.drafts.clear()
            case bodies.InspectionVoided():
                self.voided = body.reason or "未说明"
            case _:
                self.late += 1

    def _counted(self, body: bodies.InspectionCounted) -> None:
        """What another device has answered meanwhile is not counted away."""
        before = self.things.get(body.thing, Counted((), ()))
        answered = (nth_of(ref) for ref, standing in self.given.items() if standing and item_of(ref) in body.items)
        self.things[body.thing] = Counted(body.labels, body.items)
        self._reach(body.thing, max(answered, default=0), before.labels)

    def _reach(self, thing: str, nth: int, names: tuple[str, ...] = ()) -> None:
        """See that there are at least `nth` things of a kind, called as before where they had `names`."""
        counted = self.things[thing]
        have = len(counted.labels)
        if have < nth <= bodies.MOST_THINGS:
            more = (names[n] if n < len(names) else label_of(thing, n + 1) for n in range(have, nth))
            self.things[thing] = replace(counted, labels=(*counted.labels, *more))

    def _answered(self, entry: Entry, body: ItemAnswered) -> None:
        if nth := nth_of(body.item):
            item = item_of(body.item)
            for thing in [name for name, each in self.things.items() if item in each.items]:
                self._reach(thing, nth)
        before = self.answer(body.item)
        given = Given(entry.log, entry.seq, entry.at, entry.by, body, first_place(entry))
        standing = self.given.setdefault(body.item, [])
        if standing and standing[-1].first[0] != given.first[0]:
            self.shared.add(body.item)
        standing.append(given)
        self.trail.append((entry.log, entry.seq, body.item))
        if body.hazard:
            self.hazards[body.item] = body.hazard
        self._count(body.item, before, body)

    def _undone(self, body: bodies.AnswerUndone) -> None:
        standing = self.given.get(body.item, [])
        place = self.again.get((body.log, body.seq), (body.log, body.seq))
        for index in range(len(standing) - 1, -1, -1):
            if (standing[index].log, standing[index].seq) == place:
                before = self.answer(body.item)
                del standing[index]
                self.trail.remove((*place, body.item))
                self._count(body.item, before, self.answer(body.item))
                return
        self.late += 1

    def _recount(self) -> None:
        """Count anew, since other items are asked; answers to the others stay, but count no more."""
        if self.adopted:
            self.answered = self.failed = self.lacking = 0
            for item in self.given:
                self._count(item, None, self.answer(item))

    def _count(self, item: str, before: ItemAnswered | None, after: ItemAnswered | None) -> None:
        if not self.is_asked(item):
            return
        for answer, one in ((before, -1), (after, 1)):
            if answer is not None and answer.value is not _PENDING:
                self.answered += one
                if answer.value is _FAIL:
                    self.failed += one
                    self.lacking += one * (not answer.text)

    @property
    def items(self) -> int:
        """How many items there are to answer."""
        if self.opened is None:
            return 0
        things = sum(
            (len(each.labels) - 1) * sum(self._is_asked(item, of_each=True) for item in each.items)
            for each in self.things.values()
        )
        return self.opened.items + things + sum(self._more(used) for used in self.opened.lists if self.adopted)

    def _answered_with(self, *values: Value) -> Iterator[str]:
        """The items, by id, with one of these answers; of a visit that is not over none, so that an answer costs no more."""
        if self.closed is not None:
            for ref in self.given:
                answer = self.answer(ref)
                if answer is not None and answer.value in values and self.is_asked(ref):
                    yield item_of(ref)

    def row(self) -> dict[str, Any] | None:
        """What a list shows; None until the opening entry is here."""
        if self.opened is None:
            return None
        return {
            "id": self.doc,
            "doc": self.doc,
            "premises": self.opened.premises,
            "premises_name": self.opened.premises_name,
            "type": self.opened.type.value,
            "lists": [used.id for used in self.opened.lists],
            "officers": list(self.opened.officers),
            "state": self.state,
            "opened": self.opened_at,
            "closed": self.closed_at,
            "answered": self.answered,
            "items": self.items,
            "findings": self.failed,
            "lacking": self.lacking,
            "photos": len(self.photos),
            "footage": len(self.footage),
            "comments": " ".join(each.by for each in self.comments),
            "contested": sum(self.contest(item) is not None for item in self.shared),
            "logs": " ".join(f"{log}:{seq}" for log, seq in sorted(self.logs.items())),
            "asked": ranges(self._answered_with(Value.PASS, Value.FAIL)),
            "failed": ranges(self._answered_with(Value.FAIL)),
        }


def _keep(texts: dict[str, str], key: str, text: str) -> None:
    if text:
        texts[key] = text
    else:
        texts.pop(key, None)
