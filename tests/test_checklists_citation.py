"""Citations: what a list may write, and how it reads on paper."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldlog.domain.citation import Citation, chinese_number, parse

_LAW = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=20)
_NUMBER = st.integers(1, 999)


@st.composite
def citations(draw: st.DrawFn) -> Citation:
    depth = draw(st.integers(0, 3))
    numbers = dict(zip(("article", "paragraph", "item"), [draw(_NUMBER) for _ in range(depth)], strict=False))
    return Citation(law=draw(_LAW), verified=depth > 0 and draw(st.booleans()), **numbers)


@given(citations())
def test_what_is_written_is_read_back(citation: Citation):
    assert parse(str(citation), verified=citation.verified) == citation


@given(citations())
def test_a_recorded_citation_is_read_back(citation: Citation):
    assert Citation.model_validate(citation.model_dump(mode="json")) == citation


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("消防法#16.1.4", "《消防法》第十六条第一款第四项"),
        ("消防法#28", "《消防法》第二十八条"),
        ("安全生产法#105.1.2", "《安全生产法》第一百零五条第一款第二项"),
        ("药品管理法#110", "《药品管理法》第一百一十条"),
        ("食品安全法#10.2", "《食品安全法》第十条第二款"),
    ],
)
def test_a_verified_citation_reads_as_lawyers_write_it(written: str, shown: str):
    assert parse(written).shown == shown


def test_an_unverified_citation_says_so():
    assert parse("药品经营质量管理规范", verified=False).shown == "《药品经营质量管理规范》（待核）"
    assert parse("GB 55037-2022", verified=False).shown == "GB 55037-2022（待核）"
    assert parse("重庆市安全生产条例#25", verified=False).shown == "《重庆市安全生产条例》第二十五条（待核）"


@pytest.mark.parametrize(
    "bad",
    [
        "", "#16", "消防法#", "消防法#0", "消防法#16.0", "消防法#16.1.4.2", "消防法#十六", "消防法#16.a", "消防法# 16",
        "消防法#１６", "消防法#-1", "消防法#16#1", "消防法", "《消防法》#16", " 消防法#16", "消防法 #16", "消防法\n#16",
        "消防法;安全生产法#1", "法#1", "消防法#12345", "消防法#016",
    ],
)  # fmt: skip
def test_a_malformed_citation_is_refused(bad: str):
    with pytest.raises(ValueError):
        parse(bad)


@pytest.mark.parametrize(
    "bad",
    [
        {"law": "消防法", "article": 16, "item": 4},
        {"law": "消防法", "paragraph": 1},
        {"law": "消防法", "article": True},
        {"law": "消防法", "article": 16.0},
        {"cite": "消防法#16", "verified": "no"},
        {"cite": "消防法#16", "why": "x"},
        {"cite": 16, "verified": False},
        16,
        None,
        ["消防法#16"],
    ],
)
def test_other_shapes_are_refused(bad: object):
    with pytest.raises(ValueError):
        Citation.model_validate(bad)


def test_numerals():
    read = [chinese_number(n) for n in (1, 9, 10, 11, 19, 20, 21, 99, 100, 101, 110, 111, 120, 999, 1000, 1001, 1260)]
    assert read == [
        "一", "九", "十", "十一", "十九", "二十", "二十一", "九十九", "一百", "一百零一", "一百一十", "一百一十一",
        "一百二十", "九百九十九", "一千", "一千零一", "一千二百六十",
    ]  # fmt: skip
