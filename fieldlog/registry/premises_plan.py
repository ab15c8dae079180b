"""What an import would do: new premises, changes, and rows that a person must decide.

Premises are the same when their valid credit codes are equal; without one, when name and address are. A name with
another code, or at another address, is another one. An empty cell erases nothing. Planning again over the book that
the plan was carried out in gives nothing new: rows are taken with a code first, then with an address, then with a
name only, so that a row never depends on a later import of its neighbours.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from fieldlog.registry.places import village_in
from fieldlog.registry.records import Change, ImportPlan, KnownPremises, PremisesRow, Problem, Value
from fieldlog.registry.values import address_key
from fieldlog.sheets.text import match_key

_FIELDS: Final = (
    *("name", "uscc", "address", "kind", "village", "contact", "phone", "licence_no", "licence_expiry", "remark"),
)
_WORDS: Final = {
    "address": "地址", "kind": "类别", "village": "村（社区）", "contact": "负责人", "phone": "电话",
    "licence_no": "许可证号", "licence_expiry": "许可证有效期", "remark": "备注", "uscc": "统一社会信用代码",
}  # fmt: skip


@dataclass(slots=True)
class _Unit:
    """Premises while planning: known, or new with this file."""

    known: KnownPremises | None
    values: dict[str, Value]
    features: tuple[str, ...]
    row: PremisesRow | None = None
    """The first row of the file that speaks of it."""
    said: set[str] = field(default_factory=set[str])
    """Fields that this file has spoken of; the first row to do so is followed."""
    denied: set[str] = field(default_factory=set[str])

    @property
    def name(self) -> str:
        return str(self.values["name"])

    @property
    def uscc(self) -> str:
        return str(self.values["uscc"] or "")

    @property
    def place(self) -> str:
        return address_key(str(self.values["address"] or ""))


@dataclass(slots=True)
class _Township:
    """All units, found by code and by name."""

    by_code: dict[str, _Unit] = field(default_factory=dict[str, _Unit])
    by_name: dict[str, list[_Unit]] = field(default_factory=lambda: defaultdict[str, list[_Unit]](list))

    def add(self, unit: _Unit) -> None:
        if unit.uscc:
            self.by_code.setdefault(unit.uscc, unit)
        self.by_name[match_key(unit.name)].append(unit)


def plan_import(existing: Sequence[KnownPremises], rows: Iterable[PremisesRow]) -> ImportPlan:
    """Compare a register with what the book holds; nothing is written."""
    township = _Township()
    for known in existing:
        values: dict[str, Value] = {name: getattr(known, name) for name in _FIELDS}
        township.add(_Unit(known, values, known.features))
    problems: list[Problem] = []
    touched: list[_Unit] = []
    for row in sorted(rows, key=lambda row: 0 if row.uscc else 1 if address_key(row.address) else 2):
        unit = _match(township, row, problems)
        if unit is None:
            continue
        if unit.row is None:
            unit.row = row
            touched.append(unit)
        _take(unit, row, township, problems)
    return _outcome(touched, problems)


def _match(township: _Township, row: PremisesRow, problems: list[Problem]) -> _Unit | None:
    """The unit the row speaks of, a new one, or `None` when a person must decide first."""
    namesakes = township.by_name.get(match_key(row.name), [])
    if row.uscc and (holder := township.by_code.get(row.uscc)):
        if match_key(holder.name) == match_key(row.name):
            return holder
        why = (
            f"同一信用代码两个名称：{row.uscc} 已是“{holder.name}”{_where(holder)}，这里是“{row.name}”，没有导入，"
            "请核对营业执照后改名或改代码"
        )
        problems.append(_problem(row, why, refused=True))
        return None
    candidates = [unit for unit in namesakes if not (row.uscc and unit.uscc)]
    here = [unit for unit in candidates if unit.place == address_key(row.address)]
    if len(here) == 1:
        return here[0]
    if here:
        problems.append(_problem(row, _several(row, len(here)), refused=True))
        return None
    return _match_loosely(township, row, namesakes, candidates, problems)


def _match_loosely(
    township: _Township,
    row: PremisesRow,
    namesakes: Sequence[_Unit],
    candidates: Sequence[_Unit],
    problems: list[Problem],
) -> _Unit | None:
    """No unit has both the name and the address: an address missing on one side doesn't tell two units apart."""
    if len(namesakes) == len(candidates) == 1 and not (candidates[0].place and address_key(row.address)):
        return candidates[0]
    if candidates and not address_key(row.address):
        problems.append(_problem(row, _several(row, len(candidates)), refused=True))
        return None
    same_place = [unit for unit in namesakes if unit.place == address_key(row.address)]
    if row.uscc and same_place:
        why = (
            f"“{row.name}”名称和地址都与已有的相同，信用代码却不同（{same_place[0].uscc}，这里是 {row.uscc}），"
            "已分开登记，请核对是否换了营业执照"
        )
        problems.append(_problem(row, why))
    elif candidates and not row.uscc:
        why = f"已有同名单位“{row.name}”而地址不同，又没有信用代码可比，已分开登记，请核对是不是同一家"
        problems.append(_problem(row, why))
    blank: dict[str, Value] = dict.fromkeys(_FIELDS, "")
    unit = _Unit(None, blank | {"name": row.name, "uscc": row.uscc, "licence_expiry": None}, ())
    township.add(unit)
    return unit


