"""Law texts: what is an article, a paragraph and an item, however the text was set, and no text makes it fail."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldlog.domain.citation import chinese_number
from fieldlog.domain.errors import NotFound
from fieldlog.domain.law_status import LawHead, standing_of
from fieldlog.domain.law_text import ArticleNumber, LawText, Place, parse_law, read_number
from fieldlog.domain.law_words import read_cited, read_places
from fieldlog.tables.citations import read_citations

LAWS = Path(__file__).parent / "data" / "laws"


@pytest.fixture(scope="module")
def law() -> LawText:
    return parse_law((LAWS / "示范法.md").read_text(encoding="utf-8"))


def quoted(law: LawText, *where: int, sub: int = 0) -> tuple[str, ...]:
    article, paragraph, item = (*where, None, None)[:3]
    number = ArticleNumber(article, sub)
    return law.article(number).quoted(Place(number, paragraph, item))


def test_every_article_stands_once_and_the_appendix_is_none(law: LawText):
    assert [str(article.number) for article in law.articles] == ["1", "2", "2-1", "3", "4", "5", "6"]
    assert law.incomplete(6) == []
    assert quoted(law, 6) == ("本法自2021年5月1日起施行。",)


def test_paragraphs_items_and_what_stands_below_an_item(law: LawText):
    assert quoted(law, 2, 1, 1) == ("（一）门口畅通；",)
    assert quoted(law, 2, 1, 2) == ("（二）灯具完好；\n1．楼梯间的灯；\n2．走廊的灯。",)
    assert quoted(law, 2, 2) == ("负责人对前款负责。",), "a reference to an item is no item"
    assert len(quoted(law, 2, 1)) == 4
    assert quoted(law, 2, sub=1) == ("摊点参照前条执行。",)


def test_half_width_brackets_and_items_written_on_behind_another(law: LawText):
    assert quoted(law, 4, 2, 2) == ("(二)有利害关系的。",)
    assert quoted(law, 4, 3, 1) == ("(一)收受财物；",)
    assert quoted(law, 3, 1, 2) == ("（二）问人员；",)


@pytest.mark.parametrize(
    ("where", "why"),
    [
        ((7,), "没有第七条，最后一条是第六条"),
        ((2, 3), "第二条只有 2 款，没有第三款"),
        ((2, 1, 4), "第二条第一款只有 3 项，没有第四项"),
        ((5, 1, 1), "第五条第一款不分项"),
        ((4, None, 1), "第四条有 2 款分项，要写明是第几款"),
    ],
)
def test_what_is_not_there_is_named(law: LawText, where: tuple[int, ...], why: str):
    with pytest.raises(NotFound, match=why):
        quoted(law, *where)


def test_an_item_needs_no_paragraph_where_only_one_has_items(law: LawText):
    assert quoted(law, 2, None, 3) == ("（三）依照前款第（一）项的其他要求。",)


def test_an_incomplete_text_says_what_is_wrong_and_where():
    text = "第一条 甲。\n\n第三条 乙：\n（一）一；\n（三）三。\n第三条 丙。\n第四条\n第九条 丁。\n"
    assert parse_law(text).incomplete(4) == [
        (3, "第三条第一款的项号不是从（一）起逐个排下来的"),
        (6, "第三条又出现一次，前一次在第 3 行"),
        (7, "第四条没有内容"),
        (1, "缺第二条：看条号后面有没有空格，条文有没有抄全"),
        (8, "有第九条，索引里却写共 4 条"),
    ]


@pytest.mark.parametrize(
    ("written", "name", "place"),
    [
        ("消防法#16.1.4", "消防法", "16.1.4"),
        ("消防法 16.1.4", "消防法", "16.1.4"),
        ("《消防法》第十六条第一款第（四）项", "消防法", "16.1.4"),
        ("消防法第 16 条第（4）项（待核）", "消防法", "16.4"),
        ("《刑法》第一百三十四条之一", "刑法", "134-1"),
        ("刑法#134-1.1", "刑法", "134-1.1"),
        ("AQ 4128-2019（待核）", "AQ 4128-2019", None),
        ("《药品经营质量管理规范》", "药品经营质量管理规范", None),
    ],
)
def test_places_are_read_as_people_write_them(written: str, name: str, place: str | None):
    read_name, read_place = read_cited(written)
    assert (read_name, str(read_place) if read_place else None) == (name, place)


def test_several_places_in_one_text():
    places = read_places("第二十八条、第六十条第一款第（一）、（三）项和第16条")
    assert [str(place) for place in places] == ["28", "60.1.1", "60.1.3", "16"]


@pytest.mark.parametrize(
    "text", ["消防法#", "消防法#x", "消防法#0", "《消防法》第十六条第一款第八项和第二十条", "消防法第零条"]
)
def test_what_is_no_place_is_refused_in_chinese(text: str):
    with pytest.raises(ValueError, match="看不懂"):
        read_cited(text)


def test_the_note_names_the_articles_that_changed():
    head = LawHead(
        "某法", "某法", "2021-04-29", 154, "amended", note="amended 2025-09-12: recheck 33, 81, 123-126 and 132"
    )
    assert head.changed_articles() == {33, 81, 123, 124, 125, 126, 132}
    chinese = LawHead("某法", "某法", "2021-04-29", 154, "已修改", note="2025年9月12日修改：第33条、第123条至第124条")
    assert chinese.changed_articles() == {33, 123, 124}
    assert standing_of("superseded-in-part") is standing_of("superseded")


@given(st.integers(1, 9999))
def test_numbers_are_read_back(number: int):
    assert read_number(chinese_number(number)) == number == read_number(str(number))


@pytest.mark.parametrize(("written", "number"), [("一〇五", 105), ("一六", 16), ("２８", 28), ("两百零三", 203)])
def test_numbers_are_read_as_people_write_them(written: str, number: int):
    assert read_places(f"第{written}条") == [Place(ArticleNumber(number))]
    (cited,) = read_citations(f"《消防法》第{written}条").citations
    assert cited.article == number


PIECES = st.sampled_from(
    [
        "第",
        "一",
        "十",
        "百",
        "条",
        "之",
        "款",
        "项",
        "（",
        "）",
        "(",
        ")",
        "：",
        "；",
        " ",
        "\n",
        "#",
        "附件",
        "章",
        "16",
        "\x00",
        "９",
        "甲",
    ]
)


@given(st.lists(PIECES).map("".join) | st.text())
def test_no_text_makes_the_readers_fail(text: str):
    law = parse_law(text)
    for _line, why in law.incomplete(3):
        assert why
    for article in law.articles:
        list(article.lines([Place(article.number, 1, 1)]))
    read_places(text)
    try:
        read_cited(text)
    except ValueError as error:
        assert "看不懂" in str(error)
    LawHead("某法", "某法", "2021-04-29", 9, "amended", note=text).doubt(3)
