"""Check tables as offices lay them out: where their header is, what their rows are, what becomes of every cell."""

import pytest
from checktables import read_rows, texts, workbook

from fieldlog.domain.checklist import Checklist
from fieldlog.tables import read_tables

BASIS = "《消防法》第二十八条"


def only(tables) -> Checklist:
    (listed,) = tables.lists
    return listed.checklist


def whys(tables):
    return {(problem.row, problem.column): problem.why for problem in tables.problems}


def test_a_two_level_header_titles_totals_notes_and_signatures(tmp_path):
    read = read_rows(
        tmp_path,
        [
            ["某镇消防安全检查评分表"],
            ["被检查单位：                 检查时间：  年 月 日"],
            ["序号", "检查项目", "检查内容", "检查依据", "检查结果", None, "备注"],
            [None, None, None, None, "是", "否", None],
            ["一", "疏散", None, None, None, None, None],
            [1.1, "出口", "是否畅通", BASIS, None, None, None],
            [1.2, "通道", "是否占用通道", BASIS, None, None, None],
            ["合计", None, None, None, None, None, None],
            ["注：本表一式两份。"],
            ["检查人员签字：", None, None, None, "被检查单位签字："],
        ],
        ["A1:G1", "E3:F3", "A3:A4", "B3:B4", "C3:C4", "D3:D4", "G3:G4"],
    )
    assert only(read).title == "某镇消防安全检查评分表"
    assert texts(read) == ["畅通", "没有占用通道"]
    assert [section.title for section in only(read).sections] == ["疏散 / 出口", "疏散 / 通道"]
    assert read.problems == ()


def test_serials_groups_and_a_merged_category(tmp_path):
    read = read_rows(
        tmp_path,
        [
            ["序号", "类别", "检查要点", "检查方式", "法律依据"],
            ["一、", "消防安全", None, None, None],
            ["（一）", "灭火器", "灭火器在有效期内", "看", BASIS],
            ["（二）", None, "灭火器压力正常", "看", BASIS],
            ["①", "用电", "是否私拉乱接电线", "看", BASIS],
            ["1、", None, "2.插座完好", "同上", "同上"],
        ],
        ["B3:B4", "B5:B6"],
    )
    assert texts(read) == ["灭火器在有效期内", "灭火器压力正常", "没有私拉乱接电线", "插座完好"]
    last = only(read).items()[-1]
    assert (last.how_to_check, [str(each) for each in last.basis]) == ("看", ["消防法#28"])
    assert [section.title for section in only(read).sections] == ["消防安全 / 灭火器", "消防安全 / 用电"]


def test_points_deductions_grades_and_a_veto(tmp_path):
    read = read_rows(
        tmp_path,
        [
            ["食品安全量化分级评分表"],
            ["序号", "检查内容", "分值", "扣分标准", "得分"],
            [1, "★持有许可证", "20分", "无许可证的，扣20分", None],
            [2, "定期体检", 30, "每缺1人扣2分；没有体检制度扣10分", None],
            [3, "餐具已消毒", 50, None, None],
            ["总分", None, 100, None, None],
            ["注：★为否决项；90分以上为A级，75分以上为B级，75分以下为C级。"],
        ],
        ["A1:E1", "A7:E7"],
    )
    checklist = only(read)
    licence, health, _dishes = checklist.items()
    assert checklist.scoring is not None
    assert checklist.scoring.full == "100"
    assert [(grade.name, grade.at_least) for grade in checklist.scoring.grades] == [
        ("A级", "90"),
        ("B级", "75"),
        ("C级", "0"),
    ]
    assert (licence.text, licence.points, licence.veto) == ("持有许可证", "20", True)
    assert [(finding.text, finding.deduct) for finding in licence.findings] == [("无许可证", "20")]
    assert [(finding.text, finding.deduct) for finding in health.findings] == [("没有体检制度", "10")]
    assert health.note == "扣分：每缺1人扣2分"


@pytest.mark.parametrize(
    ("said", "last"), [("75分以上为B级，其余为C级", "C级"), ("75分以上为B级", "75分以下"), ("0分以上为B级", "B级")]
)
def test_the_last_grade_takes_nothing_that_another_has_not(tmp_path, said: str, last: str):
    rows = [
        ["评分表"],
        ["序号", "检查内容", "分值", "得分"],
        [1, "持有许可证", 100, None],
        [f"注：90分以上为A级，{said}。"],
    ]
    read = read_rows(tmp_path, rows, ["A1:D1", "A4:D4"])
    assert [(each.name, each.at_least) for each in only(read).scoring.grades][-1] == (last, "0")
    assert [each.why for each in read.problems] == ["表里没有“依据”一列，各项都先填了“依据待补”，请补上法规和条款"]


def test_several_lists_on_a_sheet_and_a_header_that_is_repeated(tmp_path):
    head = ["序号", "检查内容", "依据"]
    read = read_rows(
        tmp_path,
        [
            ["餐饮检查表"],
            head,
            [1, "餐具已消毒", BASIS],
            head,
            [2, "生熟分开", BASIS],
            ["检查人：", None, None],
            ["消防检查表"],
            head,
            [1, "出口畅通", BASIS],
        ],
        ["A1:C1", "A7:C7"],
    )
    assert [(listed.checklist.title, len(listed.checklist.items())) for listed in read.lists] == [
        ("餐饮检查表", 2),
        ("消防检查表", 1),
    ]


def test_a_cell_that_lists_several_checks_becomes_several_items(tmp_path):
    read = read_rows(
        tmp_path,
        [["序号", "检查内容", "依据"], [1, "消防设施：\n1、灭火器有效；\n2、是否损坏消火栓；\n3、应急照明完好", BASIS]],
    )
    assert texts(read) == ["消防设施：灭火器有效", "消防设施：没有损坏消火栓", "消防设施：应急照明完好"]


