"""Terms set by law: by command for the table, and the counting against an independent one."""

from datetime import date, datetime, timedelta

import chinese_calendar
import pytest
from command import fieldlog
from hypothesis import given
from hypothesis import strategies as st

from fieldlog.domain.deadlines import WorkCalendar, reckon
from fieldlog.rules.deadlines import load_deadlines

KNOWN = st.dates(date(2020, 1, 1), date(2026, 6, 30))
"""Days whose next months all have a holiday table."""


@given(KNOWN, st.integers(1, 60))
def test_working_days_are_those_of_the_calendar(start: date, amount: int):
    reckoned = reckon(start, amount, "工作日")
    worked = chinese_calendar.get_workdays(start + timedelta(days=1), reckoned.due)
    assert (len(worked), worked[-1]) == (amount, reckoned.due)
    between = {start + timedelta(days=n + 1) for n in range((reckoned.due - start).days)}
    assert {skipped.day for skipped in reckoned.skipped} == between - set(worked)
    assert reckoned.certain
    assert all(skipped.why for skipped in reckoned.skipped)


@given(st.dates(date(2020, 6, 1), date(2026, 6, 30)), st.integers(1, 60))
def test_backwards_as_many_working_days_lie_between(day: date, amount: int):
    due = reckon(day, amount, "工作日", backwards=True).due
    assert len(chinese_calendar.get_workdays(due, day - timedelta(days=1))) == amount


@given(KNOWN, st.integers(1, 120))
def test_calendar_days_move_on_to_a_working_day_and_no_further(start: date, amount: int):
    reckoned = reckon(start, amount, "日")
    last = start + timedelta(days=amount)
    assert not chinese_calendar.get_workdays(last, reckoned.due - timedelta(days=1))
    assert chinese_calendar.is_workday(reckoned.due)
    assert reckoned.moved_from == (None if reckoned.due == last else last)


@given(KNOWN, st.integers(1, 5), st.sampled_from(["月", "年"]))
def test_months_and_years_end_on_the_same_day(start: date, amount: int, unit: str):
    reckoned = reckon(start, amount, unit)
    last = reckoned.moved_from or reckoned.due
    months = (last.year - start.year) * 12 + last.month - start.month
    assert months == (amount if unit == "月" else amount * 12)
    assert last.day == start.day or (last.day < start.day and (last + timedelta(days=1)).day == 1)


def test_hours_run_through_the_night_and_the_holiday():
    start = datetime.fromisoformat("2026-09-30T15:20")
    assert reckon(start, 24, "小时").due == datetime.fromisoformat("2026-10-01T15:20")


def test_an_office_s_correction_stands_above_the_table():
    calendar = WorkCalendar({date(2027, 2, 5): False, date(2027, 2, 6): True})
    reckoned = reckon(date(2027, 2, 4), 1, "工作日", calendar=calendar)
    assert (reckoned.due, reckoned.certain) == (date(2027, 2, 6), True)


@pytest.mark.parametrize("term", load_deadlines().terms, ids=lambda term: f"{term.name}-{term.amount}{term.unit}")
def test_every_term_is_found_by_its_article_and_its_rule(term):
    table = load_deadlines()
    assert term in table.matching(term.name)
    assert term in [each for rule in term.rules for each in table.matching(rule)]
    short = {full: name for name, full in table.full_names.items()}
    if law := short.get(term.source.law):
        assert term in table.matching(term.name.replace(term.source.law, law))


@pytest.mark.parametrize(
    ("arguments", "due", "counted_as", "skipped"),
    [
        (("--from", "2026-09-30", "--days", "7", "--rule", "处罚法#61"), "2026-10-15", "工作日", 8),
        (("--from", "2026-09-30", "--rule", "P46"), "2026-12-29", "自然日", 0),
        (("--from", "2026-09-18", "--rule", "处罚法＃67"), "2026-10-08", "自然日", 5),
        (("--from", "2024-02-29", "--rule", "处罚法#36", "--days", "2"), "2026-02-28", "年", 0),
        (("--from", "2026-09-30", "--days", "10", "--rule", "处罚法"), "2026-10-10", "自然日", 0),
        (("--from", "2026-09-30", "--days", "10", "--rule", "强制法"), "2026-10-20", "工作日", 10),
        (("--from", "2026-09-30T23:59", "--rule", "强制法#19"), "2026-10-01T23:59", "小时", 0),
        (("--from", "2026-10-01", "--days", "1"), "2026-10-08", "自然日", 6),
    ],
)
def test_by_command(arguments: tuple[str, ...], due: str, counted_as: str, skipped: int):
    told = fieldlog("deadline", *arguments, "--json").object
    assert (told["due"], told["counted_as"], len(told["skipped"])) == (due, counted_as, skipped)
    assert due.replace("T", " ") in told["why"]
    assert due in fieldlog("deadline", *arguments).out


def test_a_year_without_a_holiday_table_is_marked():
    told = fieldlog("deadline", "--from", "2027-01-20", "--rule", "处罚法#56", "--json").object
    assert told["certain"] is False
    assert "只按周末估算" in told["why"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--from", "2026-02-30", "--rule", "P47"), "不是日期"),
        (("--from", "2026/9/30", "--rule", "P47"), "不是日期"),
        (("--from", "2026-09-30", "--rule", "处罚法#61", "--days", "5"), "规定的是 7 日"),
        (("--from", "2026-09-30", "--rule", "处罚法#99"), "期限表里没有"),
        (("--from", "2026-09-30", "--rule", "P56"), "有几个期限"),
        (("--from", "2026-09-30", "--rule", "强制法#19"), "几点几分"),
        (("--from", "9999-12-31", "--days", "7"), "超出了"),
        (("--from", "2026-09-30"), "--rule"),
        (("--days", "7"), "--from"),
    ],
)
def test_what_cannot_be_reckoned_is_told_in_one_line(arguments: tuple[str, ...], says: str):
    ran = fieldlog("deadline", *arguments)
    assert ran.code in (1, 2)
    assert says in ran.complaint


def test_the_table_is_listed():
    rows = fieldlog("deadline", "--json").rows
    assert len(rows) == len(load_deadlines().terms)
    assert {row["counted_as"] for row in rows if row["rule"] == "行政处罚法#61.1"} == {"工作日"}
    assert "行政处罚法#61.1" in fieldlog("deadline").out
