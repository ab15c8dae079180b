"""What is understood of an office's table: headers, rows that are no data, and cells."""

from datetime import date, datetime
from pathlib import Path

import pytest
from registers import CODE_A, CODE_B, CODE_C, read_rows, whys, workbook

from fieldlog.registry import PremisesRow, Problem, read_register
from fieldlog.registry.columns import meaning_of

SAMPLES = Path(__file__).parent / "data" / "registry"


# ---- the samples -----------------------------------------------------------------------------------------------------


def test_the_workbook_of_an_office():
    register = read_register(SAMPLES / "经营单位台账.xlsx")

    assert [(s.sheet, s.state, s.header_rows, s.rows_read) for s in register.sheets] == [
        ("食品", "read", (3,), 23),
        ("药店", "read", (1,), 6),
        ("烟花爆竹 液化气", "read", (1, 2), 4),
        ("Sheet4", "empty", (), 0),
    ]
    assert register.kind == "premises"
    assert register.problems == ()
    assert dict(register.sheets[0].skipped) == {"标题": (1, 2), "表头": (3,), "合计": (28,), "说明": (29,)}
    kinds = [row.kind for row in register.premises]
    assert {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)} == {
        "超市": 14,
        "副食店": 9,
        "药店": 6,
        "烟花爆竹零售": 3,
        "液化气站点": 1,
    }
    first = register.premises[0]
    assert (first.name, first.uscc, first.contact) == ("云阳县宏达新超市", "91500235CL12TH3BJB", "王某戊")
    assert (first.phone, first.village, first.licence_expiry) == ("13000003517", "正街社区", date(2027, 9, 26))
    assert register.premises[4].name == "云阳县福源新超市"  # written with a blank before it
    assert [row.row for row in register.premises if "有冷藏" in row.features] == [7, 11, 15, 19, 23]
    assert all(row.uscc for row in register.premises)


def test_the_gbk_csv_of_an_office():
    register = read_register(SAMPLES / "九小场所.csv")

    assert len(register.premises) == 49
    assert sum(1 for row in register.premises if row.features == ("有住宿",)) == 25
    assert all((row.features == ("有住宿",)) != (row.absent == ("有住宿",)) for row in register.premises)
    without_code = [row.row for row in register.premises if not row.uscc]
    assert [problem.row for problem in register.problems] == without_code
    assert len(without_code) == 8
    assert register.sheets[0].columns["uscc"] == ("D", "统一社会信用代码")


def test_an_old_xls_reads_like_an_xlsx():
    register = read_register(SAMPLES / "旧版药店名册.xls")

    assert [(row.name, row.uscc, row.phone) for row in register.premises] == [
        ("某某大药房", "91500235MA1XUAA11G", "13000000001"),
        ("某乙药房", "91500235MA1XUBB22H", "13000000002"),
    ]
    assert register.premises[0].licence_expiry == date(2027, 9, 26)
    assert register.sheets[0].header_rows == (2, 3)
    assert [(s.sheet, s.state) for s in register.sheets] == [("药店", "read"), ("旧数据", "hidden")]


# ---- headers ---------------------------------------------------------------------------------------------------------

PLAIN = ["单位名称", "统一社会信用代码", "地址"]
SHOP = ["甲超市", CODE_A, "后叶镇正街社区1号"]


@pytest.mark.parametrize(
    ("rows", "merges", "header_rows"),
    [
        ([PLAIN, SHOP], (), (1,)),
        ([["后叶镇食品经营单位台账"], PLAIN, SHOP], ["A1:C1"], (2,)),
        ([["台账"], ["填报单位：后叶镇", None, "填报时间：3月"], PLAIN, SHOP], ["A1:C1"], (3,)),
        ([["台账", None, "2026年3月"], PLAIN, SHOP], (), (2,)),
        ([[], [], ["台账"], [], PLAIN, [], SHOP], (), (5,)),
        ([["单 位\n名 称", "统一社会\r\n信用代码", "　地　址　"], SHOP], (), (1,)),
        ([["单位名称＊", "统一社会信用代码（18位）", "经营地址（详细到门牌号）"], SHOP], (), (1,)),
        ([["基本信息", None, "位置"], ["名称", "信用代码", "地址"], SHOP], ["A1:B1"], (1, 2)),
        ([["基本信息", None, "地址"], ["名称", "信用代码", None], SHOP], ["A1:B1", "C1:C2"], (1, 2)),
        ([["基本信息", None, "地址"], ["名称", "信用代码", None], SHOP], (), (1, 2)),
        (
            [["基本情况"], ["单位", None, "地址"], ["名称", "信用代码", None], SHOP],
            ["A1:C1", "A2:B2", "C2:C3"],
            (2, 3),
        ),
    ],
    ids=range(11),
)
def test_the_header_is_found_wherever_it_stands(tmp_path, rows, merges, header_rows):
    register = read_rows(tmp_path, rows, merges)

    assert [(row.name, row.uscc, row.address) for row in register.premises] == [tuple(SHOP)]
    assert register.sheets[0].header_rows == header_rows
    assert register.problems == ()


