"""The lists of a visit as one walk: by place in the premises, a question that several lists share asked once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from fieldlog.domain.checklist import Checklist
from fieldlog.domain.checklist_parts import PLACES, Item, Section
from fieldlog.domain.reference import label_of, reference

_STRICTNESS = {None: 0, "一般": 1, "重大": 2}
_NOTHING_COUNTED: Final[Mapping[str, Sequence[str]]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the walk and the items it answers."""

    number: int
    """From 1, in walking order."""
    section: int
    """Index into `Walk.sections`."""
    asked: tuple[tuple[Checklist, Item], ...]
    """The items it answers. The first leads: its words are shown, its findings offered, the hazard is its own."""
    nth: int = 0
    """Which thing of a repeated section, from 1; 0 where the section is walked once."""

    @property
    def item(self) -> Item:
        """The item whose words are shown."""
        return self.asked[0][1]

    @property
    def checklist(self) -> Checklist:
        """The list of `item`."""
        return self.asked[0][0]

    @property
    def ref(self) -> str:
        """The reference that its answer, remarks, photos and hazard carry, `domain.reference`."""
        return reference(self.item.id, self.nth)

    @property
    def twins(self) -> tuple[str, ...]:
        """References of the other lists' items that the same answer settles."""
        return tuple(reference(item.id, self.nth) for _list, item in self.asked[1:])


@dataclass(frozen=True, slots=True)
class Stretch:
    """A section of a list, as far as it has questions in this walk; of a repeated section the part for one thing."""

    checklist: Checklist
    title: str
    enters_list: bool
    """The section before it is another list's."""
    questions: range
    """Indices into `Walk.questions`."""
    thing: str = ""
    """What a repeated section is walked for: 冷藏柜."""
    nth: int = 0
    label: str = ""
    """What this one is called: 冷藏柜2, 阴凉柜."""
    many: int = 0
    """How many of them there are."""


@dataclass(frozen=True, slots=True)
class Thing:
    """A kind of things that sections are walked once for each of."""

    name: str
    labels: tuple[str, ...]
    """What each is called."""
    most: int
    items: tuple[str, ...]
    """Ids of the items that are asked for each."""


@dataclass(frozen=True, slots=True)
class Walk:
    """Every question of a visit, in order."""

    lists: tuple[Checklist, ...]
    """In the order they were given."""
    sections: tuple[Stretch, ...]
    questions: tuple[Question, ...]
    items: Mapping[str, tuple[Checklist, Item]]
    """Every item that is answered, by reference, in walking order; those of a shared question one after another."""
    things: Mapping[str, Thing]
    """By name."""
    _of_item: Mapping[str, int] = field(repr=False)

    def of(self, ref: str) -> Question | None:
        """The question that answers the item of that reference."""
        index = self._of_item.get(ref)
        return None if index is None else self.questions[index]

    def label(self, ref: str) -> str:
        """What the thing that the reference is about is called; empty where the section is walked once."""
        question = self.of(ref)
        return self.sections[question.section].label if question is not None else ""


@dataclass(frozen=True, slots=True)
class _Leg:
    """A section of a list as it is walked, for one thing where it is repeated."""

    checklist: Checklist
    section: Section
    items: tuple[Item, ...]
    nth: int = 0
    label: str = ""
    many: int = 0

    @property
    def title(self) -> str:
        repeat = self.section.repeat
        if repeat is None or (self.many == 1 and self.label == label_of(repeat.name, 1)):
            return self.section.title
        return self.label if self.label.startswith(self.section.title) else f"{self.section.title}：{self.label}"


def plan_walk(
    lists: Sequence[Checklist], features: frozenset[str], counted: Mapping[str, Sequence[str]] = _NOTHING_COUNTED
) -> Walk:
    """The walk through `lists` at premises with these features.

    Sections come in the order of their places, otherwise as the lists have them. `counted` says what the things of
    repeated sections are called, by the name of the kind; without it there is one of each.

    A shared question stands where the walk first comes past it. Among its items the strictest level leads, so that a
    重大 in one list is never walked as the 一般 of another; of equal ones that with a measure, so that it is taken.
    """
    legs = sorted(_placed(lists, features), key=lambda placed: placed[0])
    things = _things([leg for _rank, leg in legs], counted)
    walked = [each for _rank, leg in legs for each in _each(leg, things)]
    asked: list[list[list[tuple[Checklist, Item]]]] = []
    shared: dict[str, list[tuple[Checklist, Item]]] = {}
    for leg in walked:
        asked.append([])
        for item in leg.items:
            key = item.shared if not leg.nth else None  # a supplement's item may be asked of each of its list's things
            if key is not None and key in shared:
                shared[key].append((leg.checklist, item))
                continue
            asked[-1].append([(leg.checklist, item)])
            if key is not None:
                shared[key] = asked[-1][-1]
    return _numbered(lists, walked, asked, things)


