"""Where a visit goes on after it was left or killed, and what to tell about it."""

from dataclasses import dataclass

from fieldlog.domain.walk import Question
from fieldlog.tui.visit import Visit

_WORDS = {"note": "备注", "other": "问题描述"}


@dataclass(frozen=True, slots=True)
class Resumed:
    """Where to go on."""

    question: Question
    told: str = ""
    purpose: str = ""
    """Which text was being typed there, or empty."""


def place_to_resume(visit: Visit) -> Resumed:
    """The half-typed text, else the item after the last answered; an item left in its strip is not left behind."""
    draft = _newest_draft(visit)
    if draft is not None:
        return draft
    questions = visit.walk.questions
    trail = visit.state.trail
    last = visit.walk.of(trail[-1][2]) if trail else None
    if last is None:
        return Resumed(questions[0])
    if visit.is_lacking(last):
        return Resumed(last, f"第 {last.number} 项不符合，还没有写明问题。按 2 补")
    following = questions[min(last.number, len(questions) - 1)]
    left = visit.tally.total - visit.tally.done
    return Resumed(
        following, f"接着上次：已检 {visit.tally.done} 项，还有 {left} 项" if left else "全部检查完了，按 F10 结束"
    )


def _newest_draft(visit: Visit) -> Resumed | None:
    """The draft written last, if its item is in the walk."""
    if not visit.state.drafts:
        return None
    for entry in reversed(visit.book.entries_of(visit.doc)):
        if entry.kind != "draft.saved":
            continue
        field = str(entry.fields.get("field", ""))
        purpose, _colon, item = field.partition(":")
        question = visit.walk.of(item)
        form = visit.walk.of(item.partition(":")[0])
        if purpose == "form" and form is not None and field in visit.state.drafts:
            return Resumed(form, f"隐患表单里有没有保存的修改（{entry.at[11:16]}），按 F4 接着写")
        if purpose in _WORDS and question is not None and field in visit.state.drafts:
            return Resumed(question, f"已恢复未写完的{_WORDS[purpose]}（{entry.at[11:16]}）", purpose)
    return None