def test_long_cells_lose_nothing(tmp_path):
    sentence = "疏散通道和安全出口应当保持畅通并且按照规定设置明显的疏散指示标志和应急照明" * 2
    text = "；".join(f"{n}号楼{sentence}" for n in "甲乙丙")
    read = read_rows(tmp_path, [["序号", "检查内容", "检查方法", "备注"], [1, text, "看" * 300, "记" * 130]])
    items = only(read).items()
    assert "".join(item.text for item in items).replace("；", "") == text.replace("；", "")
    everything = "".join(
        [
            *(item.how_to_check + (item.note or "") for item in items),
            *(line for lines in read.lists[0].remarks.values() for line in lines),
        ]
    )
    assert everything.count("看") >= 300
    assert everything.count("记") >= 130
    assert any("拆成了 3 项" in problem.why for problem in read.problems)


def test_what_is_not_understood_is_told_with_its_cell_and_kept(tmp_path):
    read = read_rows(
        tmp_path,
        [
            ["序号", "检查内容", "依据", "经办", "级别"],
            [1, "是否有厨房", "老规矩", "小李", "重大"],
            [2, None, BASIS, None, None],
            [3, "灭火器有效", "第十六条", None, None],
            [4, "灭火器有效", BASIS, None, None],
        ],
    )
    told = whys(read)
    assert "有厨房" in told[2, "B"]
    assert "没有厨房" in told[2, "B"]
    assert "小李" in told[2, "D"]
    assert "判定标准" in told[2, "E"]
    assert "没有检查内容" in told[3, "B"]
    assert "重复" in told[5, "B"]
    note = only(read).items()[0].note
    assert note is not None
    assert "原表：是否有厨房" in note
    assert "原依据：老规矩" in note


def test_a_law_named_above_carries_on_and_is_told(tmp_path):
    read = read_rows(tmp_path, [["序号", "检查内容", "依据"], [1, "出口畅通", BASIS], [2, "灭火器有效", "第十六条"]])
    assert [str(each) for each in only(read).items()[1].basis] == ["消防法#16"]
    assert "《消防法》" in whys(read)[3, "C"]
    heads = read_rows(tmp_path, [["序号", "检查内容", "依据（《安全生产法》条款）"], [1, "出口畅通", "第四十二条"]])
    assert [str(each) for each in only(heads).items()[0].basis] == ["安全生产法#42"]


def test_a_column_of_problems_and_one_of_measures(tmp_path):
    read = read_rows(
        tmp_path,
        [
            ["序号", "检查内容", "常见问题", "整改措施", "整改期限", "处罚依据"],
            [1, "出口畅通", "1.出口堆货；2.出口上锁", "立即清理", "3天", "《消防法》第六十条第一款第（三）项"],
        ],
    )
    (item,) = only(read).items()
    assert [(f.text, f.measure, f.days) for f in item.findings] == [
        ("出口堆货", "立即清理", 3),
        ("出口上锁", "立即清理", 3),
    ]
    assert [str(each) for each in item.penalty] == ["消防法#60.1.3"]


def test_a_list_of_problems_is_turned_and_one_of_violations_is_a_catalogue(tmp_path):
    problems = read_rows(tmp_path, [["序号", "隐患内容", "整改措施"], [1, "疏散通道堆放杂物", "清理"]])
    (item,) = only(problems).items()
    assert (item.text, item.findings[0].text) == ("疏散通道没有堆放杂物", "疏散通道堆放杂物")
    stops = read_rows(
        tmp_path, [["序号", "违法行为", "处罚依据"], [1, "驾驶摩托车不戴头盔", "《道路交通安全法》第八十九条"]]
    )
    assert only(stops).form == "catalogue"
    assert texts(stops) == ["驾驶摩托车不戴头盔"]


def test_an_answer_column_of_the_table_decides_a_doubtful_question(tmp_path):
    read = read_rows(
        tmp_path,
        [["序号", "检查内容", "应答", "依据"], [1, "店内是否存放汽油", "否", BASIS], [2, "是否有厨房", "是", BASIS]],
    )
    assert texts(read) == ["店内没有存放汽油", "有厨房"]
    assert read.problems == ()


def test_places_become_places_of_the_walk(tmp_path):
    read = read_rows(
        tmp_path, [["部位", "检查内容", "依据"], ["后厨", "燃气软管没有老化", BASIS], ["仓库", "货物离墙", BASIS]]
    )
    assert [section.place for section in only(read).sections] == ["加工操作间", "库房"]


def test_hidden_sheets_and_sheets_without_a_table_are_told(tmp_path):
    path = workbook(
        tmp_path / "表.xlsx",
        ("检查表", [["序号", "检查内容", "依据"], [1, "出口畅通", BASIS]], ()),
        ("说明", [["本表由镇政府制定"]], ()),
    )
    read = read_tables(path, "2026.1")
    assert [problem.sheet for problem in read.problems] == ["说明"]


def test_an_old_xls_a_csv_and_a_table_side_by_side(tmp_path):
    csv = tmp_path / "检查表.csv"
    csv.write_text(f"序号,检查内容,依据\n1,是否占用通道,{BASIS}\n", encoding="gb18030")
    assert texts(read_tables(csv, "2026.1")) == ["没有占用通道"]
    read = read_rows(
        tmp_path,
        [
            ["序号", "检查内容", "结果", "序号", "检查内容", "结果"],
            [1, "出口畅通", None, 2, "灯亮", None],
            [3, "门完好", None, None, None, None],
        ],
    )
    assert sorted(texts(read)) == ["出口畅通", "灯亮", "门完好"]
