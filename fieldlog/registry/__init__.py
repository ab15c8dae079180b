"""Premises and officers in, from what offices really keep; values are worked out here and written by actions."""

from fieldlog.registry.plan import plan_import
from fieldlog.registry.plan_officers import plan_officers
from fieldlog.registry.read import read_register
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
    "plan_import",
    "plan_officers",
    "read_register",
]
