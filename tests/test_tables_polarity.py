"""A question becomes a statement of which 符合 is good; what the words do not decide is told."""

import pytest

from fieldlog.tables.contrary import contraries
from fieldlog.tables.polarity import judge

TURNED = {
    "是否设置消防水源": "已设置消防水源",
    "疏散通道、安全出口是否畅通": "疏散通道、安全出口畅通",
    "是否按规定配备灭火器？": "已按规定配备灭火器",
    "员工是否会使用灭火器": "员工会使用灭火器",
    "从业人员是否取得健康证": "从业人员已取得健康证",
    "灭火器是否有效是否在位": "灭火器有效，在位",
    "隐患是否整改": "隐患已整改",
    "过期食品是否下架": "过期食品已下架",
    "是否设置禁止吸烟标志": "已设置禁止吸烟标志",
    "有无灭火器": "有灭火器",
    "有没有安全管理制度": "有安全管理制度",
    "是否有过期食品处理记录": "有过期食品处理记录",
    "疏散通道畅通吗？": "疏散通道畅通",
    "是否未占用疏散通道": "未占用疏散通道",
    "是否无违规用电": "无违规用电",
    "能否正常启动": "能正常启动",
    "是否有无障碍通道": "有无障碍通道",
    "是否停止使用未经检验的电梯": "已停止使用未经检验的电梯",
    "是否配备防止未经授权人员进入的设施": "已配备防止未经授权人员进入的设施",
    "是否使用不燃材料": "使用不燃材料",
    # here 是 is bad
    "是否违规使用大功率电器": "没有违规使用大功率电器",
    "是否存在三合一现象": "不存在三合一现象",
    "是否占用、堵塞、锁闭疏散通道": "没有占用、堵塞、锁闭疏散通道",
    "有无堆放杂物": "没有堆放杂物",
    "有没有安全隐患": "没有安全隐患",
    "是否擅自停用消防设施": "没有擅自停用消防设施",
    "是否超范围经营": "没有超范围经营",
    "是否销售过期食品": "没有销售过期食品",
    "灭火器是否过期": "灭火器没有过期",
    "是否无证经营": "没有无证经营",
    "是否有无证摊贩": "没有无证摊贩",
    "是否设置无障碍卫生间": "已设置无障碍卫生间",
    "有无障碍物": "没有障碍物",
    "是否未按规定配备灭火器": "已按规定配备灭火器",
    "是否不符合要求": "符合要求",
    "员工是否无健康证": "员工有健康证",
    "是否仍在使用淘汰设备": "没有在使用淘汰设备",
    "仓库内是否设置员工宿舍": "仓库内没有设置员工宿舍",
    "是否用汽油清洗零件": "没有用汽油清洗零件",
    "是否用铜丝代替保险丝": "没有用铜丝代替保险丝",
    "是否储存禁止经营的烟花": "没有储存禁止经营的烟花",
    "电动车是否入户充电": "电动车没有入户充电",
    "是否将安全出口上锁": "没有将安全出口上锁",
    "是否拆除消防设施": "没有拆除消防设施",
    "违规搭建是否拆除": "违规搭建已拆除",
    "是否有人员伤亡": "没有人员伤亡",
    "气瓶是否超期未检": "气瓶没有超期未检",
    "从业人员是否患有有碍食品安全的疾病": "从业人员没有患有有碍食品安全的疾病",
    # several in one
    "是否设置消防水源，是否占用疏散通道": "已设置消防水源，没有占用疏散通道",
    "疏散通道是否畅通，有无堆放杂物": "疏散通道畅通，没有堆放杂物",
    "是否占用疏散通道，堵塞安全出口": "没有占用疏散通道，没有堵塞安全出口",
}
DOUBTFUL = [
    "是否使用未经检验的气瓶",
    "是否使用无合格证的灭火器",
    "是否使用没有熄火保护装置的灶具",
    "是否使用不带漏电保护器的插座",
    "是否使用未取得许可的产品",
    "是否有未检验气瓶",
    "是否配备未培训人员",
    "是否聘用超龄司机驾驶校车",
    "员工是否戴首饰",
    "是否将未检测的防雷装置投入使用",
    "是否有厨房",
    "是否属于人员密集场所",
    "建筑高度是否超过24米",
    "是否与无资质单位签订合同",
    "是否在门窗上设置影响逃生的障碍物",
    "是否设置防盗窗",
    "是否有加装隔断",
    "是否为违法建筑",
    "房屋是否鉴定为C级",
    "店内是否存放汽油",
    "违规使用大功率电器",
    "疏散通道堆放杂物",
    "灭火器过期",
    "未配备灭火器",
]
STATEMENTS = [
    "常闭式防火门未被打开固定",
    "燃气软管未老化、未超期",
    "住宿与经营部分分隔符合要求",
    "不得占用疏散通道",
    "无乱堆乱放现象",
    "从业人员无违章作业",
    "燃气泄漏报警器正常工作",
    "易燃物品单独存放",
    "知道如何使用灭火器",
]


@pytest.mark.parametrize(("question", "statement"), TURNED.items())
def test_a_question_is_turned_with_certainty(question, statement):
    judged = judge(question)
    assert (judged.text, judged.sure) == (statement, True)


@pytest.mark.parametrize("question", DOUBTFUL)
def test_what_the_words_do_not_decide_is_told_with_both_readings(question):
    judged = judge(question)
    assert not judged.sure
    assert judged.other
    assert judged.other != judged.text


@pytest.mark.parametrize("statement", STATEMENTS)
def test_a_statement_stays(statement):
    judged = judge(statement, answers="yes")
    assert (judged.text, judged.sure) == (statement, True)


def test_the_table_itself_may_say_which_answer_is_good():
    assert judge("是否有厨房", expected="bad").text == "没有厨房"
    assert judge("店内是否存放汽油", expected="bad").sure
    assert not judge("疏散通道是否畅通", expected="bad").sure  # the table contradicts the words
    assert judge("灭火器过期", expected="bad").text == "灭火器没有过期"


def test_in_a_table_of_have_and_have_not_a_bad_thing_should_not_be_there():
    assert judge("火灾隐患", answers="have").text == "没有火灾隐患"
    assert judge("消防安全制度", answers="have").text == "有消防安全制度"
    assert judge("疏散通道畅通", answers="have").text == "疏散通道畅通"


def test_an_open_question_is_only_a_record():
    assert judge("灭火器有几具？").open


@pytest.mark.parametrize(
    ("statement", "found"),
    {
        "疏散通道、安全出口保持畅通": ("疏散通道、安全出口没有保持畅通",),
        "没有占用疏散通道": ("占用疏散通道",),
        "已设置消防水源，有值班记录": ("没有设置消防水源", "没有值班记录"),
        "从业人员会使用灭火器": ("从业人员不会使用灭火器",),
        "配备2具灭火器": ("没有配备规定数量的灭火器",),
        "不得占用疏散通道": ("占用疏散通道",),
        "消防设施完好有效": ("未做到：消防设施完好有效",),
    }.items(),
)
def test_the_finding_is_the_contrary_and_states_no_number(statement, found):
    assert contraries(statement) == found
