"""Deadlines in calendar and working days; the holidays are those of the State Council's notice for 2026."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldlog.domain.workdays import deadline, is_workday


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("start", "days", "kind", "due"),
    [
        ("2026-11-24", 0, "calendar", "2026-11-24"),
        ("2026-11-24", 0, "workday", "2026-11-24"),
        ("2026-11-24", 7, "calendar", "2026-12-01"),
        ("2026-12-30", 3, "calendar", "2027-01-02"),
        ("2026-02-27", 2, "calendar", "2026-03-01"),
        ("2026-11-20", 1, "workday", "2026-11-23"),  # over a weekend
        ("2026-11-21", 1, "workday", "2026-11-23"),  # found on a Saturday
        # National Day 2026: free 1 to 7 October; Sunday 20 September and Saturday 10 October are worked
        ("2026-09-30", 1, "workday", "2026-10-08"),
        ("2026-09-30", 2, "workday", "2026-10-09"),
        ("2026-09-30", 3, "workday", "2026-10-10"),
        ("2026-09-30", 4, "workday", "2026-10-12"),
        ("2026-09-18", 1, "workday", "2026-09-20"),
        # Spring Festival 2026: free 15 to 23 February; Saturdays 14 and 28 are worked
        ("2026-02-13", 1, "workday", "2026-02-14"),
        ("2026-02-13", 2, "workday", "2026-02-24"),
        ("2026-02-27", 1, "workday", "2026-02-28"),
    ],
)
def test_deadlines(start: str, days: int, kind, due: str):
    found = deadline(day(start), days, kind)
    assert (found.due, found.certain) == (day(due), True)


def test_a_year_without_its_table_is_counted_by_weekends_and_said_to_be_uncertain():
    found = deadline(day("2035-09-28"), 3, "workday")
    assert found.due == day("2035-10-03")
    assert not found.certain
    assert deadline(day("2035-09-28"), 3, "calendar").certain


def test_a_deadline_that_ends_before_the_unknown_year_is_certain():
    known = next(year for year in range(2026, 2036) if not is_workday(date(year + 1, 6, 1))[1])
    assert deadline(date(known, 12, 20), 2, "workday").certain
    assert not deadline(date(known, 12, 30), 5, "workday").certain


@given(st.dates(day("2026-01-01"), day("2026-10-01")), st.integers(1, 20))
def test_a_working_deadline_is_a_working_day_with_that_many_behind_it(start: date, days: int):
    due = deadline(start, days, "workday").due
    span = [start + timedelta(days=number) for number in range(1, (due - start).days + 1)]
    assert is_workday(due) == (True, True)
    assert sum(is_workday(each)[0] for each in span) == days


@given(st.dates(day("2026-01-01"), day("2026-10-01")), st.integers(0, 40))
def test_more_days_never_end_sooner(start: date, days: int):
    for kind in ("calendar", "workday"):
        assert deadline(start, days, kind).due <= deadline(start, days + 1, kind).due
    assert deadline(start, days, "calendar").due <= deadline(start, days, "workday").due
