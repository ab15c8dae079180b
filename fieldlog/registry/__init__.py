"""Premises and officers in, from what offices really keep; values are worked out here and written by actions.

The work loads on the first call: the start of the program needs only the names.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

from fieldlog.registry.records import (
    Change,
    ImportPlan,
    KnownOfficer,
    KnownPremises,
    OfficerPlan,
    OfficerRow,
    PremisesRow,
    Problem,
    Register,
    RegisterUnreadable,
    SheetUnderstanding,
)


def read_register(path: Path) -> Register:
    """Read premises and officers from an xlsx, xls or CSV file; nothing is written.

    Raises:
        RegisterUnreadable: the file as a whole cannot be read.
    """
    from fieldlog.registry import read  # noqa: PLC0415 - tables of words and patterns

    return read.read_register(path)


def plan_import(existing: Sequence[KnownPremises], rows: Iterable[PremisesRow]) -> ImportPlan:
    """Compare a register with what the book holds; nothing is written."""
    from fieldlog.registry import premises_plan  # noqa: PLC0415

    return premises_plan.plan_import(existing, rows)


def plan_officers(existing: Sequence[KnownOfficer], rows: Iterable[OfficerRow]) -> OfficerPlan:
    """Compare a list of officers with what the book holds; nothing is written."""
    from fieldlog.registry import officer_plan  # noqa: PLC0415

    return officer_plan.plan_officers(existing, rows)


def certificate_key(number: str) -> str:
    """What tells a certificate number apart: blanks, dashes and case do not."""
    from fieldlog.registry import officer_plan  # noqa: PLC0415

    return officer_plan.certificate_key(number)


__all__ = [
    "Change",
    "ImportPlan",
    "KnownOfficer",
    "KnownPremises",
    "OfficerPlan",
    "OfficerRow",
    "PremisesRow",
    "Problem",
    "Register",
    "RegisterUnreadable",
    "SheetUnderstanding",
    "certificate_key",
    "plan_import",
    "plan_officers",
    "read_register",
]
