"""What an import would do: nothing twice, nothing silently, nothing erased."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from registers import CODE_A, CODE_B, CODE_C, workbook

from fieldlog.registry import (
    KnownOfficer,
    KnownPremises,
    OfficerRow,
    PremisesRow,
    plan_import,
    plan_officers,
    read_register,
)

SAMPLES = Path(__file__).parent / "data" / "registry"
PREMISES_FIELDS = tuple(name for name in KnownPremises.__slots__ if name != "id")
OFFICER_FIELDS = tuple(name for name in KnownOfficer.__slots__ if name != "id")


def row(name: str = "甲超市", number: int = 1, **fields: object) -> PremisesRow:
    return PremisesRow("食品", number, name, **fields)


def known(name: str = "甲超市", key: str = "P1", **fields: object) -> KnownPremises:
    return KnownPremises(key, name, **fields)


def carried_out(existing, rows):
    """What the book holds after the import."""
    plan = plan_import(existing, rows)
    changes = {change.id: dict(change.fields) for change in plan.updated}
    after = [replace(one, **changes.get(one.id, {})) for one in existing]
    for number, new in enumerate(plan.added):
        fields = {name: getattr(new, name) for name in PREMISES_FIELDS}
        after.append(KnownPremises(f"N{len(after)}-{number}", **fields))
    return after


# ---- importing twice -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "told"), [("经营单位台账.xlsx", []), ("九小场所.csv", [13])])
def test_importing_a_register_twice_changes_nothing(name, told):
    rows = read_register(SAMPLES / name).premises

    first = plan_import([], rows)
    second = plan_import(carried_out([], rows), rows)

    assert (len(first.added), first.updated) == (len(rows), ())
    assert [
        problem.row for problem in first.problems
    ] == told  # 老街大托管班 twice, at two addresses, one without a code
    assert (second.added, second.updated, len(second.unchanged)) == ((), (), len(rows))


NAMES = st.sampled_from(["甲超市", "甲 超市", "乙超市", "丙药房"])
CODES = st.sampled_from(["", CODE_A, CODE_B, CODE_C])
TEXTS = st.sampled_from(["", "一", "二"])
ADDRESSES = st.sampled_from(["", "后叶镇正街社区1号", "云阳县后叶镇正街社区1号", "后叶镇石板村2号"])
FEATURES = st.sampled_from([((), ()), (("有住宿",), ()), ((), ("有住宿",)), (("有冷藏",), ("有住宿",))])
DAYS = st.sampled_from([None, date(2027, 1, 1), date(2028, 1, 1)])


@st.composite
def premises_rows(draw):
    has, absent = draw(FEATURES)
    village = draw(TEXTS)
    return PremisesRow(
        "食品",
        draw(st.integers(1, 99)),
        draw(NAMES),
        draw(CODES),
        draw(ADDRESSES),
        draw(TEXTS),
        village,
        draw(TEXTS),
        draw(TEXTS),
        draw(TEXTS),
        draw(DAYS),
        has,
        draw(TEXTS),
        absent,
        draw(st.sampled_from([(), ("kind",), ("village",), ("kind", "village")])),
    )


@st.composite
def townships(draw):
    found = draw(
        st.lists(st.tuples(NAMES, CODES, ADDRESSES, TEXTS, TEXTS), max_size=4, unique_by=lambda one: one[1] or one)
    )
    return [
        KnownPremises(f"P{n}", name, code, address, kind=kind, phone=phone)
        for n, (name, code, address, kind, phone) in enumerate(found)
    ]


@given(townships(), st.lists(premises_rows(), max_size=6))
def test_whatever_the_register_the_second_import_changes_nothing(existing, rows):
    after = carried_out(existing, rows)
    again = plan_import(after, rows)

    assert (again.added, again.updated) == ((), ())


@given(townships(), st.lists(premises_rows(), max_size=6))
def test_no_code_is_ever_held_twice_and_nothing_known_is_erased(existing, rows):
    after = carried_out(existing, rows)
    codes = [one.uscc for one in after if one.uscc]

    assert len(codes) == len(set(codes))
    for before in existing:
        now = next(one for one in after if one.id == before.id)
        assert now.name == before.name
        assert all(getattr(now, field) for field in PREMISES_FIELDS if field != "features" and getattr(before, field))


@given(townships(), st.lists(premises_rows(), max_size=6))
def test_every_row_is_added_or_known_or_told(existing, rows):
    plan = plan_import(existing, rows)
    after = carried_out(existing, rows)
    refused = {problem.row for problem in plan.problems if problem.severity == "refused"}

    for one in rows:
        same_name = [p for p in after if p.name.replace(" ", "") == one.name.replace(" ", "")]
        assert same_name or one.row in refused


# ---- matching --------------------------------------------------------------------------------------------------------


def test_the_code_finds_them_and_only_differing_cells_change():
    before = known(uscc=CODE_A, address="正街社区1号", phone="13000000001", remark="老店")

    plan = plan_import([before], [row(uscc=CODE_A, address="正街社区1号", phone="13000000002", contact="张某甲")])

    (change,) = plan.updated
    assert (change.id, dict(change.fields)) == ("P1", {"phone": "13000000002", "contact": "张某甲"})
    assert (plan.added, plan.unchanged, plan.problems) == ((), (), ())


def test_an_empty_cell_erases_nothing():
    before = known(
        uscc=CODE_A, address="正街社区1号", phone="13000000001", licence_expiry=date(2027, 1, 1), features=("有冷藏",)
    )

    assert plan_import([before], [row(uscc=CODE_A)]).unchanged == ("P1",)


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("甲超市", "云阳县后叶镇正街社区1号"),
        ("甲 超市", "后叶镇正街社区１号"),
        ("甲超市", "重庆市云阳县后叶镇正街社区 1号"),
        ("甲超市", ""),
    ],
)
def test_without_a_code_name_and_address_find_them(name, address):
    before = known(address="云阳县后叶镇正街社区1号")

    plan = plan_import([before], [row(name, address=address)])

    assert (plan.added, plan.problems) == ((), ())


def test_a_code_learnt_later_is_added_to_what_is_known():
    plan = plan_import([known(address="正街社区1号")], [row(uscc=CODE_A, address="正街社区1号")])

    assert dict(plan.updated[0].fields) == {"uscc": CODE_A}


def test_one_code_under_two_names_changes_nothing_and_is_told():
    plan = plan_import([known(uscc=CODE_A)], [row("乙超市", uscc=CODE_A, phone="13000000009")])

    assert (plan.added, plan.updated) == ((), ())
    (problem,) = plan.problems
    assert problem.why.startswith(f"同一信用代码两个名称：{CODE_A} 已是“甲超市”（已登记），这里是“乙超市”")
    assert problem.severity == "refused"


def test_one_code_under_two_names_inside_a_file():
    plan = plan_import([], [row(uscc=CODE_A), row("乙超市", 2, uscc=CODE_A)])

    assert [one.name for one in plan.added] == ["甲超市"]
    assert [(p.row, "同一信用代码两个名称" in p.why, "“食品”第 1 行" in p.why) for p in plan.problems] == [
        (2, True, True)
    ]


def test_one_name_with_two_codes_stays_two():
    plan = plan_import([known(uscc=CODE_A, address="正街社区1号")], [row(uscc=CODE_B, address="石板村2号")])

    assert (len(plan.added), plan.problems) == (1, ())


def test_one_name_with_two_codes_at_one_address_stays_two_and_is_told():
    plan = plan_import([known(uscc=CODE_A, address="正街社区1号")], [row(uscc=CODE_B, address="正街社区1号")])

    assert len(plan.added) == 1
    assert "名称和地址都与已有的相同，信用代码却不同" in plan.problems[0].why


def test_one_name_at_two_addresses_without_codes_stays_two_and_is_told():
    plan = plan_import([known(address="正街社区1号")], [row(address="石板村2号")])

    assert len(plan.added) == 1
    assert "地址不同，又没有信用代码可比" in plan.problems[0].why


def test_a_name_alone_that_fits_several_is_not_guessed():
    existing = [known(uscc=CODE_A, address="x1"), known(key="P2", uscc=CODE_B, address="x2")]

    plan = plan_import(existing, [row()])

    assert (plan.added, plan.updated, plan.unchanged) == ((), (), ())
    assert "已有 2 家同名单位" in plan.problems[0].why


def test_a_repeated_row_adds_to_the_first_and_contradictions_are_told():
    rows = [row(uscc=CODE_A, phone="13000000001"), row(number=2, uscc=CODE_A, phone="13000000002", contact="张某甲")]

    plan = plan_import([], rows)

    (added,) = plan.added
    assert (added.row, added.phone, added.contact) == (1, "13000000001", "张某甲")
    assert [p.why for p in plan.problems] == ["“甲超市”重复出现，电话与“食品”第 1 行不同，按“食品”第 1 行记，请核对"]


def test_what_was_worked_out_fills_gaps_and_replaces_nothing():
    worked_out = row(uscc=CODE_A, kind="超市", village="正街社区", inferred=("kind", "village"))

    assert plan_import([known(uscc=CODE_A, kind="药店", village="石板村")], [worked_out]).updated == ()
    assert dict(plan_import([known(uscc=CODE_A)], [worked_out]).updated[0].fields) == {
        "kind": "超市",
        "village": "正街社区",
    }


def test_who_moves_moves_to_the_other_village():
    before = known(uscc=CODE_A, address="后叶镇正街社区1号", village="正街社区")
    moved = row(uscc=CODE_A, address="后叶镇石板村2号", village="石板村", inferred=("village",))

    assert dict(plan_import([before], [moved]).updated[0].fields) == {"address": "后叶镇石板村2号", "village": "石板村"}


def test_features_are_added_and_only_a_written_no_takes_one_away():
    before = known(uscc=CODE_A, features=("有住宿", "有燃气"))

    assert plan_import([before], [row(uscc=CODE_A, features=("有冷藏",), absent=("有住宿",))]).updated[0].fields == {
        "features": ("有燃气", "有冷藏")
    }


def test_a_wrong_code_is_no_key(tmp_path):
    wrong = CODE_A[:-1] + "8"
    path = workbook(
        tmp_path / "r.xlsx",
        {"食品": [["名称", "信用代码", "地址"], ["甲超市", wrong, "1号"], ["乙超市", wrong, "2号"]]},
    )

    plan = plan_import([], read_register(path).premises)

    assert [(one.name, one.uscc) for one in plan.added] == [("甲超市", ""), ("乙超市", "")]


# ---- officers --------------------------------------------------------------------------------------------------------


def officer(name: str = "张某甲", number: int = 1, **fields: object) -> OfficerRow:
    return OfficerRow("名册", number, name, **fields)


def test_officers_match_by_certificate_then_by_name():
    existing = [KnownOfficer("O1", "张某甲", certificate="2233-01"), KnownOfficer("O2", "李某乙")]
    rows = [
        officer(certificate="223301", certificate_expiry=date(2028, 1, 1)),
        officer("李某乙", 2, certificate="223302", post="队员"),
        officer("王某丙", 3, certificate="223303"),
    ]

    plan = plan_officers(existing, rows)

    assert [(c.id, dict(c.fields)) for c in plan.updated] == [
        ("O1", {"certificate_expiry": date(2028, 1, 1)}),
        ("O2", {"certificate": "223302", "post": "队员"}),
    ]
    assert [one.name for one in plan.added] == ["王某丙"]
    assert plan.problems == ()


def test_one_certificate_under_two_names_is_told():
    plan = plan_officers([KnownOfficer("O1", "张某甲", certificate="2233")], [officer("李某乙", certificate="2233")])

    assert (plan.added, plan.updated) == ((), ())
    assert "同一执法证号两个姓名" in plan.problems[0].why


def test_one_name_with_another_certificate_is_another_officer_and_told():
    plan = plan_officers([KnownOfficer("O1", "张某甲", certificate="2233")], [officer(certificate="4455")])

    assert len(plan.added) == 1
    assert "执法证号不同，已按两人登记" in plan.problems[0].why


@st.composite
def officer_rows(draw):
    return OfficerRow(
        "名册",
        draw(st.integers(1, 99)),
        draw(st.sampled_from(["张某甲", "张 某甲", "李某乙"])),
        draw(st.sampled_from(["", "22", "2-2", "33"])),
        draw(DAYS),
        draw(TEXTS),
        draw(TEXTS),
        draw(TEXTS),
    )


@given(st.lists(officer_rows(), max_size=6), st.lists(officer_rows(), max_size=6))
def test_importing_officers_twice_changes_nothing(first, second):
    def after(existing, rows):
        plan = plan_officers(existing, rows)
        changes = {change.id: dict(change.fields) for change in plan.updated}
        held = [replace(one, **changes.get(one.id, {})) for one in existing]
        return held + [
            KnownOfficer(f"N{len(held)}-{n}", **{name: getattr(new, name) for name in OFFICER_FIELDS})
            for n, new in enumerate(plan.added)
        ]

    again = plan_officers(after(after([], first), second), second)

    assert (again.added, again.updated) == ((), ())