def test_a_header_of_three_levels(tmp_path):
    rows = [
        ["后叶镇台账"],
        ["基本情况", None, None, None, "许可证", None],
        ["单位名称", "信用代码", "负责人", None, "编号", "有效期至"],
        [None, None, "姓名", "电话", None, None],
        ["甲超市", CODE_A, "张某甲", 13000000001.0, "JY15002350000001", "2027.9.26"],
    ]
    merges = ["A1:F1", "A2:D2", "E2:F2", "A3:A4", "B3:B4", "C3:D3", "E3:E4", "F3:F4"]

    register = read_rows(tmp_path, rows, merges)

    (row,) = register.premises
    assert (row.contact, row.phone) == ("张某甲", "13000000001")
    assert (row.licence_no, row.licence_expiry) == ("JY15002350000001", date(2027, 9, 26))
    assert register.sheets[0].columns["contact"] == ("C", "基本情况 / 负责人 / 姓名")


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("企业（单位）名称", "name"),
        ("被检查单位名称", "name"),
        ("店铺全称", "name"),
        ("药品零售企业名称", "name"),
        ("统一社会信用代码/营业执照号", "uscc"),
        ("社会信用代码（营业执照注册号）", "uscc"),
        ("经营场所（地址）", "address"),
        ("门牌地址", "address"),
        ("所属村（社区）", "village"),
        ("村/社区", "village"),
        ("法定代表人（负责人）", "contact"),
        ("消防安全责任人", "contact"),
        ("负责人联系电话", "phone"),
        ("手 机", "phone"),
        ("场所类型", "kind"),
        ("食品经营许可证编号", "licence_no"),
        ("许可证有效期截止日期", "licence_expiry"),
        ("行政执法证件号", "certificate"),
        ("执法证有效期至", "certificate_expiry"),
        ("职务/岗位", "post"),
        ("有无住宿", "feature:有住宿"),
        ("是否使用燃气", "feature:有燃气"),
        ("冷藏设备（有/无）", "feature:有冷藏"),
        ("法人身份证号", "ignored"),
        ("经营面积（㎡）", "ignored"),
        ("网格员电话", "ignored"),
        ("包保干部姓名", "ignored"),
    ],
)
def test_the_many_names_of_a_column(header, field):
    meaning = meaning_of(header)
    assert meaning is not None
    assert meaning.field == field


def test_columns_without_a_meaning_are_shown(tmp_path):
    register = read_rows(
        tmp_path, [[*PLAIN, "身份证号", "经营范围", "手机", "座机"], [*SHOP, "x", "日用", 13000000001, "023-55001234"]]
    )

    sheet = register.sheets[0]
    assert sheet.unknown_columns == (("D", "身份证号"), ("E", "经营范围"))
    assert sheet.further_columns == (("phone", "G", "座机"),)
    assert register.premises[0].phone == "13000000001、023-55001234"


def test_blank_columns_and_cells_outside_the_table(tmp_path):
    register = read_rows(tmp_path, [[None, "名称", None, "地址"], [None, "甲超市", None, "正街社区", None, "漏填表头"]])

    assert register.premises[0].address == "正街社区"
    assert register.problems == (Problem("台账", 2, "F", "F 列没有表头，里面的内容没有采用"),)


