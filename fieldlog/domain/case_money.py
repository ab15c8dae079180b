"""What is owed in a case on a day: the sum, and the surcharge of 3 % a day (处罚法 art. 72.1.1, 73.3). All in 分."""

from datetime import date, timedelta
from typing import Final

from fieldlog.domain.case import Case

DAILY_PERCENT: Final = 3
_SURCHARGED: Final = (
    "每日加处罚款数额的百分之三，不超过罚款数额；复议、诉讼期间不计（行政处罚法第七十二条、第七十三条）"
)


def owed(case: Case) -> int:
    """What is still to be paid of the sum itself."""
    return max(0, case.due_amount - case.paid)


def surcharge(case: Case, pay_by: date | None, day: date) -> int:
    """The surcharge that has grown until the end of `day`, paid or not.

    It runs from the day after `pay_by` on what is unpaid of the fine at the beginning of each day, not while a review or
    suit runs, and never beyond the fine. What is unpaid of forfeited gains bears none.
    """
    if pay_by is None or not case.fine:
        return 0
    grown, left = 0, case.fine - _paid_until(case, pay_by)
    at = pay_by + timedelta(days=1)
    while at <= day and left > 0 and grown < case.fine:
        if not is_disputed(case, at):
            grown += left * DAILY_PERCENT // 100
        left = case.fine - _paid_until(case, at)
        at += timedelta(days=1)
    return min(grown, case.fine)


def is_disputed(case: Case, day: date) -> bool:
    """Whether a review or suit ran on that day."""
    text = day.isoformat()
    return any(each.began.on <= text and (not each.ended or text <= each.ended.on) for each in case.disputes)


def surcharge_words() -> str:
    """The rule in one line, for papers and screens."""
    return _SURCHARGED


def yuan(amount: int) -> str:
    """An amount as it is read: 1,234.50 元, without 分 where there are none."""
    whole, rest = divmod(amount, 100)
    return f"{whole:,}.{rest:02d} 元" if rest else f"{whole:,} 元"


def _paid_until(case: Case, day: date) -> int:
    """What had come in by the end of a day."""
    spot = case.on_spot.cash if case.on_spot and case.on_spot.on <= day.isoformat() else 0
    return spot + sum(each.amount for each in case.payments if each.on <= day.isoformat())


_DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"
_PLACES: Final = ("", "拾", "佰", "仟")
_GROUPS: Final = ("", "万", "亿", "万亿")


def capital(amount: int) -> str:
    """An amount as papers write it against changes: 人民币伍仟元整, 壹佰元零伍分."""
    whole, fen = divmod(amount, 100)
    jiao, fen = divmod(fen, 10)
    text = f"{_whole(whole)}元" if whole else ""
    if not jiao and not fen:
        return f"{text or '零元'}整"
    tail = (f"{_DIGITS[jiao]}角" if jiao else "零" if whole else "") + (f"{_DIGITS[fen]}分" if fen else "")
    return text + tail


def _whole(number: int) -> str:
    groups: list[int] = []
    while number:
        number, rest = divmod(number, 10_000)
        groups.append(rest)
    text = ""
    for place in range(len(groups) - 1, -1, -1):
        group = groups[place]
        if not group:
            text += "零" if text and not text.endswith("零") and any(groups[:place]) else ""
            continue
        if text and group < 1000 and not text.endswith("零"):
            text += "零"
        text += _group(group) + _GROUPS[place]
    return text


def _group(number: int) -> str:
    text = ""
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if digit:
            text += _DIGITS[digit] + _PLACES[place]
        elif text and number % 10**place and not text.endswith("零"):
            text += "零"
    return text
