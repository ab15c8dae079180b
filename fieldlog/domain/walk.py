"""The lists of a visit as one walk: their sections in order, and a question that several lists share asked once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from fieldlog.domain.checklist import Checklist, Item

_STRICTNESS = {None: 0, "一般": 1, "重大": 2}


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the walk and the items it answers."""

    number: int
    """From 1, in walking order."""
    section: int
    """Index into `Walk.sections`."""
    asked: tuple[tuple[Checklist, Item], ...]
    """The items it answers. The first leads: its words are shown, its findings offered, the hazard is its own."""

    @property
    def item(self) -> Item:
        """The item whose words are shown."""
        return self.asked[0][1]

    @property
    def checklist(self) -> Checklist:
        """The list of `item`."""
        return self.asked[0][0]

    @property
    def twins(self) -> tuple[str, ...]:
        """Ids of the other lists' items that the same answer settles."""
        return tuple(item.id for _list, item in self.asked[1:])


@dataclass(frozen=True, slots=True)
class Stretch:
    """A section of a list, as far as it has questions in this walk."""

    checklist: Checklist
    title: str
    opens_list: bool
    """It is the first of its list."""
    questions: range
    """Indices into `Walk.questions`."""


@dataclass(frozen=True, slots=True)
class Walk:
    """Every question of a visit, in order."""

    sections: tuple[Stretch, ...]
    questions: tuple[Question, ...]
    _of_item: Mapping[str, int] = field(repr=False)

    def of(self, item: str) -> Question | None:
        """The question that answers the item of that id."""
        index = self._of_item.get(item)
        return None if index is None else self.questions[index]


def plan_walk(lists: Iterable[Checklist], features: frozenset[str]) -> Walk:
    """The walk through `lists` at premises with these features.

    A shared question stands where the first list asks it. Among its items the strictest level leads, so that a 重大
    in one list is never walked as the 一般 of another.
    """
    places: list[tuple[Checklist, str]] = []
    asked: list[tuple[int, list[tuple[Checklist, Item]]]] = []
    shared: dict[str, list[tuple[Checklist, Item]]] = {}
    for checklist in lists:
        for section, items in checklist.walked(features):
            places.append((checklist, section.title))
            for item in items:
                if item.shared is not None and item.shared in shared:
                    shared[item.shared].append((checklist, item))
                    continue
                together = [(checklist, item)]
                asked.append((len(places) - 1, together))
                if item.shared is not None:
                    shared[item.shared] = together
    return _numbered(places, asked)


def _numbered(places: list[tuple[Checklist, str]], asked: list[tuple[int, list[tuple[Checklist, Item]]]]) -> Walk:
    sections: list[Stretch] = []
    questions: list[Question] = []
    seen: set[str] = set()
    for place, (checklist, title) in enumerate(places):
        first = len(questions)
        for _place, together in (each for each in asked if each[0] == place):
            strictest_first = sorted(together, key=lambda pair: -_STRICTNESS[pair[1].level])
            questions.append(Question(len(questions) + 1, len(sections), tuple(strictest_first)))
        if len(questions) > first:
            opens_list = checklist.id not in seen
            seen.add(checklist.id)
            sections.append(Stretch(checklist, title, opens_list, range(first, len(questions))))
    of_item = {item.id: index for index, each in enumerate(questions) for _list, item in each.asked}
    return Walk(tuple(sections), tuple(questions), of_item)