def test_tables_side_by_side(tmp_path):
    header = ["序号", "名称", "电话"]
    register = read_rows(
        tmp_path,
        [header * 2, [1, "甲超市", "13000000001", 3, "丙超市", "13000000003"], [2, "乙超市", "13000000002"]],
    )

    assert sorted(row.name for row in register.premises) == ["丙超市", "乙超市", "甲超市"]
    assert [sheet.columns["name"][0] for sheet in register.sheets] == ["B", "E"]


def test_a_second_table_further_down_has_its_own_columns(tmp_path):
    rows = [
        ["单位名称", "电话"],
        ["甲超市", "13000000001"],
        [],
        ["药店名单"],
        ["信用代码", "企业名称", "地址"],
        [CODE_B, "乙堂", "x"],
    ]

    register = read_rows(tmp_path, rows)

    assert [(row.name, row.uscc, row.kind) for row in register.premises] == [
        ("甲超市", "", "超市"),
        ("乙堂", CODE_B, "药店"),
    ]
    assert [sheet.header_rows for sheet in register.sheets] == [(1,), (5,)]


def test_a_sheet_without_a_header_is_one_problem(tmp_path):
    register = read_rows(tmp_path, [["甲超市", CODE_A, "正街社区"], ["乙超市", CODE_B, "正街社区"]])

    assert register.premises == ()
    assert register.sheets[0].state == "unrecognised"
    assert [(problem.row, problem.severity) for problem in register.problems] == [(1, "refused")]
    assert "没认出表头，2 行都没有导入" in register.problems[0].why


@pytest.mark.parametrize("above", [["乙超市", CODE_B], ["乙超市", "正街社区", "13000000001"]])
def test_data_above_the_header_is_not_lost_silently(tmp_path, above):
    register = read_rows(tmp_path, [above, PLAIN, SHOP])

    assert [(problem.row, problem.severity) for problem in register.problems] == [(1, "refused")]


def test_each_sheet_has_its_own_layout_and_hidden_ones_are_told(tmp_path):
    path = workbook(
        tmp_path / "r.xlsx",
        {
            "食品": [PLAIN, SHOP],
            "药店": [["信用代码", "名称"], [CODE_B, "乙堂"]],
            "空": [],
            "旧": [PLAIN, ["丙", CODE_C]],
        },
        hidden=["旧"],
    )

    register = read_register(path)

    assert [(row.name, row.kind) for row in register.premises] == [("甲超市", "超市"), ("乙堂", "药店")]
    assert [sheet.state for sheet in register.sheets] == ["read", "read", "empty", "hidden"]
    assert whys(register) == ["工作表“旧”是隐藏的，没有读取（有内容 2 行），要导入请先取消隐藏"]


# ---- rows that hold no data ------------------------------------------------------------------------------------------

HEADER = ["序号", "单位名称", "地址", "电话"]


@pytest.mark.parametrize(
    ("row", "what"),
    [
        (["食品类："], "分组"),
        (["一、餐饮"], "分组"),
        (["一", "餐饮服务"], "分组"),
        ([None, "小餐馆"], "分组"),
        (["（二）药店"], "分组"),
        (["正街社区"], "分组"),
        (["合计", "23家"], "合计"),
        ([None, "小  计", 5], "合计"),
        (["总计：23家"], "合计"),
        (["食品类小计", None, None, 3], "合计"),
        (["合计23家，其中超市14家"], "合计"),
        (["注：本台账每季度更新一次。"], "说明"),
        (["备注：以营业执照为准"], "说明"),
        (["填表说明：逐项填写"], "说明"),
        (["必填", "必填", "选填", "选填"], "说明"),
        (["填表人：张某甲", None, "审核人：李某乙"], "落款"),
        (["单位负责人（签字）：", None, "2026年3月5日"], "落款"),
        (["（盖章）"], "落款"),
        ([5], "空号"),
        ([1, 2, 3, 4], "列号"),
        (["例", "某某超市", "某路", "130"], "示例"),
        ([1, "示例：某某超市", "某路"], "示例"),
        (["序号", "单 位 名 称", "地址", "电话"], "表头"),
        (["后叶镇经营单位台账"], "标题"),
    ],
)
def test_rows_that_are_no_data(tmp_path, row, what):
    rows = [["后叶镇经营单位台账"], HEADER, [1, "甲超市", "x", "13000000001"], row, [2, "乙超市", "y", "13000000002"]]

    register = read_rows(tmp_path, rows)

    assert [one.name for one in register.premises] == ["甲超市", "乙超市"]
    assert 4 in register.sheets[0].skipped[what]
    assert register.problems == ()