def _placed(lists: Iterable[Checklist], features: frozenset[str]) -> Iterator[tuple[int, _Leg]]:
    """The sections that apply, each with the rank of its place; one without a place is where the one before it is."""
    given = list(lists)
    ids = {each.id for each in given}
    for checklist in given:
        if checklist.extends in ids:
            continue  # walked within the list that it supplements
        supplements = [each for each in given if each.extends == checklist.id]
        left = {(each.id, section.title) for each in supplements for section in each.sections}
        rank = 0
        for section, items in _all_sections(checklist, features):
            rank = rank if section.place is None else PLACES.index(section.place)
            if items:
                yield rank, _Leg(checklist, section, items)
            for each in supplements:
                yield from _supplement(each, section, features, rank)
                left.discard((each.id, section.title))
        for each in supplements:
            for section, items in _all_sections(each, features):
                rank = rank if section.place is None else PLACES.index(section.place)
                if items and (each.id, section.title) in left:
                    yield rank, _Leg(each, section, items)


def _all_sections(checklist: Checklist, features: frozenset[str]) -> Iterator[tuple[Section, tuple[Item, ...]]]:
    """Every section with its items that apply, also where none does."""
    walked = {id(section): items for section, items in checklist.walked(features)}
    return ((section, walked.get(id(section), ())) for section in checklist.sections)


def _supplement(
    supplement: Checklist, base: Section, features: frozenset[str], rank: int
) -> Iterator[tuple[int, "_Leg"]]:
    """The supplement's section of the same title: at the same place, for each of the same things."""
    for section, items in _all_sections(supplement, features):
        if items and section.title == base.title:
            there = section if section.repeat is not None else section.model_copy(update={"repeat": base.repeat})
            yield (rank if section.place is None else PLACES.index(section.place)), _Leg(supplement, there, items)


def _things(legs: Iterable[_Leg], counted: Mapping[str, Sequence[str]]) -> dict[str, Thing]:
    things: dict[str, Thing] = {}
    for leg in legs:
        repeat = leg.section.repeat
        if repeat is not None:
            known = things.get(repeat.name)
            most = repeat.most if known is None else min(known.most, repeat.most)
            before = known.items if known is not None else ()
            labels = tuple(counted.get(repeat.name, ())) or (label_of(repeat.name, 1),)
            items = (*before, *(item.id for item in leg.items))
            things[repeat.name] = Thing(repeat.name, labels, most, items)
    return things


def _each(leg: _Leg, things: Mapping[str, Thing]) -> Iterator[_Leg]:
    """The section itself, or one leg for each thing."""
    if leg.section.repeat is None:
        yield leg
        return
    thing = things[leg.section.repeat.name]
    for nth, label in enumerate(thing.labels, 1):
        yield _Leg(leg.checklist, leg.section, leg.items, nth, label, len(thing.labels))


def _numbered(
    lists: Sequence[Checklist],
    walked: Sequence[_Leg],
    asked: Sequence[Sequence[list[tuple[Checklist, Item]]]],
    things: Mapping[str, Thing],
) -> Walk:
    sections: list[Stretch] = []
    questions: list[Question] = []
    for leg, of_leg in zip(walked, asked, strict=True):
        if not of_leg:
            continue
        first = len(questions)
        for together in of_leg:
            strictest_first = sorted(together, key=lambda pair: (-_STRICTNESS[pair[1].level], pair[1].measure is None))
            questions.append(Question(len(questions) + 1, len(sections), tuple(strictest_first), leg.nth))
        enters_list = not sections or sections[-1].checklist.id != leg.checklist.id
        thing = leg.section.repeat.name if leg.section.repeat is not None else ""
        stretch = Stretch(
            leg.checklist, leg.title, enters_list, range(first, len(questions)), thing, leg.nth, leg.label, leg.many
        )
        sections.append(stretch)
    items = {
        reference(item.id, question.nth): (checklist, item)
        for question in questions
        for checklist, item in question.asked
    }
    of_item = {ref: question.number - 1 for question in questions for ref in (question.ref, *question.twins)}
    return Walk(tuple(lists), tuple(sections), tuple(questions), items, things, of_item)
