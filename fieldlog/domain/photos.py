"""Photos of a visit: which questions lack one, what is odd about one's own time, what belongs side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import Final, Literal

from fieldlog.domain.bodies import PhotoAttached, Value
from fieldlog.domain.hazard import Hazard
from fieldlog.domain.hazard_state import RECTIFYING
from fieldlog.domain.inspection import Inspection
from fieldlog.domain.walk import Question, Walk

When = Literal["", "before", "after"]
WHEN_WORDS: Final = {"before": "整改前", "after": "整改后", "": ""}
_SEEN = (Value.PASS, Value.FAIL)
"""Answers that were given in front of something that can be photographed."""
_SLACK: Final = timedelta(days=1)
"""What a camera's clock, or a visit that ends the next day, may differ by without a word."""
_NO_CAMERA: Final = 2005
"""No telephone or camera in use took pictures before; clocks that lost their battery say 1970, 1980 or 2000."""


@dataclass(frozen=True, slots=True)
class Shot:
    """A photo with when and by whom it was attached."""

    at: str
    by: str
    body: PhotoAttached
    when: When = ""

    @property
    def moment(self) -> str:
        """When it was taken, by its own word, else when it was attached."""
        return self.body.taken_at or self.at


@dataclass(frozen=True, slots=True)
class Pair:
    """What was found, and how it looks since it was rectified."""

    before: Shot | None
    after: Shot | None


def pairs(shots: Sequence[Shot]) -> list[Pair]:
    """The photos from before and after, each in the order they were taken, side by side as far as they go."""
    ordered = sorted(shots, key=lambda shot: (shot.moment[:19], shot.at))
    before = [shot for shot in ordered if shot.when != "after"]
    after = [shot for shot in ordered if shot.when == "after"]
    return [Pair(*both) for both in zip_longest(before, after)]


def when_of(hazard: Hazard) -> When:
    """What a photo shows that is attached to it now: since somebody reported or looked at the rectification, that."""
    return "before" if hazard.state == RECTIFYING and not hazard.rechecks else "after"


def time_doubt(taken_at: str, begun: datetime, ended: datetime, now: datetime) -> str:
    """What is odd about a photo's own time, in one line, or empty.

    A time without an offset is local where the visit was. Begin and end are those of the visit or hazard.
    """
    try:
        moment = datetime.fromisoformat(taken_at)
    except ValueError:
        return ""
    moment = moment if moment.tzinfo else moment.replace(tzinfo=begun.tzinfo)
    said = f"照片上的时间是 {taken_at[:16].replace('T', ' ')}"
    if moment.year < _NO_CAMERA or moment > now + _SLACK:
        return f"{said}，相机的时钟不对，请核对"
    if moment < begun - _SLACK:
        return f"{said}，比这里的开始时间 {begun:%Y-%m-%d %H:%M} 早了一天以上，请核对是不是这张"
    if moment > ended + _SLACK:
        return f"{said}，比这里的结束时间 {ended:%Y-%m-%d %H:%M} 晚了一天以上，请核对是不是这张"
    return ""


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