@pytest.mark.parametrize(
    "name",
    [
        "合计超市",
        "注册大药房",
        "总计饭店",
        "一品小吃",
        "第一小学",
        "小计副食店",
        "填报餐馆",
        "（老街）小吃店",
        "日期便利店",
    ],
)
def test_names_that_only_look_like_totals_and_notes(tmp_path, name):
    register = read_rows(tmp_path, [HEADER, [1, name, "正街社区", "13000000001"]])

    assert [row.name for row in register.premises] == [name]


def test_a_valid_code_makes_any_row_data(tmp_path):
    register = read_rows(tmp_path, [["单位名称", "信用代码"], ["合计", CODE_A], ["注：某某店", CODE_B]])

    assert [row.uscc for row in register.premises] == [CODE_A, CODE_B]


def test_a_name_alone_is_data_and_anything_else_alone_a_problem(tmp_path):
    register = read_rows(
        tmp_path, [HEADER, [1, "甲超市"], [None, "乙超市"], [None, None, "正街社区9号"], [3, None, "x", "y"]]
    )

    assert [row.name for row in register.premises] == ["甲超市", "乙超市"]
    assert [(p.row, p.column, p.severity) for p in register.problems] == [(4, "C", "refused"), (5, "B", "refused")]


def test_a_row_without_a_name_says_so(tmp_path):
    register = read_rows(tmp_path, [HEADER, [1, None, "正街社区", "13000000001"], [2, 12345, "x", "13000000001"]])

    assert whys(register) == ["缺单位名称，没有导入，请补上", "单位名称不像名称（12345），没有导入"]


def test_values_merged_down_belong_to_each_row(tmp_path):
    rows = [
        ["类别", "村", "单位名称", "地址"],
        ["小餐馆", "正街社区", "甲店", "1号"],
        [None, None, "乙店", "2号"],
        ["小旅馆", None, "丙店", "3号"],
    ]

    register = read_rows(tmp_path, rows, ["A2:A3", "B2:B4"])

    assert [(row.kind, row.village) for row in register.premises] == [
        ("小餐馆", "正街社区"),
        ("小餐馆", "正街社区"),
        ("小旅馆", "正街社区"),
    ]


# ---- cells -----------------------------------------------------------------------------------------------------------


def read_cell(tmp_path: Path, header: str, cell: object) -> tuple[PremisesRow, list[str]]:
    register = read_rows(tmp_path, [["单位名称", header], ["甲店", cell]])
    return register.premises[0], whys(register)


@pytest.mark.parametrize(
    ("cell", "phone"),
    [
        (13000003517, "13000003517"),
        (13000003517.0, "13000003517"),
        ("13000003517.0", "13000003517"),
        ("1.3000003517E+10", "13000003517"),
        ("130 0000 3517", "13000003517"),
        ("130-0000-3517", "13000003517"),
        ("１３０００００３５１７", "13000003517"),
        ("+86 13000003517", "13000003517"),
        ("'13000003517", "13000003517"),
        ("13000003517/13000003518", "13000003517、13000003518"),
        ("13000003517\n13000003518", "13000003517、13000003518"),
        ("023-55001234", "023-55001234"),
        ("023 5500 1234", "023-55001234"),
        ("023-55001234-801", "023-55001234-801"),
        ("400-123-4567", "400-123-4567"),
        ("(023)55001234", "023-55001234"),
        ("55001234", "55001234"),
        ("/", ""),
        ("无", ""),
        ("", ""),
        ("13000003517，13000003517", "13000003517"),
    ],
)
def test_telephone_numbers(tmp_path, cell, phone):
    row, problems = read_cell(tmp_path, "联系电话", cell)

    assert (row.phone, problems) == (phone, [])


@pytest.mark.parametrize("cell", ["1.3E+10", "不清楚"])
def test_what_is_no_telephone_number_is_not_taken(tmp_path, cell):
    row, problems = read_cell(tmp_path, "联系电话", cell)

    assert row.phone == ""
    assert problems == [f"电话不像号码（{cell}），没有采用，请补上"]