def _several(row: PremisesRow, count: int) -> str:
    if count == 1:
        return f"已有同名单位“{row.name}”，这一行没有地址和信用代码，分不清是不是同一家，没有导入，请补上"
    return f"已有 {count} 家同名单位“{row.name}”，分不清是哪一家，没有导入，请补上信用代码或详细地址"


def _take(unit: _Unit, row: PremisesRow, township: _Township, problems: list[Problem]) -> None:
    """Let the row's filled fields into the unit; a second row of this file that says otherwise is only noted."""
    differing: list[str] = []
    before = unit.values["address"], unit.values["village"]
    for name in _FIELDS[1:]:
        new: Value = getattr(row, name)
        old = unit.values[name]
        if not new:
            continue
        if name in row.inferred:
            if not old or (name == "village" and _has_moved(unit, before)):
                unit.values[name] = new
        elif name not in unit.said:
            unit.said.add(name)
            if not _same(name, old, new):
                unit.values[name] = new
        elif not _same(name, old, new):
            differing.append(_WORDS[name])
    if row.uscc:
        township.by_code.setdefault(row.uscc, unit)
    _take_features(unit, row)
    if differing and unit.row is not None:
        first = f"“{unit.row.sheet}”第 {unit.row.row} 行"
        why = f"“{row.name}”重复出现，{'、'.join(differing)}与{first}不同，按{first}记，请核对"
        problems.append(_problem(row, why))


def _has_moved(unit: _Unit, before: tuple[Value, Value]) -> bool:
    """Whether this row gave a new address, and the village so far had only been read off the old one."""
    address, village = before
    return unit.values["address"] != address and bool(address) and village_in(str(address)) == village


def _take_features(unit: _Unit, row: PremisesRow) -> None:
    for feature in row.features:
        if feature not in unit.features and feature not in unit.denied:
            unit.features = (*unit.features, feature)
        unit.said.add(f"feature:{feature}")
    for feature in row.absent:
        if f"feature:{feature}" not in unit.said:
            unit.denied.add(feature)
            unit.features = tuple(one for one in unit.features if one != feature)


def _same(name: str, old: Value, new: Value) -> bool:
    """Whether two values mean the same, so that another way of writing it is no change."""
    if isinstance(old, str) and isinstance(new, str) and name in ("address", "village", "contact"):
        return old == new or (bool(old) and match_key(old) == match_key(new))
    return old == new


def _outcome(touched: Sequence[_Unit], problems: list[Problem]) -> ImportPlan:
    added: list[PremisesRow] = []
    updated: list[Change] = []
    unchanged: list[str] = []
    for unit in touched:
        if unit.row is None:
            continue
        if unit.known is None:
            added.append(_filled(unit.row, unit.values, unit.features))
        elif changes := _changes(unit.known, unit):
            updated.append(Change(unit.known.id, changes, unit.row.sheet, unit.row.row))
        else:
            unchanged.append(unit.known.id)
    return ImportPlan(tuple(added), tuple(updated), tuple(unchanged), tuple(problems))


def _filled(row: PremisesRow, values: Mapping[str, Value], features: tuple[str, ...]) -> PremisesRow:
    merged: dict[str, Any] = {**values, "features": features, "name": row.name}
    return replace(row, **merged)


def _changes(known: KnownPremises, unit: _Unit) -> dict[str, Value]:
    changes = {name: value for name, value in unit.values.items() if value != getattr(known, name)}
    if unit.features != known.features:
        changes["features"] = unit.features
    return changes


def _where(unit: _Unit) -> str:
    if unit.row is not None:
        return f"（“{unit.row.sheet}”第 {unit.row.row} 行）"
    return "（已登记）"


def _problem(row: PremisesRow, why: str, *, refused: bool = False) -> Problem:
    return Problem(row.sheet, row.row, "", why, "refused" if refused else "doubt")
