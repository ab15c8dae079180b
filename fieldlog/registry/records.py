"""What a register holds once it is read, and what an import would do with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from fieldlog.sheets.unreadable import SheetsUnreadable

TableKind = Literal["premises", "officers"]
RegisterKind = Literal["premises", "officers", "mixed", "empty"]
SheetState = Literal["read", "empty", "hidden", "unrecognised"]
Severity = Literal["doubt", "refused"]
Value = str | date | tuple[str, ...] | None


RegisterUnreadable = SheetsUnreadable


@dataclass(frozen=True, slots=True)
class Problem:
    """One row, or one cell, that a person should look at."""

    sheet: str
    row: int
    """From 1, as the office program counts; 1 too when the whole sheet is meant."""
    column: str
    """Letter of the column, or empty."""
    why: str
    severity: Severity = "doubt"
    """`doubt`: taken over, but look at it; `refused`: not taken over."""


@dataclass(frozen=True, slots=True)
class SheetUnderstanding:
    """What was made of one table: shown to the person before and after the import."""

    sheet: str
    state: SheetState
    kind: TableKind | None = None
    header_rows: tuple[int, ...] = ()
    columns: Mapping[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    """Field to (column letter, header text as read); the first choice where several columns serve one field."""
    further_columns: tuple[tuple[str, str, str], ...] = ()
    """(field, letter, header) of columns that add to, or stand in for, one in `columns`."""
    unknown_columns: tuple[tuple[str, str], ...] = ()
    """(letter, header) of columns that were not taken over."""
    data_rows: tuple[int, ...] = ()
    """Rows taken over, each as one of the premises or officers."""
    skipped: Mapping[str, tuple[int, ...]] = field(default_factory=dict[str, tuple[int, ...]])
    """Rows that hold no data, by what they are: 标题, 表头, 分组, 合计, 说明, 落款, 空号, 列号, 示例."""

    @property
    def rows_read(self) -> int:
        return len(self.data_rows)


@dataclass(frozen=True, slots=True)
class PremisesRow:
    sheet: str
    row: int
    name: str
    uscc: str = ""
    """Valid, or empty."""
    address: str = ""
    kind: str = ""
    village: str = ""
    contact: str = ""
    phone: str = ""
    licence_no: str = ""
    licence_expiry: date | None = None
    features: tuple[str, ...] = ()
    remark: str = ""
    absent: tuple[str, ...] = ()
    """Features that the register says these premises do not have (有无住宿: 无)."""
    inferred: tuple[str, ...] = ()
    """Fields worked out from the name, the address or the sheet's name; they fill gaps and replace nothing."""


@dataclass(frozen=True, slots=True)
class OfficerRow:
    sheet: str
    row: int
    name: str
    certificate: str = ""
    certificate_expiry: date | None = None
    post: str = ""
    issuer: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Register:
    kind: RegisterKind
    sheets: tuple[SheetUnderstanding, ...]
    premises: tuple[PremisesRow, ...]
    officers: tuple[OfficerRow, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class KnownPremises:
    """Premises as the book holds them."""

    id: str
    name: str
    uscc: str = ""
    address: str = ""
    kind: str = ""
    village: str = ""
    contact: str = ""
    phone: str = ""
    licence_no: str = ""
    licence_expiry: date | None = None
    features: tuple[str, ...] = ()
    remark: str = ""


@dataclass(frozen=True, slots=True)
class KnownOfficer:
    """An officer as the book holds them."""

    id: str
    name: str
    certificate: str = ""
    certificate_expiry: date | None = None
    post: str = ""
    issuer: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What a register would change in something known: only the fields that differ, with their new values."""

    id: str
    fields: Mapping[str, Value]
    sheet: str
    row: int


@dataclass(frozen=True, slots=True)
class ImportPlan:
    added: tuple[PremisesRow, ...]
    updated: tuple[Change, ...]
    unchanged: tuple[str, ...]
    """Ids of known premises that the register names and that stay as they are."""
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class OfficerPlan:
    added: tuple[OfficerRow, ...]
    updated: tuple[Change, ...]
    unchanged: tuple[str, ...]
    problems: tuple[Problem, ...]