@pytest.mark.parametrize("cell", [1300000351, "130000035177", "13000003517转8001或8002x12345"])
def test_odd_telephone_numbers_are_kept_and_told(tmp_path, cell):
    row, problems = read_cell(tmp_path, "联系电话", cell)

    assert row.phone
    assert len(problems) == 1
    assert "请核对" in problems[0]


@pytest.mark.parametrize(
    ("header", "cell", "contact", "phone"),
    [
        ("负责人及电话", "张某甲 13000000001", "张某甲", "13000000001"),
        ("联系电话", "13000000001（张某甲）", "张某甲", "13000000001"),
        ("负责人", "张某甲\n13000000001", "张某甲", "13000000001"),
    ],
)
def test_a_name_and_a_number_in_one_cell(tmp_path, header, cell, contact, phone):
    row, problems = read_cell(tmp_path, header, cell)

    assert (row.contact, row.phone, problems) == (contact, phone, [])


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        (datetime(2027, 9, 26), date(2027, 9, 26)),  # noqa: DTZ001 - as a workbook gives it
        (date(2027, 9, 26), date(2027, 9, 26)),
        (46656, date(2027, 9, 26)),
        ("46656", date(2027, 9, 26)),
        (20270926, date(2027, 9, 26)),
        ("20270926", date(2027, 9, 26)),
        ("2027.9.26", date(2027, 9, 26)),
        ("2027-09-26", date(2027, 9, 26)),
        ("2027/9/26 00:00:00", date(2027, 9, 26)),
        ("2027年9月26日", date(2027, 9, 26)),
        ("2027 年 9 月 26 日", date(2027, 9, 26)),
        ("２０２７年９月２６日", date(2027, 9, 26)),
        ("至2027年9月26日", date(2027, 9, 26)),
        ("2022.9.27-2027.9.26", date(2027, 9, 26)),
        ("2022年9月27日至2027年9月26日", date(2027, 9, 26)),
        ("/", None),
        ("无", None),
        ("", None),
        ("长期", None),
    ],
)
def test_dates(tmp_path, cell, day):
    row, problems = read_cell(tmp_path, "许可证有效期至", cell)

    assert (row.licence_expiry, problems) == (day, [])


def test_a_licence_without_an_end_is_remembered(tmp_path):
    assert read_cell(tmp_path, "许可证有效期", "长期")[0].remark == "许可证长期有效"


@pytest.mark.parametrize("cell", ["2027.2.30", "27.9.26", "明年", "1027-09-26", 5, True])
def test_dates_that_are_none_are_told_and_not_taken(tmp_path, cell):
    row, problems = read_cell(tmp_path, "有效期至", cell)

    assert row.licence_expiry is None
    assert len(problems) == 1
    assert problems[0].startswith("日期认不出来（")


def test_a_month_counts_to_its_end_and_is_told(tmp_path):
    row, problems = read_cell(tmp_path, "有效期至", "2027年2月")

    assert row.licence_expiry == date(2027, 2, 28)
    assert problems == ["日期只有年月（2027年2月），按当月最后一天记，请核对"]


@pytest.mark.parametrize(
    "written",
    [
        CODE_A.lower(),
        "９１５００２３５ｃｌ１２ｔｈ３ｂｊｂ",
        f" 91500235 {CODE_A[8:]} ",
        f"91500235-{CODE_A[8:]}",
        f"91500235\n{CODE_A[8:]}",
        f"'{CODE_A}",
    ],
)
def test_codes_in_any_writing(tmp_path, written):
    row, problems = read_cell(tmp_path, "信用代码", written)

    assert (row.uscc, problems) == (CODE_A, [])


@pytest.mark.parametrize(
    ("written", "why"),
    [
        (CODE_A[:-1] + "8", "统一社会信用代码校验位不对：91500235CL12TH3BJ8"),
        (CODE_A[:-1], "统一社会信用代码应为18位，现为17位"),
        ("91110000600O37341L", "统一社会信用代码里没有字母 I O S V Z：91110000600O37341L，是否应为 91110000600037341L"),
        ("500235600123456", "15位旧注册号"),
        (500235600123456, "15位旧注册号"),
        ("11010519491231002X", "填的是身份证号"),
        (915002351234567890, "代码按数字保存，末几位已丢失"),
        ("9.15002E+17", "科学计数法"),
        ("办理中", "不该有的字符"),
        ("", "没有统一社会信用代码"),
        ("无", "没有统一社会信用代码"),
    ],
)
def test_a_wrong_code_is_told_and_never_taken(tmp_path, written, why):
    row, problems = read_cell(tmp_path, "信用代码", written)

    assert (row.name, row.uscc) == ("甲店", "")
    assert len(problems) == 1
    assert why in problems[0]
    assert "已导入" in problems[0]


