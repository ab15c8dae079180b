"""`fieldlog deadline`: when a term set by law ends, and why."""

import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click

from fieldlog.cli.chinese import ChineseCommand
from fieldlog.cli.options import as_json, common
from fieldlog.cli.streams import say, say_json
from fieldlog.cli.tables import Column, say_table
from fieldlog.domain.errors import UsageError

if TYPE_CHECKING:
    from fieldlog.domain.deadlines import DayRule, Reckoned, Term, Unit

_UNITS = ("日", "工作日", "小时", "月", "年")


def _moment(ctx: click.Context, param: click.Parameter, value: str | None) -> date | datetime | None:
    """Read a day, or a moment where hours are counted."""
    if value is None:
        return None
    text = value.strip()
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return date.fromisoformat(text)
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}", text):
            return datetime.fromisoformat(text)
    except ValueError:
        pass
    raise click.BadParameter(f"“{value}”不是日期，请写成 2026-09-30，按小时算的写成 2026-09-30T15:20", ctx, param)


@click.command(
    "deadline", cls=ChineseCommand, help="法定期限：哪天到期、按什么日子算、依据哪一条。不带选项时列出全部期限。"
)
@common
@as_json
@click.option("--from", "start", metavar="日期", callback=_moment, help="起算日，例如 2026-09-30；按小时算的写到分")
@click.option("--days", metavar="数", type=click.IntRange(1, 3660), help="期限的数目；条款已写明的可以不写")
@click.option("--rule", metavar="条款", help="处罚法#61、P47，或只写法名再用 --days")
@click.option("--unit", type=click.Choice(_UNITS), help="没有条款时 --days 的单位，默认 日（自然日）")
def deadline(
    as_json: bool, start: date | datetime | None, days: int | None, rule: str | None, unit: "Unit | None"
) -> None:
    """Say when a term ends, or list the terms."""
    if start is None:
        if days is not None or unit is not None:
            raise UsageError("请用 --from 写明起算日，例如 --from 2026-09-30")
        _list(as_json=as_json, rule=rule)
        return
    if rule is not None and unit is not None:
        raise UsageError("条款已写明单位，不要再写 --unit")
    if rule is not None:
        _say_term(rule, days, start, as_json=as_json)
    elif days is not None:
        _say_days(days, unit or "日", start, as_json=as_json)
    else:
        raise UsageError("请用 --rule 写明条款（例如 处罚法#61），或用 --days 写明天数")


def _say_term(rule: str, days: int | None, start: date | datetime, *, as_json: bool) -> None:
    from fieldlog.domain.deadlines import explain
    from fieldlog.rules.deadlines import load_deadlines

    table = load_deadlines()
    term = table.find(rule, days)
    day_rule = table.day_rule(term.source.law)
    reckoned = _reckon(start, term.amount, term.unit, day_rule, backwards=term.backwards)
    why = explain(term, start, reckoned, day_rule)
    _say(reckoned, why, {"rule": term.name, "verified": term.source.verified}, as_json=as_json)


def _say_days(days: int, unit: "Unit", start: date | datetime, *, as_json: bool) -> None:
    """A number of days that no article of the table sets."""
    from fieldlog.domain.deadlines import explain_days

    reckoned = _reckon(start, days, unit, None)
    why = "；".join([f"{days} {reckoned.counted_as}，{start:%Y-%m-%d} 当天不计", *explain_days(reckoned)])
    _say(reckoned, why, {"rule": None, "verified": None}, as_json=as_json)


def _reckon(
    start: date | datetime, amount: int, unit: "Unit", day_rule: "DayRule | None", *, backwards: bool = False
) -> "Reckoned":
    from fieldlog.domain.deadlines import reckon

    if unit == "小时" and not isinstance(start, datetime):
        raise UsageError(f"{amount} 小时要从几点几分算起：请写成 --from {start}T15:20")
    try:
        return reckon(start, amount, unit, day_rule=day_rule, backwards=backwards)
    except (ValueError, OverflowError) as error:
        raise UsageError("日期超出了可以计算的范围") from error


def _say(reckoned: "Reckoned", why: str, rule: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        say_json(_json(reckoned, why, rule))
    else:
        say(f"{_shown(reckoned.due)}（{reckoned.counted_as}）")
        say(why)


def _json(reckoned: "Reckoned", why: str, rule: dict[str, Any]) -> dict[str, Any]:
    return {
        "due": _shown(reckoned.due),
        "counted_as": reckoned.counted_as,
        "skipped": [{"day": str(each.day), "why": each.why} for each in reckoned.skipped],
        "why": why,
        "certain": reckoned.certain,
        **rule,
    }


def _shown(due: date) -> str:
    return f"{due:%Y-%m-%dT%H:%M}" if isinstance(due, datetime) else due.isoformat()


def _list(*, as_json: bool, rule: str | None) -> None:
    from fieldlog.rules.deadlines import load_deadlines

    table = load_deadlines()
    terms = table.matching(rule) if rule else table.terms
    if as_json:
        for term in terms:
            say_json(
                {
                    "rule": term.name,
                    "procedure": list(term.rules),
                    "what": term.what,
                    "since": term.since,
                    "amount": term.amount,
                    "unit": term.unit,
                    "counted_as": table.counted_as(term),
                    "backwards": term.backwards,
                    "whose": term.whose,
                    "verified": term.source.verified,
                }
            )
        return
    columns = (Column("条款"), Column("谁"), Column("做什么", 40), Column("从何时起", 30), Column("期限"))
    say_table(columns, (_row(term, table.counted_as(term)) for term in terms))


def _row(term: "Term", counted_as: str) -> tuple[str, ...]:
    name = term.name if term.source.verified else f"{term.name}（待核）"
    return name, term.whose, term.what, term.since, f"{term.amount} {counted_as}{'前' if term.backwards else ''}"
