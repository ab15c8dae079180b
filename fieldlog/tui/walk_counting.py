"""Counting in the walk: one more refrigerator, another name for one, one less."""

from fieldlog.actions import things
from fieldlog.domain.walk import Question, Thing
from fieldlog.tui.screens.walk_strips import ADD
from fieldlog.tui.visit import Visit


def thing_at(visit: Visit, question: Question) -> Thing | None:
    """The kind of things the question's part is walked once for each of; from anywhere else the only kind there is."""
    known = visit.walk.things
    here = known.get(visit.walk.sections[question.section].thing)
    return here or (next(iter(known.values())) if len(known) == 1 else None)


def told_nothing_at(visit: Visit) -> str:
    """Why nothing can be counted here."""
    known = "、".join(visit.walk.things)
    return f"把光标移到要逐个检查的部分（{known}）再按 7" if known else "这次检查没有要逐个检查的部分"


def count(visit: Visit, thing: str, what: str) -> str:
    """Add one or take the last one away, and return what to tell; raises as the actions do."""
    act = things.add if what == ADD else things.remove_last
    act(visit.book, visit.by, visit.doc, thing)
    visit.reload()
    labels = visit.walk.things[thing].labels
    return f"加了{labels[-1]}" if what == ADD else f"{thing}还有 {len(labels)} 个"


def first_of_last(visit: Visit, thing: str) -> Question | None:
    """The first question about the last thing of a kind."""
    last = next((each for each in visit.walk.sections if each.thing == thing and each.nth == each.many), None)
    return visit.walk.questions[last.questions.start] if last is not None else None