def test_an_identity_number_is_not_repeated(tmp_path):
    row, problems = read_cell(tmp_path, "信用代码", "11010519491231002X")

    assert "11010519491231002X" not in "".join([*problems, repr(row)])


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("　甲 超 市 ", "甲超市"),
        ("甲超市\n（正街店）", "甲超市（正街店）"),
        ("\ufeff甲\u200b超市", "甲超市"),
        ("ＫＴＶ　一号店", "KTV一号店"),
        ("ABC Coffee 店", "ABC Coffee店"),
        ("𠮷野家超市", "𠮷野家超市"),
        ('"老街"小吃', '"老街"小吃'),
    ],
)
def test_names_are_cleaned(tmp_path, name, clean):
    assert read_rows(tmp_path, [PLAIN, [name, CODE_A, "x"]]).premises[0].name == clean


def test_failed_formulas_and_dittos_are_told(tmp_path):
    path = tmp_path / "r.csv"
    path.write_text("单位名称,地址,电话\n甲店,正街社区1号,#N/A\n乙店,同上,13000000001\n", encoding="utf-8")

    register = read_register(path)

    assert [row.address for row in register.premises] == ["正街社区1号", ""]
    assert [(p.row, p.column) for p in register.problems] == [(2, "C"), (3, "B")]


# ---- what is worked out ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "village"),
    [
        ("后叶镇正街社区正街171号", "正街社区"),
        ("重庆市云阳县后叶镇石板村3组", "石板村"),
        ("云阳县后叶镇龙井村兴隆街", "龙井村"),
        ("正街社区1号", "正街社区"),
        ("石板村滨河路64号", "石板村"),
        ("后叶镇正街171号", ""),
        ("后叶镇新农村路12号", ""),
        ("青龙街道杏花社区1号", "杏花社区"),
        ("后叶镇大村村2组", "大村村"),
        ("", ""),
    ],
)
def test_the_village_is_read_off_the_address(tmp_path, address, village):
    row, _ = read_cell(tmp_path, "地址", address)

    assert row.village == village
    assert ("village" in row.inferred) == bool(village)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("惠民大药房", "药店"),
        ("佳佳超市", "超市"),
        ("老街副食店", "副食店"),
        ("后叶烟花爆竹经营店", "烟花爆竹零售"),
        ("福源液化气经营点", "液化气站点"),
        ("超市旁小餐馆", "小餐馆"),
        ("康乐小旅馆", "小旅馆"),
        ("云阳县某某理发店", "小美容洗浴"),
        ("金桥托管班", "托管班"),
        ("四季宾馆（药店二楼）", "旅馆"),
        ("某某有限公司", ""),
    ],
)
def test_the_kind_is_read_off_the_name(tmp_path, name, kind):
    assert read_rows(tmp_path, [PLAIN, [name, CODE_A, "x"]]).premises[0].kind == kind


@pytest.mark.parametrize(
    ("sheet", "group", "column", "kind"),
    [
        ("台账", None, None, "副食店"),
        ("食品", None, None, "副食店"),
        ("烟花爆竹零售点", None, None, "烟花爆竹零售"),
        ("烟花爆竹 液化气", None, None, "副食店"),
        ("药店", "一、烟花爆竹", None, "烟花爆竹零售"),
        ("药店", "一、烟花爆竹", "小餐饮", "小餐馆"),
        ("药店", None, "木材加工", "木材加工"),
        ("台账", None, "个体工商户", "副食店"),
    ],
)
def test_a_column_then_a_heading_then_the_name_tell_the_kind(tmp_path, sheet, group, column, kind):
    rows = [["单位名称", "类别", "地址"], *([[group]] if group else []), ["惠民副食店", column, "石板村"]]

    assert read_rows(tmp_path, rows, sheet=sheet).premises[0].kind == kind


