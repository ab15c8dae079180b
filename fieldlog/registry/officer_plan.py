"""What an import of officers would do: the certificate number tells them apart, else the name."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from fieldlog.registry.records import Change, KnownOfficer, OfficerPlan, OfficerRow, Problem, Value
from fieldlog.sheets.text import match_key

_WORDS: Final = {
    "certificate": "执法证号",
    "certificate_expiry": "证件有效期",
    "post": "职务",
    "issuer": "发证机关",
    "phone": "电话",
}


@dataclass(slots=True)
class _Person:
    known: KnownOfficer | None
    name: str
    values: dict[str, Value]
    row: OfficerRow | None = None
    said: set[str] = field(default_factory=set[str])

    @property
    def certificate(self) -> str:
        return certificate_key(str(self.values["certificate"] or ""))


def certificate_key(number: str) -> str:
    """Numbers that differ only in blanks, dashes and case are one."""
    return match_key(number)


def plan_officers(existing: Sequence[KnownOfficer], rows: Iterable[OfficerRow]) -> OfficerPlan:
    """Compare a list of officers with what the book holds; nothing is written."""
    people = [_Person(known, known.name, {name: getattr(known, name) for name in _WORDS}) for known in existing]
    problems: list[Problem] = []
    touched: list[_Person] = []
    for row in sorted(rows, key=lambda row: not row.certificate):
        person = _match(people, row, problems)
        if person is None:
            continue
        if person.row is None:
            person.row = row
            touched.append(person)
        _take(person, row, problems)
    return _outcome(touched, problems)


def _match(people: list[_Person], row: OfficerRow, problems: list[Problem]) -> _Person | None:
    number = certificate_key(row.certificate)
    namesakes = [person for person in people if match_key(person.name) == match_key(row.name)]
    holder = next((person for person in people if number and person.certificate == number), None)
    if holder is not None:
        if holder in namesakes:
            return holder
        why = f"同一执法证号两个姓名：{row.certificate} 已是“{holder.name}”，这里是“{row.name}”，没有导入，请核对证件"
        problems.append(Problem(row.sheet, row.row, "", why, "refused"))
        return None
    candidates = [person for person in namesakes if not (number and person.certificate)]
    if len(candidates) == 1:
        return candidates[0]
    if candidates:
        why = f"有 {len(candidates)} 名“{row.name}”，分不清是哪一位，没有导入，请补上执法证号"
        problems.append(Problem(row.sheet, row.row, "", why, "refused"))
        return None
    if namesakes:
        why = f"已有“{row.name}”而执法证号不同，已按两人登记；如是换了新证，请改原来的证号"
        problems.append(Problem(row.sheet, row.row, "", why))
    blank: dict[str, Value] = dict.fromkeys(_WORDS, "")
    person = _Person(None, row.name, blank | {"certificate_expiry": None})
    people.append(person)
    return person


def _take(person: _Person, row: OfficerRow, problems: list[Problem]) -> None:
    differing: list[str] = []
    for name, word in _WORDS.items():
        new: Value = getattr(row, name)
        old = person.values[name]
        if not new:
            continue
        same = new == old or (name == "certificate" and certificate_key(str(new)) == person.certificate)
        if name not in person.said:
            person.said.add(name)
            person.values[name] = old if same else new
        elif not same:
            differing.append(word)
    if differing and person.row is not None:
        first = f"“{person.row.sheet}”第 {person.row.row} 行"
        why = f"“{row.name}”重复出现，{'、'.join(differing)}与{first}不同，按{first}记，请核对"
        problems.append(Problem(row.sheet, row.row, "", why))


def _outcome(touched: Sequence[_Person], problems: list[Problem]) -> OfficerPlan:
    added: list[OfficerRow] = []
    updated: list[Change] = []
    unchanged: list[str] = []
    for person in touched:
        if person.row is None:
            continue
        if person.known is None:
            added.append(_filled(person.row, person.values))
            continue
        changes = {name: value for name, value in person.values.items() if value != getattr(person.known, name)}
        if changes:
            updated.append(Change(person.known.id, changes, person.row.sheet, person.row.row))
        else:
            unchanged.append(person.known.id)
    return OfficerPlan(tuple(added), tuple(updated), tuple(unchanged), tuple(problems))


def _filled(row: OfficerRow, values: Mapping[str, Value]) -> OfficerRow:
    merged: dict[str, Any] = dict(values)
    return replace(row, **merged)
