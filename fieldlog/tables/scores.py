"""分值 and grades out of a table's words."""

import re
from decimal import Decimal

from fieldlog.domain.checklist import Grade

_POINTS = re.compile(r"(\d{1,4}(?:\.\d)?)\s*分?")
_GRADE = re.compile(
    r"(?:(?:总分|得分|分数)?(?:在|为|达到?)?(?P<least>\d{1,3}(?:\.\d)?)\s*(?:分)?\s*(?:[（(]含[）)]?)?\s*(?:分)?\s*"
    r"(?:及?以上|以上|[-—~～至到]\s*\d{1,3}(?:\.\d)?\s*分?(?:之间)?)|(?P<rest>\d{1,3}(?:\.\d)?\s*分?\s*(?:[（(]不含[）)])?\s*以下|其[余他它](?:情况|得分)?))"
    r"\s*(?:[（(]?不?含[^，；;]{0,8}[）)])?\s*(?:的)?[，,]?\s*(?:为|是|评为|定为|判定为|：|:|属于?)\s*[“\"]?(?P<name>[^，,；;。\s”\"]{1,10})"
)


def points_of(text: str) -> str | None:
    """`5`, `5分` or `2.5` as points; None where the text is no single number."""
    found = _POINTS.fullmatch(text.strip())
    return None if found is None else plain_points(Decimal(found[1]))


def plain_points(value: Decimal) -> str:
    """Points as the format writes them: `5`, `2.5`."""
    return str(int(value)) if value == value.to_integral_value() else format(value, "f")


def grades_in(notes: str, full: Decimal) -> tuple[tuple[Grade, ...], tuple[str, ...]]:
    """The grades that a table's notes set, best first, and the pieces about grades that could not be read."""
    found: list[Grade] = []
    rest = ""
    for each in _GRADE.finditer(notes):
        if each["rest"]:
            rest = each["name"]
        else:
            found.append(Grade(name=each["name"], at_least=plain_points(Decimal(each["least"]))))
    steps = [Decimal(grade.at_least) for grade in found]
    fits = bool(found) and steps == sorted(set(steps), reverse=True) and steps[0] <= full
    if not fits:
        about = re.findall(r"[^\n]*\d+\s*分[^\n]*(?:优|良|级|星|合格)[^\n]*", notes)
        return (), tuple(about)
    if steps[-1] > 0:  # the last grade takes whatever is left, which a B may not
        found.append(Grade(name=rest or f"{found[-1].at_least}分以下", at_least="0"))
    return tuple(found), ()