@pytest.mark.parametrize(
    ("header", "cell", "has", "absent"),
    [
        ("有无住宿", "有", True, False),
        ("有无住宿", "无", False, True),
        ("是否住人", "是", True, False),
        ("是否住人", "否", False, True),
        ("是否住人", "√", True, False),
        ("是否住人", "×", False, True),
        ("是否住人", True, True, False),
        ("是否住人", "Y", True, False),
        ("住宿人数", 2, True, False),
        ("住宿人数", 0, False, True),
        ("住宿情况", "有，2人", True, False),
        ("住宿情况", "无人住宿", False, True),
        ("无人住宿", "是", False, True),
        ("有无住宿", "", False, False),
        ("备注", "二楼住人", True, False),
        ("备注", "无人住宿", False, True),
        ("备注", "未住人，有冷柜", False, True),
        ("备注", "住宿：否", False, True),
        ("备注", "住宿已取消", False, True),
        ("备注", "无", False, False),
    ],
)
def test_features_have_the_right_sign(tmp_path, header, cell, has, absent):
    row, problems = read_cell(tmp_path, header, cell)

    assert ("有住宿" in row.features, "有住宿" in row.absent, problems) == (has, absent, [])


@pytest.mark.parametrize(("name", "feature"), [("甲超市", "有冷藏"), ("乙大药房", "有冷藏药品")])
def test_cold_storage_is_called_as_the_checklists_call_it(tmp_path, name, feature):
    register = read_rows(tmp_path, [["单位名称", "地址", "备注"], [name, "x", "冷藏"]])

    assert register.premises[0].features == (feature,)


def test_an_answer_that_is_neither_yes_nor_no_is_told(tmp_path):
    row, problems = read_cell(tmp_path, "有无住宿", "待核实")

    assert (row.features, row.absent) == ((), ())
    assert problems == ["有无住宿看不出有还是没有（待核实），没有采用，请填有或无"]


def test_premises_that_seem_gone_are_told(tmp_path):
    row, problems = read_cell(tmp_path, "备注", "2025年已注销")

    assert row.name == "甲店"
    assert problems == ["备注里有“注销”，已导入，请确认是否还在经营"]


# ---- officers --------------------------------------------------------------------------------------------------------


def test_officers(tmp_path):
    rows = [
        ["后叶镇行政执法人员名册"],
        ["序号", "姓名", "职务/岗位", "执法证号", "有效期至", "发证机关", "联系电话", "身份证号"],
        [1, "张 某 甲", "大队长", "22330100001", "2028年1月1日", "重庆市人民政府", 13000000001, "11010519491231002X"],
        [2, "李某乙", "队员", None, None, None, None, None],
        [3, "王某丙", "队员", 1.2e17, None, None, None, None],
        [None, None, "队员", "22330100009"],
    ]

    register = read_rows(tmp_path, rows)

    assert register.kind == "officers"
    assert [(o.name, o.certificate, o.post) for o in register.officers] == [
        ("张某甲", "22330100001", "大队长"),
        ("李某乙", "", "队员"),
        ("王某丙", "", "队员"),
    ]
    first = register.officers[0]
    assert (first.certificate_expiry, first.issuer, first.phone) == (date(2028, 1, 1), "重庆市人民政府", "13000000001")
    assert [(p.row, p.severity) for p in register.problems] == [(4, "doubt"), (5, "doubt"), (6, "refused")]


def test_a_list_of_people_is_no_list_of_officers(tmp_path):
    register = read_rows(tmp_path, [["姓名", "电话"], ["张某甲", 13000000001]])

    assert (register.officers, register.premises) == ((), ())
    assert register.problems[0].severity == "refused"


def test_premises_and_officers_in_one_workbook(tmp_path):
    path = workbook(
        tmp_path / "r.xlsx",
        {"单位": [PLAIN, SHOP], "执法人员": [["姓名", "证件编号", "岗位"], ["张某甲", "2233", "队员"]]},
    )

    register = read_register(path)

    assert register.kind == "mixed"
    assert [(o.name, o.certificate, o.post) for o in register.officers] == [("张某甲", "2233", "队员")]
