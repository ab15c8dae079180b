"""Questions that several lists share: the mapping that a joint visit (综合查一次) asks once and answers in each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from fieldlog.domain.checklist import Checklist
from fieldlog.domain.checklist_parts import Item
from fieldlog.domain.condition import both, same


@dataclass(frozen=True, slots=True)
class Place:
    """Where a shared question stands in one list."""

    list: str
    item: Item
    condition: str | None
    """What must hold for it to be asked there, its section's condition with its own."""


@dataclass(frozen=True, slots=True)
class SharedQuestion:
    """One key of `shared` and every item that has it."""

    key: str
    places: tuple[Place, ...]

    @property
    def text(self) -> str:
        """The words of the first list."""
        return self.places[0].item.text

    @property
    def condition(self) -> str | None:
        """The condition of the first list."""
        return self.places[0].condition

    def problems(self) -> Iterator[str]:
        """Why this cannot be asked once, in Chinese, a line each."""
        first, *others = self.places
        if not others:
            yield f"{self.key} 只在 {first.item.id} 里有：去掉 shared，或在另一份清单的同一问题上也写上"
        measures = {each.item.measure: each.item.id for each in self.places if each.item.measure is not None}
        if len(measures) > 1:
            yield f"{self.key} 的实测范围不一样：{'、'.join(measures.values())}，一个数不能两样判；改成一样，或不共用"
        for other in others:
            if other.item.text != first.item.text:
                yield f"{self.key} 的内容不一样：{first.item.id}“{first.item.text}”，{other.item.id}“{other.item.text}”"
            if not same(other.condition, first.condition):
                conditions = (f"{each.item.id} {each.condition or '没有条件'}" for each in (first, other))
                yield f"{self.key} 的条件不一样：{'，'.join(conditions)}"


def shared_questions(lists: Iterable[Checklist]) -> list[SharedQuestion]:
    """Every shared question of these lists, in the order in which the lists have them."""
    found: dict[str, list[Place]] = {}
    for checklist in lists:
        for section in checklist.sections:
            for item in section.items:
                if item.shared is not None:
                    place = Place(checklist.id, item, both(section.condition, item.condition))
                    found.setdefault(item.shared, []).append(place)
    return [SharedQuestion(key, tuple(places)) for key, places in found.items()]
