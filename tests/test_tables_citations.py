"""Bases as offices write them become citations, all unverified; what is none is handed back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldlog.tables.citations import read_citations

READ = {
    "《消防法》第十六条第一款第（四）项": ["消防法#16.1.4"],
    "《中华人民共和国消防法》第16条": ["消防法#16"],
    "《消防法》第二十八条、第六十条": ["消防法#28", "消防法#60"],
    "《消防法》第十六条第（二）项": ["消防法#16.1.2"],
    "《消防法》第十条至第十二条": ["消防法#10", "消防法#11", "消防法#12"],
    "《特种设备安全法》第三十三、四十条": ["特种设备安全法#33", "特种设备安全法#40"],
    "《消防法》第十六条第一款第一至三项": ["消防法#16.1.1", "消防法#16.1.2", "消防法#16.1.3"],
    "消防法第16条": ["消防法#16"],
    "消防法16条1款2项": ["消防法#16.1.2"],
    "消防法#16.1.4；食品安全法#34": ["消防法#16.1.4", "食品安全法#34"],
    "GB 50016-2014 第5.5.1条": ["GB 50016-2014 第5.5.1条"],
    "AQ 4128—2019": ["AQ 4128-2019"],
    "《建筑设计防火规范》（GB50016-2014）（2018年版）第5.5.1条；《消防法》第二十八条": [
        "GB 50016-2014 建筑设计防火规范 第5.5.1条",
        "消防法#28",
    ],
    "《建筑设计防火规范》第5.5.1条": ["建筑设计防火规范 第5.5.1条"],
    "《中华人民共和国安全生产法》（以下简称《安法》）第二十四条，《安法》第九十七条第一款第（一）项、第（二）项": [
        "安全生产法#24",
        "安全生产法#97.1.1",
        "安全生产法#97.1.2",
    ],
    "违反《食品安全法》第三十四条第一款第十项的规定，依据《食品安全法》第一百二十四条第一款第五项处罚": [
        "食品安全法#34.1.10",
        "食品安全法#124.1.5",
    ],
    "《重庆市消防条例（2024修订）》第15条第4项": ["重庆市消防条例#15.1.4"],
    "机关、团体、企业、事业单位消防安全管理规定第二十六条": ["机关、团体、企业、事业单位消防安全管理规定#26"],
    "《食品安全法》": ["食品安全法"],
    "《消防法》第二十八条；《安全生产法》第四十二条和《城镇燃气管理条例》第二十八条": [
        "消防法#28",
        "安全生产法#42",
        "城镇燃气管理条例#28",
    ],
}


@pytest.mark.parametrize(("text", "cited"), READ.items())
def test_a_basis_is_read(text, cited):
    read = read_citations(text)
    assert [str(each) for each in read.citations] == cited
    assert not any(each.verified for each in read.citations)
    assert read.rest == ()


def test_what_a_citation_cannot_say_is_handed_back():
    assert read_citations("镇政府要求").rest == ("镇政府要求",)
    read = read_citations("《刑法》第一百三十四条之一")
    assert [str(each) for each in read.citations] == ["刑法"]
    assert "之一" in read.rest[0]
    quoted = read_citations("《消防法》第二十八条：任何单位不得占用疏散通道，依照本法第六十条处罚。")
    assert [str(each) for each in quoted.citations] == ["消防法#28"]
    assert "第六十条" in quoted.rest[0]
    assert read_citations("第二十八条").citations == ()
    assert [str(each) for each in read_citations("第二十八条", law="消防法").citations] == ["消防法#28"]


@given(
    st.lists(
        st.sampled_from([*READ, "第", "条", "至", "（", "）", "之一", "《", "》", "：", "\n", "0", "十", "GB", "x"]),
        max_size=8,
    )
)
@settings(max_examples=100, deadline=None)
def test_any_text_is_read(pieces):
    read_citations("".join(pieces))
