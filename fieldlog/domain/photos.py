"""Which questions of a visit lack the photo that their list asks for."""

from fieldlog.domain.bodies import Value
from fieldlog.domain.inspection import Inspection
from fieldlog.domain.walk import Question, Walk

_SEEN = (Value.PASS, Value.FAIL)
"""Answers that were given in front of something that can be photographed."""


def asks_for_photo(question: Question, value: Value | None) -> bool:
    """Whether a photo is asked for with this answer: `always` once it was seen, `fail` where it is 不符合."""
    wanted = {item.photo for _list, item in question.asked}
    return value in _SEEN and ("always" in wanted or ("fail" in wanted and value is Value.FAIL))


def without_photo(visit: Inspection, walk: Walk) -> list[Question]:
    """The questions whose answer asks for a photo and has none, in walking order."""
    photographed = {each.body.item for each in visit.photos}
    found: list[Question] = []
    for question in walk.questions:
        answer = visit.answer(question.ref)
        if asks_for_photo(question, answer.value if answer else None) and photographed.isdisjoint(
            (question.ref, *question.twins)
        ):
            found.append(question)
    return found
